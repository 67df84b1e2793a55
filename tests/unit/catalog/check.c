/* What can be an entry at all, and what a complete one has to have. */
#include "catalog/check.h"
#include "../check.h"
#include "../worklist.h"

static const struct worklist_step full = { "20260101", "1000", "S1" };

static void a_data_set_needs_a_step(void **state)
{
    (void)state;
    static const uint8_t no_sequence[] = { 0x10, 0x00, 0x20, 0x00, 'L', 'O', 2, 0, 'I', 'D' };
    const struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                                 .max_bytes = 1000,
                                                 .limits = &limits_default };
    struct err err = { 0 };
    struct dicom_block *block = dicom_parse(span_of(no_sequence, sizeof no_sequence), &options, NULL, &err);
    assert_non_null(block);
    assert_false(catalog_check(dicom_block_set(block), &limits_default, &err));
    assert_int_equal(err.code, ERR_SYNTAX);
    assert_int_equal(err.tag, TAG_ScheduledProcedureStepSequence);
    dicom_block_free(&block);

    block = worklist_block("ID", NULL, 0);
    err = (struct err){ 0 };
    assert_false(catalog_check(dicom_block_set(block), &limits_default, &err));
    assert_non_null(strstr(err.what, "no item"));
    dicom_block_free(&block);
}

static void steps_are_bounded(void **state)
{
    (void)state;
    const struct worklist_step steps[] = { full, full, full };
    struct limits limits = limits_default;
    struct err err = { 0 };
    struct dicom_block *block = worklist_block("ID", steps, 3);
    limits.steps = 3;
    assert_true(catalog_check(dicom_block_set(block), &limits, &err));
    limits.steps = 2;
    assert_false(catalog_check(dicom_block_set(block), &limits, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    dicom_block_free(&block);
}

static void names_what_is_missing_in_any_step(void **state)
{
    (void)state;
    const struct worklist_step steps[] = { full, { "20260101", "  ", NULL } };
    struct wr missing;
    wr_init(&missing, 500);
    struct dicom_block *block = worklist_block("ID", steps, 1);
    assert_int_equal(catalog_check_complete(dicom_block_set(block), &missing), 0);
    assert_span(wr_done(&missing), "");
    dicom_block_free(&block);

    block = worklist_block("", steps, 2);
    assert_int_equal(catalog_check_complete(dicom_block_set(block), &missing), 3);
    assert_span(wr_done(&missing), "ScheduledProcedureStepStartTime, ScheduledProcedureStepID, PatientID");
    dicom_block_free(&block);
    wr_fini(&missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_set_needs_a_step),
        cmocka_unit_test(steps_are_bounded),
        cmocka_unit_test(names_what_is_missing_in_any_step),
    };
    return cmocka_run_group_tests_name("catalog/check", tests, NULL, NULL);
}
