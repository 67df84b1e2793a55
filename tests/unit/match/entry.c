/* An entry against all keys: sequences, steps, empty values, private attributes, the station of the caller. */
#include "sets.h"

#include "dicom/dictionary.h"

#define STEP(inner) "ScheduledProcedureStepSequence={" inner "}"
#define CODES                                                                                                          \
    "ScheduledProtocolCodeSequence={CodeValue=A;CodingSchemeDesignator=X}{CodeValue=B;CodingSchemeDesignator=Y}"

static void keys_of_an_item_are_met_by_one_item(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { STEP("ScheduledProtocolCodeSequence={CodeValue=A;CodingSchemeDesignator=Y}"), STEP(CODES), false },
        { STEP("ScheduledProtocolCodeSequence={CodeValue=B;CodingSchemeDesignator=Y}"), STEP(CODES), true },
        { STEP("ScheduledProtocolCodeSequence={CodeValue=B;CodeMeaning=nothing}"), STEP(CODES), true },
        { STEP("ScheduledProtocolCodeSequence={CodeValue=A}"), STEP(""), false }, /* absent */
        { STEP("ScheduledProtocolCodeSequence={CodeValue=A}"), STEP("ScheduledProtocolCodeSequence="), false },
        { STEP("ScheduledProtocolCodeSequence={CodeValue=}"), STEP("Modality=CT"), true }, /* all universal */
        { STEP("ScheduledProtocolCodeSequence={CodeValue=*}"), STEP("Modality=CT"), true },
        { STEP("ScheduledProtocolCodeSequence={}"), STEP("Modality=CT"), true },
        { STEP("ScheduledProtocolCodeSequence="), STEP("Modality=CT"), true },
        { STEP("Modality=CT"), STEP("Modality=MR"), false },
        { "ScheduledProcedureStepSequence=", STEP("Modality=MR"), true },
        { "ScheduledProcedureStepSequence={}", STEP("Modality=MR"), true },
        /* the four levels that a name can be deep */
        { "ReferencedStudySequence={PurposeOfReferenceCodeSequence={EquivalentCodeSequence={CodeValue=A}}}",
          "ReferencedStudySequence={PurposeOfReferenceCodeSequence={EquivalentCodeSequence={CodeValue=A}}}", true },
        { "ReferencedStudySequence={PurposeOfReferenceCodeSequence={EquivalentCodeSequence={CodeValue=A}}}",
          "ReferencedStudySequence={PurposeOfReferenceCodeSequence={EquivalentCodeSequence={CodeValue=B}}}", false },
        /* never keys (PS3.4 Table K.6-1) */
        { STEP("ScheduledProtocolCodeSequence={ProtocolContextSequence={ValueType=TEXT}}"), STEP(CODES), true },
    };
    SETS_CHECK(rows);
}

/* PS3.3 8.1, 8.3: a code is its value in its scheme, in a version where one is said; its meaning is nobody's key. A
 * value of another length belongs in another attribute, and the three are not compared with each other. */
static void codes_go_by_value_and_scheme(void **state)
{
    (void)state;
#define REQUESTED(code) "RequestedProcedureCodeSequence={" code "}"
#define STORED          REQUESTED("CodeValue=A;CodingSchemeDesignator=X;CodingSchemeVersion=2;CodeMeaning=Skull")
    static const struct sets_row rows[] = {
        { REQUESTED("CodeValue=A;CodingSchemeDesignator=X"), STORED, true },
        { REQUESTED("CodeValue=A;CodingSchemeDesignator=Y"), STORED, false },
        { REQUESTED("CodeValue=B;CodingSchemeDesignator=X"), STORED, false },
        { REQUESTED("CodeValue=A;CodingSchemeDesignator=X;CodingSchemeVersion=2"), STORED, true },
        { REQUESTED("CodeValue=A;CodingSchemeDesignator=X;CodingSchemeVersion=3"), STORED, false },
        { REQUESTED("CodeValue=A;CodingSchemeDesignator=X;CodeMeaning=Knee"), STORED, true },
        { REQUESTED("CodeMeaning=Knee"), STORED, true },
        { REQUESTED("CodeValue=a"), STORED, false },
        { REQUESTED("LongCodeValue=A"), STORED, false },
        { REQUESTED("LongCodeValue=A*"), REQUESTED("LongCodeValue=ABCDEFGHIJKLMNOPQRSTUVWXYZ"), true },
        { REQUESTED("URNCodeValue=urn:oid:1.2"), REQUESTED("URNCodeValue=urn:oid:1.2"), true },
    };
    SETS_CHECK(rows);
}

static void an_empty_value_fails_every_key_but_a_universal_one(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "AccessionNumber=1", "AccessionNumber=", false },   { "AccessionNumber=1", "PatientID=1", false },
        { "AccessionNumber=?*", "AccessionNumber= ", false }, { "AccessionNumber=*", "PatientID=1", true },
        { "AccessionNumber=**", "PatientID=1", true },        { "AccessionNumber=", "PatientID=1", true },
        { "PatientName=DOE", "PatientID=1", false },          { "PatientWeight=1", "PatientWeight=", false },
    };
    SETS_CHECK(rows);
}

static void all_keys_count_and_some_elements_are_none(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientID=1;PatientSex=F", "PatientID=1;PatientSex=M", false },
        { "PatientID=1;PatientSex=F", "PatientID=1;PatientSex=F", true },
        { "SpecificCharacterSet=ISO_IR 192;PatientID=1", "PatientID=1", true },
        { "QueryRetrieveLevel=STUDY;PatientID=1", "PatientID=1", true },
        { "TimezoneOffsetFromUTC=+0100;PatientID=1", "TimezoneOffsetFromUTC=+0200;PatientID=1", true },
        { "0010,F777:LO=unknown;PatientID=1", "PatientID=1", true },
        { "OtherPatientIDs=1", "OtherPatientIDs=2", false }, /* retired, and a key like any other */
        /* of the step, but not in it: a key on what no entry has */
        { "ScheduledProtocolCodeSequence={CodeValue=A}", STEP(CODES), false },
    };
    SETS_CHECK(rows);
}

static void private_keys_go_by_their_creator(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "0009,0010:LO=ACME;0009,1001:LO=x", "0009,0011:LO=OTHER;0009,0012:LO=ACME ;0009,1201:LO=x", true },
        { "0009,0010:LO=ACME;0009,1001:LO=x", "0009,0010:LO=OTHER;0009,1001:LO=x", false },
        { "0009,0010:LO=ACME;0009,1001:LO=x", "0009,1001:LO=x", false },
        { "0009,1001:LO=x", "PatientID=1", true }, /* nobody can know what is meant */
        { "0009,0010:LO=;0009,1001:LO=x", "PatientID=1", true },
        { "0009,0010:LO=ACME", "PatientID=1", true }, /* a creator alone asks nothing */
        { "0009,0010:LO=ACME;0009,1001:SQ={PatientID=1}", "0009,0020:LO=ACME;0009,2001:SQ={PatientID=2}{PatientID=1}",
          true },
        { "0009,0010:LO=ACME;0009,1001:SQ={PatientID=1}", "0009,0010:LO=ACME;0009,1001:LO=1", false },
    };
    SETS_CHECK(rows);
}

#define TWO_STEPS                                                                                                      \
    "ScheduledProcedureStepSequence={Modality=CT;ScheduledStationAETitle=A}{Modality=MR;ScheduledStationAETitle=B\\C}"

static const struct match_key *match_step(const char *key, const char *stored, uint32_t step,
                                          struct match_options options, struct match_key *copy)
{
    struct dicom_block *query = sets_block(key), *entry = sets_block(stored);
    struct match_plan *plan = sets_plan(query, options);
    const struct match_key *failed = match_entry(plan, dicom_block_set(entry), step);
    static char text[64];
    if (failed) {
        *copy = *failed;
        assert_true(copy->text.n < sizeof text);
        memcpy(text, copy->text.p, copy->text.n);
        copy->text.p = (const uint8_t *)text;
    }
    match_plan_free(&plan);
    assert_null(plan);
    dicom_block_free(&query);
    dicom_block_free(&entry);
    return failed ? copy : NULL;
}

static void only_the_step_asked_about_is_looked_at(void **state)
{
    (void)state;
    struct match_key key;
    struct match_options options = { 0 };
    assert_null(match_step(STEP("Modality=CT"), TWO_STEPS, 0, options, &key));
    assert_non_null(match_step(STEP("Modality=CT"), TWO_STEPS, 1, options, &key));
    assert_non_null(match_step(STEP("Modality=MR"), TWO_STEPS, 0, options, &key));
    assert_null(match_step(STEP("Modality=MR"), TWO_STEPS, 1, options, &key));
}

static void the_station_of_the_caller_is_added(void **state)
{
    (void)state;
    struct match_key key;
    struct match_options options = { .only_device = true, .device.ae = span_str("C") };
    assert_null(match_step("PatientID=", TWO_STEPS, 1, options, &key));
    assert_null(match_step(STEP("ScheduledStationAETitle=B"), TWO_STEPS, 1, options, &key));
    assert_non_null(match_step("PatientID=", TWO_STEPS, 0, options, &key));
    assert_true(key.from_options);
    assert_int_equal(key.path[0], TAG_ScheduledProcedureStepSequence);
    assert_int_equal(key.path[1], TAG_ScheduledStationAETitle);
    assert_span(key.text, "C");
    /* what the query itself asks still holds */
    assert_non_null(match_step(STEP("ScheduledStationAETitle=A"), TWO_STEPS, 1, options, &key));
    assert_false(key.from_options);
    options.device.ae = span_str("*"); /* an AE title is no pattern */
    assert_non_null(match_step("PatientID=", TWO_STEPS, 1, options, &key));
    options.device.ae = span_str("c");
    assert_non_null(match_step("PatientID=", TWO_STEPS, 1, options, &key));
    options.device.ae = span_str(""); /* no title is no station's */
    assert_non_null(match_step("PatientID=", TWO_STEPS, 1, options, &key));
}

static void the_key_that_failed_is_told(void **state)
{
    (void)state;
    struct match_key key;
    struct match_options options = { 0 };
    assert_non_null(match_step("PatientID=1;" STEP("Modality=PT "), "PatientID=1;" TWO_STEPS, 0, options, &key));
    assert_int_equal(key.path[0], TAG_ScheduledProcedureStepSequence);
    assert_int_equal(key.path[1], TAG_Modality);
    assert_int_equal(key.path[2], 0);
    assert_span(key.text, "PT");

    assert_non_null(match_step("PregnancyStatus=3\\4", "PregnancyStatus=1", 0, options, &key));
    assert_int_equal(key.path[0], TAG_PregnancyStatus);
    assert_span(key.text, "3\\4");

    /* absent sequences: the key inside */
    assert_non_null(match_step(STEP("ScheduledProtocolCodeSequence={CodeValue=A}"), TWO_STEPS, 0, options, &key));
    assert_int_equal(key.path[1], TAG_ScheduledProtocolCodeSequence);
    assert_int_equal(key.path[2], TAG_CodeValue);

    assert_non_null(
        match_step("StudyDate=20240101-20240102;StudyTime=10-12", "StudyDate=20240101;StudyTime=09", 0, options, &key));
    assert_int_equal(key.path[0], TAG_StudyDate);
    assert_span(key.text, "20240101-20240102 10-12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_an_item_are_met_by_one_item),
        cmocka_unit_test(codes_go_by_value_and_scheme),
        cmocka_unit_test(an_empty_value_fails_every_key_but_a_universal_one),
        cmocka_unit_test(all_keys_count_and_some_elements_are_none),
        cmocka_unit_test(private_keys_go_by_their_creator),
        cmocka_unit_test(only_the_step_asked_about_is_looked_at),
        cmocka_unit_test(the_station_of_the_caller_is_added),
        cmocka_unit_test(the_key_that_failed_is_told),
    };
    return cmocka_run_group_tests_name("match/entry", tests, NULL, NULL);
}
