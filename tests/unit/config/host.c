/* What the plugin takes of the configuration of the Orthanc that it is in, and what it leaves to Orthanc. */
#include "../check.h"

#include "config/config.h"

static struct config *load(const char *json, const char *notes)
{
    struct wr said;
    struct err err = { 0 };
    wr_init(&said, 1 << 16);
    struct config *config = config_load_host(json, &said, &err);
    assert_string_equal(err.what, "");
    assert_non_null(config);
    wr_u8(&said, 0);
    assert_string_equal((const char *)said.p, notes);
    wr_fini(&said);
    return config;
}

static void assert_refused(const char *json, const char *what)
{
    struct err err = { 0 };
    struct config *config = config_load_host(json, NULL, &err);
    if (config)
        assert_false(config_check_host(config, &err));
    assert_string_equal(err.what, what);
    if (config)
        config_free(&config);
}

static void the_section_and_what_concerns_text(void **state)
{
    (void)state;
    struct config *config =
        load("{ \"DicomAet\" : 7, \"DicomModalities\" : 1, \"LuaScripts\" : [ \"x.lua\" ],"
             "  \"DicomTlsEnabled\" : true, \"DicomServerEnabled\" : false, \"CaseSensitivePn\" : true,"
             "  \"CaseSensitivePN\" : true, \"DefaultEncoding\" : \"Utf8\","
             "  \"Worklists\" : { \"Enable\" : true, \"Directory\" : \"/w\", \"LimitAnswers\" : 7 } }",
             "");
    struct err err = { 0 };
    assert_true(config_check_host(config, &err));
    assert_true(config->enable);
    assert_string_equal(config->database, "/w");
    assert_int_equal(config->limit_answers, 7);
    assert_true(config->case_sensitive_pn);
    assert_string_equal(config->default_encoding, "Utf8");
    assert_string_equal(config->dicom_aet, "ORTHANC"); /* the host's own business */
    config_free(&config);
}

/* Said where it is read: which rules can never hold there, and which options do less. */
static void profiles_that_do_less(void **state)
{
    (void)state;
    struct config *config = load(
        "{ \"Worklists\" : { \"Profiles\" : [ { \"CallingAet\" : \"CT1\", \"LimitIsSuccess\" : true, "
        "\"OmitEmptyAttributes\" : true }, { \"Address\" : \"::1\", \"DaysAfterToday\" : 1 } ] } }",
        "Orthanc's configuration: \"LimitIsSuccess\" of rule 1 of \"Profiles\" does not do all that it says: Orthanc "
        "gives its own status (FE00)\n"
        "Orthanc's configuration: rule 2 of \"Profiles\" is never used: Orthanc does not tell a plugin what "
        "\"Address\" is\n");
    assert_int_equal(config->profile_count, 2);
    config_free(&config);
}

static void what_is_not_there_is_off(void **state)
{
    (void)state;
    struct config *config = load("{ \"Name\" : \"x\" }", "");
    assert_false(config->enable);
    assert_string_equal(config->default_encoding, "Latin1"); /* in which the host answers then */
    config_free(&config);
    config = load("{ \"ModalityWorklists\" : { \"Enable\" : true } }",
                  "Orthanc's configuration: the section \"ModalityWorklists\" is called \"Worklists\": rename it\n");
    assert_false(config->enable);
    config_free(&config);
    config = load("{ \"Worklists\" : { \"DeleteWorklistsDelay\" : 3 } }",
                  "Orthanc's configuration: \"DeleteWorklistsDelay\" has no effect here: worklist files are never "
                  "deleted here\n");
    config_free(&config);
}

static void a_section_that_cannot_be_understood(void **state)
{
    (void)state;
    assert_refused("{ \"Worklists\" : true }", "Orthanc's configuration: \"Worklists\" is true: it must be an object, "
                                               "{ \"Enable\" : true, ... }");
    assert_refused(
        "{ \"Worklists\" : { \"Enable\" : \"yes\" } }",
        "Orthanc's configuration: \"Enable\" of \"Worklists\" is the string \"yes\": it must be true or false");
    assert_refused(
        "{ \"Worklists\" : { \"Enable\" : true, \"LimitAnswer\" : 3 } }",
        "Orthanc's configuration: \"Worklists\" has no option \"LimitAnswer\": did you mean \"LimitAnswers\"?");
    assert_refused("{ \"Worklists\" : { \"Enable\" : true } }",
                   "Orthanc's configuration: \"Worklists\" names no folder: write \"Database\" : "
                   "\"/path/of/the/folder\" into it");
    assert_refused("{ \"Worklists\" : { \"Enable\" : true, \"Database\" : \"w\", \"SaveInOrthancDatabase\" : true } }",
                   "Orthanc's configuration: \"SaveInOrthancDatabase\" : true is not possible: worklists are read from "
                   "the folder \"Database\"; write false");
    assert_refused("[ 1 ]", "Orthanc's configuration: not an object in JSON: a list");
    assert_refused("{", "Orthanc's configuration: not an object in JSON: string or '}' expected near end of file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_section_and_what_concerns_text),
        cmocka_unit_test(profiles_that_do_less),
        cmocka_unit_test(what_is_not_there_is_off),
        cmocka_unit_test(a_section_that_cannot_be_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
