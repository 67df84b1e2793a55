/* A query gives way to others while it finds nothing, and goes on where it was. */
#include "../check.h"
#include "../worklist.h"
#include "catalog/catalog.h"

#include <stdio.h>

static void a_long_scan_gives_way_and_finds_all(void **state)
{
    (void)state;
    enum { FILES = 1000, EVERY = 100 };
    const struct worklist_step step = { "20260101", "09", "1" };
    struct catalog *catalog = catalog_new();
    struct catalog_change *change = catalog_begin(catalog, 1);
    for (int i = 0; i < FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%05d", i);
        struct dicom_block *block = worklist_block(i % EVERY == EVERY - 1 ? "WANTED" : "OTHER", &step, 1);
        assert_true(catalog_put(change, name, block));
    }
    catalog_commit(&change, NULL);

    struct worklist_plan wanted;
    struct catalog_entry entry;
    worklist_plan_init(&wanted, "*ANTED"); /* begins with anything: no index helps */
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
    struct catalog_query *query = catalog_query_new(snapshot, wanted.plan);
    int found = 0, gave_way = 0;
    enum catalog_next next;
    uint64_t before = 0;
    while ((next = catalog_query_next(query, 0, &entry)) != CATALOG_END) {
        gave_way += next == CATALOG_AGAIN;
        if (next == CATALOG_ENTRY)
            assert_int_equal(strtol(entry.name + 1, NULL, 10) % EVERY, EVERY - 1);
        found += next == CATALOG_ENTRY;
        assert_true(catalog_query_examined(query) > before);          /* even without a budget it goes on, */
        assert_true(catalog_query_examined(query) <= before + EVERY); /* and not for long */
        before = catalog_query_examined(query);
    }
    assert_int_equal(found, FILES / EVERY);
    assert_true(gave_way >= FILES / EVERY);
    assert_int_equal(catalog_query_examined(query), FILES);
    assert_int_equal(catalog_query_next(query, 0, &entry), CATALOG_END);
    catalog_query_free(&query);
    catalog_snapshot_release(&snapshot);
    worklist_plan_fini(&wanted);
    catalog_free(&catalog);
}

/* Of the entries, those that a walk over all of them finds are found by one that begins with the dates asked for. */
static void only_the_dates_asked_for_are_looked_at(void **state)
{
    (void)state;
    static const char *const dates[] = { "",           "20251231", "20260101", "20260102", "20260103",
                                         "2026.01.03", "20260104", "no date",  "20260201", "20260101\\20260104" };
    static const struct {
        const char *key, *time;
        int expected, examined; /* without the entry of two dates */
        int expected_with;      /* it; then all are looked at */
    } rows[] = {
        { "20260103", NULL, 2, 2, 2 },
        { "20260102-20260103", NULL, 3, 3, 3 },
        { "20260104", NULL, 1, 1, 2 },
        { "-20251231", NULL, 1, 1, 1 },
        { "20260201-", NULL, 1, 1, 1 },
        { "20270101-", NULL, 0, 0, 0 },
        { "20260103-20260104", "1000-0900", 1, 3, 1 },
        { "", NULL, 9, 9, 10 },
    };
    for (int with = 0; with < 2; with++) {
        struct catalog *catalog = catalog_new();
        struct catalog_change *change = catalog_begin(catalog, 1);
        for (size_t i = 0; i < 9 + (size_t)with; i++) {
            const struct worklist_step step = { dates[i], "09", "1" };
            char name[16];
            snprintf(name, sizeof name, "n%zu", i);
            assert_true(catalog_put(change, name, worklist_block("1", &step, 1)));
        }
        catalog_commit(&change, NULL);
        struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            struct worklist_plan plan;
            struct catalog_entry entry;
            worklist_plan_of_start(&plan, rows[i].key, rows[i].time);
            struct catalog_query *query = catalog_query_new(snapshot, plan.plan);
            int found = 0;
            while (catalog_query_next(query, 1000000, &entry) == CATALOG_ENTRY)
                found++;
            assert_int_equal(found, with ? rows[i].expected_with : rows[i].expected);
            assert_int_equal(catalog_query_examined(query), with ? 10 : rows[i].examined);
            catalog_query_free(&query);
            worklist_plan_fini(&plan);
        }
        catalog_snapshot_release(&snapshot);
        /* Once that entry is gone, the dates are known again. */
        change = catalog_begin(catalog, 1);
        assert_true(catalog_drop(change, "n9"));
        catalog_commit(&change, NULL);
        snapshot = catalog_snapshot_acquire(catalog);
        struct worklist_plan plan;
        struct catalog_entry entry;
        worklist_plan_of_start(&plan, "20260104", NULL);
        struct catalog_query *query = catalog_query_new(snapshot, plan.plan);
        assert_int_equal(catalog_query_next(query, 1000000, &entry), CATALOG_ENTRY);
        assert_int_equal(catalog_query_next(query, 1000000, &entry), CATALOG_END);
        assert_int_equal(catalog_query_examined(query), 1);
        catalog_query_free(&query);
        worklist_plan_fini(&plan);
        catalog_snapshot_release(&snapshot);
        catalog_free(&catalog);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_scan_gives_way_and_finds_all),
        cmocka_unit_test(only_the_dates_asked_for_are_looked_at),
    };
    return cmocka_run_group_tests_name("catalog/query", tests, NULL, NULL);
}
