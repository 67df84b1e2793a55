/* The template: it is what it shows, once what it leaves open is derived. */
#include "text/template.h"

#include "made.h"
#include "text/derive.h"

static bool read(struct text_draft *d, const struct text_source *source, struct err *err)
{
    return text_read(d, source, err) && text_derive(d, err);
}

static void makes_a_file(void **state)
{
    (void)state;
    struct wr text;
    wr_init(&text, 1 << 20);
    text_template(&text);
    struct made made = make(read, wr_done(&text), NULL, NULL);
    if (made.words.n)
        fail_msg("%.*s", SPAN_FMT(wr_done(&made.words)));
    struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_block *block = dicom_file_parse(wr_done(&made.file), &options, NULL, NULL);
    assert_non_null(block);
    struct dicom_set top = dicom_block_set(block);
    const struct dicom_element *steps = dicom_set_find(top, TAG_ScheduledProcedureStepSequence);
    assert_int_equal(steps->length, 1);
    struct dicom_set step = dicom_set_item(top, steps, 0);
    assert_span(dicom_set_get(step, TAG_ScheduledProcedureStepID), "A26-0100-1");
    const struct dicom_element *codes = dicom_set_find(step, TAG_ScheduledProtocolCodeSequence);
    assert_span(dicom_set_get(dicom_set_item(step, codes, 0), TAG_CodeValue), "CTHEADNAT");
    assert_span(dicom_set_get(top, TAG_PatientName), "Vivaldi^Antonio");
    dicom_block_free(&block);
    made_fini(&made);
    wr_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(makes_a_file) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
