/* What is found in one file, where, and how bad it is; and what two files must not both have. tests/peer/test_check.py
 * has a fault of each kind. */
#include "../check.h"

#include <stdio.h>

#include "../match/sets.h"
#include "base/wr.h"
#include "check/check.h"

enum { CAP = 1 << 16 };

struct told {
    char text[8192];
    size_t n;
};

static void on_found(void *arg, const struct check_finding *f)
{
    struct told *told = arg;
    told->n += (size_t)snprintf(told->text + told->n, sizeof told->text - told->n, "%s %d %s: %s\n", f->file,
                                (int)f->level, f->path, f->what);
    assert_true(told->n < sizeof told->text);
}

#define WHOLE(step)                                                                                                    \
    "AccessionNumber=A1;ReferringPhysicianName=;ReferencedStudySequence=;ReferencedPatientSequence=;PatientName=A^B;"  \
    "PatientID=1;PatientBirthDate=;PatientSex=;PatientWeight=;MedicalAlerts=;Allergies=;PregnancyStatus=;"             \
    "StudyInstanceUID=1.2;RequestingPhysician=;RequestedProcedureDescription=X;AdmissionID=;SpecialNeeds=;"            \
    "CurrentPatientLocation=;PatientState=;ScheduledProcedureStepSequence={" STEP(                                     \
        step) "};RequestedProcedureID=R;RequestedProcedurePriority=;PatientTransportArrangements=;"                    \
              "ConfidentialityConstraintOnPatientDataDescription="
#define STEP(step)                                                                                                     \
    "Modality=CT;ScheduledStationAETitle=CT1;ScheduledProcedureStepStartDate=20261201;"                                \
    "ScheduledProcedureStepStartTime=0800;ScheduledPerformingPhysicianName=;ScheduledProcedureStepDescription=X;" step \
    ";ScheduledStationName=;ScheduledProcedureStepLocation="

/* Gives a data set as a file without meta information. */
static void look(struct check *check, const char *name, const char *text)
{
    struct dicom_writer writer;
    struct wr file;
    struct err err = { 0 };
    wr_init(&file, CAP);
    dicom_write_init(&writer, &file, SYNTAX_EXPLICIT_LE);
    sets_write(&writer, text);
    assert_true(check_file(check, name, wr_done(&file), &err));
    wr_fini(&file);
}

static const struct check_options options = { .limits = &limits_default };

#define FORGIVEN " 0 : it is forgiven a file without preamble and \"DICM\" (PS3.10 7.1)\n"
#define GUESSED                                                                                                        \
    " 0 : it is forgiven a file that names no transfer syntax, guessed from its first element (PS3.10 7.1)\n"

static void a_whole_entry_is_clean(void **state)
{
    (void)state;
    struct told told = { .n = 0 };
    struct check *check = check_new(&options, on_found, &told);
    look(check, "a", WHOLE("ScheduledProcedureStepID=S1"));
    check_finish(check);
    assert_string_equal(told.text, "a" FORGIVEN "a" GUESSED);
    check_free(&check);
}

static void findings_say_where(void **state)
{
    (void)state;
    struct told told = { .n = 0 };
    struct check *check = check_new(&options, on_found, &told);
    look(check, "a", WHOLE("ScheduledProtocolCodeSequence={CodeValue=12345678901234567};ScheduledProcedureStepID="));
    check_finish(check);
    assert_string_equal(told.text, "a" FORGIVEN "a" GUESSED
                                   "a 2 ScheduledProcedureStepSequence[0].ScheduledProcedureStepID: it is empty, and "
                                   "every entry must have it (type 1)\n"
                                   "a 1 ScheduledProcedureStepSequence[0].ScheduledProtocolCodeSequence[0].CodeValue: "
                                   "\"12345678901234567\" has 17 characters; 16 are allowed\n");
    check_free(&check);
}

static void what_two_files_share(void **state)
{
    (void)state;
    struct told told = { .n = 0 };
    struct check *check = check_new(&options, on_found, &told);
    look(check, "b", WHOLE("ScheduledProcedureStepID=S1"));
    look(check, "a", WHOLE("ScheduledProcedureStepID=S1"));
    look(check, "c",
         "StudyInstanceUID=1.2;ScheduledProcedureStepSequence={ScheduledProcedureStepID=S2}{ScheduledProcedureStepID="
         "S2}");
    told.n = 0; /* but for what each is alone */
    check_finish(check);
    assert_string_equal(
        told.text,
        "b 2 ScheduledProcedureStepSequence.ScheduledProcedureStepID: \"S1\" of the same study is in a too\n"
        "c 2 ScheduledProcedureStepSequence.ScheduledProcedureStepID: \"S2\" of the same study is in this file too\n");
    check_free(&check);
}

static void what_is_no_file(void **state)
{
    (void)state;
    struct told told = { .n = 0 };
    struct err err = { 0 };
    struct check *check = check_new(&options, on_found, &told);
    assert_true(check_file(check, "a", BYTES(""), &err));
    assert_true(check_file(check, "b", BYTES("\x10\0\x20\0LO\x10\0"), &err));
    check_finish(check);
    assert_non_null(strstr(told.text, "a 2 : not a DICOM file: it is empty\n"));
    assert_non_null(strstr(told.text, "b 2 : "));
    check_free(&check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_entry_is_clean),
        cmocka_unit_test(findings_say_where),
        cmocka_unit_test(what_two_files_share),
        cmocka_unit_test(what_is_no_file),
    };
    return cmocka_run_group_tests_name("check/check", tests, NULL, NULL);
}
