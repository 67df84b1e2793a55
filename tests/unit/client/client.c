/* The requestor against a server in a thread that does what a test wants, on a socket of its own. */
#include "../check.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "client/client.h"
#include "dimse/message.h"
#include "dimse/status.h"
#include "ul/negotiate.h"

#define FIND UID_ModalityWorklistInformationModelFind

/* What the server does. */
struct plan {
    const char *service;  /* that it has */
    uint32_t answers;     /* to a C-FIND before the final status */
    uint16_t status;      /* the final one, of C-ECHO too */
    bool until_cancelled; /* it waits for a C-CANCEL before the final status */
    uint16_t other_id;    /* added to message IDs */
    struct span after;    /* bytes behind the A-ASSOCIATE-AC */
    bool reset;           /* the thread ends with the association made, the socket is left to the test */
    bool collides;        /* it asks for a release too */
};

struct server {
    struct plan plan;
    int listener, fd;
    uint16_t port;
    pthread_t thread;
    struct ul_association *association;
    struct dimse_assembler assembler;
};

static void flush(struct server *s)
{
    for (struct span out; (out = ul_association_output(s->association)).n;) {
        ssize_t n = send(s->fd, out.p, out.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        ul_association_sent(s->association, (size_t)n);
    }
}

static void accept_association(struct server *s)
{
    const struct ul_offer offers[] = { { s->plan.service, true } };
    static const char *const syntaxes[] = { UID_ExplicitVRLittleEndian, UID_ImplicitVRLittleEndian };
    const struct ul_acceptor acceptor = { .offers = offers,
                                          .offer_count = 1,
                                          .transfer_syntaxes = syntaxes,
                                          .transfer_syntax_count = 2,
                                          .implementation_class_uid = "1.8",
                                          .implementation_version = "TEST" };
    struct arena arena;
    struct ul_associate answer;
    uint32_t refused;
    arena_init(&arena, 1 << 20);
    ul_negotiate(&acceptor, ul_association_peer(s->association), &arena, &answer, &refused);
    ul_association_accept(s->association, &answer);
    arena_fini(&arena);
    flush(s);
    if (s->plan.after.n)
        send(s->fd, s->plan.after.p, s->plan.after.n, MSG_NOSIGNAL);
}

static void respond(struct server *s, const struct dimse_message *rq, uint16_t status, struct span data)
{
    struct dimse_command rsp = { .field = rq->command.field | DIMSE_RESPONSE,
                                 .message_id = (uint16_t)(rq->command.message_id + s->plan.other_id),
                                 .has_data_set = data.n,
                                 .sop_class = span_str(s->plan.service),
                                 .status = status,
                                 .comment = status ? span_str("why") : span_of(NULL, 0) };
    assert_true(dimse_send(s->association, rq->context_id, &rsp, data));
}

static void answer(struct server *s, const struct dimse_message *rq)
{
    struct dimse_message final = *rq;
    if (rq->command.field == DIMSE_C_CANCEL_RQ)
        final.command.field = DIMSE_C_FIND_RQ;
    if (rq->command.field == DIMSE_C_FIND_RQ) {
        for (uint32_t i = 0; i < s->plan.answers; i++)
            respond(s, rq, i % 2 ? DIMSE_STATUS_PENDING_WARNING : DIMSE_STATUS_PENDING, rq->data_set);
        if (s->plan.until_cancelled)
            return;
    }
    respond(s, &final, s->plan.status, span_of(NULL, 0));
}

static void handle(struct server *s, const struct ul_event *event)
{
    struct err err = { 0 };
    struct dimse_message message;
    if (event->type == UL_EVENT_ASSOCIATE_RQ)
        accept_association(s);
    else if (event->type == UL_EVENT_PDV && dimse_assemble(&s->assembler, &event->pdv, &message, &err) == DIMSE_MESSAGE)
        answer(s, &message);
    else if (event->type == UL_EVENT_RELEASE_RQ) {
        if (s->plan.collides) /* as if both had asked at once */
            send(s->fd, "\x05\0\0\0\0\4\0\0\0\0", 10, MSG_NOSIGNAL);
        ul_association_release_reply(s->association);
    }
}

static void *serve(void *arg)
{
    struct server *s = arg;
    uint8_t bytes[4096];
    s->fd = accept(s->listener, NULL, NULL);
    bool over = s->fd < 0;
    while (!over) {
        ssize_t n = recv(s->fd, bytes, sizeof bytes, 0);
        size_t taken = 0;
        over = n <= 0;
        while (!over && taken < (size_t)n) {
            taken += ul_association_receive(s->association, span_of(bytes + taken, (size_t)n - taken));
            for (struct ul_event e; (e = ul_association_next(s->association)).type != UL_EVENT_NONE;)
                handle(s, &e);
            flush(s);
            over = s->plan.reset;
        }
    }
    if (!s->plan.reset)
        close(s->fd);
    return NULL;
}

static void start(struct server *s, struct plan plan)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    *s = (struct server){ .plan = plan, .listener = socket(AF_INET, SOCK_STREAM, 0) };
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(s->listener, 1), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    s->port = ntohs(address.sin_port);
    s->association = ul_association_acceptor_new(&limits_default);
    dimse_assembler_init(&s->assembler, &limits_default);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
    shutdown(s->listener, SHUT_RDWR);
    if (!s->plan.reset)
        pthread_join(s->thread, NULL);
    close(s->listener);
    dimse_assembler_fini(&s->assembler);
    ul_association_free(&s->association);
}

static struct client *call(const struct server *s, const char *service, struct err *err)
{
    static const enum dicom_syntax both[] = { SYNTAX_IMPLICIT_LE, SYNTAX_EXPLICIT_LE };
    struct client_options options = { .host = "127.0.0.1",
                                      .port = s->port,
                                      .called_ae = "MWL",
                                      .calling_ae = "CT1",
                                      .service = service,
                                      .syntaxes = both,
                                      .syntax_count = 2,
                                      .connect_ms = 60000,
                                      .associate_ms = 60000,
                                      .answer_ms = 60000 };
    return client_new(&options, err);
}

static void an_echo_and_a_release(void **state)
{
    (void)state;
    for (int collides = 0; collides < 2; collides++) {
        struct server s;
        struct err err = { 0 };
        start(&s, (struct plan){ .service = UID_Verification, .collides = collides });
        struct client *c = call(&s, UID_Verification, &err);
        assert_non_null(c);
        assert_int_equal(client_syntax(c), SYNTAX_EXPLICIT_LE); /* the server chose */
        assert_true(client_echo(c, &err));
        assert_true(client_echo(c, &err));
        assert_true(client_release(c, &err));
        client_free(&c);
        stop(&s);
    }
}

static void answers_come_until_the_end(void **state)
{
    (void)state;
    struct server s;
    struct err err = { 0 };
    struct span key = BYTES("\x10\0\x20\0LO\2\0P1"), got;
    start(&s, (struct plan){ .service = FIND, .answers = 3 });
    struct client *c = call(&s, FIND, &err);
    for (int query = 0; query < 2; query++) {
        assert_true(client_find(c, key, &err));
        for (int i = 0; i < 3; i++) {
            assert_int_equal(client_find_next(c, &got, &err), CLIENT_ANSWER);
            assert_true(span_eq(got, key));
        }
        assert_int_equal(client_find_next(c, &got, &err), CLIENT_END);
    }
    assert_true(client_release(c, &err));
    client_free(&c);
    stop(&s);
}

/* A status that says Cancel is an end only to whom has cancelled. */
static void a_cancel_is_heard(void **state)
{
    (void)state;
    for (int cancels = 0; cancels < 2; cancels++) {
        struct server s;
        struct err err = { 0 };
        struct span key = BYTES("\x10\0\x20\0LO\2\0P1"), got;
        start(&s, (struct plan){
                      .service = FIND, .answers = 2, .status = DIMSE_STATUS_CANCEL, .until_cancelled = cancels });
        struct client *c = call(&s, FIND, &err);
        assert_true(client_find(c, key, &err));
        assert_int_equal(client_find_next(c, &got, &err), CLIENT_ANSWER);
        assert_true(!cancels || client_cancel(c, &err));
        assert_int_equal(client_find_next(c, &got, &err), CLIENT_ANSWER);
        assert_int_equal(client_find_next(c, &got, &err), cancels ? CLIENT_END : CLIENT_FAILED);
        assert_true(cancels || strstr(err.what, "FE00"));
        client_free(&c);
        stop(&s);
    }
}

/* Nobody is there any more, or nobody who understands: the words say which. */
static void assert_fails(struct plan plan, const char *service, const char *words)
{
    struct server s;
    struct err err = { 0 };
    start(&s, plan);
    struct client *c = call(&s, service, &err);
    if (c && strcmp(service, FIND) == 0) {
        struct span got;
        assert_true(client_find(c, BYTES("\x10\0\x20\0LO\2\0P1"), &err));
        assert_int_equal(client_find_next(c, &got, &err), CLIENT_FAILED);
    } else if (c) {
        assert_false(client_echo(c, &err));
    }
    client_free(&c);
    stop(&s);
    if (!strstr(err.what, words))
        fail_msg("\"%s\" does not say \"%s\"", err.what, words);
}

static void failures_are_told(void **state)
{
    (void)state;
    assert_fails((struct plan){ .service = FIND }, UID_Verification,
                 "not for Verification SOP Class: no such service there");
    assert_fails((struct plan){ .service = UID_Verification, .status = 0x0122 }, UID_Verification,
                 "status 0122, Refused: SOP Class not supported: why");
    assert_fails((struct plan){ .service = FIND, .status = 0xA700 }, FIND, "A700");
    assert_fails((struct plan){ .service = FIND, .other_id = 1 }, FIND, "for message 2 came");
    assert_fails((struct plan){ .service = UID_Verification, .other_id = 1 }, UID_Verification, "for message 2 came");
}

/* Behind the A-ASSOCIATE-AC comes what nobody asked for. */
static void odd_pdus_are_told(void **state)
{
    (void)state;
    static const struct {
        struct span bytes;
        const char *words;
    } rows[] = {
        { { (const uint8_t *)"\x07\0\0\0\0\4\0\0\2\1", 10 }, "aborted the association (source 2, reason 1)" },
        { { (const uint8_t *)"\x05\0\0\0\0\4\0\0\0\0", 10 }, "ended the association" },
        { { (const uint8_t *)"\x06\0\0\0\0\4\0\0\0\0", 10 }, "not speak DICOM" },
        { { (const uint8_t *)"\x02\0\0\0\0\4\0\0\0\0", 10 }, "not speak DICOM" },
        { { (const uint8_t *)"\x63\0\0\0\0\4\0\0\0\0", 10 }, "not speak DICOM" },
        { { (const uint8_t *)"\4\0\xFF\xFF\xFF\xFF", 6 }, "not speak DICOM" },
        { { (const uint8_t *)"\4\0\0\0\0\7\0\0\0\3\5\3x", 13 }, "" },   /* a context that is not there */
        { { (const uint8_t *)"\4\0\0\0\0\7\0\0\0\3\1\2x", 13 }, "" },   /* a data set without a command */
        { { (const uint8_t *)"\4\0\0\0\0\7\0\0\0\3\1\3x", 13 }, "" },   /* a command of one byte */
        { { (const uint8_t *)"\4\0\0\0\0\7\0\0\0\x30\1\3x", 13 }, "" }, /* a PDV longer than its PDU */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_fails((struct plan){ .service = FIND, .after = rows[i].bytes }, FIND, rows[i].words);
}

/* The connection is gone when the request is to be sent: what the server said before that still counts. */
static void a_reset_does_not_hide_an_abort(void **state)
{
    (void)state;
    static const struct {
        struct span said;
        const char *words;
    } rows[] = {
        { { (const uint8_t *)"\x07\0\0\0\0\4\0\0\2\1", 10 }, "aborted the association (source 2, reason 1)" },
        { { NULL, 0 }, "connection" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct server s;
        struct err err = { 0 };
        struct span got;
        start(&s, (struct plan){ .service = FIND, .reset = true });
        struct client *c = call(&s, FIND, &err);
        assert_non_null(c);
        pthread_join(s.thread, NULL);
        if (rows[i].said.n)
            assert_int_equal(send(s.fd, rows[i].said.p, rows[i].said.n, MSG_NOSIGNAL), rows[i].said.n);
        setsockopt(s.fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
        close(s.fd);
        assert_true(client_find(c, BYTES("\x10\0\x20\0LO\2\0P1"), &err));
        assert_int_equal(client_find_next(c, &got, &err), CLIENT_FAILED);
        assert_non_null(strstr(err.what, rows[i].words));
        client_free(&c);
        stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_and_a_release), cmocka_unit_test(answers_come_until_the_end),
        cmocka_unit_test(a_cancel_is_heard),     cmocka_unit_test(failures_are_told),
        cmocka_unit_test(odd_pdus_are_told),     cmocka_unit_test(a_reset_does_not_hide_an_abort),
    };
    return cmocka_run_group_tests_name("client/client", tests, NULL, NULL);
}
