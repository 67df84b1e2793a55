/* Why a query got nothing: the line that says so, and that it shows nothing of patients. */
#include "../match/sets.h"

#include <string.h>

#include "service/explain.h"

#define STEP(inner) "ScheduledProcedureStepSequence={" inner "}"

static struct catalog *catalog_of(const char *const *entries)
{
    struct catalog *catalog = catalog_new();
    struct catalog_change *change = catalog_begin(catalog, 0);
    char name[2] = "a";
    for (; *entries; entries++, name[0]++)
        assert_true(catalog_put(change, name, sets_block(*entries)));
    catalog_commit(&change, NULL);
    return catalog;
}

/* The line for a query, in *out, ended by NUL. */
static void explain(const char *const *entries, const char *query, struct match_options options, bool all_values,
                    struct wr *out)
{
    struct catalog *catalog = catalog_of(entries);
    struct service_explain_parts parts = { .identifier = sets_block(query),
                                           .snapshot = catalog_snapshot_acquire(catalog),
                                           .limits = &limits_default,
                                           .calling_ae = "CT1",
                                           .peer = "192.0.2.7" };
    parts.plan = sets_plan(parts.identifier, options);
    struct service_explain *x = service_explain_new(&parts);
    assert_non_null(x);
    while (!service_explain_step(x, 1)) {
    }
    service_explain_line(service_explain_result(x), service_explain_plan(x), all_values, out);
    wr_u8(out, 0);
    service_explain_free(&x);
    catalog_free(&catalog);
}

static const char *const entries[] = {
    "PatientName=DOE^JANE;PatientID=4711;" STEP("Modality=CT;ScheduledStationAETitle=CT01"),
    "PatientName=ROE^JIM;PatientID=4712;" STEP("Modality=CT;ScheduledStationAETitle=CT01"),
    "PatientName=POE^ANN;PatientID=4713;" STEP("Modality=MR;ScheduledStationAETitle=MR01"),
    NULL,
};

static const struct {
    const char *query;
    bool only_device, all_values;
    const char *line;
} rows[] = {
    { STEP("Modality=CT;ScheduledStationAETitle=CT1"), false, false,
      "0 of 3 entries; 2 would match without ScheduledStationAETitle = \"CT1\" (they have \"CT01\"): nearly the same: "
      "perhaps misspelt, or another name of it" },
    { "PatientID=04711", false, false,
      "0 of 3 entries; 3 would match without PatientID: the same but for zeros in front, which got lost on one side" },
    { "PatientID=04711;" STEP("ScheduledStationAETitle=CT01;Modality=MR"), false, true,
      "0 of 3 entries; none would match without one key; the nearest fails PatientID and Modality" },
    { "PatientName=doe^jim;PatientID=4711", false, true,
      "0 of 3 entries; 1 would match without PatientName = \"doe^jim\" (it has \"DOE^JANE\")" },
    { STEP("Modality=CT"), true, false,
      "0 of 3 entries; 2 would match without ScheduledStationAETitle = \"CT1\", which FilterIssuerAet adds (they have "
      "\"CT01\"): nearly the same: perhaps misspelt, or another name of it" },
    { STEP("Modality=CT"), false, false, "2 of 3 entries" },
};

static void one_line_says_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr line;
        wr_init(&line, 4096);
        explain(entries, rows[i].query,
                (struct match_options){ .only_device = rows[i].only_device, .device = { .ae = span_str("CT1") } },
                rows[i].all_values, &line);
        assert_string_equal((const char *)line.p, rows[i].line);
        wr_fini(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(one_line_says_it) };
    return cmocka_run_group_tests_name("service/explain", tests, NULL, NULL);
}
