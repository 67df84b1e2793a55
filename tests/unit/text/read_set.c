/* A data set becomes a draft, and a draft the identifier of a query: keys that are no values of their VR, too. */
#include "made.h"

static struct dicom_block *block_of(struct span bytes, enum dicom_syntax syntax)
{
    struct err err = { 0 };
    struct dicom_parse_options options = { .syntax = syntax, .max_bytes = 10000, .limits = &limits_default };
    struct dicom_block *block = dicom_parse(bytes, &options, NULL, &err);
    if (!block)
        fail_msg("%s", err.what);
    return block;
}

/* The identifier that keys make, through a data set and back again if `twice`. */
static void check(const char *const *keys, size_t count, enum dicom_syntax syntax, bool twice, const char *expected)
{
    struct err err = { 0 };
    struct text_draft draft, again;
    struct text_source sources[8];
    const struct text_source *at = NULL;
    struct wr out, json;
    wr_init(&out, 10000);
    wr_init(&json, 10000);
    text_draft_init(&draft, &limits_default);
    for (size_t i = 0; i < count; i++) {
        sources[i] = (struct text_source){ "-k", span_str(keys[i]), true };
        assert_true(text_read_key(&draft, &sources[i], &err));
    }
    if (!text_write_identifier(&draft, syntax, 10000, &out, &at, &err))
        fail_msg("%s", err.what);
    struct dicom_block *block = block_of(wr_done(&out), syntax);
    if (twice) {
        text_draft_init(&again, &limits_default);
        assert_true(text_read_set(&again, dicom_block_set(block), &sources[0], &err));
        dicom_block_free(&block);
        wr_reset(&out);
        assert_true(text_write_identifier(&again, syntax, 10000, &out, &at, &err));
        block = block_of(wr_done(&out), syntax);
        text_draft_fini(&again);
    }
    dicom_json_short(dicom_block_set(block), &json);
    if (!span_is(wr_done(&json), expected))
        fail_msg("%.*s", SPAN_FMT(wr_done(&json)));
    dicom_block_free(&block);
    text_draft_fini(&draft);
    wr_fini(&json);
    wr_fini(&out);
}

static void keys_are_no_values(void **state)
{
    (void)state;
    static const char *const keys[] = { "PatientName=M\xC3\xBCller*", "PatientBirthDate=1970-1980",
                                        "StudyInstanceUID=*", "PregnancyStatus=4",
                                        "ScheduledProcedureStepSequence[0].Modality=CT\\MR" };
    static const char expected[] = "{\n"
                                   "   \"0008,0005\" : \"ISO_IR 192\",\n"
                                   "   \"0010,0010\" : \"M\xC3\xBCller*\",\n"
                                   "   \"0010,0030\" : \"1970-1980\",\n"
                                   "   \"0010,21c0\" : \"4\",\n"
                                   "   \"0020,000d\" : \"*\",\n"
                                   "   \"0040,0100\" : [\n"
                                   "      {\n"
                                   "         \"0008,0060\" : \"CT\\\\MR\"\n"
                                   "      }\n"
                                   "   ]\n"
                                   "}";
    for (int syntax = 0; syntax < SYNTAX_COUNT; syntax++)
        for (int twice = 0; twice < 2; twice++)
            check(keys, 5, (enum dicom_syntax)syntax, twice, expected);
}

static void what_cannot_be_sent_is_told(void **state)
{
    (void)state;
    static const char *const keys[] = { "PatientID=a", "Modality=\xC3\x9C", "PregnancyStatus=x" };
    static const char *const said[] = { "", "plain ASCII", "PregnancyStatus" };
    for (size_t i = 0; i < 3; i++) {
        struct err err = { 0 };
        struct text_draft draft;
        struct text_source source = { "-k", span_str(keys[i]), true };
        const struct text_source *at = NULL;
        struct wr out;
        wr_init(&out, 1000);
        text_draft_init(&draft, &limits_default);
        assert_true(text_read_key(&draft, &source, &err));
        assert_int_equal(text_write_identifier(&draft, SYNTAX_EXPLICIT_LE, 1000, &out, &at, &err), i == 0);
        assert_non_null(strstr(err.what, said[i]));
        text_draft_fini(&draft);
        wr_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_no_values),
        cmocka_unit_test(what_cannot_be_sent_is_told),
    };
    return cmocka_run_group_tests_name("text/read_set", tests, NULL, NULL);
}
