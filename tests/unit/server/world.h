/* world.h -- a worker on a thread of its own, and peers that call it over socket pairs with the requestor of src/ul. */
#ifndef MWL_TESTS_UNIT_SERVER_WORLD_H
#define MWL_TESTS_UNIT_SERVER_WORLD_H

#include "../check.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "../worklist.h"
#include "base/log.h"
#include "dicom/uid.h"
#include "dimse/message.h"
#include "dimse/status.h"
#include "server/worker.h"

enum { PATIENCE_MS = 60000, FIND = 1, ECHO = 3, MANY_FILES = 20, STEPS = 250 };

/* ---- the server's side ---- */

struct world {
    char path[64];
    int lockfile; /* open while a writer holds the folder: queries that find it changed are parked */
    struct server_shared shared;
    struct server_worker worker;
    struct server_settings *settings;
    atomic_int ended, retired;
    int (*over)(int fd); /* of peers that speak TLS: the plain end of what is put in front of this one; else NULL */
};

static inline struct world *world_of(struct server_shared *shared)
{
    return (struct world *)((char *)shared - offsetof(struct world, shared));
}

static inline void on_retired(struct server_shared *shared, struct server_settings *settings)
{
    (void)settings; /* freed by the test, when the worker is no more */
    atomic_fetch_add(&world_of(shared)->retired, 1);
}

static inline void on_ended(struct server_shared *shared)
{
    atomic_fetch_add(&world_of(shared)->ended, 1);
}

/* A file with the same patient in each of its steps. */
static inline void put_file(const struct world *w, const char *name, const char *patient, size_t steps)
{
    static struct worklist_step rows[STEPS];
    for (size_t i = 0; i < steps; i++)
        rows[i] = (struct worklist_step){ "20260101", "1000", "S" };
    char path[128];
    struct wr bytes;
    wr_init(&bytes, 1 << 20);
    worklist_write(&bytes, patient, rows, steps);
    snprintf(path, sizeof path, "%s/%s.wl", w->path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
    close(fd);
    wr_fini(&bytes);
}

/* More answers than a socket and our own buffer hold. */
static inline void put_many(struct world *w)
{
    for (int i = 0; i < MANY_FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "many%d", i);
        put_file(w, name, "P3", STEPS);
    }
}

static inline void open_folder(struct world *w, uint32_t early_ms)
{
    struct err err = { 0 };
    struct source_folder_options options = { .path = w->path,
                                             .rescan_interval_ms = 1000,
                                             .lock_wait_ms = PATIENCE_MS,
                                             .limits = &limits_default,
                                             .early_ms = early_ms };
    w->settings->folder = source_folder_open(&options, &err);
    assert_string_equal(err.what, "");
}

static inline void open_settings(struct world *w)
{
    struct server_settings *s = w->settings = calloc(1, sizeof *s);
    assert_non_null(s);
    atomic_init(&s->references, 1);
    s->limits = limits_default;
    s->config = config_folder_new(w->path);
    assert_non_null(s->config);
    s->folder_alone = true;
    open_folder(w, 0);
}

/* The folder holds one file, "one", of a patient P1. */
static inline int set_up(void **state)
{
    static struct world w;
    log_set_level(LOG_ERROR);
    w = (struct world){ .lockfile = -1, .shared = { .retire = on_retired, .ended = on_ended } };
    snprintf(w.path, sizeof w.path, "/tmp/mwl-server-XXXXXX");
    assert_non_null(mkdtemp(w.path));
    put_file(&w, "one", "P1", 1);
    open_settings(&w);
    server_census_init(&w.shared.census);
    server_asked_init(&w.shared.asked);
    assert_true(server_worker_init(&w.worker, &w.shared));
    *state = &w;
    return 0;
}

static inline int tear_down(void **state)
{
    struct world *w = *state;
    char command[128];
    server_worker_fini(&w->worker);
    assert_int_equal(w->shared.census.all.there, 0);
    assert_int_equal(w->ended, 1);
    server_census_fini(&w->shared.census);
    server_asked_fini(&w->shared.asked);
    server_settings_free(&w->settings);
    if (w->lockfile >= 0)
        close(w->lockfile);
    snprintf(command, sizeof command, "rm -rf %s", w->path);
    return system(command);
}

/* A writer takes the lockfile and adds "two"; until it is done nobody can know what the folder holds. */
static inline void begin_writing(struct world *w)
{
    char path[128];
    snprintf(path, sizeof path, "%s/lockfile", w->path);
    w->lockfile = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    assert_int_equal(fcntl(w->lockfile, F_OFD_SETLK, &lock), 0);
    put_file(w, "two", "P2", 1);
}

static inline void end_writing(struct world *w)
{
    close(w->lockfile);
    w->lockfile = -1;
}

/* ---- the peer's side ---- */

struct peer {
    int fd;
    struct ul_association *association;
    struct dimse_assembler assembler;
};

static const struct limits *const ours = &limits_default;

static inline struct peer call_as(struct world *w, enum server_verdict verdict)
{
    static struct span syntaxes[] = { { (const uint8_t *)UID_ExplicitVRLittleEndian, 19 } };
    static struct ul_context contexts[] = {
        { FIND, 0, { (const uint8_t *)UID_ModalityWorklistInformationModelFind, 22 }, syntaxes, 1 },
        { ECHO, 0, { (const uint8_t *)UID_Verification, 17 }, syntaxes, 1 },
    };
    struct ul_associate rq = { .called_ae = span_str("MWL"),
                               .calling_ae = span_str("CT1"),
                               .application_context = span_str("1.2.840.10008.3.1.1.1"),
                               .contexts = contexts,
                               .context_count = 2,
                               .implementation_class_uid = span_str("1.9") };
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    struct net_address address = net_address_loopback(AF_INET, 4242);
    assert_int_equal(server_census_enter(&w->shared.census, "127.0.0.1", 256, 32), CENSUS_WELCOME);
    server_worker_take(&w->worker, fds[0], &address, server_settings_acquire(w->settings), verdict, w->over);
    struct peer p = { .fd = w->over ? w->over(fds[1]) : fds[1], .association = ul_association_requestor_new(ours) };
    dimse_assembler_init(&p.assembler, ours);
    assert_true(ul_association_request(p.association, &rq));
    return p;
}

static inline void hang_up(struct peer *p)
{
    dimse_assembler_fini(&p->assembler);
    ul_association_free(&p->association);
    close(p->fd);
}

static inline void wait_for(const struct peer *p, short what)
{
    struct pollfd fd = { .fd = p->fd, .events = what };
    assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
}

static inline void send_all(struct peer *p)
{
    for (struct span s; s = ul_association_output(p->association), s.n;) {
        ssize_t n = send(p->fd, s.p, s.n, MSG_NOSIGNAL);
        if (n > 0)
            ul_association_sent(p->association, (size_t)n);
        else
            wait_for(p, POLLOUT);
    }
}

/* What comes next; of PDVs whole messages. */
static inline enum ul_event_type hear(struct peer *p, struct dimse_message *message)
{
    send_all(p);
    for (;;) {
        struct ul_event e = ul_association_next(p->association);
        struct err err = { 0 };
        if (e.type == UL_EVENT_PDV && dimse_assemble(&p->assembler, &e.pdv, message, &err) != DIMSE_MESSAGE) {
            assert_string_equal(err.what, "");
            continue;
        }
        if (e.type != UL_EVENT_NONE)
            return e.type;
        uint8_t byte; /* one at a time, so that nothing has to be kept between two calls */
        wait_for(p, POLLIN);
        if (recv(p->fd, &byte, 1, 0) != 1)
            return UL_EVENT_CLOSED;
        ul_association_receive(p->association, span_of(&byte, 1));
    }
}

#define assert_hears(p, what)                                                                                          \
    do {                                                                                                               \
        struct dimse_message unexpected_;                                                                              \
        assert_int_equal(hear(p, &unexpected_), what);                                                                 \
    } while (0)

static inline struct peer call(struct world *w)
{
    struct peer p = call_as(w, CENSUS_WELCOME);
    assert_hears(&p, UL_EVENT_ASSOCIATE_AC);
    return p;
}

static inline void say(struct peer *p, uint8_t context, const struct dimse_command *command, struct span data_set)
{
    assert_true(dimse_send(p->association, context, command, data_set));
    send_all(p);
}

static inline void say_echo(struct peer *p, uint16_t id)
{
    say(p, ECHO,
        &(struct dimse_command){ .field = DIMSE_C_ECHO_RQ, .message_id = id, .sop_class = span_str(UID_Verification) },
        (struct span){ NULL, 0 });
}

static inline void say_cancel(struct peer *p, uint16_t id)
{
    say(p, FIND, &(struct dimse_command){ .field = DIMSE_C_CANCEL_RQ, .message_id = id }, (struct span){ NULL, 0 });
}

/* Asks for everything: name and ID of each patient. */
static inline void say_find(struct peer *p, uint16_t id)
{
    struct wr identifier;
    struct dicom_writer w;
    wr_init(&identifier, 1000);
    dicom_write_init(&w, &identifier, SYNTAX_EXPLICIT_LE);
    dicom_write_element(&w, TAG_PatientName, VR_PN, span_str("*"));
    dicom_write_element(&w, TAG_PatientID, VR_LO, span_str("*"));
    say(p, FIND,
        &(struct dimse_command){ .field = DIMSE_C_FIND_RQ,
                                 .message_id = id,
                                 .has_data_set = true,
                                 .sop_class = span_str(UID_ModalityWorklistInformationModelFind) },
        wr_done(&identifier));
    wr_fini(&identifier);
}

/* The answers to a C-FIND: how many were pending, and the final status. */
struct answers {
    unsigned pending;
    uint16_t status;
};

static inline struct answers hear_answers(struct peer *p, uint16_t id)
{
    struct answers all = { 0, 0 };
    for (struct dimse_message m;; all.pending++) {
        assert_int_equal(hear(p, &m), UL_EVENT_PDV);
        assert_int_equal(m.command.field, DIMSE_C_FIND_RSP);
        assert_int_equal(m.command.message_id, id);
        all.status = m.command.status;
        if (all.status != DIMSE_STATUS_PENDING)
            return all;
    }
}

static inline void hear_found(struct peer *p, uint16_t id, unsigned pending, uint16_t status)
{
    struct answers all = hear_answers(p, id);
    assert_int_equal(all.pending, pending);
    assert_int_equal(all.status, status);
}

static inline void hear_response(struct peer *p, uint16_t field, uint16_t id, uint16_t status)
{
    struct dimse_message m;
    assert_int_equal(hear(p, &m), UL_EVENT_PDV);
    assert_int_equal(m.command.field, field);
    assert_int_equal(m.command.message_id, id);
    assert_int_equal(m.command.status, status);
}

static inline void release(struct peer *p)
{
    ul_association_release(p->association);
    assert_hears(p, UL_EVENT_RELEASED);
    hang_up(p);
}

/* A test with a world of its own. */
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
