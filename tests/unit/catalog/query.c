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
    worklist_plan_init(&wanted, "WANTED");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_scan_gives_way_and_finds_all),
    };
    return cmocka_run_group_tests_name("catalog/query", tests, NULL, NULL);
}
