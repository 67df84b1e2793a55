/* Messages: put together from fragments cut anywhere, and cut again (PS3.8 Annex E). */
#include "../check.h"

#include "dimse/message.h"
#include "dimse/status.h"

#define ECHO_RQ                                                                                                        \
    "\0\0\0\1\2\0\0\0\x30\0"                                                                                           \
    "\0\0\2\0\2\0\0\0"                                                                                                 \
    "1\0"                                                                                                              \
    "\0\0\x10\1\2\0\0\0\5\0"                                                                                           \
    "\0\0\0\x08\2\0\0\0\1\1"
#define FIND_RQ                                                                                                        \
    "\0\0\2\0\2\0\0\0"                                                                                                 \
    "1\0"                                                                                                              \
    "\0\0\0\1\2\0\0\0\x20\0"                                                                                           \
    "\0\0\x10\1\2\0\0\0\5\0"                                                                                           \
    "\0\0\0\7\2\0\0\0\0\0"                                                                                             \
    "\0\0\0\x08\2\0\0\0\1\0"

enum { COMMAND = UL_PDV_COMMAND, LAST = UL_PDV_LAST };

static enum dimse_step feed(struct dimse_assembler *a, uint8_t context, int control, struct span bytes,
                            struct dimse_message *out)
{
    struct err err = { 0 };
    struct ul_pdv pdv = { .context_id = context, .control = (uint8_t)control, .fragment = bytes };
    return dimse_assemble(a, &pdv, out, &err);
}

static void fragments_of_any_length(void **state)
{
    (void)state;
    struct span command = BYTES(FIND_RQ), data = BYTES("0123456789");
    for (size_t n = 1; n <= command.n; n++) {
        struct dimse_assembler a;
        struct dimse_message m;
        dimse_assembler_init(&a, &limits_default);
        for (size_t i = 0; i < command.n; i += n) {
            size_t part = command.n - i < n ? command.n - i : n;
            assert_int_equal(
                feed(&a, 3, COMMAND | (i + part == command.n ? LAST : 0), span_of(command.p + i, part), &m),
                DIMSE_MORE);
        }
        assert_int_equal(feed(&a, 3, 0, data, &m), DIMSE_MORE);
        assert_int_equal(feed(&a, 3, LAST, span_of(NULL, 0), &m), DIMSE_MESSAGE); /* an empty terminator is legal */
        assert_int_equal(m.command.field, DIMSE_C_FIND_RQ);
        assert_int_equal(m.context_id, 3);
        assert_span(m.data_set, "0123456789");
        /* And the next message begins anew. */
        assert_int_equal(feed(&a, 1, COMMAND | LAST, BYTES(ECHO_RQ), &m), DIMSE_MESSAGE);
        assert_int_equal(m.command.field, DIMSE_C_ECHO_RQ);
        assert_int_equal(m.data_set.n, 0);
        dimse_assembler_fini(&a);
    }
}

/* PS3.8 Annex E: no interleaving, the command set first. */
static void disorder_is_a_fault(void **state)
{
    (void)state;
    static const struct {
        uint8_t context[3];
        int control[3];
    } rows[] = {
        { { 1 }, { LAST } },                              /* data without a command */
        { { 1, 1 }, { COMMAND, LAST } },                  /* data before the command is complete */
        { { 1, 3 }, { COMMAND | LAST, LAST } },           /* data on another context */
        { { 1, 1 }, { COMMAND | LAST, COMMAND | LAST } }, /* a new command before the data */
        { { 1, 1, 1 }, { COMMAND | LAST, 0, COMMAND } },  /* or in the middle of it */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dimse_assembler a;
        struct dimse_message m;
        dimse_assembler_init(&a, &limits_default);
        enum dimse_step step = DIMSE_MORE;
        for (int k = 0; k < 3 && rows[i].context[k] && step == DIMSE_MORE; k++)
            step = feed(&a, rows[i].context[k], rows[i].control[k], BYTES(FIND_RQ), &m);
        assert_int_equal(step, DIMSE_FAULT);
        dimse_assembler_fini(&a);
    }
}

static void an_identifier_too_large_is_still_a_message(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.identifier_bytes = 100;
    struct dimse_assembler a;
    struct dimse_message m;
    dimse_assembler_init(&a, &limits);
    uint8_t bytes[64] = { 0 };
    assert_int_equal(feed(&a, 1, COMMAND | LAST, BYTES(FIND_RQ), &m), DIMSE_MORE);
    for (int i = 0; i < 9; i++)
        assert_int_equal(feed(&a, 1, 0, span_of(bytes, 64), &m), DIMSE_MORE);
    assert_int_equal(feed(&a, 1, LAST, span_of(bytes, 64), &m), DIMSE_MESSAGE);
    assert_true(m.too_large);
    assert_int_equal(m.data_set.n, 0);
    /* The next one is measured by itself. */
    feed(&a, 1, COMMAND | LAST, BYTES(FIND_RQ), &m);
    assert_int_equal(feed(&a, 1, LAST, span_of(bytes, 64), &m), DIMSE_MESSAGE);
    assert_false(m.too_large);
    dimse_assembler_fini(&a);
}

static void a_command_set_has_an_end(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.command_bytes = 100;
    struct dimse_assembler a;
    struct dimse_message m;
    uint8_t bytes[64] = { 0 };
    dimse_assembler_init(&a, &limits);
    assert_int_equal(feed(&a, 1, COMMAND, span_of(bytes, 64), &m), DIMSE_MORE);
    assert_int_equal(feed(&a, 1, COMMAND, span_of(bytes, 64), &m), DIMSE_FAULT);
    dimse_assembler_fini(&a);
}

/* Moves what one side has to send to the other. */
static void carry(struct ul_association *from, struct ul_association *to)
{
    struct span out = ul_association_output(from);
    assert_int_equal(ul_association_receive(to, out), out.n);
    ul_association_sent(from, out.n);
}

/* Two associations wired to each other, the acceptor announcing `max_length`. */
static void connect_pair(struct ul_association *requestor, struct ul_association *acceptor, uint32_t max_length)
{
    struct span syntax = BYTES("1.2.840.10008.1.2");
    struct ul_context context = { .id = 1,
                                  .abstract_syntax = BYTES("1.2.840.10008.5.1.4.31"),
                                  .transfer_syntaxes = &syntax,
                                  .transfer_syntax_count = 1 };
    struct ul_associate rq = { .called_ae = BYTES("MWL"),
                               .calling_ae = BYTES("CT"),
                               .application_context = BYTES("1.2.840.10008.3.1.1.1"),
                               .contexts = &context,
                               .context_count = 1,
                               .max_length = 16384,
                               .implementation_class_uid = BYTES("1.2.3"),
                               .protocol_version_1 = true };
    assert_true(ul_association_request(requestor, &rq));
    carry(requestor, acceptor);
    assert_int_equal(ul_association_next(acceptor).type, UL_EVENT_ASSOCIATE_RQ);
    struct ul_associate ac = rq;
    ac.max_length = max_length;
    ul_association_accept(acceptor, &ac);
    carry(acceptor, requestor);
    assert_int_equal(ul_association_next(requestor).type, UL_EVENT_ASSOCIATE_AC);
}

static void a_message_crosses_whatever_the_peer_takes(void **state)
{
    (void)state;
    uint8_t data[3000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    static const uint32_t lengths[] = { 8, 9, 100, 1024, 16384, 0 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct ul_association *requestor = ul_association_requestor_new(&limits_default);
        struct ul_association *acceptor = ul_association_acceptor_new(&limits_default);
        connect_pair(requestor, acceptor, lengths[i]);
        struct dimse_command rq = { .field = DIMSE_C_FIND_RQ,
                                    .message_id = 9,
                                    .has_data_set = true,
                                    .sop_class = BYTES("1.2.840.10008.5.1.4.31") };
        assert_true(dimse_send(requestor, 1, &rq, span_of(data, sizeof data)));

        struct dimse_assembler a;
        struct dimse_message m;
        dimse_assembler_init(&a, &limits_default);
        enum dimse_step step = DIMSE_MORE;
        struct span out = ul_association_output(requestor);
        while (step == DIMSE_MORE) {
            size_t n = ul_association_receive(acceptor, out);
            out = span_of(out.p + n, out.n - n);
            struct ul_event event = ul_association_next(acceptor);
            if (event.type == UL_EVENT_NONE) {
                assert_true(n > 0);
                continue;
            }
            assert_int_equal(event.type, UL_EVENT_PDV);
            struct err err = { 0 };
            if (lengths[i])
                assert_true(event.pdv.fragment.n + UL_PDV_HEADER <= lengths[i]);
            step = dimse_assemble(&a, &event.pdv, &m, &err);
        }
        assert_int_equal(step, DIMSE_MESSAGE);
        assert_int_equal(out.n, 0);
        assert_int_equal(m.data_set.n, sizeof data);
        assert_memory_equal(m.data_set.p, data, sizeof data);
        dimse_assembler_fini(&a);
        ul_association_free(&requestor);
        ul_association_free(&acceptor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_of_any_length),
        cmocka_unit_test(disorder_is_a_fault),
        cmocka_unit_test(an_identifier_too_large_is_still_a_message),
        cmocka_unit_test(a_command_set_has_an_end),
        cmocka_unit_test(a_message_crosses_whatever_the_peer_takes),
    };
    return cmocka_run_group_tests_name("dimse/message", tests, NULL, NULL);
}
