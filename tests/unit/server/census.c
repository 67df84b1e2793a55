/* The census: limits in all and for each address, and a place for an answer beyond them. */
#include "../check.h"

#include <stdio.h>

#include "server/census.h"

static void limits_in_all_and_for_each_address(void **state)
{
    (void)state;
    struct server_census c;
    server_census_init(&c);
    assert_int_equal(server_census_enter(&c, "192.0.2.1", 4, 2), CENSUS_WELCOME);
    assert_int_equal(server_census_enter(&c, "192.0.2.1", 4, 2), CENSUS_WELCOME);
    assert_int_equal(server_census_enter(&c, "192.0.2.1", 4, 2), CENSUS_OVER);
    assert_int_equal(server_census_enter(&c, "192.0.2.1", 4, 2), CENSUS_OVER);
    assert_int_equal(server_census_enter(&c, "192.0.2.1", 4, 2), CENSUS_REFUSE);
    /* Those beyond the limit of their address take no place of others. */
    assert_int_equal(server_census_enter(&c, "192.0.2.2", 4, 2), CENSUS_WELCOME);
    assert_int_equal(server_census_enter(&c, "192.0.2.2", 4, 2), CENSUS_WELCOME);
    assert_int_equal(server_census_enter(&c, "192.0.2.3", 4, 2), CENSUS_OVER); /* four are welcome in all */
    server_census_leave(&c, "192.0.2.2", CENSUS_WELCOME);
    assert_int_equal(server_census_enter(&c, "192.0.2.1", 4, 2), CENSUS_REFUSE);
    server_census_leave(&c, "192.0.2.1", CENSUS_WELCOME);
    assert_int_equal(server_census_enter(&c, "192.0.2.1", 4, 2), CENSUS_WELCOME);
    server_census_leave(&c, "192.0.2.1", CENSUS_WELCOME);
    server_census_leave(&c, "192.0.2.1", CENSUS_WELCOME);
    server_census_leave(&c, "192.0.2.1", CENSUS_OVER);
    server_census_leave(&c, "192.0.2.1", CENSUS_OVER);
    server_census_leave(&c, "192.0.2.2", CENSUS_WELCOME);
    server_census_leave(&c, "192.0.2.3", CENSUS_OVER);
    assert_int_equal(c.all.there, 0);
    assert_int_equal(c.all.welcome, 0);
    assert_int_equal(c.row_count, 0);
    server_census_fini(&c);
}

static void rows_go_with_their_last_connection(void **state)
{
    (void)state;
    struct server_census c;
    server_census_init(&c);
    char host[32];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            snprintf(host, sizeof host, "192.0.2.%d", i);
            assert_int_equal(server_census_enter(&c, host, 1000, 32), CENSUS_WELCOME);
        }
        assert_int_equal(c.row_count, 100);
        for (int i = 0; i < 100; i++) {
            snprintf(host, sizeof host, "192.0.2.%d", (i * 37) % 100);
            server_census_leave(&c, host, CENSUS_WELCOME);
        }
        assert_int_equal(c.row_count, 0);
        assert_int_equal(c.all.there, 0);
    }
    server_census_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_in_all_and_for_each_address),
        cmocka_unit_test(rows_go_with_their_last_connection),
    };
    return cmocka_run_group_tests_name("server/census", tests, NULL, NULL);
}
