/* Rules and the files that they name: what is taken over, and the words of every error. */
#include "../check.h"

#include <sys/stat.h>

#include "config/profile.h"
#include "folder.h"

#define RULES(text) "{ \"Worklists\" : { \"Profiles\" : [ " text " ] } }"

static struct config *load(const char *path, const char *text, const char *notes)
{
    struct err err = { 0 };
    struct wr said;
    wr_init(&said, 1 << 16);
    folder_put(path, text);
    struct config *config = config_load(path, &said, &err);
    assert_string_equal(err.what, "");
    wr_u8(&said, 0);
    assert_string_equal((const char *)said.p, notes);
    wr_fini(&said);
    return config;
}

static void assert_refused(const char *text, const char *what)
{
    struct err err = { 0 };
    folder_put("a.json", text);
    struct config *config = config_load("a.json", NULL, &err);
    assert_string_equal(err.what, what);
    assert_null(config);
}

/* The rule alone, behind `a.json: `. */
static void assert_rule_refused(const char *rule, const char *what)
{
    char text[1024], line[sizeof(struct err)];
    snprintf(text, sizeof text, RULES("{ }, %s"), rule);
    snprintf(line, sizeof line, "a.json: %s", what);
    assert_refused(text, line);
}

/* The file alone, behind `b.json: `. */
static void assert_file_refused(const char *file, const char *what)
{
    char line[sizeof(struct err)];
    folder_put("b.json", file);
    snprintf(line, sizeof line, "b.json: %s", what);
    assert_refused(RULES("{ \"File\" : \"b.json\" }"), line);
}

static void a_rule_goes_before_its_file(void **state)
{
    (void)state;
    assert_int_equal(mkdir("etc", 0755), 0);
    assert_int_equal(mkdir("etc/profiles", 0755), 0);
    folder_put("etc/profiles/b.json",
               "{ /* comments too */ \"Name\" : \"B\", \"Source\" : \"its manual, p. 7\", \"serve\" : {\n"
               "  \"OmitEmptyAttributes\" : true, \"LimitIsSuccess\" : true, \"DaysBeforeToday\" : 3,\n"
               "  \"StationAliases\" : [ \"X\", \"Y\" ] } }");
    struct config *config = load("etc/a.json",
                                 RULES("{ \"LimitIsSuccess\" : false, \"StationAliases\" : [ \"Z\" ],"
                                       "  \"CallingAet\" : \"CT1\", \"File\" : \"profiles/b.json\" }"),
                                 "");
    const struct config_profile *p = &config->profiles[0];
    assert_int_equal(config->profile_count, 1);
    assert_string_equal(p->file, "etc/profiles/b.json");
    assert_string_equal(p->name, "B");
    assert_string_equal(p->calling_aet, "CT1");
    assert_true(p->omit_empty_attributes);
    assert_false(p->limit_is_success);
    assert_int_equal(p->days_before_today, 3);
    assert_int_equal(p->days_after_today, CONFIG_NO_DAYS);
    assert_int_equal(p->station_aliases.count, 1);
    assert_span(p->station_aliases.list[0], "Z");
    config_free(&config);

    /* Beside the file that names it, wherever the configuration is a folder of several. */
    folder_put("etc/zz.json", "{ \"DicomAet\" : \"RIS\" }");
    struct err err = { 0 };
    config = config_load("etc", NULL, &err);
    assert_string_equal(err.what, "");
    assert_string_equal(config->profiles[0].file, "etc/profiles/b.json");
    config_free(&config);
}

static void a_rule_that_nothing_reaches_is_told(void **state)
{
    (void)state;
    struct config *config = load("a.json", RULES("{ \"CallingAet\" : \"A\" }, { \"Name\" : \"all\" }, { }"),
                                 "a.json: rule 3 of \"Profiles\" is never used: rule 2 has no condition and is for "
                                 "every device\n");
    assert_int_equal(config->profile_count, 3);
    config_free(&config);
    config = load("a.json", RULES(""), "");
    assert_int_equal(config->profile_count, 0);
    config_free(&config);
}

static void a_wrong_value_is_told_with_its_rule(void **state)
{
    (void)state;
    assert_refused("{ \"Worklists\" : { \"Profiles\" : { } } }",
                   "a.json: \"Profiles\" of \"Worklists\" is an object, { ... }: it must be a list of rules, [ { "
                   "\"CallingAet\" : \"CT1\", ... } ]");
    assert_refused("{ \"Worklists\" : { \"Profile\" : [ ] } }",
                   "a.json: \"Worklists\" has no option \"Profile\": did you mean \"Profiles\"?");
    assert_rule_refused("\"b.json\"", "rule 2 of \"Profiles\" is the string \"b.json\": it must be an object, { "
                                      "\"CallingAet\" : \"CT1\", ... }");
    assert_rule_refused("{ \"CallingAE\" : \"CT1\" }",
                        "rule 2 of \"Profiles\" has no option \"CallingAE\": did you mean \"CallingAet\"?");
    assert_rule_refused("{ \"Hostname\" : \"CT1\" }",
                        "rule 2 of \"Profiles\" has no option \"Hostname\": `mwl config` lists those that there are");
    assert_rule_refused("{ \"OmitEmptyCodeItems\" : \"yes\" }",
                        "\"OmitEmptyCodeItems\" of rule 2 of \"Profiles\" is the string \"yes\": it must be true or "
                        "false");
    assert_rule_refused("{ \"DaysAfterToday\" : -1 }",
                        "\"DaysAfterToday\" of rule 2 of \"Profiles\" is the number -1: it must be a whole number of "
                        "days from 0 to 36500");
    assert_rule_refused("{ \"DaysAfterToday\" : 1.5 }",
                        "\"DaysAfterToday\" of rule 2 of \"Profiles\" is the number 1.5: it must be a whole number of "
                        "days from 0 to 36500");
    assert_rule_refused("{ \"AnswerCharacterSet\" : \"Latin1\" }",
                        "\"AnswerCharacterSet\" of rule 2 of \"Profiles\" is the string \"Latin1\": it must be a "
                        "defined term of Specific Character Set, \"ISO_IR 100\" or \"ISO_IR 6\"");
    assert_rule_refused("{ \"Transliterate\" : true }",
                        "rule 2 of \"Profiles\" has \"Transliterate\", but no \"AnswerCharacterSet\" to write in");
    assert_rule_refused("{ \"MaximumLengths\" : 64 }",
                        "\"MaximumLengths\" of rule 2 of \"Profiles\" is the number 64: it must be an object of "
                        "keywords and characters: { \"PatientAddress\" : 64 }");
    assert_rule_refused("{ \"MaximumLengths\" : { \"PatientID\" : 8 } }",
                        "\"MaximumLengths\" of rule 2 of \"Profiles\" has \"PatientID\": it must be the keyword of an "
                        "attribute of text, and of no ID, number or code");
    assert_rule_refused("{ \"MaximumLengths\" : { \"PatientAddress\" : 0 } }",
                        "\"PatientAddress\" of rule 2 of \"Profiles\" is the number 0: it must be a whole number of "
                        "characters from 1 to 10240");
    assert_rule_refused("{ \"Name\" : 1 }", "\"Name\" of rule 2 of \"Profiles\" is the number 1: it must be a string");
}

static void a_condition_that_cannot_hold_is_an_error(void **state)
{
    (void)state;
    assert_rule_refused("{ \"CallingAet\" : \"\" }", "\"CallingAet\" of rule 2 of \"Profiles\" is the string \"\": it "
                                                     "must be what a device can have");
    assert_rule_refused("{ \"CallingAet\" : \"A*B\" }",
                        "\"CallingAet\" of rule 2 of \"Profiles\" is the string \"A*B\": it must be a text with a * at "
                        "its end, or none");
    assert_rule_refused(
        "{ \"CallingAet\" : \"SEVENTEENLETTERS_\" }",
        "\"CallingAet\" of rule 2 of \"Profiles\" is the string \"SEVENTEENLETTERS_\": it must be an AE "
        "title, of 1 to 16 characters");
    assert_rule_refused("{ \"Address\" : \"ct1.example\" }",
                        "\"Address\" of rule 2 of \"Profiles\" is the string \"ct1.example\": it must be a numeric "
                        "address or a network, \"192.0.2.7\" or \"10.1.0.0/16\"");
    assert_rule_refused("{ \"ImplementationVersion\" : 8 }",
                        "\"ImplementationVersion\" of rule 2 of \"Profiles\" is the number 8: it must be a string");
}

/* Aliases for whoever calls would put one scanner's patients on another. */
static void aliases_are_of_one_device(void **state)
{
    (void)state;
#define ONE_DEVICE                                                                                                     \
    "rule 2 of \"Profiles\" has \"StationAliases\", the names of one device: give that one by its \"CallingAet\", "    \
    "without a *"
    assert_rule_refused("{ \"StationAliases\" : [ \"CT1\" ] }", ONE_DEVICE);
    assert_rule_refused("{ \"StationAliases\" : [ \"CT1\" ], \"CallingAet\" : \"CT*\" }", ONE_DEVICE);
    folder_put("b.json", "{ \"serve\" : { \"StationAliases\" : [ \"CT1\" ] } }");
    assert_rule_refused("{ \"File\" : \"b.json\", \"Address\" : \"192.0.2.7\" }", ONE_DEVICE);
    assert_rule_refused("{ \"CallingAet\" : \"CT1\", \"StationAliases\" : \"CT2\" }",
                        "\"StationAliases\" of rule 2 of \"Profiles\" is the string \"CT2\": it must be a list of AE "
                        "titles, of 1 to 16 characters each: [ \"CT1\", \"CT_ROOM_1\" ]");
    assert_rule_refused("{ \"CallingAet\" : \"CT1\", \"StationAliases\" : [ \"CT2\\\\CT3\" ] }",
                        "\"StationAliases\" of rule 2 of \"Profiles\" is the string \"CT2\\CT3\": it must be a list of "
                        "AE titles, of 1 to 16 characters each: [ \"CT1\", \"CT_ROOM_1\" ]");
}

static void a_file_is_named_in_its_errors(void **state)
{
    (void)state;
    assert_refused(RULES("{ \"File\" : \"c.json\" }"), "c.json: cannot be read: No such file or directory");
    assert_rule_refused("{ \"File\" : \"\" }",
                        "\"File\" of rule 2 of \"Profiles\" is the string \"\": it must be the path of a profile");
    folder_put("b.json", "{ \"serve\" : ");
    assert_refused(RULES("{ \"File\" : \"b.json\" }"), "b.json:1:13: unexpected token near end of file");
    assert_file_refused("{ \"serve\" : [ ] }",
                        "\"serve\" of the profile is a list, [ ... ]: it must be an object, { ... }");
    assert_file_refused("{ \"Serve\" : { } }",
                        "a profile has \"Name\", \"Source\", \"serve\" and \"play\", and no \"Serve\"");
    assert_file_refused("{ \"serve\" : { \"LimitSuccess\" : true } }",
                        "\"serve\" has no option \"LimitSuccess\": did you mean \"LimitIsSuccess\"?");
    assert_file_refused("{ \"serve\" : { \"CallingAet\" : \"CT1\" } }",
                        "\"serve\" has \"CallingAet\": that is for the rule which names this file");
    assert_file_refused("{ \"serve\" : { \"File\" : \"b.json\" } }", /* no file leads to another, or to itself */
                        "\"serve\" has \"File\": that is for the rule which names this file");
    /* and what is wrong in the rule is told of the rule again */
    folder_put("b.json", "{ }");
    assert_rule_refused("{ \"File\" : \"b.json\", \"x\" : 1 }",
                        "rule 2 of \"Profiles\" has no option \"x\": `mwl config` lists those that there are");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rule_goes_before_its_file),         TEST(a_rule_that_nothing_reaches_is_told),
        TEST(a_wrong_value_is_told_with_its_rule), TEST(a_condition_that_cannot_hold_is_an_error),
        TEST(aliases_are_of_one_device),           TEST(a_file_is_named_in_its_errors),
    };
    return cmocka_run_group_tests_name("config/profile_load", tests, NULL, NULL);
}
