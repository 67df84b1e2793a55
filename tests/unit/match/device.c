/* What the profile of a device lets it see: names of its station, entries of no station, days. */
#include "sets.h"

#include "dicom/dictionary.h"

#define STEP(inner)    "ScheduledProcedureStepSequence={" inner "}"
#define STATION(title) STEP("ScheduledStationAETitle=" title)

static const struct span aliases[] = { { (const uint8_t *)"CT_OLD", 6 }, { (const uint8_t *)"CT 2", 4 } };

struct row {
    const char *key, *stored;
    bool expected, nobodys;
};

static void check(struct match_options options, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct dicom_block *query = sets_block(rows[i].key), *stored = sets_block(rows[i].stored);
        struct match_plan *plan = sets_plan(query, options);
        bool matched = !match_entry(plan, dicom_block_set(stored), 0);
        if (matched != rows[i].expected)
            fail_msg("row %zu: %s against %s is %s", i, rows[i].key, rows[i].stored, matched ? "a match" : "no match");
        if (matched && match_entry_is_nobodys(plan, dicom_block_set(stored), 0) != rows[i].nobodys)
            fail_msg("row %zu: %s is nobody's: %d", i, rows[i].stored, !rows[i].nobodys);
        match_plan_free(&plan);
        dicom_block_free(&query);
        dicom_block_free(&stored);
    }
}

#define CHECK(options, rows) check(options, rows, sizeof(rows) / sizeof *(rows))

/* A key that names the device asks for all its names; any other station stays the one that was asked for. */
static void one_station_of_several_names(void **state)
{
    (void)state;
    struct match_options options = { .device = { BYTES("CT1"), aliases, 2, false, { NULL, 0 } } };
    static const struct row rows[] = {
        { STATION("CT1"), STATION("CT1"), true, false },
        { STATION("CT1"), STATION("CT_OLD"), true, false },
        { STATION(" CT1 "), STATION("MR1\\ CT 2 "), true, false },
        { STATION("CT_OLD"), STATION("CT1"), true, false },
        { STATION("MR1\\CT 2"), STATION("CT1"), true, false },
        { STATION("MR1\\CT 2"), STATION("MR1"), true, false },
        { STATION("CT1"), STATION("MR1"), false, false },
        { STATION("CT1"), STATION("ct_old"), false, false },
        { STATION("CT1"), STATION(""), false, false },
        { STATION("MR1"), STATION("CT1"), false, false },
        { STATION("MR1"), STATION("CT_OLD"), false, false },
        { STATION("CT*"), STATION("CT_OLD"), true, false },
        { STATION("CT?"), STATION("CT_OLD"), false, false }, /* a pattern is no name */
        { STATION(""), STATION("MR1"), true, false },
        { "PatientID=", STATION("MR1"), true, false },
        { "PatientID=CT1", "PatientID=CT_OLD;" STATION("CT1"), false, false }, /* of the station alone */
        { STEP("ScheduledStationName=CT1"), STEP("ScheduledStationName=CT_OLD"), false, false },
    };
    CHECK(options, rows);
}

/* FilterIssuerAet goes by the same names, whatever the query asks. */
static void the_filter_has_the_same_names(void **state)
{
    (void)state;
    struct match_options options = { .only_device = true, .device = { BYTES("CT1"), aliases, 2, false, { NULL, 0 } } };
    static const struct row rows[] = {
        { "PatientID=", STATION("CT1"), true, false },           { "PatientID=", STATION("CT_OLD"), true, false },
        { "PatientID=", STATION("MR1"), false, false },          { "PatientID=", STATION(""), false, false },
        { STATION("CT1"), STATION("CT 2"), true, false },        { STATION("MR1"), STATION("MR1"), false, false },
        { STATION("MR1"), STATION("MR1\\CT_OLD"), true, false },
    };
    CHECK(options, rows);
}

static void entries_without_a_station(void **state)
{
    (void)state;
    struct match_options options = { .device = { BYTES("CT1"), NULL, 0, true, { NULL, 0 } } };
    static const struct row rows[] = {
        { STATION("CT1"), STEP("Modality=CT"), true, true },
        { STATION("CT1"), STATION(""), true, true },
        { STATION("CT1"), STATION(" \\ "), true, true },
        { STATION("MR1"), STATION(""), true, true },
        { STATION("CT*"), STATION(""), true, true },
        { STATION("CT1"), STATION("CT1"), true, false },
        { STATION("CT1"), STATION("MR1"), false, false },
        { STEP("ScheduledStationAETitle=CT1;Modality=CT"), STEP("Modality=MR"), false, false },
        { "PatientID=", STATION(""), true, false }, /* would have been shown anyway */
        { STEP("ScheduledStationName=A"), STEP("Modality=CT"), false, false },
    };
    CHECK(options, rows);

    options.only_device = true;
    static const struct row filtered[] = {
        { "PatientID=", STATION(""), true, true },
        { "PatientID=", STATION("MR1"), false, false },
        { "PatientID=", STATION("CT1"), true, false },
        { STATION("MR1"), STATION("MR1"), false, false },
    };
    CHECK(options, filtered);

    options = (struct match_options){ .only_device = true, .device = { BYTES("CT1"), NULL, 0, false, { NULL, 0 } } };
    static const struct row off[] = { { "PatientID=", STATION(""), false, false },
                                      { STATION("CT1"), STEP("Modality=CT"), false, false } };
    CHECK(options, off);
}

/* Beside what the device asks for, which stays a condition of its own. */
static void some_days(void **state)
{
    (void)state;
#define DATE(date) STEP("ScheduledProcedureStepStartDate=" date)
    struct match_options options = { .device = { .days = BYTES("20260104-20260106") } };
    static const struct row rows[] = {
        { "PatientID=", DATE("20260103"), false, false },
        { "PatientID=", DATE("20260104"), true, false },
        { "PatientID=", DATE("2026.01.06"), true, false },
        { "PatientID=", DATE("20260107"), false, false },
        { "PatientID=", DATE(""), false, false },
        { DATE("20260103-20260104"), DATE("20260104"), true, false },
        { DATE("20260103-20260104"), DATE("20260103"), false, false },
        { DATE("20260103-20260104"), DATE("20260105"), false, false },
        { DATE("20260110"), DATE("20260110"), false, false },
        { STEP("ScheduledProcedureStepStartDate=20260105-;ScheduledProcedureStepStartTime=12-"),
          STEP("ScheduledProcedureStepStartDate=20260106;ScheduledProcedureStepStartTime=08"), true, false },
    };
    CHECK(options, rows);
    options.device.days = BYTES("20260104-");
    static const struct row from[] = { { "PatientID=", DATE("20260103"), false, false },
                                       { "PatientID=", DATE("20991231"), true, false } };
    CHECK(options, from);
    options.device.days = BYTES("-20260104");
    static const struct row to[] = { { "PatientID=", DATE("19000101"), true, false },
                                     { "PatientID=", DATE("20260105"), false, false } };
    CHECK(options, to);
}

/* An explanation tells what was asked from what was added. */
static void the_condition_that_failed_is_told(void **state)
{
    (void)state;
    struct dicom_block *query = sets_block("PatientID="), *entry = sets_block(DATE("20260103"));
    struct match_plan *plan =
        sets_plan(query, (struct match_options){ .device = { .days = BYTES("20260104-20260106") } });
    const struct match_key *failed = match_entry(plan, dicom_block_set(entry), 0);
    assert_non_null(failed);
    assert_true(failed->from_options);
    assert_int_equal(failed->path[0], TAG_ScheduledProcedureStepSequence);
    assert_int_equal(failed->path[1], TAG_ScheduledProcedureStepStartDate);
    assert_span(failed->text, "20260104-20260106");
    match_plan_free(&plan);
    dicom_block_free(&query);
    dicom_block_free(&entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_station_of_several_names),      cmocka_unit_test(the_filter_has_the_same_names),
        cmocka_unit_test(entries_without_a_station),         cmocka_unit_test(some_days),
        cmocka_unit_test(the_condition_that_failed_is_told),
    };
    return cmocka_run_group_tests_name("match/device", tests, NULL, NULL);
}
