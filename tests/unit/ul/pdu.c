/* The short PDUs byte for byte, P-DATA-TF both ways, and PDVs whose lengths lie. */
#include "../check.h"

#include "ul/pdu.h"

static void short_pdus_are_the_standards_bytes(void **state)
{
    (void)state;
    struct wr wr;
    wr_init(&wr, 100);
    ul_release_rq_write(&wr);
    assert_span(wr_done(&wr), "\x05\x00\x00\x00\x00\x04\x00\x00\x00\x00");
    wr_reset(&wr);
    ul_release_rp_write(&wr);
    assert_span(wr_done(&wr), "\x06\x00\x00\x00\x00\x04\x00\x00\x00\x00");
    wr_reset(&wr);
    ul_abort_write(&wr, UL_ABORT_PROVIDER, UL_ABORT_INVALID_PARAMETER);
    assert_span(wr_done(&wr), "\x07\x00\x00\x00\x00\x04\x00\x00\x02\x06");
    wr_reset(&wr);
    /* the reason of a service user is sent as 0 (9.3.8) */
    ul_abort_write(&wr, UL_ABORT_USER, UL_ABORT_INVALID_PARAMETER);
    assert_span(wr_done(&wr), "\x07\x00\x00\x00\x00\x04\x00\x00\x00\x00");
    wr_fini(&wr);
}

static void each_rejection_is_a_row_of_9_3_4(void **state)
{
    (void)state;
    static const struct {
        enum ul_reject why;
        uint8_t result, source, reason;
    } rows[] = {
        { UL_REJECT_NO_REASON, 1, 1, 1 },        { UL_REJECT_APPLICATION_CONTEXT, 1, 1, 2 },
        { UL_REJECT_CALLING_AE, 1, 1, 3 },       { UL_REJECT_CALLED_AE, 1, 1, 7 },
        { UL_REJECT_PROTOCOL_VERSION, 1, 2, 2 }, { UL_REJECT_CONGESTION, 2, 3, 1 },
        { UL_REJECT_LOCAL_LIMIT, 2, 3, 2 },
    };
    assert_int_equal(sizeof rows / sizeof *rows, UL_REJECT_COUNT);
    for (int i = 0; i < UL_REJECT_COUNT; i++) {
        struct wr wr;
        wr_init(&wr, 100);
        ul_reject_write(&wr, rows[i].why);
        const uint8_t expected[] = { 3, 0, 0, 0, 0, 4, 0, rows[i].result, rows[i].source, rows[i].reason };
        assert_int_equal(wr.n, sizeof expected);
        assert_memory_equal(wr.p, expected, sizeof expected);
        wr_fini(&wr);
        assert_string_equal(ul_reject_text(rows[i].result, rows[i].source, rows[i].reason),
                            ul_reject_info(rows[i].why)->text);
    }
    assert_string_equal(ul_reject_text(1, 2, 1), "no reason given");
    assert_non_null(strstr(ul_reject_text(9, 9, 9), "does not define"));
}

static void data_is_one_pdv_in_one_pdu(void **state)
{
    (void)state;
    struct wr wr;
    wr_init(&wr, 100);
    ul_data_write(&wr, 3, UL_PDV_COMMAND | UL_PDV_LAST, BYTES("\xAA\xBB"));
    assert_span(wr_done(&wr), "\x04\x00\x00\x00\x00\x08" /* P-DATA-TF, 8 bytes follow */
                              "\x00\x00\x00\x04\x03\x03" /* PDV of 4 bytes, context 3, last fragment of a command */
                              "\xAA\xBB");
    wr_fini(&wr);
}

static void a_pdu_may_hold_several_pdvs(void **state)
{
    (void)state;
    struct rd rd = rd_of(BYTES("\x00\x00\x00\x03\x01\xFF\xAA" /* the six bits without a meaning are not looked at */
                               "\x00\x00\x00\x02\x05\x00"));  /* an empty fragment */
    struct ul_pdv pdv;
    struct err err = { 0 };
    assert_true(ul_pdv_next(&rd, &pdv, &err));
    assert_int_equal(pdv.context_id, 1);
    assert_int_equal(pdv.control, UL_PDV_COMMAND | UL_PDV_LAST);
    assert_span(pdv.fragment, "\xAA");
    assert_true(ul_pdv_next(&rd, &pdv, &err));
    assert_int_equal(pdv.context_id, 5);
    assert_int_equal(pdv.control, 0);
    assert_int_equal(pdv.fragment.n, 0);
    assert_false(ul_pdv_next(&rd, &pdv, &err));
    assert_int_equal(err.code, ERR_NONE);
}

static void a_pdv_length_that_lies_is_an_error(void **state)
{
    (void)state;
    const struct span bad[] = {
        BYTES("\x00\x00\x00"),                 /* ends within the length */
        BYTES("\x00\x00\x00\x00\x01\x00"),     /* below its own header */
        BYTES("\x00\x00\x00\x01\x01\x00"),     /* still below */
        BYTES("\x00\x00\x00\x04\x01\x03\xAA"), /* one byte beyond the PDU */
        BYTES("\xFF\xFF\xFF\xFF\x01\x03\xAA"), /* a sum of lengths would wrap */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rd rd = rd_of(bad[i]);
        struct ul_pdv pdv;
        struct err err = { 0 };
        assert_false(ul_pdv_next(&rd, &pdv, &err));
        assert_int_equal(err.code, ERR_SYNTAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pdv_length_that_lies_is_an_error), cmocka_unit_test(a_pdu_may_hold_several_pdvs),
        cmocka_unit_test(data_is_one_pdv_in_one_pdu),         cmocka_unit_test(short_pdus_are_the_standards_bytes),
        cmocka_unit_test(each_rejection_is_a_row_of_9_3_4),
    };
    return cmocka_run_group_tests_name("ul/pdu", tests, NULL, NULL);
}
