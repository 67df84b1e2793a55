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

/* Both look at words of eight bytes: every byte at every place, among neighbours of every kind. */
static void every_byte_is_seen_at_every_place(void **state)
{
    (void)state;
    static const uint8_t neighbours[] = { 'a', ' ', '~', 0x85, 0xFF };
    uint8_t bytes[20];
    for (size_t k = 0; k < sizeof neighbours; k++)
        for (size_t n = 1; n <= sizeof bytes; n++)
            for (size_t at = 0; at < n; at++)
                for (unsigned byte = 0; byte < 256; byte++) {
                    memset(bytes, neighbours[k], n);
                    bytes[at] = (uint8_t)byte;
                    bool ascii = byte < 0x80 && byte != 0x1B && (n == 1 || neighbours[k] < 0x80);
                    assert_int_equal(span_is_ascii(span_of(bytes, n)), ascii);
                    assert_int_equal(span_has_control(span_of(bytes, n)), byte < ' ' || byte == 0x7F);
                }
    assert_true(span_is_ascii(BYTES("")));
    assert_false(span_has_control(BYTES("")));
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
        cmocka_unit_test(every_byte_is_seen_at_every_place),
        cmocka_unit_test(distance_counts_changes),
    };
    return cmocka_run_group_tests_name("base/span", tests, NULL, NULL);
}
