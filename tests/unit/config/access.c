/* Who may do what, by Orthanc's rules, and the line that a refusal gives. */
#include "../check.h"

#include "config/access.h"
#include "folder.h"

/* One configuration and one caller: allowed (advice NULL), or refused with this advice. */
static void check(const char *text, enum config_verb verb, const char *ae, const char *peer, const char *advice)
{
    struct err err = { 0 };
    struct wr said;
    wr_init(&said, 4096);
    folder_put("a.json", text);
    struct config *config = config_load("a.json", NULL, &err);
    assert_string_equal(err.what, "");
    bool allowed = config_access(config, verb, span_str(ae), peer, &said);
    wr_u8(&said, 0);
    assert_string_equal((const char *)said.p, advice ? advice : "");
    assert_int_equal(allowed, !advice);
    assert_int_equal(config_access(config, verb, span_str(ae), peer, NULL), allowed);
    wr_fini(&said);
    config_free(&config);
}

#define FIND CONFIG_FIND_WORKLIST
#define ECHO CONFIG_ECHO

static void a_stranger_is_told_what_to_add(void **state)
{
    (void)state;
    check("{ }", ECHO, "CT1", "192.0.2.7", NULL);
    check("{ \"DicomAlwaysAllowFindWorklist\" : true }", FIND, "CT1", "192.0.2.7", NULL);
    check("{ }", FIND, "CT1", "192.0.2.7",
          "\"CT1\" at 192.0.2.7 may not read the worklist: add to \"DicomModalities\": \"CT1\" : { \"AET\" : \"CT1\", "
          "\"Host\" : "
          "\"192.0.2.7\", \"Port\" : 104, \"AllowFindWorklist\" : true }");
    check("{ \"DicomAlwaysAllowEcho\" : false }", ECHO, "CT1", "2001:db8::7",
          "\"CT1\" at 2001:db8::7 may not verify the connection: add to \"DicomModalities\": \"CT1\" : { \"AET\" : "
          "\"CT1\", "
          "\"Host\" : \"2001:db8::7\", \"Port\" : 104, \"AllowEcho\" : true, \"AllowFindWorklist\" : false }");
    /* Orthanc's row names are letters, digits, '-' and '_'; and this one is taken, by another scanner. */
    check("{ \"DicomModalities\" : { \"A___\" : [ \"X\", \"h\", 1 ], \"A____2\" : [ \"Y\", \"h\", 1 ] } }", FIND,
          "A \"$", "::1",
          "\"A \\\"$\" at ::1 may not read the worklist: add to \"DicomModalities\": \"A____3\" : { \"AET\" : \"A "
          "\\\"$\", \"Host\" "
          ": \"::1\", \"Port\" : 104, \"AllowFindWorklist\" : true }");
}

static void a_title_that_is_none_cannot_be_added(void **state)
{
    (void)state;
    check("{ }", FIND, "C\x1bT\xE9", "192.0.2.7",
          "the calling AE title \"C\\x1BT\\xE9\" at 192.0.2.7 holds a character that no AE title may have: a "
          "backslash, or one "
          "that is not printable ASCII: no row of \"DicomModalities\" can name it, set another one there");
    check("{ \"DicomModalities\" : { \"x\" : [ \"\", \"192.0.2.7\", 1 ] } }", FIND, "", "192.0.2.7",
          "the calling AE title \"\" at 192.0.2.7 is empty: no row of \"DicomModalities\" can name it, set another one "
          "there");
}

static void a_row_says_what_its_scanner_may(void **state)
{
    (void)state;
    const char *no =
        "{ \"DicomAlwaysAllowEcho\" : false, \"DicomModalities\" : { \"ct\" : { \"AET\" : \"CT1\", \"Host\" : "
        "\"192.0.2.7\", \"Port\" : 104, \"AllowFindWorklist\" : false } } }";
    check(no, ECHO, "CT1", "198.51.100.1", NULL); /* its address does not matter */
    check(no, ECHO, "ct1", "198.51.100.1", NULL); /* nor does letter case */
    check(no, FIND, "CT1", "192.0.2.7",
          "\"CT1\" at 192.0.2.7 may not read the worklist: in \"DicomModalities\", \"ct\" says \"AllowFindWorklist\" : "
          "false; write "
          "true there to let it in");
    /* What is always allowed is allowed to it too. */
    check("{ \"DicomAlwaysAllowFindWorklist\" : true, \"DicomModalities\" : { \"ct\" : { \"AET\" : \"CT1\", \"Host\" : "
          "\"192.0.2.7\", \"Port\" : 104, \"AllowFindWorklist\" : false } } }",
          FIND, "CT1", "192.0.2.7", NULL);
    check("{ \"DicomModalities\" : { \"ct\" : [ \" CT1 \", \"192.0.2.7\", \"104\", \"Generic\" ] } }", FIND, "CT1",
          "::1", NULL);
    check("{ \"StrictAetComparison\" : true, \"DicomModalities\" : { \"ct\" : [ \"CT1\", \"192.0.2.7\", 104 ] } }",
          FIND, "ct1", "192.0.2.7",
          "\"ct1\" at 192.0.2.7 may not read the worklist: add to \"DicomModalities\": \"ct1\" : { \"AET\" : \"ct1\", "
          "\"Host\" : "
          "\"192.0.2.7\", \"Port\" : 104, \"AllowFindWorklist\" : true }");
}

static void an_address_is_checked_where_asked_for(void **state)
{
    (void)state;
    const char *hosts =
        "{ \"DicomModalities\" : { \"a\" : [ \"CT1\", \"192.0.2.7\", 104 ], \"b\" : [ \"MR1\", \"2001:db8::7\", "
        "104 ], \"c\" : [ \"US1\", \"name.invalid\", 104 ], \"d\" : [ \"XA1\", \"localhost\", 104 ] }, "
        "\"DicomCheckModalityHost\" : true }";
    check(hosts, FIND, "CT1", "192.0.2.7", NULL);
    check(hosts, FIND, "CT1", "::ffff:192.0.2.7", NULL);
    check(hosts, FIND, "MR1", "2001:db8:0::7", NULL);
    check(hosts, FIND, "XA1", "127.0.0.1", NULL);
    check(hosts, FIND, "CT1", "192.0.2.8",
          "\"CT1\" at 192.0.2.8 may not read the worklist: in \"DicomModalities\", \"a\" says \"Host\" : "
          "\"192.0.2.7\"; write "
          "\"Host\" : \"192.0.2.8\" there if it is this scanner");
    check(hosts, FIND, "US1", "192.0.2.8",
          "\"US1\" at 192.0.2.8 may not read the worklist: in \"DicomModalities\", \"c\" says \"Host\" : "
          "\"name.invalid\", which "
          "could not be resolved; write \"Host\" : \"192.0.2.8\" there if it is this scanner");
    check(hosts, FIND, "CT1", "not numeric",
          "\"CT1\" at not numeric may not read the worklist: in \"DicomModalities\", \"a\" says \"Host\" : "
          "\"192.0.2.7\"; write "
          "\"Host\" : \"not numeric\" there if it is this scanner");
}

#define TWO_ROWS                                                                                                       \
    "\"DicomModalities\" : { \"a\" : { \"AET\" : \"CT1\", \"Host\" : \"192.0.2.1\", \"Port\" : 1, "                    \
    "\"AllowFindWorklist\" : "                                                                                         \
    "false }, \"b\" : [ \"CT1\", \"192.0.2.2\", 1 ] }"

static void rows_of_one_title_are_told_apart_by_address_alone(void **state)
{
    (void)state;
    const char *a_says_no = "\"CT1\" at 192.0.2.1 may not read the worklist: in \"DicomModalities\", \"a\" says "
                            "\"AllowFindWorklist\" : false; write true there to let it in";
    check("{ " TWO_ROWS " }", FIND, "CT1", "192.0.2.1", a_says_no);
    check("{ " TWO_ROWS ", \"DicomCheckModalityHost\" : true }", FIND, "CT1", "192.0.2.1", a_says_no);
    check("{ " TWO_ROWS ", \"DicomCheckModalityHost\" : true }", FIND, "CT1", "192.0.2.2", NULL);
    /* Orthanc lets this one in: several rows, and none forbids it. */
    check(
        "{ \"DicomCheckModalityHost\" : true, \"DicomModalities\" : { \"a\" : [ \"CT1\", \"192.0.2.1\", 1 ], \"b\" : [ "
        "\"CT1\", \"192.0.2.2\", 1 ] } }",
        FIND, "CT1", "192.0.2.3",
        "\"CT1\" at 192.0.2.3 may not read the worklist: in \"DicomModalities\", \"b\" says \"Host\" : \"192.0.2.2\"; "
        "write "
        "\"Host\" : \"192.0.2.3\" there if it is this scanner");
}

static bool is_name(void *arg, const char *name)
{
    return strcmp(arg, name) == 0;
}

/* What the certificate is called, NULL: clear text, "": none was sent. */
static void check_certificate(const char *ae, char *name, const char *advice)
{
    struct wr said;
    wr_init(&said, 4096);
    folder_put("a.json",
               "{ \"DicomAlwaysAllowFindWorklist\" : true, \"DicomModalities\" : { \"a\" : { \"AET\" : \"CT1\", "
               "\"Host\" : \"h\", \"Port\" : 1, \"TlsCertificateName\" : \"ct1\" }, \"b\" : { \"AET\" : \"CT1\", "
               "\"Host\" : \"h\", \"Port\" : 1, \"TlsCertificateName\" : \"ct1.example\" }, \"c\" : [ \"CT1\", "
               "\"h\", 1 ], \"d\" : [ \"CT2\", \"h\", 1 ] } }");
    struct config *config = config_load("a.json", NULL, NULL);
    assert_non_null(config);
    struct config_certificate certificate = { name && *name ? "CN=x" : "", name ? is_name : NULL, name };
    assert_int_equal(config_certificate_fits(config, span_str(ae), "192.0.2.7", &certificate, &said), !advice);
    wr_u8(&said, 0);
    assert_string_equal((const char *)said.p, advice ? advice : "");
    wr_fini(&said);
    config_free(&config);
}

static void a_title_can_be_bound_to_certificates(void **state)
{
    (void)state;
    char ct1[] = "ct1", example[] = "ct1.example", other[] = "ct2", none[] = "";
    check_certificate("CT1", ct1, NULL);
    check_certificate("ct1", example, NULL);
    check_certificate("CT2", NULL, NULL);
    check_certificate("CT2", other, NULL);
    check_certificate("", NULL, NULL);
#define MUST                                                                                                           \
    "\"CT1\" at 192.0.2.7 must come with a certificate for \"ct1.example\", as \"b\" of \"DicomModalities\" says, "    \
    "and "
    check_certificate("CT1", NULL, MUST "called in clear text: set it to TLS and to the port for that");
    check_certificate("CT1", none, MUST "sent none: put one into the scanner that has this name");
    check_certificate("CT1", other,
                      MUST
                      "came with CN=x: if that is this scanner, write a name that it has as \"TlsCertificateName\" "
                      "there");
}

static void the_called_title_is_checked_where_asked_for(void **state)
{
    (void)state;
    struct config *config = config_defaults_new();
    config->dicom_aet = " RIS ";
    assert_true(config_called_aet(config, span_str("ANY")));
    config->dicom_check_called_aet = true;
    assert_false(config_called_aet(config, span_str("ANY")));
    assert_true(config_called_aet(config, span_str("ris")));
    config->strict_aet_comparison = true;
    assert_false(config_called_aet(config, span_str("ris")));
    assert_true(config_called_aet(config, span_str("RIS")));
    config_free(&config);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stranger_is_told_what_to_add),
        TEST(a_title_that_is_none_cannot_be_added),
        TEST(a_row_says_what_its_scanner_may),
        TEST(an_address_is_checked_where_asked_for),
        TEST(rows_of_one_title_are_told_apart_by_address_alone),
        TEST(a_title_can_be_bound_to_certificates),
        TEST(the_called_title_is_checked_where_asked_for),
    };
    return cmocka_run_group_tests_name("config/access", tests, NULL, NULL);
}
