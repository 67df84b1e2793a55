/* Random catalogs, updates and queries: a query answers what a look at every entry of its version does, in the same
 * order, also when the version is an old one. */
#include "../match/sets.h"

#include "catalog/catalog.h"

#include <stdio.h>

static uint32_t seed = 20261124;

static uint32_t below(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

static const char *const ids[] = { "P1", "P12",      "P123\\Q1", "p1",    "PREFIX-LONG-1", "PREFIX-LONG-2",
                                   "",   "\xC3\x89", "P1\\P1",   "Q1\\P2" };
static const char *const names[] = { "Bach^Anna",
                                     "BACH^Johann",
                                     "bach",
                                     "Stra\xC3\x9F\x65",
                                     "Yamada^T=\xE5\xB1\xB1\xE7\x94\xB0=\xE3\x82\x84",
                                     "\xC3\x89va^A",
                                     "",
                                     "Abcdefghijklmnopqr^A",
                                     "Abcdefghijklmnopqr^B",
                                     "Weber\\Bach^Anna" };
static const char *const modalities[] = { "CT", "MR", "US", "CT\\MR", "" };
static const char *const stations[] = { "CT1", "CT2", "MR1", "CT1\\CT2", "" };
static const char *const dates[] = { "20260101", "20260102", "2026.01.03", "20260104", "" };

static const char *const id_keys[] = {
    "P1", "P*", "p1", "PREFIX-L*", "PREFIX-LONG-1", "Q1\\P12", "*1", "P?", "", "", ""
};
static const char *const name_keys[] = { "bach*",
                                         "Bach^Anna",
                                         "b*",
                                         "STRASSE*",
                                         "yamada*=\xE5\xB1\xB1*",
                                         "\xE5\xB1\xB1*",
                                         "=\xE5\xB1\xB1*",
                                         "\xC3\xA9*",
                                         "abcdefghijklmnopqr^b",
                                         "ba?h",
                                         "weber\\y*",
                                         "",
                                         "" };
static const char *const modality_keys[] = { "CT", "MR\\US", "C*", "", "" };
static const char *const station_keys[] = { "CT1", "MR1", "CT*", "", "" };
static const char *const date_keys[] = { "20260102", "20260102-20260103", "-20260102", "", "" };

#define PICK(from) (from)[below(sizeof(from) / sizeof *(from))]

static void put(struct catalog_change *change, const char *name)
{
    char text[1024];
    size_t n = (size_t)snprintf(text, sizeof text,
                                "SpecificCharacterSet=ISO_IR 192;PatientName=%s;PatientID=%s;AccessionNumber=%u;"
                                "ScheduledProcedureStepSequence=",
                                PICK(names), PICK(ids), below(50));
    /* Now and then several dates: then the order by date says nothing. */
    for (uint32_t i = 0, steps = 1 + below(3); i < steps; i++)
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "{Modality=%s;ScheduledStationAETitle=%s;ScheduledProcedureStepStartDate=%s%s;"
                              "ScheduledProcedureStepID=%u}",
                              PICK(modalities), PICK(stations), PICK(dates), below(2000) ? "" : "\\20260102", below(5));
    assert_true(catalog_put(change, name, sets_block(text)));
}

static void update(struct catalog *catalog, uint32_t changes)
{
    struct catalog_change *change = catalog_begin(catalog, 1);
    while (changes--) {
        char name[16];
        snprintf(name, sizeof name, "f%u", below(300));
        if (below(4))
            put(change, name);
        else
            assert_true(catalog_drop(change, name));
    }
    catalog_commit(&change, NULL);
}

static struct dicom_block *random_key(char *text, size_t room)
{
    char accession[8] = "";
    if (below(4) == 0)
        snprintf(accession, sizeof accession, "%u", below(50));
    snprintf(text, room,
             "SpecificCharacterSet=ISO_IR "
             "192;PatientName=%s;PatientID=%s;AccessionNumber=%s;ScheduledProcedureStepSequence={Modality=%s;"
             "ScheduledStationAETitle=%s;ScheduledProcedureStepStartDate=%s}",
             PICK(name_keys), PICK(id_keys), accession, PICK(modality_keys), PICK(station_keys), PICK(date_keys));
    return sets_block(text);
}

/* Returns how many entries were found. */
static uint32_t check_query(struct catalog_snapshot *snapshot, const struct match_plan *all)
{
    char text[1024];
    const struct span aliases[] = { BYTES("CT2") };
    struct match_options options = { .only_device = below(4) == 0, .case_sensitive_pn = below(8) == 0 };
    options.device = (struct match_device){
        .ae = BYTES("CT1"), .aliases = aliases, .alias_count = below(2), .without_station = below(4) == 0
    };
    struct dicom_block *key = random_key(text, sizeof text);
    struct match_plan *plan = sets_plan(key, options);
    struct catalog_query *query = catalog_query_new(snapshot, plan), *every = catalog_query_new(snapshot, all);
    struct catalog_entry expected, got;
    uint32_t found = 0;
    enum catalog_next next;
    while (catalog_query_next(every, UINT32_MAX, &expected) == CATALOG_ENTRY) {
        if (match_entry(plan, expected.set, expected.step))
            continue;
        while ((next = catalog_query_next(query, below(2), &got)) == CATALOG_AGAIN)
            ;
        if (next != CATALOG_ENTRY || strcmp(got.name, expected.name) != 0 || got.step != expected.step)
            fail_msg("%s: not %s/%u", text, expected.name, (unsigned)expected.step);
        found++;
    }
    while ((next = catalog_query_next(query, below(2), &got)) == CATALOG_AGAIN)
        ;
    assert_int_equal(next, CATALOG_END);
    catalog_query_free(&query);
    catalog_query_free(&every);
    match_plan_free(&plan);
    dicom_block_free(&key);
    return found;
}

static void an_index_changes_no_answer(void **state)
{
    (void)state;
    enum { VERSIONS = 40, PINNED = 4, QUERIES = 60 };
    struct catalog *catalog = catalog_new();
    struct catalog_snapshot *pinned[PINNED] = { NULL };
    struct dicom_block *nothing = sets_block("PatientID=");
    struct match_plan *all = sets_plan(nothing, (struct match_options){ .only_device = false });
    uint32_t found = 0;
    for (uint32_t version = 0; version < VERSIONS; version++) {
        update(catalog, version % 4 ? 20 : 200);
        catalog_snapshot_release(&pinned[version % PINNED]);
        pinned[version % PINNED] = catalog_snapshot_acquire(catalog);
        for (uint32_t i = 0; i < QUERIES; i++) {
            struct catalog_snapshot *snapshot = pinned[below(PINNED)];
            found += snapshot ? check_query(snapshot, all) : 0;
        }
    }
    assert_true(found > VERSIONS * QUERIES); /* more than one each */
    for (uint32_t i = 0; i < PINNED; i++)
        catalog_snapshot_release(&pinned[i]);
    match_plan_free(&all);
    dicom_block_free(&nothing);
    catalog_free(&catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(an_index_changes_no_answer) };
    return cmocka_run_group_tests_name("catalog/property", tests, NULL, NULL);
}
