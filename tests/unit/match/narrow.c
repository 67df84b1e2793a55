/* Answers in the words of the query: what a key below the top level asks for, and nothing that the entry does not say.
 */
#include "sets.h"

#include <stdio.h>

#define STEP(inner) "ScheduledProcedureStepSequence={" inner "}"

struct row {
    const char *key, *stored, *expected; /* the inside of the step */
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char key[256], stored[256], expected[256];
        snprintf(key, sizeof key, STEP("%s"), rows[i].key);
        snprintf(stored, sizeof stored, STEP("%s"), rows[i].stored);
        snprintf(expected, sizeof expected, STEP("%s"), rows[i].expected);
        sets_check_answer(key, stored, 0, &(struct match_answer){ .narrow = true }, expected);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void one_value_of_several(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ScheduledStationAETitle=B", "ScheduledStationAETitle=A\\B", "ScheduledStationAETitle=B" },
        { "ScheduledStationAETitle=X\\B\\A", "ScheduledStationAETitle=A\\B", "ScheduledStationAETitle=A" },
        { "ScheduledStationAETitle=B*", "ScheduledStationAETitle=A\\BC\\BD", "ScheduledStationAETitle=BC" },
        { "ScheduledStationAETitle=", "ScheduledStationAETitle=A\\B", "ScheduledStationAETitle=A\\B" },
        { "ScheduledStationAETitle=*", "ScheduledStationAETitle=A\\B", "ScheduledStationAETitle=A\\B" },
        { "CommentsOnTheScheduledProcedureStep=a\\b", "CommentsOnTheScheduledProcedureStep=a\\b",
          "CommentsOnTheScheduledProcedureStep=a\\b" },
    };
    CHECK(rows);
}

/* Of several numbers the one that was asked for, written as the key writes it. */
static void a_number_as_the_key_has_it(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "PatientWeight=70", "PatientWeight=70.0", "PatientWeight=70" },
        { "PatientWeight=7e1", "PatientWeight=12\\x\\70.0", "PatientWeight=7e1" },
        { "PatientWeight=5\\70", "PatientWeight=70.0\\5.0", "PatientWeight=70" },
        { "PatientWeight=", "PatientWeight=70.0", "PatientWeight=70.0" },
        { "PatientWeight=*", "PatientWeight=70.0\\5", "PatientWeight=70.0\\5" },
        { "0020,0013:IS=7", "0020,0013:IS=+7", "InstanceNumber=7" },
    };
    CHECK(rows);
}

static void a_time_in_full_or_as_the_key_has_it(void **state)
{
    (void)state;
    static const struct row rows[] = {
#define DATE "ScheduledProcedureStepStartDate="
#define TIME "ScheduledProcedureStepStartTime="
        { TIME "100000", TIME "10", TIME "100000" },
        { TIME "10", TIME "100000", TIME "10" },
        { TIME "100000-", TIME "10", TIME "100000" },
        { TIME "093000-", TIME "10", TIME "100000" },
        { TIME "0800-12", TIME "120000", TIME "12" },
        { TIME "0800-12", TIME "121500", TIME "121500" },
        { TIME "08-", TIME "08:30:15", TIME "083015" },
        { DATE "20261123", DATE "2026.11.23", DATE "20261123" },
        { DATE "2026.11.23", DATE "20261123", DATE "2026.11.23" },
        { DATE "20261101-20261130", DATE "2026.11.23", DATE "20261123" },
        { DATE "20261123-20261124;" TIME "18-06", DATE "20261124;" TIME "02",
          DATE "20261124;" TIME "020000" }, /* one moment of both */
    };
    CHECK(rows);
}

static void a_name_as_the_key_has_it(void **state)
{
    (void)state;
    static const struct row rows[] = {
#define NAME "ScheduledPerformingPhysicianName="
        { NAME "DOE^JOHN", NAME "DOE^JOHN^^^", NAME "DOE^JOHN" },
        { NAME "DOE^JOHN^^", NAME "DOE^JOHN", NAME "DOE^JOHN^^" },
        { NAME "doe^john", NAME "DOE^JOHN^", NAME "DOE^JOHN" },
        { NAME "DOE^JOHN", NAME "DOE^JOHN=Y", NAME "DOE^JOHN" },
        { NAME "DOE^?OHN", NAME "DOE^JOHN^^", NAME "DOE^JOHN" },
        { NAME "DOE^*", NAME "DOE^JOHN=Y", NAME "DOE^JOHN=Y" },
    };
    CHECK(rows);
}

static void inside_an_item_as_well(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ScheduledProtocolCodeSequence={CodeValue=1;CodingSchemeDesignator=}",
          "ScheduledProtocolCodeSequence={CodeValue=1;CodingSchemeDesignator=99X}",
          "ScheduledProtocolCodeSequence={CodeValue=1;CodingSchemeDesignator=99X}" },
    };
    CHECK(rows);
}

static void nothing_at_the_top_level(void **state)
{
    (void)state;
    sets_check_answer("PatientName=DOE^JOHN", "PatientName=DOE^JOHN^^^;" STEP("Modality=CT"), 0,
                      &(struct match_answer){ .narrow = true }, "PatientName=DOE^JOHN^^^");
}

static void private_attributes_stay_at_home(void **state)
{
    (void)state;
    static const struct match_answer how = { .no_private = true };
    sets_check_answer("0009,0010:LO=ACME;0009,1001:LO=;PatientID=",
                      "0009,0010:LO=ACME;0009,1001:LO=x;PatientID=1;" STEP("Modality=CT"), 0, &how, "PatientID=1");
    sets_check_answer(STEP("0009,0010:LO=ACME;0009,1001:LO=;Modality="),
                      STEP("0009,0010:LO=ACME;0009,1001:LO=x;Modality=CT"), 0, &how, STEP("Modality=CT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_of_several),
        cmocka_unit_test(a_number_as_the_key_has_it),
        cmocka_unit_test(a_time_in_full_or_as_the_key_has_it),
        cmocka_unit_test(a_name_as_the_key_has_it),
        cmocka_unit_test(inside_an_item_as_well),
        cmocka_unit_test(nothing_at_the_top_level),
        cmocka_unit_test(private_attributes_stay_at_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
