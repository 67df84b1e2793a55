/* Specific Character Set: what its values name, however they are spelt, and what names a set. */
#include "texts.h"

struct named {
    const char *value;
    const char *set; /* what we call it; NULL: it has no defined term */
    bool misspelt;
};

static void check(const struct named *rows, size_t count)
{
    struct wr term;
    wr_init(&term, 1000);
    for (size_t i = 0; i < count; i++) {
        bool misspelt = !rows[i].misspelt;
        struct dicom_charset set = dicom_charset_from_value(span_str(rows[i].value), &misspelt);
        wr_reset(&term);
        dicom_charset_print(set, &term);
        if (misspelt != rows[i].misspelt || dicom_charset_is_defined(set) != (rows[i].set != NULL)
            || !span_is(wr_done(&term), rows[i].set ? rows[i].set : ""))
            fail_msg("'%s' is '%.*s'%s", rows[i].value, SPAN_FMT(wr_done(&term)), misspelt ? ", misspelt" : "");
    }
    wr_fini(&term);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void one_value_names_its_set(void **state)
{
    (void)state;
    static const struct named rows[] = {
        /* defined terms (PS3.3 Tables C.12-2 to C.12-5) */
        { "", "", false },
        { "ISO_IR 100", "ISO_IR 100", false },
        { "ISO_IR 101", "ISO_IR 101", false },
        { "ISO_IR 13", "ISO_IR 13", false },
        { "ISO_IR 166", "ISO_IR 166", false },
        { "ISO_IR 203", "ISO_IR 203", false },
        { "ISO_IR 192", "ISO_IR 192", false },
        { "GB18030", "GB18030", false },
        { "GBK", "GBK", false },
        /* a code string may be padded */
        { "ISO_IR 192 ", "ISO_IR 192", false },
        { " ISO_IR 100  ", "ISO_IR 100", false },
        { "   ", "", false },
        /* what devices write */
        { "ISO_IR 6", "", true },
        { "ISO-IR 100", "ISO_IR 100", true },
        { "ISO_IR_100", "ISO_IR 100", true },
        { "ISO IR 100", "ISO_IR 100", true },
        { "ISO-IR-192", "ISO_IR 192", true },
        { "iso_ir 100", "ISO_IR 100", true },
        { "Iso_Ir 192 ", "ISO_IR 192", true },
        { "ISOIR100", "ISO_IR 100", true },
        { "ISO-IR 144", "ISO_IR 144", true },
        { "gb18030", "GB18030", true },
        { "ISO 2022 GBK", "GBK", true },
        { "ISO 2022 IR 100", "ISO_IR 100", true },
        { "ISO_2022_IR_100", "ISO_IR 100", true },
        { "ISO 2022 IR 6", "", true },
        { "ISO 2022 IR 13", "ISO_IR 13", true },
        /* a set that only comes by its escape sequence */
        { "ISO 2022 IR 87", "\\ISO 2022 IR 87", true },
        { "ISO 2022 IR 149", "\\ISO 2022 IR 149", true },
        { "ISO 2022 58", "\\ISO 2022 IR 58", true },
        /* nobody's term */
        { "ISO_IR 1000", NULL, false },
        { "ISO_IR 10", NULL, false },
        { "ISO_IR", NULL, false },
        { "-_ ", NULL, false },
        { "klingon", NULL, false },
        { "WINDOWS 1251", NULL, true }, /* Orthanc's, which DICOM does not have */
    };
    CHECK(rows);
    assert_true(
        dicom_charset_equal(dicom_charset_from_value((struct span){ NULL, 0 }, NULL), (struct dicom_charset){ 0 }));
    assert_true(dicom_charset_equal(dicom_charset_from_value(BYTES("ISO_IR 192\0"), NULL), dicom_charset_utf8()));
}

static void several_values_are_one_set(void **state)
{
    (void)state;
    static const struct named rows[] = {
        { "ISO 2022 IR 100\\ISO 2022 IR 87", "ISO 2022 IR 100\\ISO 2022 IR 87", false },
        { "ISO 2022 IR 87\\ISO 2022 IR 159", "\\ISO 2022 IR 87\\ISO 2022 IR 159", true },
        { "\\ISO 2022 IR 159\\ISO 2022 IR 87", "\\ISO 2022 IR 87\\ISO 2022 IR 159",
          false }, /* the order says nothing */
        { "ISO 2022 IR 6\\ISO 2022 IR 87", "\\ISO 2022 IR 87", false },
        { "ISO 2022 IR 13\\ISO 2022 IR 87 ", "ISO 2022 IR 13\\ISO 2022 IR 87", false },
        { "ISO 2022 IR 100\\", "ISO 2022 IR 100\\ISO 2022 IR 6", false },
        { "\\ISO 2022 IR 6 ", "", false },
        { "\\", "", false },
        { "\\ISO 2022 58", "\\ISO 2022 IR 58", true },
        { "ISO_IR 13\\ISO 2022 IR 87", "ISO 2022 IR 13\\ISO 2022 IR 87", true },
        { "ISO_IR 100\\ISO_IR 144", "ISO 2022 IR 100\\ISO 2022 IR 144", true },
        { "iso-2022-ir-6\\iso 2022 ir 100", "\\ISO 2022 IR 100", true },
        { "ISO 2022 IR 100\\klingon", NULL, false },
        { "\\klingon", NULL, false },
        /* terms that must stand alone: the first value decides, unless it says nothing */
        { "ISO_IR 192\\ISO 2022 IR 100", "ISO_IR 192", true },
        { "\\ISO_IR 192", "ISO_IR 192", true },
        { "ISO_IR 6\\GB18030", "GB18030", true },
        { "ISO 2022 IR 100\\ISO_IR 192", "ISO_IR 100", true },
        { "iso-ir100 \\GB18030", "ISO_IR 100", true },
    };
    CHECK(rows);
    assert_true(dicom_charset_equal(charset_of("\\ISO 2022 IR 87\\ISO 2022 IR 13"),
                                    charset_of("ISO 2022 IR 6\\ISO 2022 IR 13\\ISO 2022 IR 87")));
    assert_false(dicom_charset_equal(charset_of("ISO_IR 100"), charset_of("ISO 2022 IR 100\\ISO 2022 IR 87")));
    assert_false(dicom_charset_equal(charset_of("ISO_IR 100"), charset_of("ISO_IR 101")));
}

/* What may be taken over as it is. In JIS X 0201 two codes of ISO 646 mean something else (PS3.5 H.1.1). */
static void plain_text_is_the_same_in_every_set_but_one(void **state)
{
    (void)state;
    static const char *const terms[] = { "", "ISO_IR 100", "ISO_IR 192", "GB18030", "\\ISO 2022 IR 149", "klingon" };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        assert_true(dicom_charset_is_plain(charset_of(terms[i]), VR_LT, BYTES("A~\\^=\r\n\x7F")));
        assert_false(dicom_charset_is_plain(charset_of(terms[i]), VR_LT, BYTES("A\x80")));
        assert_false(dicom_charset_is_plain(charset_of(terms[i]), VR_LT, BYTES("A\x1B(B")));
        assert_true(dicom_charset_is_plain(charset_of(terms[i]), VR_LT, (struct span){ NULL, 0 }));
    }
    struct dicom_charset japanese = charset_of("ISO 2022 IR 13\\ISO 2022 IR 87");
    assert_true(dicom_charset_is_plain(japanese, VR_LO, BYTES("A\\^=")));
    assert_true(dicom_charset_is_plain(japanese, VR_LO, (struct span){ NULL, 0 }));
    assert_false(dicom_charset_is_plain(japanese, VR_LT, BYTES("A\\^="))); /* a yen sign there */
    assert_false(dicom_charset_is_plain(japanese, VR_LO, BYTES("A~")));
    assert_true(dicom_charset_is_plain(charset_of("\\ISO 2022 IR 13"), VR_LT, BYTES("A\\~")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_names_its_set),
        cmocka_unit_test(several_values_are_one_set),
        cmocka_unit_test(plain_text_is_the_same_in_every_set_but_one),
    };
    return cmocka_run_group_tests_name("dicom/charset", tests, NULL, NULL);
}
