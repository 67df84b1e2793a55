/* The maps that tools/charsets.py made of python's codecs, code by code against those of the C library. Where the two
 * differ, the difference is a row here. */
#include <iconv.h>
#include <stdio.h>

#include "../check.h"

#include "base/utf8.h"
#include "dicom/charset_table.h"

/* The character that the C library has for these bytes; 0 for none. */
static uint32_t converted(iconv_t converter, struct span code)
{
    char in[4], out[16], *from = in, *to = out;
    size_t in_left = code.n, out_left = sizeof out;
    memcpy(in, code.p, code.n);
    iconv(converter, NULL, NULL, NULL, NULL);
    if (iconv(converter, &from, &in_left, &to, &out_left) == (size_t)-1)
        return 0;
    struct span text = span_of(out, sizeof out - out_left);
    uint32_t c = text.n ? utf8_next(&text) : 0;
    return text.n ? 0 : c;
}

struct difference {
    const char *encoding;
    unsigned code;
    uint32_t ours, theirs;
};

static const struct difference differences[] = {
    /* GB 18030 itself, and all who write Chinese names with a middle dot */
    { "EUC-CN", 0x2124, 0x00B7, 0x30FB },
    { "EUC-CN", 0x212A, 0x2014, 0x2015 },
    /* filler and postal mark, which one of the two lacks */
    { "EUC-KR", 0x2454, 0x3164, 0 },
    { "EUC-KR", 0x2268, 0, 0x327E },
    /* six characters beyond the first plane, for private use in GB 18030-2000 */
    { "GB18030", 0xFE51, 0xE816, 0x20087 },
    { "GB18030", 0xFE52, 0xE817, 0x20089 },
    { "GB18030", 0xFE53, 0xE818, 0x200CC },
    { "GB18030", 0xFE6C, 0xE831, 0x215D7 },
    { "GB18030", 0xFE76, 0xE83B, 0x2298F },
    { "GB18030", 0xFE91, 0xE855, 0x241FE },
};

static void compare(const char *encoding, unsigned code, uint32_t ours, uint32_t theirs)
{
    if (ours == theirs)
        return;
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
        const struct difference *d = &differences[i];
        if (strcmp(d->encoding, encoding) == 0 && d->code == code && d->ours == ours && d->theirs == theirs)
            return;
    }
    fail_msg("%s %04X: U+%04X, not U+%04X", encoding, code, ours, theirs);
}

static iconv_t open_converter(const char *encoding)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1) { /* NOLINT(performance-no-int-to-ptr) as iconv has it */
        printf("# this C library does not have %s\n", encoding);
        skip();
    }
    return converter;
}

static void every_graphic_set_is_that_of_the_c_library(void **state)
{
    (void)state;
    static const struct {
        unsigned graphic;
        const char *encoding;
        uint8_t prefix, upper; /* a byte before the code, and bit 7 of each byte of it */
    } sets[] = {
        { GRAPHIC_ISO_IR_6, "ANSI_X3.4-1968", 0, 0 },   { GRAPHIC_ISO_IR_14, "SHIFT_JIS", 0, 0 },
        { GRAPHIC_ISO_IR_13, "SHIFT_JIS", 0, 0x80 },    { GRAPHIC_ISO_IR_100, "ISO-8859-1", 0, 0x80 },
        { GRAPHIC_ISO_IR_101, "ISO-8859-2", 0, 0x80 },  { GRAPHIC_ISO_IR_109, "ISO-8859-3", 0, 0x80 },
        { GRAPHIC_ISO_IR_110, "ISO-8859-4", 0, 0x80 },  { GRAPHIC_ISO_IR_144, "ISO-8859-5", 0, 0x80 },
        { GRAPHIC_ISO_IR_127, "ISO-8859-6", 0, 0x80 },  { GRAPHIC_ISO_IR_126, "ISO-8859-7", 0, 0x80 },
        { GRAPHIC_ISO_IR_138, "ISO-8859-8", 0, 0x80 },  { GRAPHIC_ISO_IR_148, "ISO-8859-9", 0, 0x80 },
        { GRAPHIC_ISO_IR_203, "ISO-8859-15", 0, 0x80 }, { GRAPHIC_ISO_IR_166, "TIS-620", 0, 0x80 },
        { GRAPHIC_ISO_IR_87, "EUC-JP", 0, 0x80 },       { GRAPHIC_ISO_IR_159, "EUC-JP", 0x8F, 0x80 },
        { GRAPHIC_ISO_IR_149, "EUC-KR", 0, 0x80 },      { GRAPHIC_ISO_IR_58, "EUC-CN", 0, 0x80 },
    };
    assert_int_equal(sizeof sets / sizeof *sets, GRAPHIC_COUNT - 1);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        iconv_t converter = open_converter(sets[i].encoding);
        bool wide = dicom_graphics[sets[i].graphic].bytes == 2;
        for (unsigned code = wide ? 0x2121 : 0x20; code <= (wide ? 0x7E7Eu : 0x7F); code++) {
            if ((code & 0xFF) < (wide ? 0x21 : 0x20) || (code & 0xFF) > (wide ? 0x7E : 0x7F))
                continue;
            uint8_t bytes[3] = { sets[i].prefix };
            size_t n = sets[i].prefix != 0;
            if (wide)
                bytes[n++] = (uint8_t)(code >> 8 | sets[i].upper);
            bytes[n++] = (uint8_t)(code | sets[i].upper);
            uint32_t ours = dicom_graphic_character(sets[i].graphic, code);
            if (code != 0x7F || sets[i].upper) /* DELETE is in no set */
                compare(sets[i].encoding, code, ours, converted(converter, span_of(bytes, n)));
            if (ours)
                assert_int_equal(dicom_graphic_code(sets[i].graphic, ours), code);
            if (wide && ours)
                assert_true(ours >= 0x80); /* never a delimiter or a wild card */
        }
        iconv_close(converter);
    }
}

static void codes_outside_a_set_mean_nothing(void **state)
{
    (void)state;
    for (unsigned graphic = 0; graphic < GRAPHIC_COUNT; graphic++) {
        assert_int_equal(dicom_graphic_character(graphic, 0), 0);
        assert_int_equal(dicom_graphic_character(graphic, 0x1F), 0);
        assert_int_equal(dicom_graphic_character(graphic, 0x2020), 0);
        assert_int_equal(dicom_graphic_character(graphic, 0x7F7F), 0);
        assert_int_equal(dicom_graphic_character(graphic, UINT32_MAX), 0);
        assert_int_equal(dicom_graphic_code(graphic, 0), 0);
        assert_int_equal(dicom_graphic_code(graphic, 0xFFFF), 0);
        assert_int_equal(dicom_graphic_code(graphic, 0x1F600), 0);
        assert_int_equal(dicom_graphic_code(graphic, UINT32_MAX), 0);
    }
}

static void codes_of_two_bytes_in_the_larger_sets(void **state)
{
    (void)state;
    iconv_t uhc = open_converter("UHC"), gb18030 = open_converter("GB18030"), gbk = open_converter("GBK");
    for (unsigned code = 0x8000; code <= 0xFFFF; code++) {
        uint8_t bytes[2] = { (uint8_t)(code >> 8), (uint8_t)code };
        struct span pair = span_of(bytes, 2);
        bool in_range = bytes[0] > 0x80 && bytes[0] < 0xFF && bytes[1] >= 0x40;
        if (!in_range || bytes[1] == 0x7F) {
            assert_int_equal(dicom_uhc_character(code) | dicom_gb18030_character(code), 0);
            continue;
        }
        compare("UHC", code, dicom_uhc_character(code), converted(uhc, pair));
        uint32_t c = dicom_gb18030_character(code);
        compare("GB18030", code, c, converted(gb18030, pair));
        bool in_gbk;
        if (c)
            assert_int_equal(dicom_gb18030_code(c, &in_gbk), code);
        if (c && in_gbk != (converted(gbk, pair) != 0))
            fail_msg("GBK %04X", code);
    }
    iconv_close(uhc);
    iconv_close(gb18030);
    iconv_close(gbk);
}

/* Every character has one code in GB 18030, of two or four bytes. */
static void gb18030_has_every_character(void **state)
{
    (void)state;
    for (uint32_t c = 0x80; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        bool in_gbk;
        unsigned code = dicom_gb18030_code(c, &in_gbk);
        uint32_t index = dicom_gb18030_far_index(c);
        if ((code != 0) == (index != UINT32_MAX) || (!code && dicom_gb18030_far_character(index) != c))
            fail_msg("U+%04X: %04X, %u", c, code, index);
    }
    assert_int_equal(dicom_gb18030_far_index(0x80), 0);             /* 81308130 */
    assert_int_equal(dicom_gb18030_far_character(189000), 0x10000); /* 90308130 */
    assert_int_equal(dicom_gb18030_far_character(39420), UINT32_MAX);
    assert_int_equal(dicom_gb18030_far_character(188999), UINT32_MAX);
    assert_int_equal(dicom_gb18030_far_character(189000 + 0x100000), UINT32_MAX);
    assert_int_equal(dicom_gb18030_far_index(0xD800), UINT32_MAX);
}

static void windows_1251(void **state)
{
    (void)state;
    iconv_t converter = open_converter("WINDOWS-1251");
    for (unsigned code = 0x80; code <= 0xFF; code++) {
        uint8_t byte = (uint8_t)code;
        uint32_t c = dicom_windows_1251_character(code);
        compare("WINDOWS-1251", code, c, converted(converter, span_of(&byte, 1)));
        if (c)
            assert_int_equal(dicom_windows_1251_code(c), code);
    }
    assert_int_equal(dicom_windows_1251_character(0x7F), 0);
    assert_int_equal(dicom_windows_1251_character(0x100), 0);
    assert_int_equal(dicom_windows_1251_code(0), 0);
    iconv_close(converter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_graphic_set_is_that_of_the_c_library),
        cmocka_unit_test(codes_outside_a_set_mean_nothing),
        cmocka_unit_test(codes_of_two_bytes_in_the_larger_sets),
        cmocka_unit_test(gb18030_has_every_character),
        cmocka_unit_test(windows_1251),
    };
    return cmocka_run_group_tests_name("dicom/charset_table", tests, NULL, NULL);
}
