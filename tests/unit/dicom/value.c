/* Values: where one ends and the next begins, and which number a text or some bytes are. */
#include "../check.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "dicom/value.h"

static void several_values_come_one_by_one(void **state)
{
    (void)state;
    struct span rest = BYTES(" AA32\\ AA33 \\\\CT1  ");
    assert_span(dicom_value_next(&rest, VR_AE), "AA32");
    assert_span(dicom_value_next(&rest, VR_AE), "AA33");
    assert_span(dicom_value_next(&rest, VR_AE), "");
    assert_non_null(rest.p);
    assert_span(dicom_value_next(&rest, VR_AE), "CT1");
    assert_null(rest.p);

    rest = BYTES("1.2.3\\1.2.4\0");
    assert_span(dicom_value_next(&rest, VR_UI), "1.2.3");
    assert_span(dicom_value_next(&rest, VR_UI), "1.2.4");
    assert_null(rest.p);

    rest = BYTES("CT1\\");
    assert_span(dicom_value_next(&rest, VR_AE), "CT1");
    assert_non_null(rest.p);
    assert_span(dicom_value_next(&rest, VR_AE), "");
    assert_null(rest.p);
}

static void an_empty_value_has_one_empty_value(void **state)
{
    (void)state;
    struct span rest = BYTES("");
    assert_span(dicom_value_next(&rest, VR_LO), "");
    assert_null(rest.p);
    rest = BYTES("  ");
    assert_span(dicom_value_next(&rest, VR_LO), "");
    assert_null(rest.p);
}

static void each_vr_is_trimmed_in_its_own_way(void **state)
{
    (void)state;
    struct span rest = BYTES("  a\\b  ");
    assert_span(dicom_value_next(&rest, VR_LT), "  a\\b");
    assert_null(rest.p);
    rest = BYTES(" Doe^John ");
    assert_span(dicom_value_next(&rest, VR_PN), " Doe^John");
    rest = BYTES(" DOE ");
    assert_span(dicom_value_next(&rest, VR_LO), "DOE");
    rest = BYTES(" \\ ");
    assert_span(dicom_value_next(&rest, VR_OB), " \\ ");
    assert_null(rest.p);
}

static void decimals_and_integers_are_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        { "0", 0 },
        { "12", 12 },
        { " +12 ", 12 },
        { "-7", -7 },
        { "007", 7 },
        { "1.5", 1.5 },
        { ".5", 0.5 },
        { "5.", 5 },
        { "-.5", -0.5 },
        { "1.5e3", 1500 },
        { "1.5E+3", 1500 },
        { "15e-1", 1.5 },
        { "1e0005", 100000 },
        { "0e99999999999999999999", 0 },
        { "1e-99999999999999999999", 0 },
        { "0.1", 0.1 },
        { "0.30000000000000004", 0.30000000000000004 },
        { "9007199254740993", 9007199254740992 },
        { "1.7976931348623157e308", 1.7976931348623157e308 },
        { "000000000000000000000000000000000000000000000000000000000000001", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dicom_number number = { .value = -1 };
        if (!dicom_value_number(span_str(cases[i].text), &number) || number.value != cases[i].number)
            fail_msg("'%s' gave %g", cases[i].text, number.value);
    }
    struct dicom_number number;
    assert_true(dicom_value_number(BYTES("42\0"), &number));
    /* only as many bytes as the span has */
    assert_true(dicom_value_number(span_of("1234", 2), &number));
    assert_true(number.value == 12);
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "*",
        "+",
        "-",
        ".",
        "-.",
        "e5",
        ".e5",
        "1e",
        "1e+",
        "1e-",
        "1e5.0",
        "1e5e5",
        "1.2.3",
        "1 2",
        "- 1",
        "--1",
        "+-1",
        "1-",
        "0x10",
        "inf",
        "nan",
        "1,5",
        "1\\2",
        "1f",
        "1e999",
        "-1e999",
        "1e99999999999999999999",
        "12a",
        "a12",
        "00000000000000000000000000000000000000000000000000000000000000001", /* 65 bytes */
    };
    struct dicom_number number = { .value = 42 };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (dicom_value_number(span_str(bad[i]), &number))
            fail_msg("'%s'", bad[i]);
    assert_false(dicom_value_number((struct span){ NULL, 0 }, &number));
    assert_false(dicom_value_number(BYTES("1\0"
                                          "2"),
                                    &number));
    assert_true(number.value == 42);
}

/* Checks count, number and printed text of the value at `index`. */
static void check_binary(enum dicom_vr vr, struct span bytes, size_t count, size_t index, double number,
                         const char *text)
{
    struct wr w;
    wr_init(&w, 64);
    assert_int_equal(dicom_value_count(bytes, vr), count);
    assert_true(dicom_value_binary(bytes, vr, index).value == number);
    dicom_value_print(bytes, vr, index, &w);
    if (!span_is(wr_done(&w), text))
        fail_msg("%.*s, not %s", SPAN_FMT(wr_done(&w)), text);
    wr_fini(&w);
}

static void binary_numbers_are_little_endian(void **state)
{
    (void)state;
    struct span ff = BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    check_binary(VR_US, BYTES("\x01\x02\xFF\xFF"), 2, 0, 513, "513");
    check_binary(VR_US, BYTES("\x01\x02\xFF\xFF"), 2, 1, 65535, "65535");
    check_binary(VR_OW, BYTES("\x01\x02\xFF\xFF"), 2, 1, 65535, "65535");
    check_binary(VR_SS, BYTES("\x01\x02\xFF\xFF"), 2, 1, -1, "-1");
    check_binary(VR_SS, BYTES("\x00\x80"), 1, 0, -32768, "-32768");
    check_binary(VR_UL, BYTES("\x01\x02\x03\x84"), 1, 0, 2214789633.0, "2214789633");
    check_binary(VR_OL, BYTES("\x01\x02\x03\x84"), 1, 0, 2214789633.0, "2214789633");
    check_binary(VR_SL, BYTES("\x00\x00\x00\x80"), 1, 0, -2147483648.0, "-2147483648");
    check_binary(VR_UV, ff, 1, 0, 18446744073709551616.0, "18446744073709551615");
    check_binary(VR_OV, BYTES("\x01\x02\x03\x04\x05\x06\x07\x08"), 1, 0, 578437695752307201.0, "578437695752307201");
    check_binary(VR_SV, ff, 1, 0, -1, "-1");
    check_binary(VR_SV, BYTES("\x00\x00\x00\x00\x00\x00\x00\x80"), 1, 0, -9223372036854775808.0,
                 "-9223372036854775808");
    check_binary(VR_FL, BYTES("\x00\x00\xC0\x3F"), 1, 0, 1.5, "1.5");
    check_binary(VR_FL, BYTES("\xCD\xCC\xCC\x3D"), 1, 0, (double)0.1f, "0.1");
    check_binary(VR_FD, BYTES("\x9A\x99\x99\x99\x99\x99\xB9\x3F"), 1, 0, 0.1, "0.1");
    check_binary(VR_FD, BYTES("\x34\x33\x33\x33\x33\x33\xD3\x3F"), 1, 0, 0.1 + 0.2, "0.30000000000000004");
    check_binary(VR_OF, BYTES("\x00\x00\x00\x00\x00\x00\x80\x7F"), 2, 1, (double)INFINITY, "inf");
    check_binary(VR_OD, BYTES("\x00\x00\x00\x00\x00\x00\xF8\x3F"), 1, 0, 1.5, "1.5");
    check_binary(VR_AT, BYTES("\x08\x00\x50\x00\x10\x00\x20\xAB"), 2, 0, 0x00080050, "0008,0050");
    check_binary(VR_AT, BYTES("\x08\x00\x50\x00\x10\x00\x20\xAB"), 2, 1, 0x0010AB20, "0010,ab20");
}

static void only_whole_numbers_count(void **state)
{
    (void)state;
    static const struct {
        enum dicom_vr vr;
        size_t width;
    } numbers[] = {
        { VR_US, 2 }, { VR_SS, 2 }, { VR_OW, 2 }, { VR_UL, 4 }, { VR_SL, 4 }, { VR_FL, 4 }, { VR_OF, 4 },
        { VR_OL, 4 }, { VR_AT, 4 }, { VR_UV, 8 }, { VR_SV, 8 }, { VR_OV, 8 }, { VR_FD, 8 }, { VR_OD, 8 },
    };
    uint8_t bytes[24];
    memset(bytes, 0x11, sizeof bytes);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (size_t n = 0; n <= sizeof bytes; n++) {
            size_t count = n / numbers[i].width;
            assert_int_equal(dicom_value_count(span_of(bytes, n), numbers[i].vr), count);
            assert_true(dicom_value_binary(span_of(bytes, n), numbers[i].vr, count).value == 0);
            assert_true(dicom_value_binary(span_of(bytes, n), numbers[i].vr, SIZE_MAX).value == 0);
        }
    static const enum dicom_vr others[] = { VR_OB, VR_UN, VR_SQ, VR_LO, VR_DS, VR_UI, VR_NONE };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(dicom_value_count(span_of(bytes, 24), others[i]), 0);
}

static struct dicom_number number_of(const char *text)
{
    struct dicom_number number;
    if (!dicom_value_number(span_str(text), &number))
        fail_msg("'%s' is no number", text);
    return number;
}

/* Of 64 bits, and of the 16 characters of a DS, a double keeps too few. */
static void numbers_are_equal_to_the_last_digit(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        { "9007199254740993", "9007199254740992", false },
        { "9007199254740993", "9007199254740993.0", true },
        { "18446744073709551615", "18446744073709551614", false },
        { "18446744073709551616", "18446744073709551615", false },
        { "18446744073709551616", "184467440737095516160e-1", true },
        { "-9223372036854775808", "9223372036854775808", false },
        { "100", "1e2", true },
        { "0", "-0.000", true },
        { "0e99999", "0", true },
        { "-1", "1", false },
        { "1.5", "15e-1", true },
        { "1.5", "1", false },
        { "1.23456789012345", "1.23456789012346", false },
        { "0.12345678901234", "123456789012340e-15", true },
        { "1.000000000000000000001", "1", false },
        { "1e300", "1000e297", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dicom_number a = number_of(rows[i].a), b = number_of(rows[i].b);
        if (dicom_number_eq(&a, &b) != rows[i].equal || dicom_number_eq(&b, &a) != rows[i].equal)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
    }
    struct dicom_number text = number_of("-9223372036854775808");
    struct dicom_number bits = dicom_value_binary(BYTES("\x00\x00\x00\x00\x00\x00\x00\x80"), VR_SV, 0);
    assert_true(dicom_number_eq(&text, &bits));
    bits = dicom_value_binary(BYTES("\x01\x00\x00\x00\x00\x00\x00\x80"), VR_SV, 0);
    assert_false(dicom_number_eq(&text, &bits));
    struct dicom_number whole = number_of("3"), floating = dicom_value_binary(BYTES("\x00\x00\x40\x40"), VR_FL, 0);
    assert_true(dicom_number_eq(&whole, &floating));
    struct dicom_number nan = dicom_value_binary(BYTES("\x00\x00\xC0\x7F"), VR_FL, 0);
    assert_false(dicom_number_eq(&nan, &nan));
}

/* Makes a locale that writes 1,5 and enters it; false where there is no localedef. */
static bool enter_comma_locale(char *folder)
{
    char command[512];
    snprintf(command, sizeof command,
             "cd %s && printf 'LC_NUMERIC\\ndecimal_point \",\"\\nthousands_sep \"\"\\ngrouping -1\\nEND "
             "LC_NUMERIC\\n' >source"
             " && localedef --no-archive -c -i source ./comma >log 2>&1; test -d comma",
             folder);
    if (system(command) != 0)
        return false;
    setenv("LOCPATH", folder, 1);
    return setlocale(LC_NUMERIC, "comma") != NULL;
}

/* The host of a plugin may have set a locale that writes 1,5. */
static void numbers_do_not_follow_the_locale(void **state)
{
    (void)state;
    char folder[] = "/tmp/mwl-locale-XXXXXX", remove[64];
    assert_non_null(mkdtemp(folder));
    bool entered = enter_comma_locale(folder);
    struct dicom_number number = { 0 };
    bool understood = dicom_value_number(BYTES("1.5"), &number);
    bool comma = dicom_value_number(BYTES("1,5"), &number);
    struct wr w;
    wr_init(&w, 64);
    dicom_value_print(BYTES("\x00\x00\xC0\x3F"), VR_FL, 0, &w);
    char host[16];
    snprintf(host, sizeof host, "%g", 1.5);
    setlocale(LC_NUMERIC, "C");
    snprintf(remove, sizeof remove, "rm -r %s", folder);
    assert_int_equal(system(remove), 0);
    if (entered)
        assert_string_equal(host, "1,5");
    else
        print_message("# no localedef: tried in the C locale only\n");
    assert_true(understood);
    assert_false(comma);
    assert_true(number.value == 1.5);
    assert_span(wr_done(&w), "1.5");
    wr_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_values_come_one_by_one),    cmocka_unit_test(an_empty_value_has_one_empty_value),
        cmocka_unit_test(each_vr_is_trimmed_in_its_own_way), cmocka_unit_test(decimals_and_integers_are_numbers),
        cmocka_unit_test(what_is_no_number_is_refused),      cmocka_unit_test(binary_numbers_are_little_endian),
        cmocka_unit_test(only_whole_numbers_count),          cmocka_unit_test(numbers_are_equal_to_the_last_digit),
        cmocka_unit_test(numbers_do_not_follow_the_locale),
    };
    return cmocka_run_group_tests_name("dicom/value", tests, NULL, NULL);
}
