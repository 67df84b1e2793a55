/* Answers for devices that stumble over what is empty (struct match_answer: omit_empty, omit_code_items). */
#include "sets.h"

#define STEP(inner)      "ScheduledProcedureStepSequence={" inner "}"
#define PROTOCOL(items)  "ScheduledProtocolCodeSequence=" items
#define PROCEDURE(items) "RequestedProcedureCodeSequence=" items

struct row {
    const char *key, *stored, *expected;
};

static void check(struct match_answer how, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sets_check_answer(rows[i].key, rows[i].stored, 0, &how, rows[i].expected);
}

#define CHECK(how, rows) check(how, rows, sizeof(rows) / sizeof *(rows))

static void no_attribute_without_a_value(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "PatientID=;PatientName=;PatientSex=;ReferencedStudySequence=;PregnancyStatus=",
          "PatientID=1;PatientName= ;PregnancyStatus=4;" STEP("Modality=CT"), "PatientID=1;PregnancyStatus=4" },
        { STEP("Modality=;ScheduledStationName="), STEP("Modality=CT;ScheduledStationName= "), STEP("Modality=CT") },
        { "PatientID=;" STEP("ScheduledStationName="), "PatientID=1;" STEP("Modality=CT"),
          "PatientID=1;ScheduledProcedureStepSequence=" }, /* of type 1, whatever it holds */
        /* a sequence of which no item, or nothing of its items, comes */
        { PROCEDURE("{CodeValue=A}"), PROCEDURE("{CodeValue=A}{CodeValue=B}"), PROCEDURE("{CodeValue=A}") },
        { "PatientID=;" PROCEDURE("{CodeMeaning=}"), "PatientID=1;" PROCEDURE("{CodeValue=A}"), "PatientID=1" },
        { "PatientID=;OtherPatientIDsSequence={IssuerOfPatientIDQualifiersSequence={UniversalEntityID=}}",
          "PatientID=1;OtherPatientIDsSequence={IssuerOfPatientIDQualifiersSequence={UniversalEntityID=}}",
          "PatientID=1" },
        /* all of a sequence */
        { "OtherPatientIDsSequence=",
          "OtherPatientIDsSequence={PatientID=1;IssuerOfPatientID=}{PatientID=}"
          "{PatientID=2;IssuerOfPatientIDQualifiersSequence={UniversalEntityID=}}",
          "OtherPatientIDsSequence={PatientID=1}{PatientID=2}" },
        { "PatientID=;OtherPatientIDsSequence=", "PatientID=1;OtherPatientIDsSequence={IssuerOfPatientID=}{}",
          "PatientID=1" },
        { "0009,0010:LO=ACME;0009,1001:LO=;PatientID=", "0009,0010:LO=ACME;0009,1001:LO=;PatientID=1", "PatientID=1" },
        { "RequestedProcedureDescription=;" PROCEDURE(""), STEP("Modality=CT"), "" },
        { STEP("ScheduledProcedureStepStartTime="), "TimezoneOffsetFromUTC=+0100;" STEP("Modality=CT"),
          "ScheduledProcedureStepSequence=" },
    };
    CHECK((struct match_answer){ .omit_empty = true }, rows);
}

static void no_item_without_a_code(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { STEP(PROTOCOL("{CodeValue=;CodingSchemeDesignator=;CodeMeaning=}")),
          STEP(PROTOCOL("{CodeMeaning=CT head}{CodeValue=A;CodingSchemeDesignator=99X;CodeMeaning=CT}")),
          STEP(PROTOCOL("{CodeValue=A;CodingSchemeDesignator=99X;CodeMeaning=CT}")) },
        { PROCEDURE("{CodeValue=}"), PROCEDURE("{CodeValue=A}"), PROCEDURE("") }, /* in no scheme */
        { PROCEDURE("{CodeValue=}"), PROCEDURE("{CodeValue=A;CodingSchemeDesignator= }"), PROCEDURE("") },
        { PROCEDURE("{CodeValue=;CodeMeaning=}"), PROCEDURE("{LongCodeValue=A;CodingSchemeDesignator=99X}"),
          PROCEDURE("{CodeMeaning=;LongCodeValue=A}") },
        { PROCEDURE("{URNCodeValue=}"), PROCEDURE("{URNCodeValue=urn:x}"), PROCEDURE("{URNCodeValue=urn:x}") },
        /* of the two that go for each other the one that is left */
        { "RequestedProcedureDescription=;" PROCEDURE("{CodeValue=}"),
          "RequestedProcedureDescription=CT;" PROCEDURE("{CodeMeaning=CT}"), "RequestedProcedureDescription=CT" },
        /* within a sequence that comes whole */
        { "PertinentDocumentsSequence=",
          "PertinentDocumentsSequence={ReferencedSOPClassUID=1;PurposeOfReferenceCodeSequence={CodeMeaning=x}}",
          "PertinentDocumentsSequence={ReferencedSOPClassUID=1;PurposeOfReferenceCodeSequence=}" },
        /* any other sequence */
        { "OtherPatientIDsSequence=", "OtherPatientIDsSequence={PatientID=1}",
          "OtherPatientIDsSequence={PatientID=1}" },
    };
    CHECK((struct match_answer){ .omit_code_items = true }, rows);

    static const struct row both[] = {
        { "PatientID=;" PROCEDURE("{CodeValue=}"), "PatientID=1;" PROCEDURE("{CodeMeaning=CT}"), "PatientID=1" },
        { "PertinentDocumentsSequence=",
          "PertinentDocumentsSequence={ReferencedSOPClassUID=1;PurposeOfReferenceCodeSequence={CodeMeaning=x}}",
          "PertinentDocumentsSequence={ReferencedSOPClassUID=1}" },
    };
    CHECK(((struct match_answer){ .omit_empty = true, .omit_code_items = true }), both);

    static const struct row off[] = { { PROCEDURE("{CodeMeaning=}"), PROCEDURE("{CodeMeaning=CT}"),
                                        PROCEDURE("{CodeMeaning=CT}") } };
    CHECK((struct match_answer){ .omit_empty = true }, off);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_attribute_without_a_value),
        cmocka_unit_test(no_item_without_a_code),
    };
    return cmocka_run_group_tests_name("match/omit", tests, NULL, NULL);
}
