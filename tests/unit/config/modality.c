/* DicomModalities: both forms of a row, and the words for a wrong one. */
#include "../check.h"

#include "config/config.h"
#include "folder.h"

static void assert_row_refused(const char *row, const char *what)
{
    char text[512], line[512];
    struct err err = { 0 };
    snprintf(text, sizeof text, "{ \"DicomModalities\" : { \"CT1\" : %s } }", row);
    snprintf(line, sizeof line, "a.json: %s", what);
    folder_put("a.json", text);
    struct config *config = config_load("a.json", NULL, &err);
    assert_string_equal(err.what, line);
    assert_null(config);
}

static void both_forms_are_read_in_their_order(void **state)
{
    (void)state;
    folder_put(
        "a.json",
        "{ \"DicomModalities\" : {\n"
        "  \"z\" : [ \"MR1\", \"mr1.example\", 104 ],\n"
        "  \"a\" : { \"AET\" : \"CT1 \", \"Port\" : \"11112\", \"Host\" : \"192.0.2.7\", \"Manufacturer\" : \"GE\",\n"
        "          \"AllowEcho\" : false, \"AllowFind\" : false, \"AllowTranscoding\" : true,\n"
        "          \"UseDicomTls\" : true, \"TlsCertificateName\" : \"ct1.example\" },\n"
        "  \"m\" : { \"AET\" : \"MUCH TOO LONG A TITLE\", \"Port\" : 1, \"Host\" : \"\", \"AllowFindWorklist\" : "
        "false } } }");
    struct wr notes;
    wr_init(&notes, 4096);
    struct config *config = config_load("a.json", &notes, NULL);
    assert_non_null(config);
    assert_span(wr_done(&notes),
                "a.json: \"AET\" in \"m\" of \"DicomModalities\" has more than 16 characters: nobody can call "
                "with it\n");
    wr_fini(&notes);
    assert_int_equal(config->modality_count, 3);
    const struct config_modality *m = config->modalities;
    assert_string_equal(m[0].name, "z");
    assert_string_equal(m[0].aet, "MR1");
    assert_string_equal(m[0].host, "mr1.example");
    assert_int_equal(m[0].port, 104);
    assert_true(m[0].allow_echo && m[0].allow_find_worklist);
    assert_int_equal(m[0].address_count, 0); /* nothing is resolved that nobody asks for */
    assert_string_equal(m[1].aet, "CT1");
    assert_int_equal(m[1].port, 11112);
    assert_false(m[1].allow_echo);
    assert_string_equal(m[0].tls_certificate_name, "");
    assert_string_equal(m[1].tls_certificate_name, "ct1.example");
    assert_true(m[1].allow_find_worklist);
    assert_false(m[2].allow_find_worklist);
    config_free(&config);
}

static void a_wrong_row_is_told_with_the_right_one(void **state)
{
    (void)state;
    assert_row_refused("[ \"CT1\", \"h\" ]",
                       "\"CT1\" of \"DicomModalities\" is a list, [ ... ]: it must be [ \"AET\", \"host\", port ] "
                       "or { \"AET\" : ..., \"Host\" : ..., \"Port\" : ... }");
    assert_row_refused("[ \"CT1\", 7, 104 ]",
                       "\"Host\" in \"CT1\" of \"DicomModalities\" is the number 7: it must be a string");
    assert_row_refused(
        "[ \"CT1\", \"h\", 65536 ]",
        "\"Port\" in \"CT1\" of \"DicomModalities\" is the number 65536: it must be a number from 1 to 65535");
    assert_row_refused("[ \"CT1\", \"h\", \"104x\" ]",
                       "\"Port\" in \"CT1\" of \"DicomModalities\" is the string \"104x\": it must be a "
                       "number from 1 to 65535");
    assert_row_refused("{ \"AET\" : \"CT1\", \"Host\" : \"h\" }", "\"CT1\" of \"DicomModalities\" has no \"Port\"");
    assert_row_refused("{ \"Aet\" : \"CT1\" }", "\"CT1\" of \"DicomModalities\" has no \"AET\"");
    assert_row_refused("{ \"AET\" : \"CT1\", \"Host\" : \"h\", \"Port\" : 1, \"AllowEcho\" : 0 }",
                       "\"AllowEcho\" in \"CT1\" of \"DicomModalities\" is the number 0: it must be true or false");
    /* Orthanc would let it in. */
    assert_row_refused(
        "{ \"AET\" : \"CT1\", \"Host\" : \"h\", \"Port\" : 1, \"AllowFindWorkList\" : false }",
        "\"CT1\" of \"DicomModalities\" has no \"AllowFindWorkList\": did you mean \"AllowFindWorklist\"?");
    /* And who has its name would be anybody. */
    assert_row_refused(
        "{ \"AET\" : \"CT1\", \"Host\" : \"h\", \"Port\" : 1, \"TLSCertificateName\" : \"ct1\" }",
        "\"CT1\" of \"DicomModalities\" has no \"TLSCertificateName\": did you mean \"TlsCertificateName\"?");
    assert_row_refused("{ \"AET\" : \"CT1\", \"Host\" : \"h\", \"Port\" : 1, \"TlsCertificateName\" : \"\" }",
                       "\"TlsCertificateName\" in \"CT1\" of \"DicomModalities\" is empty: leave it out, or name one");
    folder_put("a.json", "{ \"DicomModalities\" : [ ] }");
    struct err err = { 0 };
    assert_null(config_load("a.json", NULL, &err));
    assert_string_equal(err.what,
                        "a.json: \"DicomModalities\" is a list, [ ... ]: it must be an object, { \"CT1\" : [ \"CT1\", "
                        "\"192.0.2.7\", 104 ] }");
}

static void a_host_without_an_address_is_noted(void **state)
{
    (void)state;
    folder_put(
        "a.json",
        "{ \"DicomModalities\" : { \"CT1\" : [ \"CT1\", \"name.invalid\", 104 ], \"l\" : [ \"L\", \"::1\", 1 ] }, "
        "\"DicomCheckModalityHost\" : true }");
    struct wr notes;
    wr_init(&notes, 4096);
    struct config *config = config_load("a.json", &notes, NULL);
    assert_non_null(config);
    wr_u8(&notes, 0);
    assert_non_null(
        strstr((const char *)notes.p,
               "a.json: \"Host\" in \"CT1\" of \"DicomModalities\", \"name.invalid\", cannot be resolved ("));
    assert_non_null(strstr((const char *)notes.p, "): nobody is let in as it until the configuration is read again\n"));
    wr_fini(&notes);
    assert_int_equal(config->modalities[0].address_count, 0);
    assert_int_equal(config->modalities[1].address_count, 1);
    config_free(&config);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_forms_are_read_in_their_order),
        TEST(a_wrong_row_is_told_with_the_right_one),
        TEST(a_host_without_an_address_is_noted),
    };
    return cmocka_run_group_tests_name("config/modality", tests, NULL, NULL);
}
