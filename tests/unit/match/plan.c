/* What a plan refuses, and that it bounds what it takes. The rules of each VR are in the tests beside this one. */
#include "sets.h"

#include <stdio.h>

#include "dicom/dictionary.h"

static void sequences_that_are_no_keys(void **state)
{
    (void)state;
    static const struct sets_fault faults[] = {
        { "ScheduledProcedureStepSequence={Modality=CT}{Modality=MR}", ERR_SYNTAX, TAG_ScheduledProcedureStepSequence,
          "has one item, this has 2" },
        { "ScheduledProcedureStepSequence={}{}", ERR_SYNTAX, TAG_ScheduledProcedureStepSequence, "one item" },
        { "ScheduledProcedureStepSequence={ScheduledProtocolCodeSequence={CodeValue=}{CodeValue=}}", ERR_SYNTAX,
          TAG_ScheduledProtocolCodeSequence, "one item" },
    };
    SETS_CHECK_FAULTS(faults);
}

/* Below what the parser lets through, a caller's own limit still holds. */
static void depth_is_bounded(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.depth = 2;
    struct dicom_block *query =
        sets_block("ReferencedStudySequence={PurposeOfReferenceCodeSequence={EquivalentCodeSequence={CodeValue=A}}}");
    struct err err = { 0 };
    assert_null(match_plan_new(dicom_block_set(query), &(struct match_options){ .limits = &limits }, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(err.tag, TAG_EquivalentCodeSequence);
    limits.depth = 3;
    struct match_plan *plan = sets_plan(query, (struct match_options){ .limits = &limits });
    match_plan_free(&plan);
    match_plan_free(&plan); /* nothing twice */
    dicom_block_free(&query);
}

static void values_are_bounded_in_all_keys_together(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.key_values = 4;
    struct err err = { 0 };
    struct dicom_block *query = sets_block("AccessionNumber=1\\2;PatientName=A\\B;PatientID=1");
    assert_null(match_plan_new(dicom_block_set(query), &(struct match_options){ .limits = &limits }, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(err.tag, TAG_PatientID);
    limits.key_values = 5;
    struct match_plan *plan = sets_plan(query, (struct match_options){ .limits = &limits });
    match_plan_free(&plan);
    dicom_block_free(&query);
}

/* The most values that a query may have, each as short as can be, still fit the memory of a plan. */
static void the_largest_query_has_room(void **state)
{
    (void)state;
    enum { NAMES = 4096 };
    static char text[16 + 2 * NAMES];
    size_t n = (size_t)snprintf(text, sizeof text, "PatientName=");
    for (int i = 0; i < NAMES; i++) {
        text[n++] = 'A';
        text[n++] = '\\';
    }
    text[n - 1] = 0;
    struct sets_row row = { text, "PatientName=a", true };
    sets_check(&row, 1, false);
}

static void what_is_forgiven_is_counted(void **state)
{
    (void)state;
    struct match_tolerances used = { 0 };
    struct dicom_block *query = sets_block(
        "StudyDate=20240101 - 20240102;AccessionNumber=*;StudyTime=*;ReferringPhysicianName=*;0009,1001:LO=x;"
        "PatientID=1\\2;0010,F777:LO=x;StudyInstanceUID=1.2\\1.3;QueryRetrieveLevel=STUDY");
    struct match_plan *plan = sets_plan(query, (struct match_options){ .used = &used });
    assert_int_equal(used.spaced_range, 1);
    assert_int_equal(used.star_alone, 1); /* the time; the others have wild cards */
    assert_int_equal(used.unknown_key, 2);
    assert_int_equal(used.query_level, 1);
    assert_int_equal(used.several_values, 1); /* UIDs are a list by right */
    match_plan_free(&plan);
    dicom_block_free(&query);
}

/* PS3.4 K.2.2.1.1.2, Table K.4-1; PS3.5 7.8.1: without its creator nobody can know what a private attribute is. What
 * describes the query, and what a worklist has no use for, is no key. */
static void attributes_that_are_not_supported_make_it_partial(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        bool partial;
    } rows[] = {
        { "PatientID=;0009,1001:LO=", true },
        { "ScheduledProcedureStepSequence={Modality=CT;0009,1001:LO=x}", true },
        { "0010,F777:LO=x", true },
        { "0009,0010:LO=ACME;0009,1001:LO=x", false },
        { "0009,0010:LO=ACME;0009,1101:LO=x", true }, /* of a block that nobody reserved */
        { "OtherPatientIDs=1;PatientID=", false },    /* retired, and still an attribute */
        { "SpecificCharacterSet=ISO_IR 192;QueryRetrieveLevel=STUDY;TimezoneOffsetFromUTC=+0100;PatientID=", false },
        { "ScheduledProcedureStepSequence={ScheduledProtocolCodeSequence={CodeMeaning=x}}", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dicom_block *query = sets_block(rows[i].query);
        struct match_plan *plan = sets_plan(query, (struct match_options){ 0 });
        if (match_plan_is_partial(plan) != rows[i].partial)
            fail_msg("%s", rows[i].query);
        match_plan_free(&plan);
        dicom_block_free(&query);
    }
}

static void an_empty_query_matches_all(void **state)
{
    (void)state;
    static const struct sets_row rows[] = { { "", "PatientID=1", true } };
    SETS_CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_that_are_no_keys),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(values_are_bounded_in_all_keys_together),
        cmocka_unit_test(the_largest_query_has_room),
        cmocka_unit_test(what_is_forgiven_is_counted),
        cmocka_unit_test(attributes_that_are_not_supported_make_it_partial),
        cmocka_unit_test(an_empty_query_matches_all),
    };
    return cmocka_run_group_tests_name("match/plan", tests, NULL, NULL);
}
