/* The date of a moment is that of the clock on the wall. */
#include "../check.h"

#include <time.h>

#include "base/clock.h"

static void check(const char *zone, uint64_t seconds, const char *expected)
{
    char date[9];
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
    clock_local_date(seconds * 1000000 + 999999, date);
    assert_string_equal(date, expected);
}

static void dates_are_local(void **state)
{
    (void)state;
    check("UTC", 0, "19700101");
    check("UTC", 1767225599, "20251231"); /* 23:59:59 */
    check("UTC", 1767225600, "20260101");
    check("CET-1", 1767225599, "20260101");
    check("EST5", 1767225600, "20251231");
    check("EST5", 1767243600, "20260101");
    check("UTC", 1709164800, "20240229");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(dates_are_local) };
    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
