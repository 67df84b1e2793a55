/* UTF-8: what RFC 3629 allows, and nothing else. */
#include "../check.h"

#include "base/utf8.h"

static void every_code_point_comes_back(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 16);
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        wr_reset(&w);
        utf8_put(&w, c);
        struct span s = wr_done(&w);
        assert_int_equal(utf8_next(&s), c);
        assert_int_equal(s.n, 0);
    }
    wr_fini(&w);
}

static void bad_bytes_are_one_each(void **state)
{
    (void)state;
    static const char *const bad[] = { "\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                       "\xC3", "\xE2\x82", "\xFF" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct span s = span_str(bad[i]);
        assert_false(utf8_valid(s));
        assert_int_equal(utf8_next(&s), UTF8_BAD);
        assert_int_equal(s.n, strlen(bad[i]) - 1);
    }
    assert_int_equal(utf8_length(BYTES("M\xC3\xBCller\xFF")), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(bad_bytes_are_one_each),
    };
    return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
