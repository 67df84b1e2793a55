/* What a peer can get wrong, and the exact answer that PS3.8 names for it. */
#include "peers.h"

static void assert_answer(struct ul_association *a, struct span answer, const char *fault)
{
    struct ul_event e = ul_association_next(a);
    assert_int_equal(e.type, UL_EVENT_FAULT);
    if (!strstr(e.fault->what, fault))
        fail_msg("\"%s\" does not say \"%s\"", e.fault->what, fault);
    struct span out = ul_association_output(a);
    assert_int_equal(out.n, answer.n);
    assert_memory_equal(out.p, answer.p, out.n);
    assert_int_equal(ul_association_state(a), STA_13);
    uint32_t serial;
    assert_int_equal(ul_association_timer(a, &serial), UL_TIMER_ARTIM);
}

#define ABORTED(source, reason)          BYTES("\x07\x00\x00\x00\x00\x04\x00\x00" source reason)
#define REJECTED(result, source, reason) BYTES("\x03\x00\x00\x00\x00\x04\x00" result source reason)

static void put_pdu(struct wr *wr, uint8_t type, struct span body)
{
    wr_u8(wr, type);
    wr_u8(wr, 0);
    wr_u32be(wr, (uint32_t)body.n);
    wr_span(wr, body);
}

/* A PDU on an association in this state, with this answer. */
static void each_broken_pdu_has_its_answer(void **state)
{
    (void)state;
    const struct {
        enum ul_state state;
        struct span pdu, answer;
        const char *fault;
    } rows[] = {
        /* before the association: AA-1, source 0 */
        { STA_2, BYTES("GET / HTTP/1.1\r\n"), ABORTED("\x00", "\x00"), "47H is not a PDU type, but perhaps" },
        { STA_2, BYTES("\x16\x03\x01\x02\x00\x01"), ABORTED("\x00", "\x00"), "the beginning of TLS" },
        { STA_2, BYTES("\x00\x00\x00\x00\x00\x00"), ABORTED("\x00", "\x00"), "00H is not a PDU type" },
        { STA_2, DATA, ABORTED("\x00", "\x00"), "not expected in Sta2" },
        { STA_2, BYTES("\x05\x00\x00\x00\x00\x05\x00"), ABORTED("\x00", "\x00"), "a length of 5 instead of 4" },
        /* an A-ASSOCIATE-RQ of which nothing can be read */
        { STA_2, BYTES("\x01\x00\x00\x00\x00\x00"), ABORTED("\x02", "\x06"), "fixed fields" },
        { STA_2, BYTES("\x01\x00\x00\x04\x00\x01"), REJECTED("\x02", "\x03", "\x02"), "length of 262145" },
        { STA_2, BYTES("\x01\x00\xFF\xFF\xFF\xFF"), REJECTED("\x02", "\x03", "\x02"), "length of 4294967295" },
        { STA_5, BYTES("\x02\x00\xFF\xFF\xFF\xFF"), ABORTED("\x02", "\x00"), "length of 4294967295" },
        { STA_5, BYTES("\x02\x00\x00\x00\x00\x01x"), ABORTED("\x02", "\x06"), "fixed fields" },
        { STA_3, DATA, ABORTED("\x02", "\x02"), "not expected in Sta3" },
        /* the header */
        { STA_6, BYTES("\xFF\x00\x00\x00\x00\x00"), ABORTED("\x02", "\x01"), "FFH is not a PDU type" },
        { STA_6, BYTES("\x07\x00\x00\x00\x00\x05"), ABORTED("\x02", "\x06"), "a length of 5 instead of 4" },
        { STA_6, BYTES("\x06\x00\x00\x00\x00\x04"), ABORTED("\x02", "\x02"), "not expected in Sta6" },
        { STA_6, BYTES("\x04\x00\x00\x01\x00\x01"), ABORTED("\x02", "\x06"), "where 65536 is the most" },
        { STA_7, BYTES("\x04\x00\xFF\xFF\xFF\xFF"), ABORTED("\x02", "\x06"), "where 65536 is the most" },
        { STA_8, DATA, ABORTED("\x02", "\x02"), "not expected in Sta8" },
        /* PDVs */
        { STA_6, BYTES("\x04\x00\x00\x00\x00\x00"), ABORTED("\x02", "\x06"), "without a PDV" },
        { STA_6, BYTES("\x04\x00\x00\x00\x00\x06\x00\x00\x00\x01\x01\x03"), ABORTED("\x02", "\x06"), "length of 1" },
        { STA_6, BYTES("\x04\x00\x00\x00\x00\x06\x00\x00\x00\x03\x01\x03"), ABORTED("\x02", "\x06"), "beyond its" },
        { STA_6, BYTES("\x04\x00\x00\x00\x00\x06\x00\x00\x00\x02\x03\x03"), ABORTED("\x02", "\x06"), "context 3" },
        { STA_6, BYTES("\x04\x00\x00\x00\x00\x06\x00\x00\x00\x02\x00\x03"), ABORTED("\x02", "\x06"), "context 0" },
        /* a good PDV first: none of a PDU is given out unless all of it is good */
        { STA_6, BYTES("\x04\x00\x00\x00\x00\x07\x00\x00\x00\x02\x01\x03x"), ABORTED("\x02", "\x06"), "ends within" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int chunk = 1; chunk < 30; chunk += 28) {
            struct ul_association *a = bring(rows[i].state, false, &limits_default);
            struct span rest = rows[i].pdu;
            while (rest.n && ul_association_state(a) != STA_13) {
                size_t n =
                    ul_association_receive(a, (struct span){ rest.p, rest.n < (size_t)chunk ? rest.n : (size_t)chunk });
                rest.p += n;
                rest.n -= n;
            }
            assert_answer(a, rows[i].answer, rows[i].fault);
            ul_association_free(&a);
        }
    }
}

/* An A-ASSOCIATE-RQ with one thing wrong. */
static void each_unacceptable_request_has_its_answer(void **state)
{
    (void)state;
    const struct {
        uint16_t version;
        const char *called, *calling, *application_context;
        uint8_t context_id;
        uint32_t max_length;
        struct span answer;
        const char *fault;
    } rows[] = {
        { 2, "MWL             ", "CT1             ", APPLICATION_CONTEXT, 1, 0, REJECTED("\x01", "\x02", "\x02"),
          "protocol version" },
        { 1, "MWL             ", "CT1             ", "1.2.840.10008.3.1.1.2", 1, 0, REJECTED("\x01", "\x01", "\x02"),
          "application context" },
        { 1, "                ", "CT1             ", APPLICATION_CONTEXT, 1, 0, REJECTED("\x01", "\x01", "\x07"),
          "called AE title" },
        { 1, "MWL             ", "                ", APPLICATION_CONTEXT, 1, 0, REJECTED("\x01", "\x01", "\x03"),
          "calling AE title" },
        { 1, "MWL             ", "CT1             ", APPLICATION_CONTEXT, 2, 0, ABORTED("\x02", "\x06"),
          "ID 2 is not odd" },
        { 1, "MWL             ", "CT1             ", APPLICATION_CONTEXT, 1, 7, ABORTED("\x02", "\x06"),
          "Maximum Length of 7" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr body, pdu;
        wr_init(&body, 10000);
        wr_init(&pdu, 10000);
        put_fixed(&body, rows[i].version, rows[i].called, rows[i].calling);
        put_item(&body, 0x10, span_str(rows[i].application_context));
        put_context(&body, rows[i].context_id, MWL_FIND, IMPLICIT_LE);
        put_user_information(&body, rows[i].max_length);
        put_pdu(&pdu, UL_A_ASSOCIATE_RQ, wr_done(&body));
        struct ul_association *a = bring(STA_2, false, &limits_default);
        assert_int_equal(ul_association_receive(a, wr_done(&pdu)), pdu.n);
        assert_answer(a, rows[i].answer, rows[i].fault);
        ul_association_free(&a);
        wr_fini(&body);
        wr_fini(&pdu);
    }
}

/* An answer that accepts what was not proposed. */
static void each_impossible_answer_is_aborted(void **state)
{
    (void)state;
    static const struct {
        uint8_t id;
        const char *syntax;
    } rows[] = { { 5, IMPLICIT_LE }, { 1, "1.2.840.10008.1.2.2" }, { 3, EXPLICIT_LE } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr body, pdu, sub;
        wr_init(&body, 10000);
        wr_init(&pdu, 10000);
        wr_init(&sub, 10000);
        put_fixed(&body, 1, "                ", "                "); /* titles of an answer are not tested (9.3.3) */
        put_item(&body, 0x10, span_str(APPLICATION_CONTEXT));
        put_item(&sub, 0x40, span_str(rows[i].syntax));
        put_context_item(&body, 0x21, rows[i].id, UL_CONTEXT_ACCEPTED, wr_done(&sub));
        put_user_information(&body, 0);
        put_pdu(&pdu, UL_A_ASSOCIATE_AC, wr_done(&body));
        struct ul_association *a = bring(STA_5, true, &limits_default);
        assert_int_equal(ul_association_receive(a, wr_done(&pdu)), pdu.n);
        assert_answer(a, ABORTED("\x02", "\x06"), "in a way not proposed");
        ul_association_free(&a);
        wr_fini(&body);
        wr_fini(&pdu);
        wr_fini(&sub);
    }
}

static void limits_of_items_reject_for_a_local_limit(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.transfer_syntaxes = 1;
    struct wr rq;
    wr_init(&rq, 10000);
    put_rq(&rq); /* two in context 1 */
    struct ul_association *a = ul_association_acceptor_new(&limits);
    assert_int_equal(ul_association_receive(a, wr_done(&rq)), rq.n);
    assert_answer(a, REJECTED("\x02", "\x03", "\x02"), "more than the limit of 1");
    ul_association_free(&a);
    wr_fini(&rq);
}

/* A body that nobody wants is passed over, four gigabytes of it, and what follows is understood. */
static void a_body_that_is_not_wanted_is_passed_over(void **state)
{
    (void)state;
    struct ul_association *a = bring(STA_6, false, &limits_default);
    ul_association_receive(a, BYTES("\x04\x00\xFF\xFF\xFF\xFF"));
    assert_answer(a, ABORTED("\x02", "\x06"), "length of 4294967295");
    static const uint8_t junk[65536];
    for (uint32_t left = UINT32_MAX; left;) {
        size_t n = left < sizeof junk ? left : sizeof junk;
        assert_int_equal(ul_association_receive(a, span_of(junk, n)), n);
        left -= (uint32_t)n;
    }
    assert_int_equal(ul_association_state(a), STA_13);
    assert_int_equal(ul_association_receive(a, ABORT), ABORT.n);
    assert_true(ul_association_done(a));
    assert_int_equal(ul_association_next(a).type, UL_EVENT_NONE);
    ul_association_free(&a);
}

/* A P-DATA-TF of exactly the length that we announced is good; of less than limits.pdu_bytes, if we announced less. */
static void the_announced_length_is_taken(void **state)
{
    (void)state;
    static uint8_t body[65536] = { 0, 0, 0xFF, 0xFC, 1, 2 };
    struct wr pdu;
    wr_init(&pdu, 100000);
    put_pdu(&pdu, UL_P_DATA_TF, span_of(body, sizeof body));
    struct ul_association *a = bring(STA_6, false, &limits_default);
    assert_int_equal(ul_association_receive(a, wr_done(&pdu)), pdu.n);
    struct ul_event e = ul_association_next(a);
    assert_int_equal(e.type, UL_EVENT_PDV);
    assert_int_equal(e.pdv.fragment.n, 65530);
    ul_association_free(&a);
    wr_fini(&pdu);

    struct wr log;
    wr_init(&log, 1000);
    struct ul_association *rq = ul_association_requestor_new(&limits_default);
    a = ul_association_acceptor_new(&limits_default);
    struct ul_associate smaller = *proposal();
    smaller.max_length = 100;
    assert_true(ul_association_request(rq, &smaller));
    exchange(rq, &log, a, &log, 1000, true);
    assert_int_equal(ul_association_fragment_max(a), 94);
    ul_association_receive(rq, BYTES("\x04\x00\x00\x00\x00\x65"));
    assert_answer(rq, ABORTED("\x02", "\x06"), "where 100 is the most");
    ul_association_free(&rq);
    ul_association_free(&a);
    wr_fini(&log);
}

static void empty_pdvs_are_legal_but_not_for_ever(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.empty_pdvs = 2;
    struct ul_association *a = bring(STA_6, false, &limits);
    struct wr log;
    wr_init(&log, 10000);
    struct span empty = BYTES("\x04\x00\x00\x00\x00\x06\x00\x00\x00\x02\x01\x02");
    for (int i = 0; i < 3; i++) { /* a byte now and then, and they may go on */
        feed(a, empty, 100, &log, false);
        feed(a, empty, 100, &log, false);
        feed(a, DATA, 100, &log, false);
    }
    assert_int_equal(ul_association_state(a), STA_6);
    feed(a, empty, 100, &log, false);
    feed(a, empty, 100, &log, false);
    ul_association_receive(a, empty);
    assert_answer(a, ABORTED("\x02", "\x06"), "more than 2 PDVs without a byte");
    ul_association_free(&a);
    wr_fini(&log);
}

/* A fault is told once, also when the peer or the timer goes on after it. */
static void a_fault_is_told_once(void **state)
{
    (void)state;
    struct ul_association *a = bring(STA_6, false, &limits_default);
    ul_association_receive(a, BYTES("\x08\x00\x00\x00\x00\x00"));
    assert_answer(a, ABORTED("\x02", "\x01"), "08H");
    ul_association_receive(a, BYTES("\x09\x00\x00\x00\x00\x00"));
    assert_int_equal(ul_association_next(a).type, UL_EVENT_NONE);
    ul_association_artim_expired(a);
    assert_int_equal(ul_association_next(a).type, UL_EVENT_NONE);
    assert_true(ul_association_done(a));
    ul_association_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_broken_pdu_has_its_answer),
        cmocka_unit_test(each_unacceptable_request_has_its_answer),
        cmocka_unit_test(each_impossible_answer_is_aborted),
        cmocka_unit_test(limits_of_items_reject_for_a_local_limit),
        cmocka_unit_test(a_body_that_is_not_wanted_is_passed_over),
        cmocka_unit_test(the_announced_length_is_taken),
        cmocka_unit_test(empty_pdvs_are_legal_but_not_for_ever),
        cmocka_unit_test(a_fault_is_told_once),
    };
    return cmocka_run_group_tests_name("ul/receive", tests, NULL, NULL);
}
