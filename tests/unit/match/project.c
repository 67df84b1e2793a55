/* Answers: a query, an entry, and the data set that is sent. */
#include "sets.h"

#include "dicom/dictionary.h"

#define STEP(inner) "ScheduledProcedureStepSequence={" inner "}"

struct row {
    const char *key, *stored, *expected;
};

#define CHECK(rows)                                                                                                    \
    for (size_t i_ = 0; i_ < sizeof(rows) / sizeof *(rows); i_++)                                                      \
    sets_check_answer((rows)[i_].key, (rows)[i_].stored, 0, NULL, (rows)[i_].expected)

static void one_step_of_several(void **state)
{
    (void)state;
    const char *stored = "PatientID=1;ScheduledProcedureStepSequence={Modality=CT;ScheduledProcedureStepID=1}"
                         "{Modality=MR;ScheduledProcedureStepID=2}";
    sets_check_answer(STEP("Modality="), stored, 1, NULL, STEP("Modality=MR"));
    sets_check_answer("ScheduledProcedureStepSequence=", stored, 0, NULL,
                      STEP("Modality=CT;ScheduledProcedureStepID=1"));
    sets_check_answer("ScheduledProcedureStepSequence={}", stored, 1, NULL,
                      STEP("Modality=MR;ScheduledProcedureStepID=2"));
    sets_check_answer("PatientID=", stored, 1, NULL, "PatientID=1");
}

static void everything_asked_for_comes_back_and_nothing_else(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "PatientID=;PatientName=;PatientBirthDate=;PregnancyStatus=;ReferencedStudySequence=",
          "PatientID=1;PatientSex=M",
          "ReferencedStudySequence=;PatientName=;PatientID=1;PatientBirthDate=;PregnancyStatus=" },
        { "PatientID=1", "PatientID=1", "PatientID=1" },            /* a key is returned as well */
        { "StudyTime=10", "StudyTime=100000", "StudyTime=100000" }, /* as it is stored */
        { "QueryRetrieveLevel=STUDY;PatientID=", "QueryRetrieveLevel=STUDY;PatientID=1", "PatientID=1" },
        { "0010,F777:LO=;PatientID=", "0010,F777:LO=x;PatientID=1", "PatientID=1" },
        { "TimezoneOffsetFromUTC=+0100;PatientID=", "PatientID=1", "PatientID=1" },
        { "TimezoneOffsetFromUTC=+0100", "TimezoneOffsetFromUTC=-0500", "TimezoneOffsetFromUTC=-0500" },
        { STEP("ScheduledStationAETitle=B"), STEP("ScheduledStationAETitle=A\\B"),
          STEP("ScheduledStationAETitle=A\\B") }, /* all values */
        { "0010,1030:SH=", "PatientWeight=70", "PatientWeight=70" },
        { "", "PatientID=1", "" },
    };
    CHECK(rows);
}

/* PS3.4 K.4.1.1.3: times are to be read in the zone that the entry names, so who gets a time gets that zone. */
static void times_come_with_their_zone(void **state)
{
    (void)state;
#define ZONE "TimezoneOffsetFromUTC=+0100"
    static const struct row rows[] = {
        { "PatientID=;" STEP("ScheduledProcedureStepStartTime="),
          ZONE ";PatientID=1;" STEP("ScheduledProcedureStepStartTime=10"),
          ZONE ";PatientID=1;" STEP("ScheduledProcedureStepStartTime=10") },
        { "StudyDate=", ZONE ";StudyDate=20240105", "StudyDate=20240105;" ZONE },
        { "StudyDate=", ZONE ";StudyDate=", "StudyDate=" },
        { "StudyDate=", "StudyDate=20240105", "StudyDate=20240105" },
        { "PatientID=", ZONE ";PatientID=1;StudyDate=20240105", "PatientID=1" },
        { "ScheduledProcedureStepSequence=", ZONE ";" STEP("ScheduledProcedureStepStartTime=10"),
          ZONE ";" STEP("ScheduledProcedureStepStartTime=10") },
        { "ScheduledProcedureStepSequence=", ZONE ";" STEP("Modality=CT"), STEP("Modality=CT") },
    };
    CHECK(rows);
}

/* PS3.4 Table K.6-1a: who gets references to HL7 documents gets what they are. */
static void references_to_documents_come_with_their_instances(void **state)
{
    (void)state;
#define DOCUMENT "{ReferencedSOPClassUID=1;ReferencedSOPInstanceUID=2}"
#define HL7      "HL7StructuredDocumentReferenceSequence={ReferencedSOPInstanceUID=2;HL7InstanceIdentifier=x}"
    static const struct row rows[] = {
        { "PertinentDocumentsSequence={ReferencedSOPInstanceUID=}",
          "PatientID=1;PertinentDocumentsSequence=" DOCUMENT ";" HL7,
          "PertinentDocumentsSequence={ReferencedSOPInstanceUID=2};" HL7 },
        { "PertinentDocumentsSequence=", "PertinentDocumentsSequence=" DOCUMENT,
          "PertinentDocumentsSequence=" DOCUMENT },
        { "PatientID=", "PatientID=1;PertinentDocumentsSequence=" DOCUMENT ";" HL7, "PatientID=1" },
        { "HL7StructuredDocumentReferenceSequence={HL7InstanceIdentifier=y}", HL7,
          "HL7StructuredDocumentReferenceSequence={HL7InstanceIdentifier=x}" },
    };
    CHECK(rows);
}

#define CODE(value)    "{CodeValue=" value ";CodingSchemeDesignator=99X}"
#define CODES(items)   "ScheduledProtocolCodeSequence=" items
#define CODES_AND_TEXT "ScheduledProcedureStepDescription=;ScheduledProtocolCodeSequence="

static void items_that_meet_the_keys(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { STEP(CODES("{CodeValue=B}")), STEP(CODES(CODE("A") CODE("B"))), STEP(CODES("{CodeValue=B}")) },
        { STEP(CODES("{CodeValue=;CodeMeaning=}")), STEP(CODES(CODE("A") CODE("B"))),
          STEP(CODES("{CodeValue=A;CodeMeaning=}{CodeValue=B;CodeMeaning=}")) },
        { STEP(CODES("")), STEP(CODES(CODE("A") CODE("B"))), STEP(CODES(CODE("A") CODE("B"))) },
        { STEP(CODES("{}")), STEP(CODES(CODE("A") CODE("B"))), STEP(CODES(CODE("A") CODE("B"))) },
        { STEP(CODES("{CodeValue=}")), STEP("Modality=CT"), STEP(CODES("")) }, /* no item rather than an empty one */
        { STEP(CODES("{CodeMeaning=x}")), STEP(CODES("{CodeValue=A;CodeMeaning=y}")), STEP(CODES("{CodeMeaning=y}")) },
        { STEP(CODES("{0009,1001:LO=}")), STEP(CODES("{CodeValue=A}")), STEP(CODES("")) },
        /* any form of a code is asked for, the one that is stored comes back */
        { STEP(CODES("{CodeValue=}")), STEP(CODES("{LongCodeValue=AAAA}")), STEP(CODES("{LongCodeValue=AAAA}")) },
        { STEP(CODES("{LongCodeValue=;URNCodeValue=}")), STEP(CODES("{CodeValue=A}")), STEP(CODES("{CodeValue=A}")) },
        { STEP(CODES("{CodeValue=;CodeMeaning=}")), STEP(CODES("{CodeMeaning=y}")),
          STEP(CODES("{CodeValue=;CodeMeaning=y}")) },
    };
    CHECK(rows);
}

static void alternatives_of_type_1c(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { STEP(CODES_AND_TEXT), STEP("ScheduledProcedureStepDescription=D"),
          STEP("ScheduledProcedureStepDescription=D") },
        { STEP(CODES_AND_TEXT), STEP(CODES(CODE("A"))), STEP(CODES(CODE("A"))) },
        { STEP(CODES_AND_TEXT), STEP("ScheduledProcedureStepDescription=D;" CODES(CODE("A"))),
          STEP("ScheduledProcedureStepDescription=D;" CODES(CODE("A"))) },
        { STEP(CODES_AND_TEXT), STEP("Modality=CT"), STEP(CODES_AND_TEXT) }, /* neither: both, empty */
        { STEP(CODES_AND_TEXT), STEP("ScheduledProcedureStepDescription=D;" CODES("{CodeValue=;CodeMeaning=}")),
          STEP("ScheduledProcedureStepDescription=D") },
        { STEP("Modality=;" CODES("")), STEP("Modality=CT;ScheduledProcedureStepDescription=D"), STEP("Modality=CT") },
        { "RequestedProcedureDescription=;RequestedProcedureCodeSequence={CodeValue=}",
          "RequestedProcedureDescription=D", "RequestedProcedureDescription=D" },
    };
    CHECK(rows);
}

static void no_reference_to_nothing(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ReferencedStudySequence={ReferencedSOPClassUID=;ReferencedSOPInstanceUID=}",
          "ReferencedStudySequence={ReferencedSOPClassUID=;ReferencedSOPInstanceUID=}", "ReferencedStudySequence=" },
        { "ReferencedPatientSequence=",
          "ReferencedPatientSequence={ReferencedSOPClassUID=;ReferencedSOPInstanceUID=}"
          "{ReferencedSOPClassUID=1;ReferencedSOPInstanceUID=2}",
          "ReferencedPatientSequence={ReferencedSOPClassUID=1;ReferencedSOPInstanceUID=2}" },
        { "AdmittingDiagnosesCodeSequence=", "AdmittingDiagnosesCodeSequence={}", "AdmittingDiagnosesCodeSequence=" },
    };
    CHECK(rows);
}

static void private_attributes_with_their_creator(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "0009,0010:LO=ACME;0009,1001:LO=;0009,1002:LO=",
          "0009,0010:LO=OTHER;0009,0011:LO=ACME;0009,1001:LO=o;0009,1101:LO=x",
          "0009,0010:LO=ACME;0009,1001:LO=x" }, /* in the blocks of the query */
        { "0009,0010:LO=ACME;0009,1001:LO=;PatientID=", "0009,0010:LO=ACME;PatientID=1", "PatientID=1" },
        { "0009,0010:LO=ACME;PatientID=", "0009,0010:LO=ACME;PatientID=1", "PatientID=1" },
        { "0009,0010:LO=ACME;0009,0011:LO=BETA;0009,1001:LO=;0009,1101:UN=",
          "0009,0010:LO=BETA;0009,0011:LO=ACME;0009,1001:LO=b;0009,1101:LO=a",
          "0009,0010:LO=ACME;0009,0011:LO=BETA;0009,1001:LO=a;0009,1101:LO=b" },
        { "0009,0010:LO=ACME;0009,1001:UN=", "0009,0010:LO=ACME;0009,1001:SQ={PatientID=1}",
          "0009,0010:LO=ACME;0009,1001:SQ={PatientID=1}" },
        { STEP("0009,0010:LO=ACME;0009,1001:LO="), STEP("0009,0077:LO=ACME;0009,7701:LO=x"),
          STEP("0009,0010:LO=ACME;0009,1001:LO=x") },
    };
    CHECK(rows);
}

static void private_attributes_are_left_out_on_request(void **state)
{
    (void)state;
    const struct match_answer how = { .no_private = true };
    sets_check_answer("0009,0010:LO=ACME;0009,1001:LO=;PatientID=", "0009,0010:LO=ACME;0009,1001:LO=x;PatientID=1", 0,
                      &how, "PatientID=1");
    sets_check_answer("ScheduledProcedureStepSequence=", STEP("Modality=CT;0009,0010:LO=ACME;0009,1001:LO=x"), 0, &how,
                      STEP("Modality=CT"));
}

static void a_full_writer_is_the_callers_to_notice(void **state)
{
    (void)state;
    struct dicom_block *query = sets_block("PatientID=;" STEP("Modality="));
    struct dicom_block *entry = sets_block("PatientID=1;" STEP("Modality=CT"));
    struct match_plan *plan = sets_plan(query, (struct match_options){ 0 });
    for (size_t cap = 0; cap < 36; cap++) {
        struct wr bytes;
        struct dicom_writer writer;
        wr_init(&bytes, cap);
        dicom_write_init(&writer, &bytes, SYNTAX_IMPLICIT_LE);
        match_project(plan, dicom_block_set(entry), 0, &(struct match_answer){ 0 }, &writer);
        assert_true(bytes.failed);
        wr_fini(&bytes);
    }
    match_plan_free(&plan);
    dicom_block_free(&query);
    dicom_block_free(&entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_step_of_several),
        cmocka_unit_test(everything_asked_for_comes_back_and_nothing_else),
        cmocka_unit_test(times_come_with_their_zone),
        cmocka_unit_test(references_to_documents_come_with_their_instances),
        cmocka_unit_test(items_that_meet_the_keys),
        cmocka_unit_test(alternatives_of_type_1c),
        cmocka_unit_test(no_reference_to_nothing),
        cmocka_unit_test(private_attributes_with_their_creator),
        cmocka_unit_test(private_attributes_are_left_out_on_request),
        cmocka_unit_test(a_full_writer_is_the_callers_to_notice),
    };
    return cmocka_run_group_tests_name("match/project", tests, NULL, NULL);
}
