/* The catalog: answers in order, versions that stay as they were while a writer goes on, files seen whole. */
#include "catalog/catalog.h"
#include "../check.h"
#include "../worklist.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static void put(struct catalog_change *change, const char *name, const struct worklist_step *steps, size_t n)
{
    assert_true(catalog_put(change, name, worklist_block("ID", steps, n)));
}

/* The answers of a snapshot as "name/step name/step". */
static void assert_answers(struct catalog_snapshot *snapshot, const char *expected)
{
    struct worklist_plan everything;
    struct catalog_entry entry;
    char text[4096] = "";
    size_t n = 0;
    worklist_plan_init(&everything, "");
    struct catalog_query *query = catalog_query_new(snapshot, everything.plan);
    while (catalog_query_next(query, 1000000, &entry) == CATALOG_ENTRY)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s/%u", n ? " " : "", entry.name, entry.step);
    catalog_query_free(&query);
    worklist_plan_fini(&everything);
    assert_string_equal(text, expected);
}

static void answers_come_by_start_id_and_name(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_new();
    struct catalog_change *change = catalog_begin(catalog, 1);
    /* Old forms of date and time sort among the new ones; an absent time before any, an absent date first. */
    put(change, "g", (struct worklist_step[]){ { "20260102", "0900", "1" } }, 1);
    put(change, "f", (struct worklist_step[]){ { "2026.01.01", "10:30:00", "1" } }, 1);
    put(change, "e", (struct worklist_step[]){ { "20260101", "102959", "1" }, { "20260101", "103000.5", "1" } }, 2);
    put(change, "d", (struct worklist_step[]){ { "20260101", "08", "2" }, { "20260101", "08", "1" } }, 2);
    put(change, "c", (struct worklist_step[]){ { "20260101", "08", "1 " } }, 1);
    put(change, "b", (struct worklist_step[]){ { "20260101", NULL, "1" } }, 1);
    put(change, "a", (struct worklist_step[]){ { NULL, "23", "1" }, { NULL, "23", "1" } }, 2);
    catalog_commit(&change, NULL);
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
    assert_answers(snapshot, "a/0 a/1 b/0 c/0 d/1 d/0 e/0 f/0 e/1 g/0");
    assert_int_equal(catalog_snapshot_count(snapshot), 10);
    catalog_snapshot_release(&snapshot);
    catalog_free(&catalog);
}

static void a_change_given_up_was_never_there(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_new();
    struct catalog_change *change = catalog_begin(catalog, 1);
    put(change, "a", (struct worklist_step[]){ { "20260101", "09", "1" } }, 1);
    catalog_commit(&change, NULL);
    change = catalog_begin(catalog, 1);
    put(change, "a", (struct worklist_step[]){ { "20260102", "09", "1" }, { "20260102", "10", "1" } }, 2);
    put(change, "b", (struct worklist_step[]){ { "20260101", "10", "1" } }, 1);
    assert_true(catalog_drop(change, "a"));
    catalog_discard(&change);
    catalog_discard(&change);
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
    assert_answers(snapshot, "a/0");
    catalog_snapshot_release(&snapshot);
    catalog_free(&catalog);
}

static void a_pinned_version_stays_as_it_was(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_new();
    struct catalog_snapshot *pinned[4];
    struct catalog_change *change = catalog_begin(catalog, 1);
    pinned[0] = catalog_snapshot_acquire(catalog);
    put(change, "a", (struct worklist_step[]){ { "20260101", "09", "1" }, { "20260101", "11", "1" } }, 2);
    put(change, "b", (struct worklist_step[]){ { "20260101", "10", "1" } }, 1);
    catalog_commit(&change, NULL);
    pinned[1] = catalog_snapshot_acquire(catalog);
    change = catalog_begin(catalog, 1);
    put(change, "a", (struct worklist_step[]){ { "20260101", "12", "1" } }, 1);
    assert_true(catalog_drop(change, "nobody"));
    catalog_commit(&change, NULL);
    pinned[2] = catalog_snapshot_acquire(catalog);
    change = catalog_begin(catalog, 1);
    assert_true(catalog_drop(change, "a"));
    assert_true(catalog_drop(change, "b"));
    catalog_commit(&change, NULL);
    pinned[3] = catalog_snapshot_acquire(catalog);

    assert_answers(pinned[0], "");
    assert_answers(pinned[1], "a/0 b/0 a/1");
    assert_answers(pinned[2], "b/0 a/0");
    assert_answers(pinned[3], "");
    catalog_snapshot_release(&pinned[1]);
    catalog_snapshot_release(&pinned[0]);
    change = catalog_begin(catalog, 1); /* buries the two */
    catalog_commit(&change, NULL);
    assert_answers(pinned[2], "b/0 a/0");
    catalog_snapshot_release(&pinned[2]);
    catalog_snapshot_release(&pinned[3]);
    catalog_free(&catalog);
}

/* Of the process, in memory. */
static size_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    size_t size, resident;
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%zu %zu", &size, &resident), 2);
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* Also where a file that stays lies in the midst of it. */
static void memory_of_a_folder_that_was_full_is_given_back(void **state)
{
    (void)state;
    enum { FILES = 40000, STAY = 1000 };
    char name[16];
    struct catalog *catalog = catalog_new();
    struct catalog_change *change = catalog_begin(catalog, 1);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "%d", i);
        put(change, name, (struct worklist_step[]){ { "20260101", "09", "1" } }, 1);
    }
    catalog_commit(&change, NULL);
    struct catalog_snapshot *pinned = catalog_snapshot_acquire(catalog);
    change = catalog_begin(catalog, 1);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "%d", i);
        assert_true(i % STAY == 0 || catalog_drop(change, name));
    }
    catalog_commit(&change, NULL);
    catalog_tidy(catalog);
    assert_int_equal(catalog_snapshot_count(pinned), FILES);
    catalog_snapshot_release(&pinned);
    size_t full = resident_bytes();
    catalog_tidy(catalog);
    size_t left = resident_bytes();
    catalog_free(&catalog);
    /* A sanitizer has a memory of its own, of which the C library knows nothing. */
    assert_true(left < full / 2 || mallinfo2().arena == 0);
}

static void origins_have_names_and_faults_of_their_own(void **state)
{
    (void)state;
    const struct worklist_step step = { "20260101", "09", "1" };
    struct catalog *catalog = catalog_new();
    for (uint32_t origin = 1; origin <= 2; origin++) {
        struct catalog_change *change = catalog_begin(catalog, origin);
        put(change, "a", &step, 1);
        catalog_commit(&change, origin == 1 ? "gone" : NULL);
    }
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
    assert_answers(snapshot, "a/0 a/0");
    assert_string_equal(catalog_snapshot_fault(snapshot), "gone");
    struct catalog_change *change = catalog_begin(catalog, 1);
    assert_true(catalog_drop(change, "a"));
    catalog_commit(&change, NULL);
    assert_string_equal(catalog_snapshot_fault(snapshot), "gone");
    catalog_snapshot_release(&snapshot);
    snapshot = catalog_snapshot_acquire(catalog);
    assert_null(catalog_snapshot_fault(snapshot));
    assert_answers(snapshot, "a/0");
    catalog_snapshot_release(&snapshot);
    catalog_free(&catalog);
}

/* ---- against a plain table ---- */

enum { NAMES = 120, VERSIONS = 40, STEPS = 4 };

struct model {
    uint8_t steps[NAMES]; /* of each name; 0: not there */
    uint16_t first[NAMES];
};

static uint32_t seed = 1;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

static void change_at_random(struct catalog_change *change, struct model *model)
{
    char name[16], times[STEPS][8];
    uint32_t i = random_below(NAMES), n = random_below(STEPS + 1);
    snprintf(name, sizeof name, "n%03u", i);
    model->steps[i] = (uint8_t)n;
    model->first[i] = (uint16_t)random_below(2000);
    if (n == 0) {
        assert_true(catalog_drop(change, name));
        return;
    }
    struct worklist_step steps[STEPS];
    for (uint32_t s = 0; s < n; s++) {
        snprintf(times[s], sizeof times[s], "%04u", model->first[i] + s * 7);
        steps[s] = (struct worklist_step){ "20260101", times[s], "1" };
    }
    put(change, name, steps, n);
}

static void assert_is_model(struct catalog_snapshot *snapshot, const struct model *model)
{
    struct worklist_plan everything;
    struct catalog_entry entry;
    uint32_t left = 0, last = 0;
    uint8_t seen[NAMES] = { 0 };
    for (uint32_t i = 0; i < NAMES; i++)
        left += model->steps[i];
    assert_int_equal(catalog_snapshot_count(snapshot), left);
    worklist_plan_init(&everything, "");
    struct catalog_query *query = catalog_query_new(snapshot, everything.plan);
    while (catalog_query_next(query, 1000000, &entry) == CATALOG_ENTRY) {
        uint32_t i = (uint32_t)strtoul(entry.name + 1, NULL, 10), time = model->first[i] + entry.step * 7;
        assert_true(entry.step < model->steps[i]);
        assert_false(seen[i] & 1 << entry.step);
        seen[i] |= (uint8_t)(1 << entry.step);
        /* By time, then by name, then by step: as one number. */
        uint32_t place = (time * NAMES + i) * STEPS + entry.step;
        assert_true(left == 0 || place >= last);
        last = place;
        left--;
    }
    assert_int_equal(left, 0);
    catalog_query_free(&query);
    worklist_plan_fini(&everything);
}

static void random_changes_against_a_table(void **state)
{
    (void)state;
    static struct model models[VERSIONS];
    struct catalog_snapshot *snapshots[VERSIONS];
    struct catalog *catalog = catalog_new();
    for (uint32_t v = 0; v < VERSIONS; v++) {
        struct catalog_change *change = catalog_begin(catalog, 1);
        if (v)
            models[v] = models[v - 1];
        for (uint32_t n = random_below(60); n; n--)
            change_at_random(change, &models[v]);
        catalog_commit(&change, NULL);
        snapshots[v] = catalog_snapshot_acquire(catalog);
        uint32_t old = random_below(v + 1);
        if (snapshots[old]) {
            assert_is_model(snapshots[old], &models[old]);
            catalog_snapshot_release(&snapshots[old]);
        }
    }
    for (uint32_t v = 0; v < VERSIONS; v++) {
        if (snapshots[v])
            assert_is_model(snapshots[v], &models[v]);
        catalog_snapshot_release(&snapshots[v]);
    }
    catalog_free(&catalog);
}

/* ---- threads ---- */

enum { READERS = 3, ROUNDS = 300, FILES = 50 };

struct race {
    struct catalog *catalog;
    const struct worklist_plan *everything;
    atomic_bool over;
    atomic_uint torn; /* snapshots that were not of one moment */
};

/* The writer gives all files the same number of steps in one change: a version with two numbers is torn. */
static void *read_all_the_time(void *arg)
{
    struct race *race = arg;
    struct catalog_entry entry;
    while (!atomic_load(&race->over)) {
        struct catalog_snapshot *snapshot = catalog_snapshot_acquire(race->catalog);
        struct catalog_query *query = catalog_query_new(snapshot, race->everything->plan);
        uint64_t found = 0;
        while (catalog_query_next(query, 1000000, &entry) == CATALOG_ENTRY)
            found++;
        if (found != catalog_snapshot_count(snapshot) || found % FILES != 0)
            atomic_fetch_add(&race->torn, 1);
        catalog_query_free(&query);
        catalog_snapshot_release(&snapshot);
    }
    return NULL;
}

static void readers_see_whole_versions_while_a_writer_writes(void **state)
{
    (void)state;
    const struct worklist_step steps[3] = { { "20260101", "09", "1" },
                                            { "20260101", "10", "2" },
                                            { "20260101", NULL, NULL } };
    struct worklist_plan everything;
    pthread_t readers[READERS];
    worklist_plan_init(&everything, "");
    struct race race = { .catalog = catalog_new(), .everything = &everything };
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_all_the_time, &race), 0);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct catalog_change *change = catalog_begin(race.catalog, 1);
        for (uint32_t i = 0; i < FILES; i++) {
            char name[16];
            snprintf(name, sizeof name, "n%u", i);
            if (round % 4)
                put(change, name, steps, round % 4);
            else
                assert_true(catalog_drop(change, name));
        }
        catalog_commit(&change, NULL);
    }
    atomic_store(&race.over, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    assert_int_equal(race.torn, 0);
    catalog_free(&race.catalog);
    worklist_plan_fini(&everything);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_changes_against_a_table),
        cmocka_unit_test(answers_come_by_start_id_and_name),
        cmocka_unit_test(a_change_given_up_was_never_there),
        cmocka_unit_test(a_pinned_version_stays_as_it_was),
        cmocka_unit_test(memory_of_a_folder_that_was_full_is_given_back),
        cmocka_unit_test(origins_have_names_and_faults_of_their_own),
        cmocka_unit_test(readers_see_whole_versions_while_a_writer_writes),
    };
    return cmocka_run_group_tests_name("catalog/catalog", tests, NULL, NULL);
}
