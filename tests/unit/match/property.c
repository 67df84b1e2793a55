/* Random queries against random entries: the plan says what the reference says.
 *
 *     match-property [SEED [ROUNDS]]
 *
 * Every round has a seed of its own, the first SEED, the next SEED + 1: so the one that a failure prints is played
 * alone with `match-property THAT 1`. */
#include "sets.h"

#include <stdio.h>

#include "match/explain.h"
#include "match/index.h"
#include "pairs.h"
#include "reference.h"

static uint64_t first_seed = 20261124, rounds = 100000, used[INDEX_COUNT];

/* Whether the entry stands where a plan looks, by every index that the plan can use. */
static void assert_is_found(const struct match_plan *plan, struct dicom_set entry, uint32_t step)
{
    struct match_values values;
    match_index_values(entry, step, &values);
    for (enum match_index index = 0; index < INDEX_COUNT; index++) {
        struct match_ranges ranges;
        if (!match_plan_ranges(plan, index, &ranges))
            continue;
        bool found = false;
        for (uint32_t r = 0; r < ranges.count; r++)
            for (uint32_t v = 0; v < values.count; v++)
                found = found
                        || (match_value_compare(values.value[v], ranges.range[r].first) >= 0
                            && match_value_compare(values.value[v], ranges.range[r].last) <= 0);
        used[index]++;
        if (!found)
            fail_msg("not found by index %d", (int)index);
    }
}

static enum reference_verdict judge(struct dicom_set query, struct dicom_set entry, uint32_t step, bool sensitive)
{
    struct match_options options = { .case_sensitive_pn = sensitive, .limits = &limits_default };
    struct err err = { 0 };
    struct match_plan *plan = match_plan_new(query, &options, &err);
    if (!plan) {
        assert_int_equal(err.code, ERR_SYNTAX);
        return REFERENCE_REFUSED;
    }
    bool matched = !match_entry(plan, entry, step);
    if ((match_entry_failed(plan, entry, step) == 0) != matched)
        fail_msg("an explanation says otherwise than the plan, which says %s", matched ? "a match" : "no match");
    if (matched)
        assert_is_found(plan, entry, step);
    match_plan_free(&plan);
    return matched ? REFERENCE_MATCH : REFERENCE_NO_MATCH;
}

static const char *shown(struct text *text)
{
    for (char *c = text->s; *c; c++)
        if (*c == PAIRS_NUL)
            *c = '~';
    return text->s;
}

static void plan_and_reference_agree(void **state)
{
    (void)state;
    static const char *const words[] = { "no match", "a match", "refused" };
    uint64_t verdicts[3] = { 0 };
    for (uint64_t round = 0; round < rounds; round++) {
        struct pair pair;
        pair_make(&pair, first_seed + round);
        uint32_t step = pair.step;
        bool sensitive = pair.case_sensitive_pn;
        struct dicom_block *query = pairs_block(pair.query.s), *entry = pairs_block(pair.entry.s);
        struct dicom_set q = dicom_block_set(query), e = dicom_block_set(entry);
        enum reference_verdict expected = reference_match(q, e, step, sensitive), got = judge(q, e, step, sensitive);
        if (got != expected) { /* in pieces: cmocka cuts what is long */
            print_error("query %s\n", shown(&pair.query));
            print_error("entry %s\n", shown(&pair.entry));
            fail_msg("seed %llu, step %u, %s: the plan says %s, the reference %s",
                     (unsigned long long)(first_seed + round), (unsigned)step, sensitive ? "case counts" : "any case",
                     words[got], words[expected]);
        }
        verdicts[got]++;
        dicom_block_free(&query);
        dicom_block_free(&entry);
    }
    print_message("# %llu matches, %llu misses, %llu refused\n", (unsigned long long)verdicts[REFERENCE_MATCH],
                  (unsigned long long)verdicts[REFERENCE_NO_MATCH], (unsigned long long)verdicts[REFERENCE_REFUSED]);
    if (rounds < 1000)
        return;
    /* Of each enough to mean something. */
    assert_in_range(verdicts[REFERENCE_MATCH], rounds / 8, rounds);
    assert_in_range(verdicts[REFERENCE_NO_MATCH], rounds / 8, rounds);
    assert_in_range(verdicts[REFERENCE_REFUSED], rounds / 100, rounds / 4);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        first_seed = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        rounds = strtoull(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = { cmocka_unit_test(plan_and_reference_agree) };
    return cmocka_run_group_tests_name("match/property", tests, NULL, NULL);
}
