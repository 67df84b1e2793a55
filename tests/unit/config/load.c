/* Reading a configuration: Debian's shape of it, merging, and the words of every error and note. */
#include "../check.h"

#include <sys/stat.h>

#include "config/config.h"
#include "folder.h"

static struct config *load(const char *path, const char *notes)
{
    struct wr said;
    struct err err = { 0 };
    wr_init(&said, 1 << 16);
    struct config *config = config_load(path, &said, &err);
    assert_string_equal(err.what, "");
    assert_non_null(config);
    wr_u8(&said, 0);
    assert_string_equal((const char *)said.p, notes);
    wr_fini(&said);
    return config;
}

static void assert_refused(const char *path, const char *what)
{
    struct err err = { 0 };
    struct config *config = config_load(path, NULL, &err);
    assert_string_equal(err.what, what);
    assert_null(config);
}

/* The text of a file, and how config_load() refuses it, behind "a.json". */
static void assert_text_refused(const char *text, const char *what)
{
    char line[sizeof(struct err)];
    folder_put("a.json", text);
    snprintf(line, sizeof line, "a.json%s", what);
    assert_refused("a.json", line);
}

static void a_folder_is_merged_by_section(void **state)
{
    (void)state;
    assert_int_equal(mkdir("etc", 0755), 0);
    assert_int_equal(mkdir("etc/old.json", 0755), 0); /* a folder, whatever its name */
    folder_put("etc/README", "not JSON");
    folder_put("etc/orthanc.json",
               "{\n  /**\n   * General\n   **/\n  \"Name\" : \"Orthanc\", // a name\n  \"Plugins\" : [ \"x\" ],\n"
               "  \"DicomAet\" : \"RIS\", \"DicomPort\" : 11112, \"DicomModalities\" : {\n"
               "    // \"sample\" : [ \"STORESCP\", \"127.0.0.1\", 2000 ]\n  }, \"DicomScuTimeout\" : 10, "
               "\"ZipLoaderThreads\": 0\n}\n");
    folder_put("etc/credentials.json", "{ \"RegisteredUsers\" : { } }");
    folder_put("etc/WORKLISTS.JSON", "{ \"Worklists\" : { \"Enable\": true, \"Directory\": \"/var/lib/wl\" } }");
    struct config *config = load("etc", "");
    assert_string_equal(config->path, "etc");
    assert_string_equal(config->dicom_aet, "RIS");
    assert_int_equal(config->dicom_port, 11112);
    assert_true(config->enable);
    assert_string_equal(config->database, "/var/lib/wl");
    assert_int_equal(config->modality_count, 0);
    assert_true(config_check_serve(config, NULL));
    config_free(&config);

    folder_put("etc/zz.json", "{ \"Worklists\" : { } }");
    assert_refused("etc", "\"Worklists\" is in two files, etc/WORKLISTS.JSON and etc/zz.json: leave it in one of them");
}

static void what_cannot_be_read_is_named(void **state)
{
    (void)state;
    assert_int_equal(mkdir("empty", 0755), 0);
    assert_refused("absent.json", "absent.json: cannot be read: No such file or directory");
    assert_refused("empty", "empty: no file in this folder ends in .json");
    assert_text_refused("{ \"a\" : 1,\n  b }", ":2:3: string or '}' expected near 'b'");
    assert_text_refused("{ \"a\" : 1, // x\n  \"a\" : 2 }", ":2:3: duplicate object key near '\"a\"'");
    assert_text_refused("{ \"a\" : 1", ":1:10: '}' expected near end of file");
    assert_text_refused("", ":1:1: '[' or '{' expected near end of file: the file is empty");
    assert_text_refused("{ \"a\" : 1\n  \"b\" : 2 }", ":2:3: '}' expected near '\"b\"': a comma is missing before it");
    assert_text_refused("{ \"a\" : [1] ]", ":1:13: '}' expected near ']'");
    assert_text_refused("[]", ": holds a list where an object is wanted: { \"DicomAet\" : \"...\", ... }");
    assert_text_refused("{ /* ", ":1:3: a comment begins with /* here and does not end: write */ behind it");

    char *deep = malloc(10001);
    memset(deep, '[', 10000);
    deep[10000] = 0;
    assert_text_refused(deep, ":1:2049: maximum parsing depth reached near '['");
    free(deep);
    FILE *large = fopen("large.json", "w");
    for (int i = 0; i < (4 << 20); i++)
        fputc(' ', large);
    fputs("{}", large);
    fclose(large);
    assert_refused("large.json", "large.json: longer than 4 MiB: no configuration is");
}

static void a_wrong_value_is_told_with_the_right_one(void **state)
{
    (void)state;
    assert_text_refused("{ \"DicomPort\" : 70000 }",
                        ": \"DicomPort\" is the number 70000: it must be a whole number from 1 to 65535");
    assert_text_refused("{ \"DicomPort\" : -1 }",
                        ": \"DicomPort\" is the number -1: it must be a whole number from 1 to 65535");
    assert_text_refused("{ \"DicomPort\" : 104.5 }",
                        ": \"DicomPort\" is the number 104.5: it must be a whole number from 1 to 65535");
    assert_text_refused("{ \"DicomPort\" : \"104\" }",
                        ": \"DicomPort\" is the string \"104\": it must be a whole number from 1 to 65535");
    assert_text_refused(
        "{ \"Worklists\" : { \"LimitAnswers\" : 4294967296 } }",
        ": \"LimitAnswers\" of \"Worklists\" is the number 4294967296: it must be a whole number from 0 to "
        "4294967295");
    assert_text_refused("{ \"Worklists\" : { \"Enable\" : \"yes\" } }",
                        ": \"Enable\" of \"Worklists\" is the string \"yes\": it must be true or false");
    assert_text_refused("{ \"DicomTlsEnabled\" : null }", ": \"DicomTlsEnabled\" is null: it must be true or false");
    assert_text_refused("{ \"Worklists\" : { \"Database\" : { } } }",
                        ": \"Database\" of \"Worklists\" is an object, { ... }: it must be a string");
    assert_text_refused("{ \"Worklists\" : true }",
                        ": \"Worklists\" is true: it must be an object, { \"Enable\" : true, ... }");
    assert_text_refused("{ \"DicomAet\" : \" \" }", ": \"DicomAet\" is empty: an AE title has 1 to 16 characters");
    assert_text_refused("{ \"DicomAet\" : \"SEVENTEENLETTERS_\" }",
                        ": \"DicomAet\" has more than 16 characters: an AE title has 1 to 16 characters");
    assert_text_refused(
        "{ \"DefaultEncoding\" : \"Latin9\" }",
        ": \"DefaultEncoding\" is the string \"Latin9\": it must be Latin1, Utf8, Ascii or another name that "
        "`mwl config` lists");
    assert_text_refused(
        "{ \"Worklists\" : { \"Database\" : \"a\", \"Directory\" : \"b\" } }",
        ": \"Directory\" and \"Database\" of \"Worklists\" are two names of one option, and differ: write one of "
        "them");
}

static void an_unknown_name_finds_a_suggestion(void **state)
{
    (void)state;
    assert_text_refused("{ \"Worklists\" : { \"enable\" : true } }",
                        ": \"Worklists\" has no option \"enable\": did you mean \"Enable\"?");
    assert_text_refused("{ \"Worklists\" : { \"FilterIssuer\" : true } }",
                        ": \"Worklists\" has no option \"FilterIssuer\": did you mean \"FilterIssuerAet\"?");
    assert_text_refused("{ \"Worklists\" : { \"Color\" : 1 } }",
                        ": \"Worklists\" has no option \"Color\": `mwl config` lists those that there are");
    assert_text_refused("{ \"ModalityWorklists\" : { } }",
                        ": the section \"ModalityWorklists\" is called \"Worklists\": rename it");

    folder_put("a.json", "{ \"dicomport\" : 1, \"Worklist\" : { }, \"HttpPort\" : \"anything\" }");
    struct config *config = load("a.json", "a.json: \"dicomport\" is no option of mwl, and is ignored: did you mean "
                                           "\"DicomPort\"?\n"
                                           "a.json: \"Worklist\" is no option of mwl, and is ignored: did you mean "
                                           "\"Worklists\"?\n");
    assert_int_equal(config->dicom_port, 4242);
    config_free(&config);
}

static void what_has_no_effect_is_said_where_it_asks_for_something(void **state)
{
    (void)state;
    folder_put("a.json", "{ \"LuaScripts\" : [ ], \"DicomModalitiesInDatabase\" : true, \"Worklists\" : {\n"
                         " \"SetStudyInstanceUidIfMissing\" : false, \"DeleteWorklistsDelay\" : 0,\n"
                         " \"HousekeepingInterval\" : 60, \"SaveInOrthancDatabase\" : false } }");
    struct config *config =
        load("a.json", "a.json: \"DicomModalitiesInDatabase\" has no effect here: modalities are read from "
                       "\"DicomModalities\" in this configuration\n"
                       "a.json: \"HousekeepingInterval\" has no effect here: worklist files are never deleted here\n");
    config_free(&config);
}

static void two_names_of_one_option_may_agree(void **state)
{
    (void)state;
    folder_put("a.json", "{ \"Worklists\" : { \"Database\" : \"wl\", \"Directory\" : \"wl\" } }");
    struct config *config = load("a.json", "");
    assert_string_equal(config->database, "wl");
    config_free(&config);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_merged_by_section),
        TEST(what_cannot_be_read_is_named),
        TEST(a_wrong_value_is_told_with_the_right_one),
        TEST(an_unknown_name_finds_a_suggestion),
        TEST(what_has_no_effect_is_said_where_it_asks_for_something),
        TEST(two_names_of_one_option_may_agree),
    };
    return cmocka_run_group_tests_name("config/load", tests, NULL, NULL);
}
