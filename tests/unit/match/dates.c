/* The start dates that a plan leaves to look at. */
#include "sets.h"

#include <stdio.h>

static void check_options(struct match_options options, const char *key, const char *expected)
{
    struct dicom_block *query = sets_block(key);
    struct match_plan *plan = sets_plan(query, options);
    struct match_dates dates;
    char got[32] = "any";
    if (match_plan_dates(plan, &dates))
        snprintf(got, sizeof got, "%s %s", dates.first, dates.last);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: %s, not %s", key, got, expected);
    match_plan_free(&plan);
    dicom_block_free(&query);
}

static void check_with(struct match_device device, const char *key, const char *expected)
{
    check_options((struct match_options){ .device = device }, key, expected);
}

static void check(const char *key, const char *expected)
{
    check_with((struct match_device){ .alias_count = 0 }, key, expected);
}

static void a_key_for_the_start_date_of_the_step(void **state)
{
    (void)state;
#define START "ScheduledProcedureStepSequence={ScheduledProcedureStepStartDate="
    check(START "20261123}", "20261123 20261123");
    check(START "2026.11.23}", "20261123 20261123");
    check(START "20261123-20261201}", "20261123 20261201");
    check(START "20261123-}", "20261123 99999999");
    check(START "-20261123}", "00000000 20261123");
    check(START "20261123\\20261101}", "20261101 20261123");
    check(START "20261123-20261124;ScheduledProcedureStepStartTime=1800-0600}", "20261123 20261124");
    check(START "20261123-;ScheduledProcedureStepStartTime=1800-}", "20261123 99999999");
    check(START "20261123;ScheduledProcedureStepStartTime=0600-1800}", "20261123 20261123");
}

static void anything_else_leaves_all(void **state)
{
    (void)state;
    check("PatientBirthDate=20261123", "any");
    check("ScheduledProcedureStepSequence=", "any");
    check(START "}", "any");
    check(START "*}", "any");
    check("ScheduledProcedureStepSequence={Modality=CT}", "any");
    check("RequestedProcedureCodeSequence={ScheduledProcedureStepStartDate=20261123}", "any");
}

/* From -1200 to +1400 a moment changes its date by two. */
static void another_zone_may_have_another_day(void **state)
{
    (void)state;
    struct match_options options = { .adjust_zone = true };
    check_options(options, "TimezoneOffsetFromUTC=+1400;" START "20261123}", "20261121 20261125");
    check_options(options, "TimezoneOffsetFromUTC=+1400;" START "20261123-}", "20261121 99999999");
    check_options(options, START "20261123}", "20261123 20261123");
    options.device.days = BYTES("20261122-20261124"); /* of the place where the entries are */
    check_options(options, "TimezoneOffsetFromUTC=+1400;" START "20261123}", "20261122 20261124");
}

static void the_days_that_a_device_is_shown(void **state)
{
    (void)state;
    struct match_device device = { .days = BYTES("20261122-20261124") };
    check_with(device, "PatientID=", "20261122 20261124");
    check_with(device, START "20261123}", "20261123 20261123");
    check_with(device, START "20261123-}", "20261123 20261124");
    check_with(device, START "20261201}", "20261201 20261124"); /* none */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_for_the_start_date_of_the_step),
        cmocka_unit_test(anything_else_leaves_all),
        cmocka_unit_test(another_zone_may_have_another_day),
        cmocka_unit_test(the_days_that_a_device_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
