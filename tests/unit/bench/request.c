/* The bytes that a client of the bench sends: read back as a server reads them. */
#include "entries.h"

#include "base/arena.h"
#include "bench/request.h"
#include "dimse/command.h"
#include "ul/pdu.h"

static const struct bench_department department = { .seed = 1, .count = 1000 };
static struct bench_request request;

static bool make(enum bench_by by, uint32_t number, struct err *err)
{
    struct wr file;
    write_entry(department, number, &file);
    bool ok = bench_request_init(&request, by, "CALLED", "CALLING", wr_done(&file), err);
    wr_fini(&file);
    return ok;
}

/* The fragment of the next PDU, which holds one PDV. */
static struct span fragment(struct rd *rd, uint8_t control)
{
    struct err err = { 0 };
    assert_int_equal(rd_u8(rd), UL_P_DATA_TF);
    rd_skip(rd, 1);
    struct rd body = rd_sub(rd, rd_u32be(rd));
    struct ul_pdv pdv;
    assert_true(ul_pdv_next(&body, &pdv, &err));
    assert_int_equal(pdv.control, control);
    return pdv.fragment;
}

/* The identifier of the request. */
static struct dicom_block *identifier(void)
{
    struct rd rd = rd_of(wr_done(&request.parts[BENCH_ASK]));
    struct dimse_command command;
    struct err err = { 0 };
    assert_true(dimse_command_read(fragment(&rd, UL_PDV_COMMAND | UL_PDV_LAST), &command, &err));
    assert_int_equal(command.field, DIMSE_C_FIND_RQ);
    assert_null(command.missing);
    struct dicom_parse_options options = { .syntax = SYNTAX_IMPLICIT_LE,
                                           .max_bytes = limits_default.identifier_bytes,
                                           .limits = &limits_default };
    struct dicom_block *block = dicom_parse(fragment(&rd, UL_PDV_LAST), &options, NULL, &err);
    assert_non_null(block);
    assert_int_equal(rd_left(&rd), 0);
    return block;
}

static void each_query_asks_for_ten_keys_and_sets_its_own(void **state)
{
    (void)state;
    for (unsigned by = 0; by < BENCH_BY_ECHO; by++) {
        struct err err = { 0 };
        uint32_t number = 0;
        while (!make((enum bench_by)by, number, &err)) {
            assert_int_equal(by, BENCH_BY_NAME); /* that wants a name in plain letters */
            assert_in_range(number++, 0, 50);
            err = (struct err){ 0 };
        }
        struct dicom_block *block = identifier();
        struct dicom_set set = dicom_block_set(block), step = step_of(set);
        assert_int_equal(set.count - 1 + step.count, by == BENCH_BY_PLAIN ? 11 : 10);
        assert_int_equal(dicom_set_get(set, TAG_PatientID).n != 0, by == BENCH_BY_PATIENT);
        assert_int_equal(dicom_set_get(set, TAG_AccessionNumber).n != 0, by == BENCH_BY_ACCESSION);
        assert_int_equal(dicom_set_get(step, TAG_Modality).n != 0, by == BENCH_BY_SELECTIVE);
        assert_int_equal(dicom_set_get(step, TAG_ScheduledProcedureStepStartDate).n != 0, by == BENCH_BY_SELECTIVE);
        struct span name = dicom_set_get(set, TAG_PatientName);
        assert_int_equal(name.n != 0, by == BENCH_BY_NAME);
        assert_true(!name.n || name.p[name.n - 1] == '*');
        dicom_block_free(&block);
        bench_request_fini(&request);
    }
}

static void the_association_is_one_that_a_server_can_read(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_true(bench_request_init(&request, BENCH_BY_ECHO, "CALLED", "CALLING", span_of(NULL, 0), &err));
    struct span pdu = wr_done(&request.parts[BENCH_OPEN]);
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct ul_associate read;
    uint8_t reason;
    assert_true(ul_associate_read(UL_A_ASSOCIATE_RQ, span_of(pdu.p + UL_PDU_HEADER, pdu.n - UL_PDU_HEADER),
                                  &limits_default, &arena, &read, &reason, &err));
    assert_span(read.called_ae, "CALLED");
    assert_span(read.calling_ae, "CALLING");
    assert_int_equal(read.context_count, 2);
    arena_fini(&arena);
    bench_request_fini(&request);
}

static void what_is_no_worklist_is_an_error(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_false(bench_request_init(&request, BENCH_BY_PATIENT, "A", "B", BYTES("junk"), &err));
    assert_true(err.what[0]);
}

static void the_names_of_the_queries_are_known(void **state)
{
    (void)state;
    for (unsigned by = 0; by < BENCH_BY_COUNT; by++)
        assert_int_equal(bench_by_find(bench_by_info((enum bench_by)by)->name), by);
    assert_int_equal(bench_by_find("nothing"), BENCH_BY_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_query_asks_for_ten_keys_and_sets_its_own),
        cmocka_unit_test(the_association_is_one_that_a_server_can_read),
        cmocka_unit_test(what_is_no_worklist_is_an_error),
        cmocka_unit_test(the_names_of_the_queries_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
