/* DefaultEncoding: every name of Orthanc's, and the term that DICOM has for it. */
#include "../check.h"

#include "config/config.h"
#include "config/option.h"

static void every_name_that_the_option_lists_is_known(void **state)
{
    (void)state;
    struct span list = span_str(strstr(config_option_find("", "DefaultEncoding")->text, "Ascii"));
    struct dicom_charset charset;
    size_t names = 0;
    list = span_cut(&list, '.');
    while (list.p) {
        struct span word = span_cut(&list, ' ');
        char name[32] = "";
        memcpy(name, word.p, word.n);
        name[strcspn(name, ",")] = 0;
        if (strcmp(name, "or") == 0)
            continue;
        assert_true(config_encoding(name, &charset));
        names++;
    }
    assert_int_equal(names, 18);
}

static void check(const char *name, const char *term)
{
    struct dicom_charset charset;
    assert_true(config_encoding(name, &charset));
    assert_true(dicom_charset_equal(charset, dicom_charset_from_value(span_str(term), NULL)));
}

static void names_become_sets(void **state)
{
    (void)state;
    struct dicom_charset charset;
    check("Latin1", "ISO_IR 100");
    check("UTF8", "ISO_IR 192");
    check("Ascii", "");
    check("JapaneseKanji", "\\ISO 2022 IR 87");
    check("", "ISO_IR 100"); /* what Orthanc takes if nothing is said */
    assert_false(config_encoding("Latin9", &charset));
}

/* Whoever converts to it can be told beforehand what would be lost. */
static void a_set_tells_what_it_cannot_express(void **state)
{
    (void)state;
    struct dicom_charset charset;
    assert_true(config_encoding("Windows1251", &charset));
    assert_true(dicom_charset_encode(charset, VR_PN, span_str("Иванов^Пётр"), NULL));
    assert_false(dicom_charset_encode(charset, VR_PN, span_str("Müller"), NULL));
    assert_false(dicom_charset_is_defined(charset));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_that_the_option_lists_is_known),
        cmocka_unit_test(names_become_sets),
        cmocka_unit_test(a_set_tells_what_it_cannot_express),
    };
    return cmocka_run_group_tests_name("config/encoding", tests, NULL, NULL);
}
