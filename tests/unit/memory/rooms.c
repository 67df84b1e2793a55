/* Memory ends while the catalog changes and is asked, a configuration is loaded, records are kept, and a script runs.
 */
#include "../match/sets.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "config/config.h"
#include "dicom/tags.h"
#include "failing.h"
#include "hook/hook.h"
#include "journal/journal.h"

/* A file of that name and contents, in a place where nothing else is. */
static void put_file(char path[32], const char *text)
{
    strcpy(path, "/tmp/mwl-memory-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* ---- the catalog ---- */

#define ENTRY(id, steps) "PatientID=" id ";PatientName=N^" id ";ScheduledProcedureStepSequence=" steps
#define STEP(date)       "{Modality=CT;ScheduledProcedureStepStartDate=" date "}"

static const char *const versions[] = {
    ENTRY("A1", STEP("20260101")),
    ENTRY("A2", STEP("20260102") STEP("20260103")),
};
static struct match_plan *everything, *of_a2;

static struct dicom_block *paused_block(const char *text)
{
    failing_pause();
    struct dicom_block *block = sets_block(text);
    failing_resume();
    return block;
}

/* `expected`: names and Patient IDs in order. */
static void assert_holds(struct catalog *catalog, const struct match_plan *plan, const char *expected)
{
    char got[128] = "";
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
    struct catalog_query *query = catalog_query_new(snapshot, plan);
    struct catalog_entry entry;
    while (query && catalog_query_next(query, UINT32_MAX, &entry) == CATALOG_ENTRY) {
        size_t n = strlen(got);
        snprintf(got + n, sizeof got - n, "%s=%.*s ", entry.name, SPAN_FMT(dicom_set_get(entry.set, TAG_PatientID)));
    }
    if (query)
        assert_string_equal(got, expected);
    else
        assert_true(failing_has_failed());
    catalog_query_free(&query);
    catalog_snapshot_release(&snapshot);
}

/* Of "a" and "b", "a" is replaced, "b" dropped and "c" put in, each of which may fail and then changes nothing. */
static void change(void *arg)
{
    (void)arg;
    failing_pause();
    struct catalog *catalog = catalog_new();
    struct catalog_change *c = catalog_begin(catalog, 1);
    for (uint32_t i = 0; i < 50; i++) { /* so that there are nodes to be copied */
        char name[8], text[256];
        snprintf(name, sizeof name, "z%02u", i);
        snprintf(text, sizeof text, ENTRY("Z%u", STEP("20270101")), i, i);
        assert_true(catalog_put(c, name, sets_block(text)));
    }
    assert_true(catalog_put(c, "a", sets_block(versions[0])));
    assert_true(catalog_put(c, "b", sets_block(ENTRY("B", STEP("20260104")))));
    catalog_commit(&c, NULL);
    failing_resume();

    bool replaced = false, dropped = false, added = false;
    c = catalog_begin(catalog, 1);
    if (c) {
        replaced = catalog_put(c, "a", paused_block(versions[1]));
        dropped = catalog_drop(c, "b");
        added = catalog_put(c, "c", paused_block(ENTRY("C", STEP("20260105"))));
        catalog_commit(&c, NULL);
    }
    assert_true((replaced && dropped && added) || failing_has_failed());
    char expected[128];
    snprintf(expected, sizeof expected, "%s%s%s", replaced ? "a=A2 a=A2 " : "a=A1 ", dropped ? "" : "b=B ",
             added ? "c=C " : "");
    assert_holds(catalog, everything, expected);
    assert_holds(catalog, of_a2, replaced ? "a=A2 a=A2 " : "");
    failing_pause();
    assert_holds(catalog, everything, expected);
    catalog_free(&catalog);
    failing_resume();
}

static void a_change_fails_as_a_whole(void **state)
{
    (void)state;
    struct dicom_block *early =
        sets_block("ScheduledProcedureStepSequence={ScheduledProcedureStepStartDate=-20260131}");
    struct dicom_block *a2 = sets_block("PatientID=A2\\A3");
    everything = sets_plan(early, (struct match_options){ 0 });
    of_a2 = sets_plan(a2, (struct match_options){ 0 });
    assert_true(failing_each(change, NULL) > 20);
    match_plan_free(&everything);
    match_plan_free(&of_a2);
    dicom_block_free(&early);
    dicom_block_free(&a2);
}

static void make_catalog(void *arg)
{
    (void)arg;
    struct catalog *catalog = catalog_new();
    assert_true(catalog || failing_has_failed());
    catalog_free(&catalog);
}

static void a_catalog_is_made_or_not(void **state)
{
    (void)state;
    assert_true(failing_each(make_catalog, NULL) > 2);
}

/* ---- configuration ---- */

static const char config_text[] =
    "{ // comments\n"
    "  \"DicomAet\" : \"${MWL_NO_SUCH_VARIABLE:-RIS}\", \"DicomPort\" : 104, \"DicomCheckCalledAet\" : true,\n"
    "  \"DicomModalities\" : { \"ct\" : [ \"CT1\", \"192.0.2.7\", 104 ],\n"
    "    \"mr\" : { \"AET\" : \"MR1\", \"Host\" : \"192.0.2.8\", \"Port\" : 104, \"AllowEcho\" : false } },\n"
    "  \"LuaScripts\" : [ \"a.lua\" ],\n"
    "  \"Worklists\" : { \"Enable\" : true, \"Database\" : \"/srv\", \"FilterIssuerAet\" : true,\n"
    "    \"Profiles\" : [ { \"CallingAet\" : \"CT1\", \"OmitEmptyAttributes\" : true,\n"
    "      \"StationAliases\" : [ \"X\", \"Y\" ] } ] } }\n";

struct loading {
    const char *path;
    struct wr *printed; /* what is right */
};

static void load(void *arg)
{
    const struct loading *l = arg;
    struct err err = { 0 };
    struct wr notes;
    wr_init(&notes, 4096);
    struct config *config = config_load(l->path, &notes, &err);
    assert_true(!config == (err.code != ERR_NONE));
    if (!config) {
        if (!failing_has_failed())
            fail_msg("%s", err.what);
        if (err.code != ERR_MEMORY && !strstr(err.what, "memory"))
            fail_msg("not for want of memory: %s", err.what);
    } else {
        struct wr printed;
        failing_pause();
        wr_init(&printed, 1 << 20);
        config_print(config, &printed);
        if (!span_eq(wr_done(&printed), wr_done(l->printed)))
            fail_msg("not what was configured:\n%.*s", SPAN_FMT(wr_done(&printed)));
        wr_fini(&printed);
        failing_resume();
    }
    config_free(&config);
    wr_fini(&notes);
}

static void a_configuration_is_loaded_whole(void **state)
{
    (void)state;
    char path[32];
    struct wr printed;
    struct err err = { 0 };
    put_file(path, config_text);
    struct config *config = config_load(path, NULL, &err);
    assert_string_equal(err.what, "");
    wr_init(&printed, 1 << 20);
    config_print(config, &printed);
    config_free(&config);
    struct loading loading = { path, &printed };
    assert_true(failing_each(load, &loading) > 20);
    wr_fini(&printed);
    unlink(path);
}

/* ---- the journal ---- */

static void keep(void *arg)
{
    (void)arg;
    static const struct journal_options options = { .records = 4, .bytes = 1 << 16 };
    struct journal *j = journal_new(&options);
    if (!j) {
        assert_true(failing_has_failed());
        return;
    }
    uint64_t kept = 0;
    for (int i = 0; i < 6; i++) {
        struct journal_query query = { .calling_ae = "CT1",
                                       .called_ae = "MWL",
                                       .peer = "192.0.2.7",
                                       .identifier = BYTES("\x10\0\x20\0LO\2\0P1"),
                                       .syntax = SYNTAX_EXPLICIT_LE,
                                       .comment = "" };
        struct journal_association association = {
            .calling_ae = "CT1", .called_ae = "MWL", .peer = "192.0.2.7", .ended = ""
        };
        uint64_t number = i % 2 ? journal_add_query(j, &query) : journal_add_association(j, &association);
        assert_true(number || failing_has_failed());
        kept += number != 0;
        struct journal_view view;
        struct wr json;
        if (!number || !journal_get(j, number, &view))
            continue;
        wr_init(&json, 1 << 16);
        assert_int_equal(view.number, number);
        journal_json(&view, true, &json);
        assert_true(failing_has_failed() || (!json.failed && json.n));
        wr_fini(&json);
        journal_release(&view);
    }
    assert_int_equal(journal_size(j).records, kept < 4 ? kept : 4);
    journal_free(&j);
}

static void records_are_kept_or_not(void **state)
{
    (void)state;
    assert_true(failing_each(keep, NULL) > 6);
}

/* ---- scripts ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static bool is_done;

static void on_done(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    is_done = true;
    pthread_cond_signal(&told);
    pthread_mutex_unlock(&lock);
}

static void wait_until_done(void)
{
    pthread_mutex_lock(&lock);
    while (!is_done)
        pthread_cond_wait(&told, &lock);
    pthread_mutex_unlock(&lock);
}

struct filtering {
    const char *path;
    struct wr *query, *expected;
};

/* The filter's result or none; a part of it never. */
static void filter(void *arg)
{
    const struct filtering *f = arg;
    const struct hook_options options = { &f->path, 1, 60000, &limits_default, false };
    struct hook_query query = { .identifier = wr_done(f->query),
                                .syntax = SYNTAX_EXPLICIT_LE,
                                .remote_aet = BYTES("CT1"),
                                .called_aet = BYTES("MWL"),
                                .remote_ip = "192.0.2.7" };
    struct err err = { 0 };
    struct wr out;
    struct hook *hook = hook_new(&options, &err);
    is_done = false;
    struct hook_call *call = hook ? hook_begin(hook, &query, on_done, NULL, &err) : NULL;
    if (call) {
        wait_until_done();
        wr_init(&out, 1 << 16);
        enum hook_result came = hook_take(call, &out, &err);
        if (came == HOOK_FILTERED && !out.failed)
            assert_true(span_eq(wr_done(&out), wr_done(f->expected)));
        else
            assert_true(failing_has_failed());
        assert_true((came == HOOK_FAILED) == (err.what[0] != 0));
        wr_fini(&out);
    } else {
        assert_true(failing_has_failed() && err.what[0]);
    }
    hook_forget(&call);
    hook_free(&hook);
}

static void put_set(struct wr *out, const char *text)
{
    struct dicom_writer writer;
    wr_init(out, 1 << 16);
    dicom_write_init(&writer, out, SYNTAX_EXPLICIT_LE);
    sets_write(&writer, text);
}

static void a_script_gives_all_or_nothing(void **state)
{
    (void)state;
    char path[32];
    struct wr query, expected;
    put_file(path, "function IncomingWorklistRequestFilter(query, origin)\n"
                   "  query['0010,0020'] = origin.RemoteAet\n"
                   "  return query\n"
                   "end\n");
    put_set(&query, "PatientName=A*;PatientID=;ScheduledProcedureStepSequence={Modality=CT}");
    put_set(&expected, "PatientName=A*;PatientID=CT1;ScheduledProcedureStepSequence={Modality=CT}");
    struct filtering filtering = { path, &query, &expected };
    assert_true(failing_each(filter, &filtering) > 50);
    wr_fini(&query);
    wr_fini(&expected);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_fails_as_a_whole),       cmocka_unit_test(a_catalog_is_made_or_not),
        cmocka_unit_test(a_configuration_is_loaded_whole), cmocka_unit_test(records_are_kept_or_not),
        cmocka_unit_test(a_script_gives_all_or_nothing),
    };
    return cmocka_run_group_tests_name("memory/rooms", tests, NULL, NULL);
}
