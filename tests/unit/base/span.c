/* Comparing, trimming and splitting. */
#include "../check.h"

static void cut_gives_every_part(void **state)
{
    (void)state;
    struct span rest = BYTES("a\\\\b\\");
    assert_span(span_cut(&rest, '\\'), "a");
    assert_span(span_cut(&rest, '\\'), "");
    assert_span(span_cut(&rest, '\\'), "b");
    assert_non_null(rest.p);
    assert_span(span_cut(&rest, '\\'), "");
    assert_null(rest.p);
}

static void trim_takes_padding_of_both_kinds(void **state)
{
    (void)state;
    assert_span(span_trim_end(BYTES("AB \0 ")), "AB");
    assert_span(span_trim(BYTES("  A B \0")), "A B");
    assert_span(span_trim(BYTES("    ")), "");
}

static void comparing(void **state)
{
    (void)state;
    assert_true(span_eq_nocase(BYTES("ct_1"), BYTES("CT_1")));
    assert_false(span_eq_nocase(BYTES("[a"), BYTES("{A")));
    assert_true(span_cmp(BYTES("AB"), BYTES("ABC")) < 0);
    assert_true(span_cmp(BYTES("B"), BYTES("ABC")) > 0);
    assert_int_equal(span_cmp(BYTES("AB"), BYTES("AB")), 0);
    assert_true(span_cmp(BYTES("\xFF"), BYTES("A")) > 0);
    assert_false(span_is_ascii(BYTES("M\xFCller")));
    assert_false(span_is_ascii(BYTES("\x1B(J")));
}

static void distance_counts_changes(void **state)
{
    (void)state;
    assert_int_equal(span_distance(BYTES("kitten"), BYTES("SITTING")), 3);
    assert_int_equal(span_distance(BYTES(""), BYTES("abc")), 3);
    assert_int_equal(span_distance(BYTES("abc"), BYTES("")), 3);
    assert_int_equal(span_distance(BYTES("Enable"), BYTES("enable")), 0);
    char full[65];
    memset(full, 'a', sizeof full);
    assert_int_equal(span_distance(span_of(full, 64), span_of(full, 64)), 0);
    assert_int_equal(span_distance(span_of(full, 65), BYTES("a")), UINT32_MAX);
    assert_int_equal(span_distance(BYTES("a"), span_of(full, 65)), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_gives_every_part),
        cmocka_unit_test(trim_takes_padding_of_both_kinds),
        cmocka_unit_test(comparing),
        cmocka_unit_test(distance_counts_changes),
    };
    return cmocka_run_group_tests_name("base/span", tests, NULL, NULL);
}
