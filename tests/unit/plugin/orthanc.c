/* The plugin's life in a host, and what it hands over: in a host made for the purpose (host.h). The real one is in
 * tests/peer. */
#include "host.h"

#define ENABLED "{ \"Worklists\" : { \"Enable\" : true, \"Database\" : \"wl\""

static void put(const char *path, const char *id, const char *station)
{
    struct dicom_writer w;
    struct wr bytes;
    wr_init(&bytes, 1 << 16);
    dicom_write_init(&w, &bytes, SYNTAX_EXPLICIT_LE);
    worklist_text(&w, TAG_PatientID, VR_LO, id);
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(&w);
    worklist_text(&w, TAG_ScheduledStationAETitle, VR_AE, station);
    dicom_write_end_item(&w);
    dicom_write_end_sequence(&w);
    scratch_junk(path, (const char *)bytes.p, bytes.n);
    wr_fini(&bytes);
}

static int32_t begin(struct scratch *s, const char *configuration)
{
    scratch_init(s);
    host_init(configuration);
    put("wl/a.wl", "1", "CT1");
    put("wl/b.wl", "2", "CT1\\CT2");
    return OrthancPluginInitialize(&host.context);
}

static void end(struct scratch *s)
{
    OrthancPluginFinalize();
    host_fini();
    scratch_fini(s);
}

/* Asks for Patient ID, a private attribute, and a station of the step. The answers, as "ID@station ID@station". */
static const char *ask(const char *station, OrthancPluginErrorCode expected)
{
    static char text[256];
    struct dicom_writer w;
    host_reset();
    wr_reset(&host.query);
    dicom_file_begin(&host.query, SYNTAX_IMPLICIT_LE);
    dicom_write_init(&w, &host.query, SYNTAX_IMPLICIT_LE);
    worklist_text(&w, 0x00090010, VR_LO, "ACME");
    worklist_text(&w, 0x00091001, VR_LO, "");
    worklist_text(&w, TAG_PatientID, VR_LO, "");
    worklist_text(&w, TAG_PatientSex, VR_CS, "");
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(&w);
    worklist_text(&w, TAG_ScheduledStationAETitle, VR_AE, station);
    dicom_write_end_item(&w);
    dicom_write_end_sequence(&w);
    assert_int_equal(host.callback(NULL, NULL, "CT2", "ORTHANC"), expected);
    text[0] = 0;
    for (uint32_t i = 0; i < host.count; i++) {
        struct dicom_set set = dicom_block_set(host.answers[i]);
        assert_int_equal(set.count, 3); /* Patient's Sex too, and empty; nothing private */
        const struct dicom_element *steps = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
        struct span at = dicom_set_get(dicom_set_item(set, steps, 0), TAG_ScheduledStationAETitle);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s@%.*s", i ? " " : "",
                 SPAN_FMT(dicom_set_get(set, TAG_PatientID)), SPAN_FMT(at));
    }
    return text;
}

static void answers_are_handed_over(void **state)
{
    (void)state;
    struct scratch s;
    assert_int_equal(begin(&s, ENABLED "} }"), 0);
    assert_string_equal(ask("CT1", 0), "1@CT1 2@CT1"); /* the second in the words of the query */
    assert_string_equal(ask("CT2", 0), "2@CT2");
    assert_string_equal(ask("CT9", 0), "");
    host.keeps_all = true;
    assert_string_equal(ask("CT2", 0), "2@CT1\\CT2");
    host.keeps_all = false;
    assert_string_equal(ask("", 0), "1@CT1 2@CT1\\CT2"); /* no key: the host has nothing to compare */
    assert_false(host.incomplete);
    put("wl/c.wl", "3", "CT2");
    assert_string_equal(ask("CT2", 0), "2@CT2 3@CT2");
    assert_int_equal(unlink("wl/b.wl"), 0);
    assert_string_equal(ask("CT2", 0), "3@CT2");
    end(&s);
}

static void what_the_host_would_spoil_is_left_out(void **state)
{
    (void)state;
    struct scratch s;
    assert_int_equal(begin(&s, ENABLED "} }"), 0);
    host.keeps_nothing = true;
    assert_string_equal(ask("CT1", 0), "");
    host.keeps_nothing = false;
    host.addition = OrthancPluginErrorCode_NotImplemented;
    assert_string_equal(ask("CT1", 0), "");
    OrthancPluginFinalize();
    assert_non_null(strstr(host.log, "W Matches left out of the answer to CT2: 2; docs/ORTHANC.md says why\n"));
    assert_int_equal(OrthancPluginInitialize(&host.context), 0); /* a host may begin anew */
    host.addition = OrthancPluginErrorCode_Success;
    assert_string_equal(ask("CT1", 0), "1@CT1 2@CT1");
    end(&s);
}

static void exactly_as_many_as_the_limit(void **state)
{
    (void)state;
    struct scratch s;
    assert_int_equal(begin(&s, ENABLED ", \"LimitAnswers\" : 2 } }"), 0);
    assert_string_equal(ask("CT1", 0), "1@CT1 2@CT1");
    assert_false(host.incomplete); /* two are all there are */
    put("wl/c.wl", "3", "CT1");
    assert_string_equal(ask("CT1", 0), "1@CT1 2@CT1");
    assert_true(host.incomplete);
    end(&s);
}

static void only_the_callers_own(void **state)
{
    (void)state;
    struct scratch s;
    assert_int_equal(begin(&s, ENABLED ", \"FilterIssuerAet\" : true } }"), 0);
    assert_string_equal(ask("", 0), "2@CT1\\CT2");
    assert_string_equal(ask("CT1", 0), "2@CT1"); /* both conditions, and the key keeps its own */
    end(&s);
}

static void a_folder_for_each_called_title(void **state)
{
    (void)state;
    struct scratch s;
    assert_int_equal(begin(&s, ENABLED ", \"FolderPerCalledAet\" : true } }"), 0);
    assert_string_equal(ask("CT1", OrthancPluginErrorCode_UnknownResource), "");
    assert_int_equal(mkdir("wl/orthanc", 0755), 0);
    put("wl/orthanc/x.wl", "7", "CT1");
    assert_string_equal(ask("CT1", 0), "7@CT1");
    end(&s);
}

static void a_folder_that_is_not_there_is_no_empty_list(void **state)
{
    (void)state;
    struct scratch s;
    assert_int_equal(begin(&s, "{ \"Worklists\" : { \"Enable\" : true, \"Database\" : \"nowhere\" } }"), 0);
    assert_string_equal(ask("CT1", OrthancPluginErrorCode_DirectoryExpected), "");
    assert_int_equal(rename("wl", "nowhere"), 0);
    for (int i = 0; i < 1000 && host.callback(NULL, NULL, "CT2", "ORTHANC") != 0; i++)
        usleep(10000);
    assert_string_equal(ask("CT2", 0), "2@CT2");
    OrthancPluginFinalize();
    assert_non_null(strstr(host.log, "/nowhere cannot be read: No such file or directory"));
    assert_non_null(strstr(host.log, "W The database of worklists will be read from folder: /"));
    host_fini();
    scratch_fini(&s);
}

static void a_query_that_is_none_is_an_error(void **state)
{
    (void)state;
    struct scratch s;
    assert_int_equal(begin(&s, ENABLED "} }"), 0);
    (void)ask("CT1", 0);
    host_reset();
    wr_truncate(&host.query, host.query.n - 3);
    assert_int_equal(host.callback(NULL, NULL, "CT2", "ORTHANC"), OrthancPluginErrorCode_BadRequest);
    wr_truncate(&host.query, 100);
    assert_int_equal(host.callback(NULL, NULL, "CT2", "ORTHANC"), OrthancPluginErrorCode_BadFileFormat);
    wr_fill(&host.query, 'x', HOST_ROOM - 100);
    assert_int_equal(host.callback(NULL, NULL, "CT2", "ORTHANC"), OrthancPluginErrorCode_BadFileFormat);
    assert_string_equal(ask("CT2", 0), "2@CT2");
    end(&s);
}

static void whoever_was_first_serves(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    host_init(ENABLED "} }");
    host.registration = OrthancPluginErrorCode_Plugin;
    assert_int_equal(OrthancPluginInitialize(&host.context), 0);
    assert_null(host.callback);
    OrthancPluginFinalize();
    assert_non_null(strstr(host.log, "E Another plugin answers worklist queries already, and mwl stays idle: name "
                                     "libmwl-orthanc.so before it in \"Plugins\", or take the other plugin out\n"));
    host_fini();
    scratch_fini(&s);
}

static void only_a_section_that_means_nothing_stops_the_host(void **state)
{
    (void)state;
    static const struct {
        const char *configuration;
        int32_t expected;
        const char *said;
    } rows[] = {
        { "{ }", 0, "W Worklist server is disabled by the configuration file\n" },
        { "{ \"Worklists\" : { \"Enable\" : false } }", 0,
          "W Worklist server is disabled by the configuration file\n" },
        { "{ \"Worklists\" : { \"Enable\" : true } }", -1, "names no folder" },
        { "{ \"Worklists\" : [] }", -1, "must be an object" },
        { ENABLED ", \"LimitAnswers\" : \"ten\" } }", -1, "a whole number" },
        { ENABLED ", \"FilterIssuerAets\" : true } }", -1, "did you mean \"FilterIssuerAet\"?" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scratch s;
        scratch_init(&s);
        host_init(rows[i].configuration);
        assert_int_equal(OrthancPluginInitialize(&host.context), rows[i].expected);
        assert_null(host.callback);
        if (rows[i].expected == 0)
            OrthancPluginFinalize();
        if (!strstr(host.log, rows[i].said))
            fail_msg("%s:\n%s", rows[i].configuration, host.log);
        host_fini();
        scratch_fini(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_handed_over),
        cmocka_unit_test(what_the_host_would_spoil_is_left_out),
        cmocka_unit_test(exactly_as_many_as_the_limit),
        cmocka_unit_test(only_the_callers_own),
        cmocka_unit_test(a_folder_for_each_called_title),
        cmocka_unit_test(a_folder_that_is_not_there_is_no_empty_list),
        cmocka_unit_test(a_query_that_is_none_is_an_error),
        cmocka_unit_test(whoever_was_first_serves),
        cmocka_unit_test(only_a_section_that_means_nothing_stops_the_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
