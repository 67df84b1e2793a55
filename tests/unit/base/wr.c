/* The capped writer: grows, patches lengths, and stops for good at its cap. */
#include "../check.h"

#include "base/wr.h"

static void writes_both_byte_orders(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 64);
    wr_u16be(&w, 0x0102);
    wr_u16le(&w, 0x0102);
    wr_u32be(&w, 0x01020304);
    wr_u32le(&w, 0x01020304);
    wr_fill(&w, 'x', 2);
    wr_fmt(&w, "%d", 42);
    assert_span(wr_done(&w), "\x01\x02\x02\x01\x01\x02\x03\x04\x04\x03\x02\x01xx42");
    wr_consume(&w, 14);
    assert_span(wr_done(&w), "42");
    wr_fini(&w);
}

static void lengths_are_patched_behind(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 1 << 20);
    wr_u32le(&w, 0);
    size_t outer = wr_mark(&w);
    wr_u16be(&w, 0);
    size_t inner = wr_mark(&w);
    wr_str(&w, "abc");
    wr_patch_u16be(&w, inner);
    wr_patch_u32le(&w, outer);
    assert_span(wr_done(&w), "\x05\0\0\0\0\x03"
                             "abc");
    wr_fill(&w, 0, 70000);
    wr_patch_u16be(&w, inner);
    assert_true(w.failed);
    wr_fini(&w);
}

static void numbers_are_turned_and_a_rest_is_not(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 100);
    wr_str(&w, "x");
    wr_swap(&w, wr_mark(&w), 4); /* nothing yet */
    wr_str(&w, "01234abcdefgh");
    wr_swap(&w, 6, 8);
    wr_swap(&w, 6, 1);
    assert_span(wr_done(&w), "x01234hgfedcba");
    wr_truncate(&w, 6);
    wr_swap(&w, 1, 2);
    assert_span(wr_done(&w), "x10324");
    wr_fini(&w);
}

static void formatted_text_grows_the_room(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 1000);
    wr_fmt(&w, "%0300d", 7);
    assert_int_equal(w.n, 300);
    assert_false(w.failed);
    size_t room = w.room;
    wr_fill(&w, 'x', room - w.n - 3);
    wr_fmt(&w, "%s", "abc"); /* fits but for the NUL */
    wr_decimal(&w, 0);
    wr_decimal(&w, UINT64_MAX);
    assert_span(span_of(w.p + room - 3, w.n - room + 3), "abc018446744073709551615");
    wr_fini(&w);
}

static void the_cap_holds_and_is_sticky(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 5);
    wr_str(&w, "abc");
    wr_str(&w, "def");
    assert_true(w.failed);
    wr_u8(&w, 'd');
    assert_span(wr_done(&w), "abc");
    wr_truncate(&w, 2);
    assert_false(w.failed);
    wr_str(&w, "xyz");
    assert_span(wr_done(&w), "abxyz");
    wr_fmt(&w, "%s", "more");
    assert_true(w.failed);
    wr_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_both_byte_orders),
        cmocka_unit_test(lengths_are_patched_behind),
        cmocka_unit_test(numbers_are_turned_and_a_rest_is_not),
        cmocka_unit_test(formatted_text_grows_the_room),
        cmocka_unit_test(the_cap_holds_and_is_sticky),
    };
    return cmocka_run_group_tests_name("base/wr", tests, NULL, NULL);
}
