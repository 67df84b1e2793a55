/* Records as JSON: what is in them, what is masked, and that a peer's bytes break nothing. */
#include "../check.h"

#include <jansson.h>

#include "dicom/parse.h"
#include "journal/journal.h"

/* Implicit VR: PatientName DOE^JANE, and Modality CT in a step. */
#define IDENTIFIER                                                                                                     \
    BYTES("\x10\0\x10\0\x08\0\0\0DOE^JANE"                                                                             \
          "\x40\0\0\1\x12\0\0\0\xFE\xFF\0\xE0\x0A\0\0\0\x08\0\x60\0\2\0\0\0CT")

static json_t *record(bool mask, struct span identifier, bool whole)
{
    struct journal *j = journal_new(&(struct journal_options){ .records = 4, .bytes = 1 << 20, .mask = mask });
    struct dicom_parse_options parse = { .syntax = SYNTAX_IMPLICIT_LE,
                                         .max_bytes = 1 << 20,
                                         .limits = &limits_default };
    struct err err = { 0 };
    struct dicom_block *block = dicom_parse(identifier, &parse, NULL, &err);
    struct journal_query query = { .calling_ae = "CT1",
                                   .called_ae = "MWL",
                                   .peer = "192.0.2.7",
                                   .at_us = 1795507200123456,
                                   .identifier = identifier,
                                   .syntax = SYNTAX_IMPLICIT_LE,
                                   .entries = 57,
                                   .status = 0xA700,
                                   .changed = BYTES("bad \xFF"),
                                   .comment = "why" };
    if (block)
        query.set = dicom_block_set(block);
    journal_add_query(j, &query);
    struct journal_view view;
    assert_true(journal_get(j, 1, &view));
    struct wr text;
    wr_init(&text, 1 << 20);
    journal_json(&view, whole, &text);
    json_t *object = json_loadb((const char *)text.p, text.n, 0, NULL);
    assert_non_null(object);
    wr_fini(&text);
    journal_release(&view);
    journal_free(&j);
    dicom_block_free(&block);
    return object;
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void a_query_is_told(void **state)
{
    (void)state;
    json_t *object = record(false, IDENTIFIER, true);
    assert_string_equal(text_of(object, "kind"), "query");
    assert_string_equal(text_of(object, "callingAet"), "CT1");
    assert_string_equal(text_of(object, "status"), "A700");
    assert_string_equal(text_of(object, "keys"), "PatientName=<8> ScheduledProcedureStepSequence[Modality=CT]");
    assert_string_equal(text_of(object, "changed"), "bad \\xFF");
    assert_string_equal(text_of(object, "transferSyntax"), "1.2.840.10008.1.2");
    assert_string_equal(text_of(object, "time"), "2026-11-24T08:00:00.123456Z");
    assert_int_equal(strlen(text_of(object, "identifier")), 2 * IDENTIFIER.n);
    json_decref(object);
}

static void masked_values_are_nowhere(void **state)
{
    (void)state;
    json_t *object = record(true, IDENTIFIER, true);
    assert_string_equal(text_of(object, "identifier"), "");
    assert_string_equal(text_of(object, "keys"), "PatientName=<8> ScheduledProcedureStepSequence[Modality=CT]");
    assert_true(json_is_true(json_object_get(object, "masked")));
    json_decref(object);
}

static void what_is_too_long_is_cut(void **state)
{
    (void)state;
    static uint8_t large[2 * JOURNAL_IDENTIFIER];
    json_t *object = record(false, span_of(large, sizeof large), true);
    assert_true(json_is_true(json_object_get(object, "truncated")));
    assert_int_equal(strlen(text_of(object, "identifier")), 2 * JOURNAL_IDENTIFIER);
    assert_string_equal(text_of(object, "keys"), "32768 bytes");
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_told),
        cmocka_unit_test(masked_values_are_nowhere),
        cmocka_unit_test(what_is_too_long_is_cut),
    };
    return cmocka_run_group_tests_name("journal/json", tests, NULL, NULL);
}
