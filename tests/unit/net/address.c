/* Addresses: as people write them, and as the log shows them. */
#include "../check.h"

#include "net/address.h"

static void what_can_be_written_comes_back(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        { "127.0.0.1:4242", "127.0.0.1:4242", "127.0.0.1" },
        { "0.0.0.0:0", "0.0.0.0:0", "0.0.0.0" },
        { "[::1]:104", "[::1]:104", "::1" },
        { "[2001:DB8:0::7]:65535", "[2001:db8::7]:65535", "2001:db8::7" },
        { "[::ffff:192.0.2.7]:1", "192.0.2.7:1", "192.0.2.7" }, /* an IPv4 peer of an IPv6 socket */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_address a;
        struct err err = { 0 };
        char text[NET_ADDRESS_TEXT];
        assert_true(net_address_parse(rows[i][0], &a, &err));
        assert_string_equal(net_address_text(&a, text), rows[i][1]);
        assert_string_equal(net_address_host(&a, text), rows[i][2]);
    }
}

static void what_is_none_is_refused_with_an_example(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",          "4242",          ":4242",      "127.0.0.1",   "127.0.0.1:",  "::1:4242",   "[::1]",
        "[::1:4242", "1.2.3.4:65536", "1.2.3.4:-1", "[1.2.3.4]:1", "localhost:1", "1.2.3.4: 80"
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_address a;
        struct err err = { 0 };
        assert_false(net_address_parse(rows[i], &a, &err));
        assert_non_null(strstr(err.what, "192.0.2.7:4242"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_written_comes_back),
        cmocka_unit_test(what_is_none_is_refused_with_an_example),
    };
    return cmocka_run_group_tests_name("net/address", tests, NULL, NULL);
}
