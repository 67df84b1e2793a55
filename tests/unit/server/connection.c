/* A worker on a thread of its own, over a socket pair, asked by the requestor of src/ul: what is answered in which
 * order, and what a peer may do in the middle of it. */
#include "../check.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../worklist.h"
#include "base/arena.h"
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
};

static struct world *world_of(struct server_shared *shared)
{
    return (struct world *)((char *)shared - offsetof(struct world, shared));
}

static void on_retired(struct server_shared *shared, struct server_settings *settings)
{
    (void)settings; /* freed by the test, when the worker is no more */
    atomic_fetch_add(&world_of(shared)->retired, 1);
}

static void on_ended(struct server_shared *shared)
{
    atomic_fetch_add(&world_of(shared)->ended, 1);
}

/* A file with the same patient in each of its steps. */
static void put_file(const struct world *w, const char *name, const char *patient, size_t steps)
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

static void open_settings(struct world *w)
{
    struct err err = { 0 };
    struct server_settings *s = w->settings = calloc(1, sizeof *s);
    assert_non_null(s);
    atomic_init(&s->references, 1);
    s->limits = limits_default;
    s->config = config_folder_new(w->path);
    assert_non_null(s->config);
    s->folder_alone = true;
    struct source_folder_options options = { .path = w->path,
                                             .rescan_interval_ms = 1000,
                                             .lock_wait_ms = PATIENCE_MS,
                                             .default_charset = CHARSET_ASCII,
                                             .limits = &limits_default };
    s->folder = source_folder_open(&options, &err);
    assert_string_equal(err.what, "");
}

/* The folder holds one file, "one", of a patient P1. */
static int set_up(void **state)
{
    static struct world w;
    log_set_level(LOG_ERROR);
    w = (struct world){ .lockfile = -1, .shared = { .retire = on_retired, .ended = on_ended } };
    snprintf(w.path, sizeof w.path, "/tmp/mwl-server-XXXXXX");
    assert_non_null(mkdtemp(w.path));
    put_file(&w, "one", "P1", 1);
    open_settings(&w);
    server_census_init(&w.shared.census);
    assert_true(server_worker_init(&w.worker, &w.shared));
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char command[128];
    server_worker_fini(&w->worker);
    assert_int_equal(w->shared.census.total, 0);
    assert_int_equal(w->ended, 1);
    server_census_fini(&w->shared.census);
    server_settings_free(&w->settings);
    if (w->lockfile >= 0)
        close(w->lockfile);
    snprintf(command, sizeof command, "rm -rf %s", w->path);
    return system(command);
}

/* A writer takes the lockfile and adds "two"; until it is done nobody can know what the folder holds. */
static void begin_writing(struct world *w)
{
    char path[128];
    snprintf(path, sizeof path, "%s/lockfile", w->path);
    w->lockfile = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    assert_int_equal(fcntl(w->lockfile, F_OFD_SETLK, &lock), 0);
    put_file(w, "two", "P2", 1);
}

static void end_writing(struct world *w)
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

static struct peer call_as(struct world *w, enum server_verdict verdict)
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
    server_worker_take(&w->worker, fds[0], &address, server_settings_acquire(w->settings), verdict);
    struct peer p = { .fd = fds[1], .association = ul_association_requestor_new(ours) };
    dimse_assembler_init(&p.assembler, ours);
    assert_true(ul_association_request(p.association, &rq));
    return p;
}

static void hang_up(struct peer *p)
{
    dimse_assembler_fini(&p->assembler);
    ul_association_free(&p->association);
    close(p->fd);
}

static void wait_for(const struct peer *p, short what)
{
    struct pollfd fd = { .fd = p->fd, .events = what };
    assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
}

static void send_all(struct peer *p)
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
static enum ul_event_type hear(struct peer *p, struct dimse_message *message)
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

static struct peer call(struct world *w)
{
    struct peer p = call_as(w, CENSUS_WELCOME);
    assert_hears(&p, UL_EVENT_ASSOCIATE_AC);
    return p;
}

static void say(struct peer *p, uint8_t context, const struct dimse_command *command, struct span data_set)
{
    assert_true(dimse_send(p->association, context, command, data_set));
    send_all(p);
}

static void say_echo(struct peer *p, uint16_t id)
{
    say(p, ECHO,
        &(struct dimse_command){ .field = DIMSE_C_ECHO_RQ, .message_id = id, .sop_class = span_str(UID_Verification) },
        (struct span){ NULL, 0 });
}

static void say_cancel(struct peer *p, uint16_t id)
{
    say(p, FIND, &(struct dimse_command){ .field = DIMSE_C_CANCEL_RQ, .message_id = id }, (struct span){ NULL, 0 });
}

/* Asks for everything: name and ID of each patient. */
static void say_find(struct peer *p, uint16_t id)
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

static struct answers hear_answers(struct peer *p, uint16_t id)
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

static void hear_found(struct peer *p, uint16_t id, unsigned pending, uint16_t status)
{
    struct answers all = hear_answers(p, id);
    assert_int_equal(all.pending, pending);
    assert_int_equal(all.status, status);
}

static void hear_response(struct peer *p, uint16_t field, uint16_t id, uint16_t status)
{
    struct dimse_message m;
    assert_int_equal(hear(p, &m), UL_EVENT_PDV);
    assert_int_equal(m.command.field, field);
    assert_int_equal(m.command.message_id, id);
    assert_int_equal(m.command.status, status);
}

static void release(struct peer *p)
{
    ul_association_release(p->association);
    assert_hears(p, UL_EVENT_RELEASED);
    hang_up(p);
}

/* ---- tests ---- */

/* With hardly any room for output every message fills it, so each request must be taken up again by itself. */
static void requests_are_answered_in_order_whatever_the_room(void **state)
{
    struct world *w = *state;
    w->settings->limits.output_bytes = 2;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    say_echo(&p, 2);
    say_find(&p, 3);
    say_echo(&p, 4);
    say_find(&p, 5);
    end_writing(w);
    hear_found(&p, 1, 2, DIMSE_STATUS_SUCCESS);
    hear_response(&p, DIMSE_C_ECHO_RSP, 2, DIMSE_STATUS_SUCCESS);
    hear_found(&p, 3, 2, DIMSE_STATUS_SUCCESS);
    hear_response(&p, DIMSE_C_ECHO_RSP, 4, DIMSE_STATUS_SUCCESS);
    hear_found(&p, 5, 2, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void one_request_too_many_is_an_abort(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    for (uint16_t i = 0; i <= ours->pipelined; i++)
        say_echo(&p, 2 + i);
    assert_hears(&p, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void what_cannot_be_done_gets_its_status(void **state)
{
    struct world *w = *state;
    const struct span find = span_str(UID_ModalityWorklistInformationModelFind), echo = span_str(UID_Verification);
    const struct span none = { NULL, 0 };
    struct peer p = call(w);
    say(&p, FIND, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 1, .sop_class = echo }, none);
    hear_response(&p, DIMSE_C_FIND_RSP, 1, DIMSE_STATUS_SOP_CLASS_NOT_SUPPORTED);
    say(&p, ECHO, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 2, .sop_class = echo }, none);
    hear_response(&p, DIMSE_C_FIND_RSP, 2, DIMSE_STATUS_UNRECOGNIZED_OPERATION);
    say(&p, FIND, &(struct dimse_command){ .field = 0x0001, .message_id = 3, .sop_class = find }, none);
    hear_response(&p, 0x8001, 3, DIMSE_STATUS_UNRECOGNIZED_OPERATION);
    say(&p, FIND, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 4 }, none);
    hear_response(&p, DIMSE_C_FIND_RSP, 4, DIMSE_STATUS_MISTYPED_ARGUMENT);
    say(&p, FIND, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 5, .sop_class = find }, none);
    hear_found(&p, 5, 0, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH);
    begin_writing(w);
    say_find(&p, 6);
    say_find(&p, 6);
    hear_response(&p, DIMSE_C_FIND_RSP, 6, DIMSE_STATUS_DUPLICATE_INVOCATION);
    say_echo(&p, 6);
    hear_response(&p, DIMSE_C_ECHO_RSP, 6, DIMSE_STATUS_DUPLICATE_INVOCATION);
    end_writing(w);
    hear_found(&p, 6, 2, DIMSE_STATUS_SUCCESS);
    say_find(&p, 6); /* once it is over its ID is free */
    hear_found(&p, 6, 2, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void class_too_long_to_be_sent_back_is_an_abort(void **state)
{
    struct world *w = *state;
    char uid[1000];
    memset(uid, '1', sizeof uid);
    struct peer p = call(w);
    /* What dimse_send() would not write: a command set by hand. */
    struct wr command;
    wr_init(&command, 2000);
    wr_bytes(&command, "\0\0\x02\0\xE8\x03\0\0", 8); /* (0000,0002), 1000 bytes */
    wr_bytes(&command, uid, sizeof uid);
    wr_bytes(&command,
             "\0\0\0\x01\x02\0\0\0\x30\0" /* C-ECHO-RQ */ "\0\0\x10\x01\x02\0\0\0\x01\0"
             "\0\0\0\x08\x02\0\0\0\x01\x01",
             30);
    assert_true(ul_association_send(p.association, ECHO, UL_PDV_COMMAND | UL_PDV_LAST, wr_done(&command)));
    wr_fini(&command);
    assert_hears(&p, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void parked_query_can_be_cancelled(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    say_find(&p, 2);
    say_cancel(&p, 99); /* nobody asked that */
    say_cancel(&p, 2);
    say_cancel(&p, 1);
    hear_found(&p, 1, 0, DIMSE_STATUS_CANCEL);
    hear_found(&p, 2, 0, DIMSE_STATUS_CANCEL);
    say_cancel(&p, 1); /* too late */
    say_echo(&p, 3);
    hear_response(&p, DIMSE_C_ECHO_RSP, 3, DIMSE_STATUS_SUCCESS);
    release(&p);
    end_writing(w);
}

static void parked_query_ends_with_its_peer(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer released = call(w), aborted = call(w), gone = call(w), stays = call(w);
    say_find(&released, 1);
    say_find(&aborted, 1);
    say_find(&gone, 1);
    say_find(&stays, 1);
    release(&released);
    ul_association_abort(aborted.association, UL_ABORT_USER, 0);
    send_all(&aborted);
    assert_hears(&aborted, UL_EVENT_CLOSED);
    hang_up(&aborted);
    hang_up(&gone);
    end_writing(w);
    hear_found(&stays, 1, 2, DIMSE_STATUS_SUCCESS);
    release(&stays);
}

static void parked_query_ends_with_its_worker(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    say_echo(&p, 1); /* its refusal proves that the query has begun */
    hear_response(&p, DIMSE_C_ECHO_RSP, 1, DIMSE_STATUS_DUPLICATE_INVOCATION);
    hang_up(&p);
}

static void parked_query_has_its_time_and_no_idle_one(void **state)
{
    struct world *w = *state;
    w->settings->limits.idle_ms = 20;
    w->settings->limits.query_ms = 200;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    hear_found(&p, 1, 0, DIMSE_STATUS_OUT_OF_RESOURCES);
    assert_hears(&p, UL_EVENT_ABORTED); /* idle now */
    hang_up(&p);
}

static void put_many(struct world *w)
{
    for (int i = 0; i < MANY_FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "many%d", i);
        put_file(w, name, "P3", STEPS);
    }
}

static void cancel_is_seen_behind_a_full_socket(void **state)
{
    struct world *w = *state;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    wait_for(&p, POLLIN);
    say_cancel(&p, 1);
    say_echo(&p, 2);
    struct answers all = hear_answers(&p, 1);
    assert_int_equal(all.status, DIMSE_STATUS_CANCEL);
    assert_true(all.pending < MANY_FILES * STEPS);
    hear_response(&p, DIMSE_C_ECHO_RSP, 2, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void release_is_answered_behind_a_full_socket(void **state)
{
    struct world *w = *state;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    wait_for(&p, POLLIN);
    ul_association_release(p.association);
    struct dimse_message m;
    unsigned pending = 0;
    enum ul_event_type e;
    while ((e = hear(&p, &m)) == UL_EVENT_PDV) {
        assert_int_equal(m.command.status, DIMSE_STATUS_PENDING);
        pending++;
    }
    assert_int_equal(e, UL_EVENT_RELEASED);
    assert_true(pending < MANY_FILES * STEPS);
    hang_up(&p);
}

static void peer_that_reads_nothing_is_left(void **state)
{
    struct world *w = *state;
    w->settings->limits.write_stall_ms = 50;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    wait_for(&p, 0); /* POLLHUP alone */
    hang_up(&p);
}

/* What waits for a peer that only asks stays bounded. */
static void peer_that_asks_without_reading_is_aborted(void **state)
{
    struct world *w = *state;
    w->settings->limits.output_bytes = 10000;
    struct peer p = call(w);
    for (uint16_t id = 0; id < 20000; id++)
        say_echo(&p, id);
    struct dimse_message m;
    enum ul_event_type e;
    while ((e = hear(&p, &m)) == UL_EVENT_PDV)
        assert_int_equal(m.command.status, DIMSE_STATUS_SUCCESS);
    assert_int_equal(e, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void drain_finishes_what_runs(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer idle = call(w), busy = call(w);
    say_find(&busy, 1);
    say_echo(&busy, 2);
    say_echo(&busy, 1); /* its refusal proves that the query has begun */
    hear_response(&busy, DIMSE_C_ECHO_RSP, 1, DIMSE_STATUS_DUPLICATE_INVOCATION);
    server_worker_drain(&w->worker);
    assert_hears(&idle, UL_EVENT_ABORTED);
    hang_up(&idle);
    end_writing(w);
    hear_found(&busy, 1, 2, DIMSE_STATUS_SUCCESS);
    hear_response(&busy, DIMSE_C_ECHO_RSP, 2, DIMSE_STATUS_SUCCESS);
    assert_hears(&busy, UL_EVENT_ABORTED);
    hang_up(&busy);
}

static void beyond_the_limit_is_told_so(void **state)
{
    struct world *w = *state;
    struct peer p = call_as(w, CENSUS_OVER);
    assert_hears(&p, UL_EVENT_ASSOCIATE_RJ);
    hang_up(&p);
}

static void last_association_gives_old_settings_back(void **state)
{
    struct world *w = *state;
    struct peer p = call(w);
    assert_false(server_settings_release(w->settings)); /* as a reload does */
    say_find(&p, 1);
    hear_found(&p, 1, 1, DIMSE_STATUS_SUCCESS);
    release(&p);
    server_worker_drain(&w->worker);
    pthread_join(w->worker.thread, NULL);
    w->worker.started = false;
    assert_int_equal(w->retired, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(requests_are_answered_in_order_whatever_the_room),
        TEST(one_request_too_many_is_an_abort),
        TEST(what_cannot_be_done_gets_its_status),
        TEST(class_too_long_to_be_sent_back_is_an_abort),
        TEST(parked_query_can_be_cancelled),
        TEST(parked_query_ends_with_its_peer),
        TEST(parked_query_ends_with_its_worker),
        TEST(parked_query_has_its_time_and_no_idle_one),
        TEST(cancel_is_seen_behind_a_full_socket),
        TEST(release_is_answered_behind_a_full_socket),
        TEST(peer_that_reads_nothing_is_left),
        TEST(peer_that_asks_without_reading_is_aborted),
        TEST(drain_finishes_what_runs),
        TEST(beyond_the_limit_is_told_so),
        TEST(last_association_gives_old_settings_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
