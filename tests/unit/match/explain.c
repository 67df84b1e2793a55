/* Which keys fail, how many would match without one, and which entries are nearest. */
#include "sets.h"

#include "match/explain.h"

#define STEP(inner) "ScheduledProcedureStepSequence={" inner "}"

enum { ENTRIES = 6 };

static const char *const stored[ENTRIES] = {
    "PatientID=1;" STEP("Modality=CT;ScheduledStationAETitle=CT01"),
    "PatientID=2;" STEP("Modality=CT;ScheduledStationAETitle=CT01"),
    "PatientID=3;" STEP("Modality=MR;ScheduledStationAETitle=MR01"),
    "PatientID=4;" STEP("Modality=MR;ScheduledStationAETitle=CT1"),
    "PatientID=5;" STEP("Modality=CT;ScheduledStationAETitle=CT02"),
    "PatientID=6;" STEP("ScheduledProtocolCodeSequence={CodeValue=A}{CodeValue=B}"),
};

struct world {
    struct dicom_block *query, *entries[ENTRIES];
    struct match_plan *plan;
    struct match_explain x;
};

static void world_init(struct world *w, const char *query, struct match_options options)
{
    w->query = sets_block(query);
    w->plan = sets_plan(w->query, options);
    match_explain_init(&w->x, w->plan);
    for (size_t i = 0; i < ENTRIES; i++) {
        w->entries[i] = sets_block(stored[i]);
        match_explain_add(&w->x, w->plan, dicom_block_set(w->entries[i]), 0, stored[i]);
    }
}

static void world_fini(struct world *w)
{
    for (size_t i = 0; i < ENTRIES; i++)
        dicom_block_free(&w->entries[i]);
    match_plan_free(&w->plan);
    dicom_block_free(&w->query);
}

static void the_key_at_fault_is_named(void **state)
{
    (void)state;
    struct world w;
    uint32_t number = 99;
    world_init(&w, STEP("Modality=CT;ScheduledStationAETitle=CT1"), (struct match_options){ 0 });
    assert_int_equal(w.x.entries, ENTRIES);
    assert_int_equal(w.x.matched, 0);
    assert_int_equal(w.x.keys.count, 2);
    assert_true(match_explain_blame(&w.x, &number));
    struct wr name;
    wr_init(&name, 256);
    match_key_name(w.x.keys.key[number], &name);
    assert_true(span_is(wr_done(&name), "ScheduledStationAETitle"));
    wr_fini(&name);
    assert_int_equal(w.x.without[number], 3);
    assert_true(w.x.mixed[number]); /* CT01 and CT02 */
    assert_int_equal(w.x.alone[number], 1);
    assert_int_equal(w.x.without[!number], 1); /* the MR at CT1 */
    struct match_miss miss;
    assert_true(match_entry_miss(w.plan, w.x.example[number].set, 0, number, &miss));
    assert_true(span_is(miss.had, "CT01"));
    assert_true(span_is(miss.key->text, "CT1"));
    world_fini(&w);
}

static void the_nearest_come_first(void **state)
{
    (void)state;
    struct world w;
    uint32_t number;
    world_init(&w, "PatientID=7;" STEP("Modality=CT;ScheduledStationAETitle=CT02"), (struct match_options){ 0 });
    assert_int_equal(w.x.nearest_count, EXPLAIN_NEAREST);
    assert_string_equal(w.x.nearest[0].name, stored[4]); /* fails the patient alone */
    assert_string_equal(w.x.nearest[1].name, stored[0]); /* patient and station */
    assert_string_equal(w.x.nearest[2].name, stored[1]);
    assert_true(match_explain_blame(&w.x, &number));
    assert_int_equal(w.x.without[number], 1);
    world_fini(&w);

    world_init(&w, "PatientID=7;" STEP("Modality=US"), (struct match_options){ 0 });
    assert_false(match_explain_blame(&w.x, &number)); /* all fail both */
    world_fini(&w);
}

static void what_matches_is_counted(void **state)
{
    (void)state;
    struct world w;
    uint32_t number;
    world_init(&w, "PatientID=", (struct match_options){ 0 });
    assert_int_equal(w.x.keys.count, 0);
    assert_int_equal(w.x.matched, ENTRIES);
    assert_int_equal(w.x.nearest_count, 0);
    assert_false(match_explain_blame(&w.x, &number));
    world_fini(&w);
}

static void keys_of_sequences_and_of_options(void **state)
{
    (void)state;
    struct world w;
    struct wr name;
    wr_init(&name, 256);
    world_init(&w, STEP("ScheduledProtocolCodeSequence={CodeValue=C}"),
               (struct match_options){ .only_device = true, .device = { .ae = span_str("CT02") } });
    assert_int_equal(w.x.keys.count, 2);
    assert_true(w.x.keys.key[0]->from_options);
    assert_false(w.x.keys.key[1]->from_options);
    match_key_name(w.x.keys.key[1], &name);
    assert_true(span_is(wr_done(&name), "ScheduledProtocolCodeSequence.CodeValue"));
    struct match_miss miss;
    assert_true(match_entry_miss(w.plan, dicom_block_set(w.entries[5]), 0, 1, &miss));
    assert_true(span_is(miss.had, "A"));
    assert_true(match_entry_miss(w.plan, dicom_block_set(w.entries[5]), 0, 0, &miss));
    assert_int_equal(miss.had.n, 0);
    assert_false(match_entry_miss(w.plan, dicom_block_set(w.entries[5]), 0, 2, &miss));
    wr_fini(&name);
    world_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_at_fault_is_named),
        cmocka_unit_test(the_nearest_come_first),
        cmocka_unit_test(what_matches_is_counted),
        cmocka_unit_test(keys_of_sequences_and_of_options),
    };
    return cmocka_run_group_tests_name("match/explain", tests, NULL, NULL);
}
