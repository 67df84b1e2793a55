/* Options of a profile as a plan and an answer have them, and what the log says. */
#include "../check.h"

#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "service/profile.h"

enum { NOON = 1767225600 + 12 * 3600 }; /* 2026-01-01, UTC */

static const struct config_profile nothing = { .name = "",
                                               .file = "",
                                               .calling_aet = "",
                                               .implementation_class_uid = "",
                                               .implementation_version = "",
                                               .address = "",
                                               .days_before_today = CONFIG_NO_DAYS,
                                               .days_after_today = CONFIG_NO_DAYS,
                                               .number = 1 };

static void check_days(uint64_t seconds, uint32_t before, uint32_t after, const char *expected)
{
    struct config_profile profile = nothing;
    struct match_device device = { .ae = BYTES("CT1") };
    struct service_days room;
    profile.days_before_today = before;
    profile.days_after_today = after;
    service_profile_plan(&profile, seconds * 1000000, &device, &room);
    assert_string_equal(room.text, expected);
    assert_true(span_is(device.days, expected));
    assert_true(span_is(device.ae, "CT1"));
}

static void days_around_today(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
    tzset();
    check_days(NOON, 0, 0, "20260101-20260101");
    check_days(NOON, 1, 7, "20251231-20260108");
    check_days(NOON, 365, CONFIG_NO_DAYS, "20250101-");
    check_days(NOON, CONFIG_NO_DAYS, 58, "-20260228");
    check_days(NOON, CONFIG_NO_DAYS, 59, "-20260301");
    check_days(NOON, 36500, 36500, "19260126-21251208");

    assert_int_equal(setenv("TZ", "XXX-13", 1), 0); /* where tomorrow has begun */
    tzset();
    check_days(NOON, 0, 0, "20260102-20260102");
}

static void nothing_is_set_of_itself(void **state)
{
    (void)state;
    struct match_device device = { .ae = BYTES("CT1") };
    struct match_answer answer = { .no_private = true };
    struct service_days room;
    service_profile_plan(&nothing, 0, &device, &room);
    service_profile_answer(&nothing, &answer);
    assert_null(device.days.p);
    assert_int_equal(device.alias_count, 0);
    assert_false(device.without_station || answer.omit_empty || answer.omit_code_items);
    assert_true(answer.no_private);
}

static void each_option_goes_where_it_works(void **state)
{
    (void)state;
    static const struct span titles[] = { { (const uint8_t *)"CT2", 3 } };
    struct match_device device = { .alias_count = 0 };
    struct match_answer answer = { .narrow = true };
    struct service_days room;
    struct config_profile profile = nothing;
    profile.station_aliases = (struct config_titles){ titles, 1 };
    service_profile_plan(&profile, 0, &device, &room);
    assert_ptr_equal(device.aliases, titles);
    assert_int_equal(device.alias_count, 1);
    assert_false(device.without_station);

    profile = nothing;
    profile.show_entries_without_station = true;
    service_profile_plan(&profile, 0, &device, &room);
    assert_true(device.without_station);
    assert_int_equal(device.alias_count, 0);

    profile = nothing;
    profile.omit_empty_attributes = true;
    service_profile_answer(&profile, &answer);
    assert_true(answer.omit_empty && !answer.omit_code_items && answer.narrow);

    profile = nothing;
    profile.omit_empty_code_items = true;
    service_profile_answer(&profile, &answer);
    assert_true(answer.omit_code_items && !answer.omit_empty);
}

static void take(void *arg, enum log_level level, const char *line, size_t n, const char *text)
{
    (void)line;
    (void)n;
    assert_int_equal(level, LOG_INFO);
    snprintf(arg, 256, "%s", text);
}

static void the_log_names_it(void **state)
{
    (void)state;
    char told[256] = "";
    assert_true(log_start(take, told));
    struct config_profile profile = nothing;
    profile.limit_is_success = true;
    service_profile_log(&profile, "CT1", "192.0.2.7");
    log_stop();
    assert_string_equal(told, "CT1 at 192.0.2.7 has profile 1: LimitIsSuccess\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_around_today),
        cmocka_unit_test(nothing_is_set_of_itself),
        cmocka_unit_test(each_option_goes_where_it_works),
        cmocka_unit_test(the_log_names_it),
    };
    return cmocka_run_group_tests_name("service/profile", tests, NULL, NULL);
}
