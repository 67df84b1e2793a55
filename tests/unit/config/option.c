/* The rows of options.def: well formed, found, and found when misspelt. */
#include "../check.h"

#include <stdio.h>

#include "config/option.h"

static void a_misspelt_name_finds_its_neighbour(void **state)
{
    (void)state;
    assert_string_equal(config_option_nearest("Worklists", "FilterIssuerAET", 0), "FilterIssuerAet");
    assert_string_equal(config_option_nearest("Worklists", "LimitAnswer", 1), "LimitAnswers");
    assert_string_equal(config_option_nearest("Worklists", "Databse", 2), "Database");
    assert_string_equal(config_option_nearest("", "worklist", 1), "Worklists");
    assert_null(config_option_nearest("", "Name", 1));
    assert_null(config_option_nearest("Worklists", "DicomAet", 2)); /* of another section */
    assert_null(config_option_nearest("Worklists", "", 3));
    char longer[200];
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = 0;
    assert_null(config_option_nearest("Worklists", longer, 1000));
}

static void names_are_exact(void **state)
{
    (void)state;
    assert_int_equal(config_option_find("", "DicomPort")->kind, OPTION_KIND_NUMBER);
    assert_null(config_option_find("", "dicomport"));
    assert_null(config_option_find("Worklists", "DicomPort"));
}

static void every_row_is_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        assert_ptr_equal(config_option_find(o->section, o->name), o); /* unique */
        assert_in_range(strlen(o->name), 4, 40);
        assert_true(strlen(o->text) > 8);
        assert_null(strstr(o->text, "*/"));
        if (o->kind == OPTION_KIND_NUMBER) {
            assert_in_range(o->initial, o->low, o->high);
        }
        if (o->kind == OPTION_KIND_ALIAS) {
            assert_int_equal(config_option_find(o->section, o->string)->kind, OPTION_KIND_STRING);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_misspelt_name_finds_its_neighbour),
        cmocka_unit_test(names_are_exact),
        cmocka_unit_test(every_row_is_well_formed),
    };
    return cmocka_run_group_tests_name("config/option", tests, NULL, NULL);
}
