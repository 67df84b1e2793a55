/* Dates and times: one moment out of two attributes first, then ranges, then what a "-" means in a DT. */
#include "sets.h"

#include <stdio.h>

#include "dicom/dictionary.h"

#define STEP_START(date, time) "ScheduledProcedureStepStartDate=" date ";ScheduledProcedureStepStartTime=" time
#define QUERY(date, time)      "ScheduledProcedureStepSequence={" STEP_START(date, time) "}"

static void date_and_time_are_one_moment(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        /* both ranges: from 5 July 10:00 to 7 July 18:00 */
        { QUERY("20060705-20060707", "1000-1800"), QUERY("20060705", "095959"), false },
        { QUERY("20060705-20060707", "1000-1800"), QUERY("20060705", "1000"), true },
        { QUERY("20060705-20060707", "1000-1800"), QUERY("20060706", "0300"), true },
        { QUERY("20060705-20060707", "1000-1800"), QUERY("20060707", "180059.5"), true },
        { QUERY("20060705-20060707", "1000-1800"), QUERY("20060707", "1801"), false },
        { QUERY("20060705-20060706", "2200-0600"), QUERY("20060706", "0559"), true }, /* a night shift */
        { QUERY("20060705-20060706", "2200-0600"), QUERY("20060706", "0700"), false },
        { QUERY("20060705-20060706", "2200-0600"), QUERY("20060705", "0300"), false },
        { QUERY("20060705-", "1000-"), QUERY("20060706", "0900"), true },
        { QUERY("20060705-", "1000-"), QUERY("20060705", "0900"), false },
        { QUERY("-20060707", "-1800"), QUERY("20060706", "2300"), true },
        { QUERY("-20060707", "-1800"), QUERY("20060707", "1830"), false },
        { QUERY("-20060707", "-1800"), QUERY("20060707", "1800"), true },
        /* no moment without a time */
        { QUERY("20060705-20060707", "1000-1800"), QUERY("20060706", ""), false },
        { QUERY("20060705-20060707", ""), QUERY("20060706", ""), true },
        /* forms that differ: each alone */
        { QUERY("20240105", "0800-1200"), QUERY("20240105", "0930"), true },
        { QUERY("20240105", "0800-1200"), QUERY("20240106", "0930"), false },
        { QUERY("20240105-20240107", "0930"), QUERY("20240106", "0930"), true },
        { QUERY("20240105-20240107", "0930"), QUERY("20240106", "0931"), false },
        { QUERY("20240105-", "-1200"), QUERY("20240106", "1300"), false },
        { QUERY("20240105-", "-1200"), QUERY("20240106", "1200"), true },
        /* another pair, and two that are none */
        { "StudyDate=20060705-20060707;StudyTime=1000-1800", "StudyDate=20060706;StudyTime=0300", true },
        { "StudyDate=20060705-20060707;PatientBirthTime=1000-1800", "StudyDate=20060706;PatientBirthTime=0300", false },
    };
    SETS_CHECK(rows);
}

static void single_values_go_by_meaning(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "StudyTime=2230", "StudyTime=223000", true },
        { "StudyTime=2230", "StudyTime=223000.000", true },
        { "StudyTime=2230", "StudyTime=223015", false },
        { "StudyTime=22:30:00", "StudyTime=2230", true },
        { "StudyTime=22", "StudyTime=2200", true },
        { "StudyDate=2024.01.05", "StudyDate=20240105", true },
        { "StudyDate=20240105 ", "StudyDate=2024.01.05", true },
        { "StudyDate=20240105\\20240107", "StudyDate=20240107", true },
        { "StudyDate=20240105\\20240107", "StudyDate=20240106", false },
        { "StudyDate=20240105", "StudyDate=", false },
        { "StudyDate=20240105", "StudyDate=yesterday", false },
    };
    SETS_CHECK(rows);
}

static void ranges_hold_their_bounds(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "StudyDate=20240105-20240107", "StudyDate=20240105", true },
        { "StudyDate=20240105-20240107", "StudyDate=20240107", true },
        { "StudyDate=20240105-20240107", "StudyDate=20240108", false },
        { "StudyDate=20240105 - 20240107", "StudyDate=20240106", true },
        { "StudyDate=20240105-", "StudyDate=20991231", true },
        { "StudyDate=20240105-", "StudyDate=20240104", false },
        { "StudyDate=-20240105", "StudyDate=00010101", true },
        { "StudyDate=-20240105", "StudyDate=20240106", false },
        { "StudyDate=20240101-20240102\\20240105-", "StudyDate=20240106", true },
        { "StudyDate=20240101-20240102\\20240105-", "StudyDate=20240103", false },
        { "StudyDate=20240105-20240105", "StudyDate=20240105", true },
        { "StudyTime=12-14", "StudyTime=145959.999999", true },
        { "StudyTime=12-14", "StudyTime=1500", false },
        { "StudyTime=-1800", "StudyTime=180059", true },
        { "StudyTime=120000-", "StudyTime=12", true },
        { "StudyDate=20240105-20240107", "StudyDate=", false },
    };
    SETS_CHECK(rows);
}

#define DT(value) "ScheduledProcedureStepStartDateTime=" value

static void a_dash_in_a_date_time(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { DT("20240105100000-0500"), DT("20240105150000+0000"), true }, /* an offset: one instant */
        { DT("20240105100000-0500"), DT("20240105100000+0000"), false },
        { DT("20240105100000-0500"), DT("20240105100000"), true }, /* no offset there: by the clock */
        { DT("20240105100000"), DT("20240105100000+0300"), true },
        { DT("20240105-20240106"), DT("20240106235959"), true }, /* a range */
        { DT("20240105-20240106"), DT("20240107"), false },
        { DT("202401051000-0500-202401051200-0500"), DT("202401051600+0000"), true }, /* three dashes */
        { DT("202401051000-0500-202401051200-0500"), DT("202401051100+0000"), false },
        { DT("202401051000-0500-"), DT("202401051459+0000"), false },
        { DT("202401051000-0500-"), DT("202401051500+0000"), true },
        { DT("-202401051000-0500"), DT("202401051500+0000"), true },
        { DT("-202401051000-0500"), DT("202401051501+0000"), false },
        { DT("2024-2025"), DT("20250601"), true }, /* 2025 is no offset */
        { DT("2024-2025-0500"), DT("202501010000"), true },
    };
    SETS_CHECK(rows);
}

/* PS3.4 K.5.1: where no timezone adjustment was negotiated, both sides are taken as their clocks show. */
static void a_zone_moves_no_time(void **state)
{
    (void)state;
#define IN(zone) "TimezoneOffsetFromUTC=" zone ";"
    static const struct sets_row rows[] = {
        { IN("+0100") QUERY("20240105", "1000"), IN("+0000") QUERY("20240105", "1000"), true },
        { IN("+0100") QUERY("20240105", "1000"), IN("+0000") QUERY("20240105", "0900"), false },
        { IN("+0100") QUERY("20240105-20240105", "1000-1100"), QUERY("20240105", "1000"), true },
        { QUERY("20240105", "0000-0100"), IN("+0500") QUERY("20240105", "0030"), true },
        { IN("+0100") DT("20240105100000"), IN("+0000") DT("20240105100000"), true },
    };
    SETS_CHECK(rows);
}

/* PS3.4 K.5.1, byte 4: what was written in one zone is found in another. */
static void negotiated_zones_move_times(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { IN("+0100") QUERY("20240105", "1000"), IN("+0000") QUERY("20240105", "0900"), true },
        { IN("+0100") QUERY("20240105", "1000"), IN("+0000") QUERY("20240105", "1000"), false },
        { IN("+0100") QUERY("20240105", ""), IN("+0000") QUERY("20240104", "233000"), true }, /* on another day */
        { IN("+0100") QUERY("20240104", ""), IN("+0000") QUERY("20240104", "233000"), false },
        { IN("+0100") QUERY("20240104", ""), IN("+0000") QUERY("20240104", ""), true }, /* a day without a time */
        { IN("+0100") QUERY("", "0000-0100"), IN("+0000") QUERY("20240104", "2330"), true },
        { IN("+0100") QUERY("", "0000-0100"), IN("+0000") QUERY("", "2330"), true },
        { IN("-1200") QUERY("20240103", "2000"), IN("+1400") QUERY("20240104", "2200"), true },
        { IN("+1400") QUERY("20240104", "2200"), IN("-1200") QUERY("20240103", "2000"), true },
        { IN("+1400") QUERY("20240105", "0000"), IN("-1200") QUERY("20240103", "2200"), true }, /* two dates away */
        { IN("+0530") QUERY("20240105-20240105", "1000-1100"), IN("+0000") QUERY("20240105", "0500"), true },
        { IN("+0530") QUERY("20240105-20240105", "1000-1100"), IN("+0000") QUERY("20240105", "1030"), false },
        { IN("+0100") DT("20240105100000"), IN("+0000") DT("20240105090000"), true },
        { IN("+0100") DT("20240105100000"), DT("20240105090000+0000"), true },
        { IN("+0100") DT("20240105100000+0000"), IN("+0200") DT("20240105120000"), true },
        { IN("+0100") DT("20240105100000"), DT("20240105100000"), true }, /* nobody knows where that was */
        { IN("+0100") DT("202401051000-202401051100"), IN("+0000") DT("202401050930"), true },
        /* who does not say where he is, or nothing that can be, is taken as his clock shows */
        { QUERY("20240105", "1000"), IN("+0500") QUERY("20240105", "1000"), true },
        { IN("+0100") QUERY("20240105", "1000"), QUERY("20240105", "1000"), true },
        { IN("+0100") QUERY("20240105", "1000"), IN("+1500") QUERY("20240105", "1000"), true },
        { IN("0100") QUERY("20240105", "1000"), IN("+0500") QUERY("20240105", "1000"), true },
        /* a birthday is one everywhere */
        { IN("+1400") "PatientBirthDate=19700101;PatientBirthTime=2300",
          IN("-1200") "PatientBirthDate=19700101;PatientBirthTime=2300", true },
        { IN("+1400") "StudyDate=20240105", IN("-1200") "StudyDate=20240103;StudyTime=2200", true },
    };
    SETS_CHECK_WITH(rows, .adjust_zone = true);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const struct sets_fault faults[] = {
        { QUERY("2026-13-45", ""), ERR_SYNTAX, TAG_ScheduledProcedureStepStartDate, "Neither a date nor a range" },
        { "StudyDate=20261345", ERR_SYNTAX, TAG_StudyDate, "Neither a date" },
        { "StudyDate=-", ERR_SYNTAX, TAG_StudyDate, "Neither a date" },
        { "StudyDate=20240101-20240102-", ERR_SYNTAX, TAG_StudyDate, "Neither a date" },
        { "StudyDate=today", ERR_SYNTAX, TAG_StudyDate, "Neither a date" },
        { "StudyDate=2024*", ERR_SYNTAX, TAG_StudyDate, "No wild cards in VR DA" },
        { "StudyTime=1000+0100", ERR_SYNTAX, TAG_StudyTime, "Neither a time" }, /* no offsets in a TM (C.2.2.2.5.2) */
        { "StudyTime=25", ERR_SYNTAX, TAG_StudyTime, "Neither a time" },
        { "StudyDate=20240107-20240105", ERR_SYNTAX, TAG_StudyDate, "ends before it begins" },
        { "StudyTime=1800-0600", ERR_SYNTAX, TAG_StudyTime, "ends before it begins" },
        { QUERY("20240105", "1800-0600"), ERR_SYNTAX, TAG_ScheduledProcedureStepStartTime, "ends before" },
        { QUERY("20240105-20240105", "1800-0600"), ERR_SYNTAX, TAG_ScheduledProcedureStepStartTime, "ends before" },
        { DT("20240105-0000"), ERR_SYNTAX, TAG_ScheduledProcedureStepStartDateTime, "" },
        { DT("2024-06-01"), ERR_SYNTAX, TAG_ScheduledProcedureStepStartDateTime, "Neither a date and time" },
    };
    SETS_CHECK_FAULTS(faults);
}

/* Dates and times of equal form compare as their digits do: a plain judge for what combining does. */
static void random_moments_agree_with_their_digits(void **state)
{
    (void)state;
    uint32_t seed = 20261123;
    unsigned matched = 0;
    for (int round = 0; round < 3000; round++) {
        char days[3][9], times[3][5], key[160], stored[160], bounds[3][16];
        for (int i = 0; i < 3; i++) {
            seed = seed * 1664525u + 1013904223u;
            snprintf(days[i], sizeof days[i], "202402%02u", 27 + (seed >> 30));
            if (seed >> 30 == 3)
                strcpy(days[i], "20240301");
            snprintf(times[i], sizeof times[i], "%02u%02u", (seed >> 20 & 15) + 4, seed >> 10 & 31);
            snprintf(bounds[i], sizeof bounds[i], "%s%s", days[i], times[i]);
        }
        if (strcmp(bounds[0], bounds[1]) > 0)
            continue;
        snprintf(key, sizeof key, "StudyDate=%s-%s;StudyTime=%s-%s", days[0], days[1], times[0], times[1]);
        snprintf(stored, sizeof stored, "StudyDate=%s;StudyTime=%s", days[2], times[2]);
        bool within = strcmp(bounds[0], bounds[2]) <= 0 && strcmp(bounds[2], bounds[1]) <= 0;
        matched += within;
        struct sets_row row = { key, stored, within };
        sets_check(&row, 1, false);
    }
    assert_in_range(matched, 100, 1400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_and_time_are_one_moment), cmocka_unit_test(single_values_go_by_meaning),
        cmocka_unit_test(ranges_hold_their_bounds),     cmocka_unit_test(a_dash_in_a_date_time),
        cmocka_unit_test(a_zone_moves_no_time),         cmocka_unit_test(negotiated_zones_move_times),
        cmocka_unit_test(what_is_no_date_is_refused),   cmocka_unit_test(random_moments_agree_with_their_digits),
    };
    return cmocka_run_group_tests_name("match/moment", tests, NULL, NULL);
}
