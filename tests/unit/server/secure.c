/* Connections over TLS: the peers of world.h, each with a thread in front that speaks it. */
#include "../certificates.h"
#include "world.h"

#include <errno.h>

static struct {
    char folder[64];
    struct identity server;
    struct net_tls_context *caller; /* of the peers */
} secret;

/* ---- peers over TLS ---- */

struct relay {
    int wire, plain;
    struct net_tls *tls;
};

/* Sends everything; false if the other end is gone. */
static bool send_whole(int fd, struct span s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        struct pollfd room = { .fd = fd, .events = POLLOUT };
        if (n < 0 && (errno != EAGAIN || poll(&room, 1, PATIENCE_MS) != 1 || (room.revents & POLLHUP)))
            return false;
        s = n < 0 ? s : span_of(s.p + n, s.n - (size_t)n);
    }
    return true;
}

static bool push(struct relay *r)
{
    struct span out = net_tls_output(r->tls);
    bool sent = send_whole(r->wire, out);
    net_tls_sent(r->tls, out.n);
    return sent;
}

/* From the wire to the peer. */
static bool inward(struct relay *r)
{
    uint8_t bytes[4096];
    ssize_t n = recv(r->wire, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EAGAIN)
        return true;
    if (n <= 0)
        return false;
    net_tls_receive(r->tls, span_of(bytes, (size_t)n));
    net_tls_handshake(r->tls);
    for (size_t got; (got = net_tls_read(r->tls, bytes, sizeof bytes));)
        if (!send_whole(r->plain, span_of(bytes, got)))
            return false;
    return push(r) && net_tls_state(r->tls) < NET_TLS_ENDED;
}

static bool outward(struct relay *r)
{
    uint8_t bytes[4096];
    ssize_t n = recv(r->plain, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EAGAIN)
        return true;
    return n > 0 && net_tls_write(r->tls, span_of(bytes, (size_t)n)) == (size_t)n && push(r);
}

static void *run_relay(void *arg)
{
    struct relay *r = arg;
    net_tls_handshake(r->tls);
    for (bool open = push(r); open;) {
        bool ready = net_tls_state(r->tls) == NET_TLS_OPEN;
        struct pollfd both[] = { { .fd = r->wire, .events = POLLIN },
                                 { .fd = r->plain, .events = ready ? POLLIN : 0 } };
        poll(both, 2, -1);
        open = !(both[0].revents && !inward(r));
        if (open && both[1].revents)
            open = ready && outward(r);
    }
    close(r->wire);
    close(r->plain);
    net_tls_free(&r->tls);
    free(r);
    return NULL;
}

static int over_tls(int wire)
{
    int fds[2];
    pthread_t thread;
    struct relay *r = malloc(sizeof *r);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    *r = (struct relay){ wire, fds[0], net_tls_new(secret.caller, NULL) };
    assert_int_equal(pthread_create(&thread, NULL, run_relay, r), 0);
    pthread_detach(thread);
    return fds[1];
}

/* ---- the server's side ---- */

static int set_up_tls(void **state)
{
    struct err err = { 0 };
    set_up(state);
    struct world *w = *state;
    w->over = over_tls;
    struct net_tls_options options = { .server = true,
                                       .certificate = { "Certificate", secret.server.certificate_path },
                                       .private_key = { "Key", secret.server.key_path },
                                       .peer = NET_TLS_PEER_IGNORED,
                                       .least = NET_TLS_1_2 };
    w->settings->tls = net_tls_context_new(&options, NULL, &err);
    assert_string_equal(err.what, "");
    return 0;
}

static int make_secret(void **state)
{
    (void)state;
    struct err err = { 0 };
    strcpy(secret.folder, "/tmp/mwl-secure-XXXXXX");
    assert_non_null(mkdtemp(secret.folder));
    secret.server = make_identity(secret.folder, "server", NULL, 1000 * HOUR, NULL);
    struct net_tls_options options = { .peer = NET_TLS_PEER_IGNORED, .least = NET_TLS_1_2 };
    secret.caller = net_tls_context_new(&options, NULL, &err);
    assert_string_equal(err.what, "");
    return 0;
}

static int burn_secret(void **state)
{
    (void)state;
    char command[128];
    net_tls_context_free(&secret.caller);
    free_identity(&secret.server);
    snprintf(command, sizeof command, "rm -rf %s", secret.folder);
    return system(command);
}

/* ---- what is tested ---- */

static void queries_are_answered_as_in_clear_text(void **state)
{
    struct world *w = *state;
    put_many(w);
    struct peer p = call(w);
    say_echo(&p, 1);
    hear_response(&p, DIMSE_C_ECHO_RSP, 1, DIMSE_STATUS_SUCCESS);
    say_find(&p, 2);
    hear_found(&p, 2, MANY_FILES * STEPS + 1, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void cancel_is_seen_behind_a_full_socket(void **state)
{
    struct world *w = *state;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    wait_for(&p, POLLIN);
    say_cancel(&p, 1);
    /* The thread in front does not read while its own peer does not: what is on the way is bounded by the sockets and
     * one buffer, and the rest of the answers is never made. */
    struct answers all = hear_answers(&p, 1);
    assert_int_equal(all.status, DIMSE_STATUS_CANCEL);
    assert_true(all.pending < MANY_FILES * STEPS);
    release(&p);
}

static void a_peer_that_reads_nothing_is_left(void **state)
{
    struct world *w = *state;
    w->settings->limits.write_stall_ms = 50;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    usleep(200 * 1000); /* so that it stalls; on a slow machine the test sees less */
    struct dimse_message m;
    enum ul_event_type e;
    unsigned pending = 0;
    while ((e = hear(&p, &m)) == UL_EVENT_PDV)
        pending++;
    assert_int_equal(e, UL_EVENT_CLOSED);
    assert_true(pending < MANY_FILES * STEPS);
    hang_up(&p);
}

/* Its handshakes are done one after the other, and all of them. */
static void many_call_at_once(void **state)
{
    enum { CALLERS = 24 };
    struct world *w = *state;
    struct peer p[CALLERS];
    for (int i = 0; i < CALLERS; i++)
        p[i] = call_as(w, CENSUS_WELCOME);
    for (int i = 0; i < CALLERS; i++)
        assert_hears(&p[i], UL_EVENT_ASSOCIATE_AC);
    for (int i = 0; i < CALLERS; i++)
        release(&p[i]);
}

static int knock(struct world *w)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    struct net_address address = net_address_loopback(AF_INET, 4242);
    assert_int_equal(server_census_enter(&w->shared.census, "127.0.0.1", 256, 32), CENSUS_WELCOME);
    server_worker_take(&w->worker, fds[0], &address, server_settings_acquire(w->settings), CENSUS_WELCOME, true);
    return fds[1];
}

/* Sends a part of a ClientHello and waits for the end. */
static void a_handshake_that_does_not_come_to_its_end_is_left(void **state)
{
    struct world *w = *state;
    w->settings->limits.associate_ms = 50;
    struct net_tls *tls = net_tls_new(secret.caller, NULL);
    net_tls_handshake(tls);
    struct span hello = net_tls_output(tls);
    const size_t parts[] = { 0, 1, 5, 100, hello.n };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct peer p = { .fd = knock(w) };
        uint8_t bytes[4096];
        ssize_t n;
        assert_true(send_whole(p.fd, span_of(hello.p, parts[i])));
        do {
            wait_for(&p, POLLIN);
            n = recv(p.fd, bytes, sizeof bytes, 0);
        } while (n > 0); /* its part of the handshake */
        close(p.fd);
    }
    net_tls_free(&tls);
    struct peer silent = call_as(w, CENSUS_WELCOME); /* a handshake, and then nothing */
    wait_for(&silent, POLLIN);
    hang_up(&silent);
}

/* Command and data set of an answer are one record (law 10), and so one write. */
static void an_answer_is_one_record(void **state)
{
    struct world *w = *state;
    w->over = NULL;
    struct peer p = { .fd = knock(w), .association = ul_association_requestor_new(ours) };
    struct net_tls *tls = net_tls_new(secret.caller, NULL);
    static struct span syntaxes[] = { { (const uint8_t *)UID_ExplicitVRLittleEndian, 19 } };
    static struct ul_context contexts[] = {
        { FIND, 0, { (const uint8_t *)UID_ModalityWorklistInformationModelFind, 22 }, syntaxes, 1 },
    };
    struct ul_associate rq = { .called_ae = span_str("MWL"),
                               .calling_ae = span_str("CT1"),
                               .application_context = span_str("1.2.840.10008.3.1.1.1"),
                               .contexts = contexts,
                               .context_count = 1,
                               .implementation_class_uid = span_str("1.9") };
    assert_true(ul_association_request(p.association, &rq));
    bool asked = false;
    uint8_t plain[16384];
    for (size_t n = 0; !asked || n == 0;) {
        net_tls_handshake(tls);
        for (int round = 0; round < 2; round++) { /* what the handshake still has to say goes first */
            assert_true(send_whole(p.fd, net_tls_output(tls)));
            net_tls_sent(tls, net_tls_output(tls).n);
            ul_association_sent(p.association, net_tls_write(tls, ul_association_output(p.association)));
        }
        assert_true(send_whole(p.fd, net_tls_output(tls)));
        net_tls_sent(tls, net_tls_output(tls).n);
        uint8_t bytes[16384];
        wait_for(&p, POLLIN);
        ssize_t got = recv(p.fd, bytes, sizeof bytes, 0);
        assert_true(got > 0);
        net_tls_receive(tls, span_of(bytes, (size_t)got));
        net_tls_handshake(tls);
        n = net_tls_read(tls, plain, sizeof plain);
        if (n && !asked) {
            ul_association_receive(p.association, span_of(plain, n));
            assert_int_equal(ul_association_next(p.association).type, UL_EVENT_ASSOCIATE_AC);
            struct wr identifier;
            struct dicom_writer writer;
            wr_init(&identifier, 1000);
            dicom_write_init(&writer, &identifier, SYNTAX_EXPLICIT_LE);
            dicom_write_element(&writer, TAG_PatientID, VR_LO, span_str("*"));
            assert_true(
                dimse_send(p.association, FIND,
                           &(struct dimse_command){ .field = DIMSE_C_FIND_RQ,
                                                    .message_id = 1,
                                                    .has_data_set = true,
                                                    .sop_class = span_str(UID_ModalityWorklistInformationModelFind) },
                           wr_done(&identifier)));
            wr_fini(&identifier);
            asked = true;
            n = 0;
        } else if (n) {
            unsigned pdus = 0;
            for (size_t at = 0; at < n; pdus++) {
                assert_int_equal(plain[at], UL_P_DATA_TF);
                at += 6 + ((size_t)plain[at + 4] << 8 | plain[at + 5]);
                assert_true(at <= n);
            }
            assert_int_equal(pdus, 3); /* pending: command, data set; and the final command */
        }
    }
    net_tls_free(&tls);
    hang_up(&p);
}

#define TEST_TLS(f) cmocka_unit_test_setup_teardown(f, set_up_tls, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_TLS(queries_are_answered_as_in_clear_text),
        TEST_TLS(cancel_is_seen_behind_a_full_socket),
        TEST_TLS(a_peer_that_reads_nothing_is_left),
        TEST_TLS(many_call_at_once),
        TEST_TLS(a_handshake_that_does_not_come_to_its_end_is_left),
        TEST_TLS(an_answer_is_one_record),
    };
    return cmocka_run_group_tests(tests, make_secret, burn_secret);
}
