/* What can be an entry at all, and what a complete one has to have. */
#include "catalog/check.h"
#include "../check.h"
#include "../worklist.h"

#include <stdio.h>

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

/* Every row of types 1 and 2 that is no sequence, and the two sequences that may be empty, is in required.def. */
static void required_attributes_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *keyword;
        bool of_step;
        char type;
    } rows[] = {
#define REQUIRED(keyword, of_step, type) { #keyword, of_step, #type[0] },
#include "catalog/required.def"
#undef REQUIRED
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    FILE *f = fopen(MWL_ATTRIBUTES_CSV, "r");
    assert_non_null(f);
    size_t expected = 0;
    char line[512], path[128], keyword[64], vr[4], type[4];
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "%127[^,],\"(%*4x,%*4x)\",%63[^,],%3[^,],%*[^,],%3[^,],", path, keyword, vr, type) != 4)
            continue;
        bool in_step = strncmp(path, "00400100>", 9) == 0;
        bool is_wanted = (strcmp(type, "1") == 0 && strcmp(vr, "SQ") != 0) || strcmp(type, "2") == 0;
        if (!is_wanted || strchr(in_step ? path + 9 : path, '>'))
            continue;
        size_t i = 0;
        while (i < ROWS && (strcmp(rows[i].keyword, keyword) != 0 || rows[i].of_step != in_step))
            i++;
        if (i == ROWS || rows[i].type != type[0])
            fail_msg("%s of type %s is not there, or of another type", keyword, type);
        expected++;
    }
    fclose(f);
    assert_int_equal(expected, ROWS);
}

/* The rows of return type 1 that are no sequence and in none but that of the steps (PS3.4 Table K.6-1). */
static void what_a_complete_entry_has_is_the_standards_type_1(void **state)
{
    (void)state;
    struct wr missing;
    wr_init(&missing, 1000);
    static const uint8_t one_empty_step[] = {
        0x40, 0, 0, 1, 'S', 'Q', 0, 0, 8, 0, 0, 0, 0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0
    };
    const struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                                 .max_bytes = 1000,
                                                 .limits = &limits_default };
    struct dicom_block *block = dicom_parse(span_of(one_empty_step, sizeof one_empty_step), &options, NULL, NULL);
    assert_non_null(block);
    uint32_t found = catalog_check_complete(dicom_block_set(block), &missing), expected = 0;
    wr_u8(&missing, 0);
    FILE *f = fopen(MWL_ATTRIBUTES_CSV, "r");
    assert_non_null(f);
    char line[512], path[128], keyword[64], vr[4], type[4];
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "%127[^,],\"(%*4x,%*4x)\",%63[^,],%3[^,],%*[^,],%3[^,],", path, keyword, vr, type) != 4)
            continue;
        bool in_step = strncmp(path, "00400100>", 9) == 0;
        if (strcmp(type, "1") != 0 || strcmp(vr, "SQ") == 0 || strchr(in_step ? path + 9 : path, '>'))
            continue;
        if (!strstr((const char *)missing.p, keyword))
            fail_msg("%s is not asked for: %s", keyword, (const char *)missing.p);
        expected++;
    }
    fclose(f);
    assert_int_equal(expected, 9);
    assert_int_equal(found, expected);
    dicom_block_free(&block);
    wr_fini(&missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_set_needs_a_step),
        cmocka_unit_test(steps_are_bounded),
        cmocka_unit_test(required_attributes_are_those_of_the_standard),
        cmocka_unit_test(what_a_complete_entry_has_is_the_standards_type_1),
        cmocka_unit_test(names_what_is_missing_in_any_step),
    };
    return cmocka_run_group_tests_name("catalog/check", tests, NULL, NULL);
}
