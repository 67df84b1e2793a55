/* DefaultEncoding: every name of Orthanc's, and the term that DICOM has for it. */
#include "../check.h"

#include "config/config.h"
#include "config/option.h"

static void every_name_that_the_option_lists_is_known(void **state)
{
    (void)state;
    struct span list = span_str(strstr(config_option_find("", "DefaultEncoding")->text, "Ascii"));
    size_t names = 0;
    while (list.p) {
        struct span word = span_cut(&list, ' ');
        char name[32] = "";
        memcpy(name, word.p, word.n);
        name[strcspn(name, ",.")] = 0;
        if (strcmp(name, "or") == 0)
            continue;
        assert_non_null(config_encoding_term(name));
        names++;
    }
    assert_int_equal(names, 18);
}

static void names_become_terms(void **state)
{
    (void)state;
    assert_string_equal(config_encoding_term("Latin1"), "ISO_IR 100");
    assert_string_equal(config_encoding_term("UTF8"), "ISO_IR 192");
    assert_string_equal(config_encoding_term("Ascii"), "");
    assert_null(config_encoding_term("Latin9"));
    assert_null(config_encoding_term(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_that_the_option_lists_is_known),
        cmocka_unit_test(names_become_terms),
    };
    return cmocka_run_group_tests_name("config/encoding", tests, NULL, NULL);
}
