/* What a profile says of its device makes sense, or is refused by name. */
#include "../check.h"

#include "config/config.h"
#include "folder.h"

#define CONTEXTS                                                                                                       \
    "\"PresentationContexts\" : [ { \"AbstractSyntax\" : \"1.2.840.10008.5.1.4.31\", \"TransferSyntaxes\" : [ "        \
    "\"1.2.840.10008.1.2\" ] } ]"
#define KEYS "\"Keys\" : { \"PatientName\" : \"*\" }"

/* The half, and how the file is refused, behind `b.json: `; "": it is not. */
static void check(const char *play, const char *what)
{
    char text[4096], line[sizeof(struct err)];
    struct err err = { 0 };
    folder_put("a.json", "{ \"Worklists\" : { \"Profiles\" : [ { \"File\" : \"b.json\" } ] } }");
    snprintf(text, sizeof text, "{ \"play\" : { %s } }", play);
    folder_put("b.json", text);
    snprintf(line, sizeof line, "%s%s", *what ? "b.json: " : "", what);
    struct config *config = config_load("a.json", NULL, &err);
    assert_string_equal(err.what, line);
    config_free(&config);
}

static void what_can_be_played(void **state)
{
    (void)state;
    check(CONTEXTS ", " KEYS, "");
    check(CONTEXTS ", \"CalledAet\" : \"RIS\", \"Query\" : \"query.dcm\"", "");
    check("\"CallingAet\" : \"MEDISON\", \"ImplementationClassUid\" : \"1.2.410.200001.1\","
          "\"ImplementationVersion\" : \"V8\", \"MaximumPduLength\" : 16000, " CONTEXTS ","
          "\"Keys\" : { \"00080000\" : 10, \"SpecificCharacterSet\" : \"ISO 2022 IR 6\\\\ISO 2022 IR 100\","
          "  \"00091001\" : \"private\", \"PregnancyStatus\" : \"\", \"ReferencedStudySequence\" : [ ],"
          "  \"ScheduledProcedureStepSequence\" : [ { \"ScheduledProtocolCodeSequence\" : [ { } ] }, { } ] }",
          "");
}

static void what_cannot(void **state)
{
    (void)state;
    check(KEYS, "\"play\" has no \"PresentationContexts\", without which it cannot be played");
    check(CONTEXTS, "\"play\" must have \"Keys\", or \"Query\": one of them");
    check(CONTEXTS ", " KEYS ", \"Query\" : \"query.dcm\"", "\"play\" must have \"Keys\", or \"Query\": one of them");
    check(CONTEXTS ", \"Query\" : \"\"",
          "\"Query\" of \"play\" is the string \"\": it must be the path of a DICOM file");
    check(CONTEXTS ", " KEYS ", \"AcceptedAet\" : \"X\"",
          "\"play\" has no \"AcceptedAet\": docs/PROFILES.md has what there is");
#define UNLESS(rest, what) check(CONTEXTS ", " KEYS ", " rest, what)
    UNLESS("\"CallingAet\" : \"\"",
           "\"CallingAet\" of \"play\" is the string \"\": it must be an AE title, of 1 to 16 characters");
    UNLESS("\"ImplementationClassUid\" : \"1.2.x\"",
           "\"ImplementationClassUid\" of \"play\" is the string \"1.2.x\": it must be a UID");
    UNLESS("\"ImplementationVersion\" : \"SEVENTEENLETTERS_\"",
           "\"ImplementationVersion\" of \"play\" is the string \"SEVENTEENLETTERS_\": it must be a text of 1 to 16 "
           "characters");
    UNLESS("\"MaximumPduLength\" : -1",
           "\"MaximumPduLength\" of \"play\" is the number -1: it must be a number of bytes, or 0 for no limit");
#define NO_CONTEXTS                                                                                                    \
    "\"PresentationContexts\" of \"play\" is a list, [ ... ]: it must be a list of { \"AbstractSyntax\" : "            \
    "\"1.2...\", \"TransferSyntaxes\" : [ \"1.2...\" ] }"
    check(KEYS ", \"PresentationContexts\" : [ ]", NO_CONTEXTS);
    check(KEYS ", \"PresentationContexts\" : [ 1 ]", NO_CONTEXTS);
    check(KEYS ", \"PresentationContexts\" : [ { \"AbstractSyntax\" : \"1.2\", \"TransferSyntaxes\" : [ ] } ]",
          NO_CONTEXTS);
    check(KEYS ", \"PresentationContexts\" : [ { \"AbstractSyntax\" : \"\", \"TransferSyntaxes\" : [ \"1\" ] } ]",
          NO_CONTEXTS);
}

static void keys_that_are_none(void **state)
{
    (void)state;
#define NO_KEYS(keys, what) check(CONTEXTS ", \"Keys\" : " keys, what)
    NO_KEYS("{ }",
            "\"Keys\" of \"play\" is an object, { ... }: it must be attributes, { \"PatientName\" : \"\", ... }");
    NO_KEYS("{ \"PatientsName\" : \"\" }",
            "\"Keys\" of \"play\" has \"PatientsName\": that is no keyword of PS3.6, nor a tag of eight digits");
    NO_KEYS("{ \"0008005\" : \"\" }",
            "\"Keys\" of \"play\" has \"0008005\": that is no keyword of PS3.6, nor a tag of eight digits");
    NO_KEYS("{ \"PatientName\" : [ ] }",
            "\"PatientName\" of \"play\" is a list, [ ... ]: it must be a string or a number");
    NO_KEYS(
        "{ \"ScheduledProcedureStepSequence\" : \"\" }",
        "\"ScheduledProcedureStepSequence\" of \"play\" is the string \"\": it must be a list of items, [ { ... } ]");
    NO_KEYS(
        "{ \"ScheduledProcedureStepSequence\" : [ 1 ] }",
        "\"Keys\" of \"play\" is the number 1: it must be attributes, { \"PatientName\" : \"\", ... }, in each item "
        "too");

    char deep[2048] = "{ ";
    for (int i = 0; i < 17; i++)
        strcat(deep, "\"ScheduledProtocolCodeSequence\":[{");
    for (int i = 0; i < 17; i++)
        strcat(deep, "}]");
    strcat(deep, " }");
    char play[4096];
    snprintf(play, sizeof play, CONTEXTS ", \"Keys\" : %s", deep);
    check(play, "\"Keys\" of \"play\" has sequences deeper than 16");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_can_be_played),
        TEST(what_cannot),
        TEST(keys_that_are_none),
    };
    return cmocka_run_group_tests_name("config/play", tests, NULL, NULL);
}
