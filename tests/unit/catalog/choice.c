/* How many entries a query looks at. */
#include "../match/sets.h"

#include "catalog/catalog.h"

#include <stdio.h>

static void few_entries_are_looked_at(void **state)
{
    (void)state;
    enum { FILES = 2000 };
    static const struct {
        const char *key;
        int expected, at_most;
    } rows[] = {
        { "PatientID=P77", 1, 1 },
        { "PatientID=P77\\P78\\NONE", 2, 2 },
        { "PatientID=NONE", 0, 0 },
        { "PatientID=*77", 20, FILES },
        { "PatientName=bach^a77*", 20, 20 },
        { "ScheduledProcedureStepSequence={Modality=M3;ScheduledProcedureStepStartDate=20260105}", 20, 20 },
        { "ScheduledProcedureStepSequence={Modality=M3;ScheduledProcedureStepStartDate=20260105-20260106}", 40, 40 },
        { "ScheduledProcedureStepSequence={Modality=M3\\M4;ScheduledProcedureStepStartDate=20260105}", 40, 40 },
        { "ScheduledProcedureStepSequence={ScheduledProcedureStepStartDate=20260105}", 200, 200 },
        { "ScheduledProcedureStepSequence={Modality=M3}", 200, 200 },
        { "ScheduledProcedureStepSequence={Modality=M*}", FILES, FILES },
    };
    struct catalog *catalog = catalog_new();
    struct catalog_change *change = catalog_begin(catalog, 1);
    for (int i = 0; i < FILES; i++) {
        char name[16], text[256];
        snprintf(name, sizeof name, "n%05d", i);
        snprintf(text, sizeof text,
                 "PatientName=Bach^A%d;PatientID=P%d;ScheduledProcedureStepSequence={Modality=M%d;"
                 "ScheduledProcedureStepStartDate=202601%02d}",
                 i % 100, i, i % 10, i / 10 % 10);
        assert_true(catalog_put(change, name, sets_block(text)));
    }
    catalog_commit(&change, NULL);
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dicom_block *key = sets_block(rows[i].key);
        struct match_plan *plan = sets_plan(key, (struct match_options){ .only_device = false });
        struct catalog_query *query = catalog_query_new(snapshot, plan);
        struct catalog_entry entry;
        int found = 0;
        enum catalog_next next;
        while ((next = catalog_query_next(query, 0, &entry)) != CATALOG_END)
            found += next == CATALOG_ENTRY;
        if (found != rows[i].expected || catalog_query_examined(query) > (uint64_t)rows[i].at_most)
            fail_msg("%s: found %d in %d", rows[i].key, found, (int)catalog_query_examined(query));
        catalog_query_free(&query);
        match_plan_free(&plan);
        dicom_block_free(&key);
    }
    catalog_snapshot_release(&snapshot);
    catalog_free(&catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(few_entries_are_looked_at) };
    return cmocka_run_group_tests_name("catalog/choice", tests, NULL, NULL);
}
