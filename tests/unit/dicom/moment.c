/* Dates and times: every day there is, none that there is not, and how much time a short text names. */
#include "../check.h"

#include <stdio.h>

#include "dicom/value.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static struct dicom_moments date(const char *text)
{
    struct dicom_moments m = { 0, 0 };
    if (!dicom_value_date(span_str(text), &m))
        fail_msg("'%s' is a date", text);
    return m;
}

static struct dicom_moments datetime(const char *text, bool offset)
{
    struct dicom_moments m = { 0, 0 };
    bool has_offset = !offset;
    if (!dicom_value_datetime(span_str(text), &m, &has_offset) || has_offset != offset)
        fail_msg("'%s' is a DT", text);
    return m;
}

/* Counts days by hand through all years; whatever is not the next day must be refused. */
static void the_calendar_has_no_gap(void **state)
{
    (void)state;
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t expected = -60 * DAY; /* January and February of the leap year 0 */
    for (int year = 0; year <= 9999; year++)
        for (int month = 0; month <= 13; month++)
            for (int day = 0; day <= 32; day++) {
                char text[16];
                snprintf(text, sizeof text, "%04d%02d%02d", year, month, day);
                bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
                bool exists = month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
                struct dicom_moments m;
                if (dicom_value_date(span_str(text), &m) != exists)
                    fail_msg("%s", text);
                if (!exists)
                    continue;
                if (m.first != expected || m.last != expected + DAY - 1)
                    fail_msg("%s at %lld", text, (long long)m.first);
                char again[2][9];
                dicom_value_print_date(m.first, again[0]);
                dicom_value_print_date(m.last, again[1]);
                assert_string_equal(again[0], text);
                assert_string_equal(again[1], text);
                expected += DAY;
            }
    char beyond[9];
    dicom_value_print_date(expected, beyond);
    assert_string_equal(beyond, "99999999");
    dicom_value_print_date(INT64_MAX, beyond);
    assert_string_equal(beyond, "99999999");
    dicom_value_print_date(-60 * DAY - 1, beyond);
    assert_string_equal(beyond, "00000000");
    dicom_value_print_date(INT64_MIN, beyond);
    assert_string_equal(beyond, "00000000");
    /* 1970-01-01 is day 719,468 of this scale */
    assert_int_equal(date("19700101").first / DAY, 719468);
    assert_int_equal(date("00000301").first, 0);
}

static void a_date_is_nothing_but_a_date(void **state)
{
    (void)state;
    assert_int_equal(date("2026.11.23").first, date("20261123").first);
    assert_int_equal(date("20261123 ").first, date("20261123").first);
    assert_int_equal(date("2000.02.29").last, date("20000229").last);
    struct dicom_moments m = { 1, 2 };
    assert_true(dicom_value_date(BYTES("20261123\0"), &m));
    m = (struct dicom_moments){ 1, 2 };
    static const char *const bad[] = {
        "",
        " ",
        "*",
        "2026",
        "202611",
        "2026112",
        "202611233",
        " 20261123",
        "2026 1123",
        "2026-11-23",
        "2026-13-45",
        "2026/11/23",
        "2026.1123",
        "202611.23",
        "2026.11.2",
        "2026.11.233",
        "2026.02.30",
        "19000229",
        "20261123-",
        "-20261123",
        "-00011123",
        "+2026112",
        "20261123x",
        "2026112O",
        "20261123-20261124",
        "\"\"",
        "2026.11.23.",
        ".20261123",
        "20261123\\20261124",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (dicom_value_date(span_str(bad[i]), &m))
            fail_msg("'%s'", bad[i]);
    assert_false(dicom_value_date(BYTES("2026\0"
                                        "1123"),
                                  &m));
    assert_false(dicom_value_date(BYTES("\xB2\xB0\xB2\xB6"
                                        "1123"),
                                  &m));
    assert_false(dicom_value_date((struct span){ NULL, 0 }, &m));
    assert_int_equal(m.first, 1);
    assert_int_equal(m.last, 2);
}

static void every_second_of_the_day(void **state)
{
    (void)state;
    struct dicom_moments m;
    for (int hour = 0; hour <= 25; hour++)
        for (int minute = 0; minute <= 61; minute++)
            for (int second = 0; second <= 62; second++) {
                char text[16];
                snprintf(text, sizeof text, "%02d%02d%02d", hour, minute, second);
                bool exists = hour < 24 && minute < 60 && second <= 60;
                if (dicom_value_time(span_str(text), &m) != exists)
                    fail_msg("%s", text);
                int64_t at = hour * HOUR + minute * MINUTE + second * SECOND;
                if (exists && second < 60 && (m.first != at || m.last != at + SECOND - 1))
                    fail_msg("%s", text);
                if (exists && second == 60 && (m.first != at - 1 || m.last != at - 1))
                    fail_msg("%s", text);
            }
}

static void a_short_time_is_a_span_of_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t first, width;
    } cases[] = {
        { "10", 10 * HOUR, HOUR },
        { "1030", 10 * HOUR + 30 * MINUTE, MINUTE },
        { "103007", 10 * HOUR + 30 * MINUTE + 7 * SECOND, SECOND },
        { "103007.5", 10 * HOUR + 30 * MINUTE + 7500000, 100000 },
        { "103007.05", 10 * HOUR + 30 * MINUTE + 7050000, 10000 },
        { "103007.123", 10 * HOUR + 30 * MINUTE + 7123000, 1000 },
        { "103007.1234", 10 * HOUR + 30 * MINUTE + 7123400, 100 },
        { "103007.12345", 10 * HOUR + 30 * MINUTE + 7123450, 10 },
        { "103007.123456", 10 * HOUR + 30 * MINUTE + 7123456, 1 },
        { "235959.999999", DAY - 1, 1 },
        { "235960", DAY - 1, 1 },
        { "235960.5", DAY - 1, 1 },
        { "000000.0", 0, 100000 },
        { "10:30", 10 * HOUR + 30 * MINUTE, MINUTE },
        { "10:30:07", 10 * HOUR + 30 * MINUTE + 7 * SECOND, SECOND },
        { "10:30:07.25", 10 * HOUR + 30 * MINUTE + 7250000, 10000 },
        { "1030 ", 10 * HOUR + 30 * MINUTE, MINUTE },
    };
    struct dicom_moments m;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!dicom_value_time(span_str(cases[i].text), &m) || m.first != cases[i].first
            || m.last != cases[i].first + cases[i].width - 1)
            fail_msg("'%s'", cases[i].text);
}

static void a_time_is_nothing_but_a_time(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           " ",        "*",           "1",
        "103",        "10300",    "24",          "2400",
        "240000",     "1060",     "103061",      " 10",
        "10 30",      "10:3007",  "1030:07",     "10:",
        "10:30:",     ":1030",    "103007.",     "103007.1234567",
        "1030.5",     "10.5",     "103007,5",    "103007. 5",
        "103007.5.5", "103007.x", "-10",         "10-",
        "10-12",      "10+0100",  "103007-0500", "103007.5-",
        "10\\11",     "1030Z",
    };
    struct dicom_moments m = { 1, 2 };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (dicom_value_time(span_str(bad[i]), &m))
            fail_msg("'%s'", bad[i]);
    assert_int_equal(m.first, 1);
    assert_int_equal(m.last, 2);
}

static void a_short_datetime_is_a_span_of_time(void **state)
{
    (void)state;
    int64_t new_year = date("20240101").first, leap_day = date("20240229").first;
    static const struct {
        const char *text;
        int from_leap_day; /* else from the new year */
        int64_t first, width;
    } cases[] = {
        { "2024", 0, 0, 366 * DAY },
        { "202401", 0, 0, 31 * DAY },
        { "202402", 0, 31 * DAY, 29 * DAY },
        { "20240229", 1, 0, DAY },
        { "2024022917", 1, 17 * HOUR, HOUR },
        { "202402291730", 1, 17 * HOUR + 30 * MINUTE, MINUTE },
        { "20240229173015", 1, 17 * HOUR + 30 * MINUTE + 15 * SECOND, SECOND },
        { "20240229173015.25", 1, 17 * HOUR + 30 * MINUTE + 15250000, 10000 },
        { "20240229235960", 1, DAY - 1, 1 },
        { "20240229 ", 1, 0, DAY },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t first = (cases[i].from_leap_day ? leap_day : new_year) + cases[i].first;
        struct dicom_moments m = datetime(cases[i].text, false);
        if (m.first != first || m.last != first + cases[i].width - 1)
            fail_msg("'%s'", cases[i].text);
    }
    assert_int_equal(datetime("2023", false).last + 1, new_year);
    assert_int_equal(datetime("9999", false).last, date("99991231").last);
    assert_int_equal(datetime("0000", false).first, date("00000101").first);
}

static void an_offset_moves_a_datetime_to_utc(void **state)
{
    (void)state;
    int64_t noon = date("20240229").first + 12 * HOUR;
    static const struct {
        const char *text;
        int64_t from_noon, width;
    } cases[] = {
        { "2024022912+0000", 0, HOUR },
        { "202402291200+0100", -HOUR, MINUTE },
        { "20240229120000-0530", 5 * HOUR + 30 * MINUTE, SECOND },
        { "20240229120000.000000+1400", -14 * HOUR, 1 },
        { "20240229120000.5-1200", 12 * HOUR + 500000, 100000 },
        { "20240229+0845", -12 * HOUR - 8 * HOUR - 45 * MINUTE, DAY },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dicom_moments m = datetime(cases[i].text, true);
        if (m.first != noon + cases[i].from_noon || m.last != m.first + cases[i].width - 1)
            fail_msg("'%s'", cases[i].text);
    }
    /* A range of years to some eyes; who cares asks first whether a key is a range. */
    assert_int_equal(datetime("2024-0600", true).first, date("20240101").first + 6 * HOUR);
    assert_int_equal(datetime("202402-0600 ", true).first, date("20240201").first + 6 * HOUR);
}

static void a_datetime_is_nothing_but_a_datetime(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "*",
        "202",
        "20241",
        "202413",
        "202400",
        "2024010",
        "20240230",
        "20240132",
        "2024010124",
        "202401011260",
        "20240101120061",
        "20240101120000.",
        "20240101120000.1234567",
        "202401011200.5",
        "2024-01-01",
        "2024.01.01",
        "2024010112:00",
        "2024+",
        "2024+1",
        "2024+01",
        "2024+010",
        "2024+01000",
        "2024+1401",
        "2024+1500",
        "2024-1201",
        "2024-1300",
        "2024-0000",
        "2024+0060",
        "2024+01:00",
        "2024-0100-0100",
        "2024-2025",
        "20240101-20240102",
        "-2024",
        "2024-",
        " 2024",
        "2024 0101",
        "2024+0100x",
        "20240101120000Z",
        "20240101\\20240102",
    };
    struct dicom_moments m = { 1, 2 };
    bool has_offset = true;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (dicom_value_datetime(span_str(bad[i]), &m, &has_offset))
            fail_msg("'%s'", bad[i]);
    assert_int_equal(m.first, 1);
    assert_true(has_offset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_calendar_has_no_gap),           cmocka_unit_test(a_date_is_nothing_but_a_date),
        cmocka_unit_test(every_second_of_the_day),           cmocka_unit_test(a_short_time_is_a_span_of_time),
        cmocka_unit_test(a_time_is_nothing_but_a_time),      cmocka_unit_test(a_short_datetime_is_a_span_of_time),
        cmocka_unit_test(an_offset_moves_a_datetime_to_utc), cmocka_unit_test(a_datetime_is_nothing_but_a_datetime),
    };
    return cmocka_run_group_tests_name("dicom/moment", tests, NULL, NULL);
}
