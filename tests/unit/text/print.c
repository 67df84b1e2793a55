/* Dumps: what is shown of values that are long, odd, or not fit for a terminal. tests/peer/test_dump.py holds the rest
 * against dcmdump. */
#include "../check.h"

#include <math.h>

#include "dicom/write.h"
#include "text/print.h"
#include "text/print_value.h"

enum { CAP = 1 << 20 };

/* The lines of a data set of one element, without what stands ahead of them; freed by test_free(). */
static char *dump_of(uint32_t tag, enum dicom_vr vr, struct span value, bool raw, bool brief)
{
    struct text_print_options options = { .raw = raw, .brief = brief, .limits = &limits_default };
    struct dicom_writer writer;
    struct wr file, out;
    struct err err = { 0 };
    wr_init(&file, CAP);
    wr_init(&out, CAP);
    dicom_write_init(&writer, &file, SYNTAX_EXPLICIT_LE);
    dicom_write_element(&writer, 0x00080005, VR_CS, BYTES("ISO_IR 100"));
    dicom_write_element(&writer, tag, vr, value);
    assert_true(text_print(wr_done(&file), &options, &out, &err));
    wr_u8(&out, 0);
    const char *line = strstr((const char *)out.p, "SpecificCharacterSet\n");
    assert_non_null(line);
    line += sizeof "SpecificCharacterSet";
    char *copy = test_malloc(strlen(line) + 1);
    strcpy(copy, line);
    wr_fini(&file);
    wr_fini(&out);
    return copy;
}

static void check(uint32_t tag, enum dicom_vr vr, struct span value, bool raw, bool brief, const char *expected)
{
    char *got = dump_of(tag, vr, value, raw, brief);
    if (strncmp(got, expected, strlen(expected)) != 0)
        fail_msg("%s, not %s", got, expected);
    test_free(got);
}

static void text_is_fit_for_a_terminal(void **state)
{
    (void)state;
    check(0x00104000, VR_LT, BYTES("M\xFCller\r\nline\t\x07"), false, false,
          "(0010,4000) LT [M\xC3\xBCller\\r\\nline\\x09\\x07]");
    check(0x00104000, VR_LT, BYTES("C:\\new\n"), false, false, "(0010,4000) LT [C:\\\\new\\n]");
    check(0x00104000, VR_LT, BYTES("C:\\new"), false, false, "(0010,4000) LT [C:\\new]"); /* nothing to be told apart */
    check(0x00104000, VR_LT, BYTES("M\xFC\n"), true, false, "(0010,4000) LT [M\xFC\n]");
    check(0x00100010, VR_PN, BYTES("M\xFCller"), false, false,
          "(0010,0010) PN [M\xC3\xBCller]                                 #   6, 1 PatientName\n");
    check(0x00100010, VR_PN, BYTES("a\x9Fz\x7F"), false, false, "(0010,0010) PN [a\\x9fz\\x7f]");
}

static void long_values_are_cut(void **state)
{
    (void)state;
    char text[80];
    memset(text, 'x', sizeof text);
    check(0x00104000, VR_LT, span_of(text, 68), false, true, "(0010,4000) LT [xxxx");
    char *got = dump_of(0x00104000, VR_LT, span_of(text, 70), false, true);
    assert_non_null(strstr(got, "x... #  70, 1 "));
    assert_int_equal(strstr(got, "...") - strchr(got, '['), 67);
    test_free(got);
    memset(text, '\xE9', sizeof text); /* two bytes each as UTF-8, and one column */
    got = dump_of(0x00104000, VR_LT, span_of(text, 70), false, true);
    assert_int_equal(strstr(got, "...") - strchr(got, '['), 1 + 2 * 66);
    test_free(got);
}

static void half_a_word_is_nothing(void **state)
{
    (void)state;
    struct text_print_options options = { .brief = true, .limits = &limits_default };
    struct err err = { 0 };
    struct wr out;
    wr_init(&out, CAP);
    assert_true(text_print(BYTES("\x08\x7F\x10\0\x01\0\0\0A"), &options, &out, &err));
    wr_u8(&out, 0);
    assert_non_null(strstr((const char *)out.p, "(7f08,0010) OW                                          #   1,"));
    wr_fini(&out);
}

static void floating_point_numbers(void **state)
{
    (void)state;
    static const struct {
        double number;
        size_t width;
        const char *expected;
    } rows[] = {
        { 0, 4, "0" },
        { -0.0, 8, "0" },
        { 1.5, 4, "1.5" },
        { -529206.5625, 4, "-529206.563" }, /* half goes up */
        { 482984.09375, 4, "482984.0938" }, /* a zero behind the point is not counted */
        { 1e10, 4, "1e+10" },
        { 0.0001, 8, "0.0001" },
        { 0.00001, 8, "1e-05" },
        { 999999999.96, 4, "1000000000" },
        { 1e22, 8, "1e+22" },
        { 1.0 / 3, 8, "0.3333333333333333" },
        { 123456789.123456789, 8, "123456789.12345679" },
        { 4.9406564584124654e-324, 8, "4.9406564584124659e-324" },
        { (double)INFINITY, 8, "inf" },
        { -(double)INFINITY, 4, "-inf" },
        { (double)NAN, 8, "nan" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr out;
        wr_init(&out, 1024);
        text_print_floating(rows[i].number, rows[i].width, &out);
        if (!span_is(wr_done(&out), rows[i].expected))
            fail_msg("%s: %.*s", rows[i].expected, SPAN_FMT(wr_done(&out)));
        wr_fini(&out);
    }
    double third = 1.0 / 3;
    check(0x00186028, VR_FD, span_of(&third, sizeof third), false, false, "(0018,6028) FD 0.3333333333333333 ");
}

static void what_is_no_file_is_not_printed(void **state)
{
    (void)state;
    struct text_print_options options = { .limits = &limits_default };
    struct err err = { 0 };
    struct wr out;
    wr_init(&out, CAP);
    assert_false(text_print(BYTES("\x10\0\x20\0LO\x10\0"), &options, &out, &err));
    assert_int_equal(err.code, ERR_SYNTAX);
    err = (struct err){ 0 };
    assert_false(text_print(BYTES(""), &options, &out, &err));
    assert_true(text_print(BYTES("\x10\0\x20\0LO\0\0"), &options, &out, &err) || err.code);
    wr_fini(&out);
    wr_init(&out, 16); /* no room */
    err = (struct err){ 0 };
    assert_false(text_print(BYTES("\x10\0\x20\0LO\0\0"), &options, &out, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    wr_fini(&out);
}

static void a_preamble_is_not_looked_into(void **state)
{
    (void)state;
    struct text_print_options options = { .limits = &limits_default };
    struct err err = { 0 };
    struct wr file, out;
    wr_init(&file, CAP);
    wr_init(&out, CAP);
    wr_span(&file, BYTES("DICM\x02\0\0\0UL\x04\0\0\0\0\0\xFE\xFF\x0D\xE0\0\0\0\0"));
    wr_fill(&file, 0, 128 - file.n);
    wr_span(&file, BYTES("DICM\x02\0\x10\0UI\x14\0"
                         "1.2.840.10008.1.2.1\0"
                         "\x10\0\x20\0LO\x02\0A1"));
    assert_true(text_print(wr_done(&file), &options, &out, &err));
    wr_u8(&out, 0);
    assert_null(strstr((const char *)out.p, "(0002,0000)"));
    assert_non_null(strstr((const char *)out.p, "(0002,0010) UI =LittleEndianExplicit"));
    assert_non_null(strstr((const char *)out.p, "(0010,0020) LO [A1]"));
    wr_fini(&file);
    wr_fini(&out);
}

/* What the parser drops it does not look into, however deep it is: group 0002, low groups and group lengths. */
static void sequences_without_end_are_refused(void **state)
{
    (void)state;
    enum { NESTED = 200, HEADERS = 12 + 8 };
    static const uint32_t tags[] = { 0x00020100, 0x00040100, 0x00100000 };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct text_print_options options = { .limits = &limits_default };
        struct err err = { 0 };
        struct wr file, out;
        wr_init(&file, CAP);
        wr_init(&out, CAP);
        wr_span(&file, BYTES("DICM\2\0\x10\0UI\x14\0"
                             "1.2.840.10008.1.2.1\0"));
        for (uint32_t left = NESTED; left > 0; left--) {
            wr_u16le(&file, (uint16_t)(tags[i] >> 16));
            wr_u16le(&file, (uint16_t)tags[i]);
            wr_span(&file, BYTES("SQ\0\0"));
            wr_u32le(&file, left * HEADERS - 12);
            wr_span(&file, BYTES("\xFE\xFF\0\xE0"));
            wr_u32le(&file, (left - 1) * HEADERS);
        }
        assert_false(text_print(wr_done(&file), &options, &out, &err));
        assert_int_equal(err.code, ERR_LIMIT);
        /* The 130th header inside each other is the first that is refused: an item if the first is a sequence. */
        assert_int_equal(err.tag, 0xFFFEE000);
        assert_int_equal(err.pos, 32 + 64 * HEADERS + 12);
        wr_fini(&file);
        wr_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_fit_for_a_terminal),
        cmocka_unit_test(long_values_are_cut),
        cmocka_unit_test(half_a_word_is_nothing),
        cmocka_unit_test(floating_point_numbers),
        cmocka_unit_test(what_is_no_file_is_not_printed),
        cmocka_unit_test(a_preamble_is_not_looked_into),
        cmocka_unit_test(sequences_without_end_are_refused),
    };
    return cmocka_run_group_tests_name("text/print", tests, NULL, NULL);
}
