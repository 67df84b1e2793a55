/* Character sets: whose bytes are decoded, and above all whose are not. */
#include "../check.h"

#include "dicom/charset.h"

static void one_value_names_its_set(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum dicom_charset charset;
        bool misspelt;
    } cases[] = {
        /* defined terms (PS3.3 Tables C.12-2 to C.12-5) */
        { "", CHARSET_ASCII, false },
        { "ISO_IR 100", CHARSET_LATIN1, false },
        { "ISO_IR 192", CHARSET_UTF8, false },
        { "ISO_IR 101", CHARSET_OTHER, false },
        { "ISO_IR 13", CHARSET_OTHER, false },
        { "GB18030", CHARSET_OTHER, false },
        { "GBK", CHARSET_OTHER, false },
        /* a code string may be padded */
        { "ISO_IR 192 ", CHARSET_UTF8, false },
        { " ISO_IR 100  ", CHARSET_LATIN1, false },
        { "   ", CHARSET_ASCII, false },
        /* what devices write */
        { "ISO_IR 6", CHARSET_ASCII, true },
        { "ISO-IR 100", CHARSET_LATIN1, true },
        { "ISO_IR_100", CHARSET_LATIN1, true },
        { "ISO IR 100", CHARSET_LATIN1, true },
        { "ISO-IR-192", CHARSET_UTF8, true },
        { "iso_ir 100", CHARSET_LATIN1, true },
        { "Iso_Ir 192 ", CHARSET_UTF8, true },
        { "ISOIR100", CHARSET_LATIN1, true },
        { "ISO-IR 144", CHARSET_OTHER, true },
        { "ISO 2022 58", CHARSET_OTHER, true },
        { "ISO 2022 GBK", CHARSET_OTHER, true },
        { "ISO 2022 IR 100", CHARSET_LATIN1, true },
        { "ISO_2022_IR_100", CHARSET_LATIN1, true },
        { "ISO 2022 IR 87", CHARSET_OTHER, true },
        { "ISO 2022 IR 6", CHARSET_ASCII, true },
        /* nobody's term */
        { "ISO_IR 1000", CHARSET_OTHER, false },
        { "ISO_IR 10", CHARSET_OTHER, false },
        { "ISO_IR", CHARSET_OTHER, false },
        { "-_ ", CHARSET_OTHER, false },
        { "klingon", CHARSET_OTHER, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool misspelt = !cases[i].misspelt;
        if (dicom_charset_from_value(span_str(cases[i].value), &misspelt) != cases[i].charset
            || misspelt != cases[i].misspelt)
            fail_msg("'%s'", cases[i].value);
    }
    assert_int_equal(dicom_charset_from_value((struct span){ NULL, 0 }, NULL), CHARSET_ASCII);
    assert_int_equal(dicom_charset_from_value(BYTES("ISO_IR 192\0"), NULL), CHARSET_UTF8);
}

static void of_several_values_the_first_decides(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum dicom_charset charset;
        bool misspelt;
    } cases[] = {
        { "ISO 2022 IR 100\\ISO 2022 IR 87", CHARSET_LATIN1, false },
        { "ISO 2022 IR 100\\ISO 2022 IR 6", CHARSET_LATIN1, false },
        { "ISO 2022 IR 100\\", CHARSET_LATIN1, false },
        { "\\ISO 2022 IR 100", CHARSET_OTHER, false },
        { "ISO 2022 IR 6\\ISO 2022 IR 100", CHARSET_OTHER, false },
        { "\\ISO 2022 IR 87", CHARSET_OTHER, false },
        { "ISO 2022 IR 13\\ISO 2022 IR 100", CHARSET_OTHER, false },
        { "ISO 2022 IR 101\\ISO 2022 IR 6", CHARSET_OTHER, false },
        { "ISO 2022 IR 6\\ISO 2022 IR 6", CHARSET_ASCII, false },
        { "\\ISO 2022 IR 6 ", CHARSET_ASCII, false },
        { "\\", CHARSET_ASCII, false },
        { "\\klingon", CHARSET_OTHER, false },
        /* terms that must stand alone */
        { "ISO_IR 100\\ISO 2022 IR 87", CHARSET_LATIN1, true },
        { "ISO_IR 192\\ISO 2022 IR 100", CHARSET_UTF8, true },
        { "\\ISO_IR 192", CHARSET_OTHER, true },
        { "iso-2022-ir-6\\iso 2022 ir 100", CHARSET_OTHER, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool misspelt = !cases[i].misspelt;
        if (dicom_charset_from_value(span_str(cases[i].value), &misspelt) != cases[i].charset
            || misspelt != cases[i].misspelt)
            fail_msg("'%s'", cases[i].value);
    }
}

static void a_written_term_names_the_set_that_wrote_it(void **state)
{
    (void)state;
    for (enum dicom_charset charset = CHARSET_ASCII; charset < CHARSET_OTHER; charset++) {
        bool misspelt = true;
        assert_int_equal(dicom_charset_from_value(span_str(dicom_charset_term(charset)), &misspelt), charset);
        assert_false(misspelt);
    }
}

/* Decodes `bytes` behind an "@", so that a refusal is seen to leave what was written alone. */
static bool decode(enum dicom_charset charset, struct span bytes, struct wr *w)
{
    wr_reset(w);
    wr_str(w, "@");
    bool done = dicom_charset_decode(charset, bytes, w);
    if (!done)
        assert_span(wr_done(w), "@");
    return done;
}

static void text_becomes_utf8(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 1024);
    assert_true(decode(CHARSET_ASCII, BYTES("DOE^JOHN"), &w));
    assert_span(wr_done(&w), "@DOE^JOHN");
    assert_true(decode(CHARSET_LATIN1, BYTES("M\xFCller^\xC4\xA0\xFF\r\n"), &w));
    assert_span(wr_done(&w), "@M\xC3\xBCller^\xC3\x84\xC2\xA0\xC3\xBF\r\n");
    assert_true(decode(CHARSET_UTF8, BYTES("\xE5\xB1\xB1\xE7\x94\xB0^\xF0\x9F\x8E\xBB"), &w));
    assert_span(wr_done(&w), "@\xE5\xB1\xB1\xE7\x94\xB0^\xF0\x9F\x8E\xBB");
    assert_true(decode(CHARSET_UTF8, (struct span){ NULL, 0 }, &w));
    assert_span(wr_done(&w), "@");
    wr_fini(&w);
}

static void foreign_bytes_are_refused_whole(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 1024);
    for (unsigned c = 0; c < 256; c++) {
        uint8_t text[3] = { 'A', (uint8_t)c, 'B' };
        struct span s = span_of(text, 3);
        assert_int_equal(decode(CHARSET_ASCII, s, &w), c < 0x80 && c != 0x1B);
        assert_int_equal(decode(CHARSET_LATIN1, s, &w), (c < 0x80 || c >= 0xA0) && c != 0x1B);
        assert_int_equal(decode(CHARSET_UTF8, s, &w), c < 0x80 && c != 0x1B);
        assert_false(decode(CHARSET_OTHER, s, &w));
    }
    assert_false(decode(CHARSET_UTF8, BYTES("Yamada\x1B$B"), &w));
    assert_false(decode(CHARSET_LATIN1, BYTES("\x1B$B;3ED\x1B(B"), &w));
    assert_false(decode(CHARSET_UTF8, BYTES("\xC0\xAF"), &w));
    assert_false(decode(CHARSET_UTF8, BYTES("\xED\xA0\x80"), &w));
    assert_false(decode(CHARSET_UTF8, BYTES("caf\xC3"), &w));
    wr_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_names_its_set),
        cmocka_unit_test(of_several_values_the_first_decides),
        cmocka_unit_test(a_written_term_names_the_set_that_wrote_it),
        cmocka_unit_test(text_becomes_utf8),
        cmocka_unit_test(foreign_bytes_are_refused_whole),
    };
    return cmocka_run_group_tests_name("dicom/charset", tests, NULL, NULL);
}
