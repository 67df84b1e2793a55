/* explain.c -- every key of a plan against every entry, and what that adds up to. */
#include "match/explain.h"

#include <string.h>

#include "dicom/dictionary.h"
#include "match/level.h"

/* NOLINTBEGIN(misc-no-recursion) as deep as the plan, which limits.depth bounds */

static void add_keys(const struct match_level *level, struct match_keys *out)
{
    for (uint32_t i = 0; i < level->test_count; i++) {
        const struct match_test *test = &level->tests[i];
        if (!test->kind)
            add_keys(test->level, out);
        else if (out->count < EXPLAIN_KEYS)
            out->key[out->count++] = &test->key;
    }
}

void match_plan_keys(const struct match_plan *plan, struct match_keys *out)
{
    out->count = 0;
    add_keys(&plan->conditions, out);
    add_keys(&plan->top, out);
}

/* A walk over the keys of a plan and one entry, side by side. */
struct walk {
    uint32_t step;
    uint32_t number; /* of the key that comes next */
    uint64_t failed;

    /* One key to look at, EXPLAIN_KEYS for none, and what was found. */
    uint32_t wanted;
    const struct match_test *test;
    struct dicom_set set;
    const struct dicom_element *element;
};

static void walk_level(struct walk *w, const struct match_level *level, struct dicom_set set);

static void note(struct walk *w, const struct match_test *test, struct dicom_set set,
                 const struct dicom_element *element, bool met)
{
    uint32_t number = w->number < EXPLAIN_KEYS ? w->number : EXPLAIN_KEYS - 1;
    if (!met)
        w->failed |= UINT64_C(1) << number;
    if (w->number == w->wanted) {
        w->test = test;
        w->set = set;
        w->element = element;
    }
    w->number++;
}

static uint32_t bits(uint64_t failed)
{
    return (uint32_t)__builtin_popcountll(failed);
}

/* The item that fails the fewest keys stands for the sequence. */
static void walk_items(struct walk *w, const struct match_test *test, struct dicom_set set,
                       const struct dicom_element *sequence)
{
    struct walk best = { 0 };
    for (uint32_t i = 0; i < sequence->length; i++) {
        struct walk one = *w;
        one.failed = 0;
        walk_level(&one, test->level, dicom_set_item(set, sequence, i));
        if (i == 0 || bits(one.failed) < bits(best.failed))
            best = one;
    }
    best.failed |= w->failed;
    *w = best;
}

static void walk_test(struct walk *w, const struct match_test *test, struct dicom_set set)
{
    const struct dicom_element *element = match_find(set, test->tag, test->creator);
    bool is_sequence = element && element->vr == VR_SQ;
    bool usable = element && element->length && is_sequence == !test->kind;
    bool spared = test->or_none && (!element || !match_has_value(set, element));
    if (test->kind)
        note(w, test, set, usable ? element : NULL, spared || (usable && test->kind->met(test, set, element)));
    else if (usable && test->step)
        walk_level(w, test->level, dicom_set_item(set, element, w->step));
    else if (usable)
        walk_items(w, test, set, element);
    else
        walk_level(w, test->level, (struct dicom_set){ 0 });
}

static void walk_level(struct walk *w, const struct match_level *level, struct dicom_set set)
{
    for (uint32_t i = 0; i < level->test_count; i++)
        walk_test(w, &level->tests[i], set);
}

/* NOLINTEND(misc-no-recursion) */

static void walk(struct walk *w, const struct match_plan *plan, struct dicom_set entry)
{
    if (plan->conditions.test_count) {
        const struct dicom_element *steps = dicom_set_find(entry, TAG_ScheduledProcedureStepSequence);
        walk_level(w, &plan->conditions, dicom_set_item(entry, steps, w->step));
    }
    walk_level(w, &plan->top, entry);
}

uint64_t match_entry_failed(const struct match_plan *plan, struct dicom_set entry, uint32_t step)
{
    struct walk w = { .step = step, .wanted = EXPLAIN_KEYS };
    walk(&w, plan, entry);
    return w.failed;
}

/* Whether the test would be met with the times of the entry moved into another zone, or none. */
static bool is_met_in(const struct walk *w, const struct match_zone *zone)
{
    struct match_test moved = *w->test;
    moved.zone = zone;
    return !w->test->kind->met(w->test, w->set, w->element) && moved.kind->met(&moved, w->set, w->element);
}

bool match_entry_miss(const struct match_plan *plan, struct dicom_set entry, uint32_t step, uint32_t number,
                      struct match_miss *out)
{
    struct walk w = { .step = step, .wanted = number };
    walk(&w, plan, entry);
    if (!w.test)
        return false;
    *out = (struct match_miss){ .key = &w.test->key, .tag = w.test->tag, .vr = w.test->vr };
    if (!w.element)
        return true;
    if (dicom_vr_has(w.element->vr, VR_STRING))
        out->had = span_trim(dicom_set_text(w.set, w.element));
    if (plan->has_zone && match_zone_shift(&plan->zone, w.set) != 0) {
        out->zone_alone = w.test->zone && is_met_in(&w, NULL);
        out->zone_needed = !w.test->zone && is_met_in(&w, &plan->zone);
    }
    return true;
}

void match_explain_init(struct match_explain *explain, const struct match_plan *plan)
{
    *explain = (struct match_explain){ 0 };
    match_plan_keys(plan, &explain->keys);
}

/* The smaller the nearer. */
static uint32_t distance(const struct match_near *near)
{
    return bits(near->failed) * (NEAR_MISTAKE + 1) - (uint32_t)near->nearness;
}

/* Keeps the order; of the equally near, who came first. */
static void add_near(struct match_explain *e, const struct match_near *near)
{
    uint32_t at = e->nearest_count;
    while (at > 0 && distance(near) < distance(&e->nearest[at - 1]))
        at--;
    if (at == EXPLAIN_NEAREST)
        return;
    if (e->nearest_count < EXPLAIN_NEAREST)
        e->nearest_count++;
    memmove(&e->nearest[at + 1], &e->nearest[at], (e->nearest_count - 1 - at) * sizeof *e->nearest);
    e->nearest[at] = *near;
}

/* One more that fails this key alone. Its values are looked at only as long as they can tell something new. */
static void add_without(struct match_explain *e, const struct match_plan *plan, uint32_t number,
                        struct match_near *near)
{
    struct match_miss first, other;
    struct match_near *example = &e->example[number];
    bool is_first = e->without[number]++ == 0;
    if ((!is_first && e->mixed[number] && example->nearness == NEAR_MISTAKE)
        || !match_entry_miss(plan, near->set, near->step, number, &other))
        return;
    near->nearness = match_miss_words(&other, NULL);
    if (!is_first && !e->mixed[number] && match_entry_miss(plan, example->set, example->step, number, &first))
        e->mixed[number] = !span_eq(first.had, other.had);
    if (is_first || near->nearness > example->nearness)
        *example = *near;
}

void match_explain_add(struct match_explain *e, const struct match_plan *plan, struct dicom_set entry, uint32_t step,
                       const char *name)
{
    struct match_near near = { entry, step, name, match_entry_failed(plan, entry, step), NEAR_NOTHING };
    e->entries++;
    for (uint32_t i = 0; i < e->keys.count; i++) {
        uint64_t bit = UINT64_C(1) << i;
        e->alone[i] += !(near.failed & bit);
        if (near.failed == bit)
            add_without(e, plan, i, &near);
    }
    if (near.failed)
        add_near(e, &near);
    else
        e->matched++;
}

static bool is_better(const struct match_explain *e, uint32_t a, uint32_t b)
{
    bool mistake = e->example[a].nearness == NEAR_MISTAKE;
    if (mistake != (e->example[b].nearness == NEAR_MISTAKE))
        return mistake;
    return e->without[a] > e->without[b];
}

bool match_explain_blame(const struct match_explain *e, uint32_t *number)
{
    bool found = false;
    for (uint32_t i = 0; i < e->keys.count; i++) {
        if (!e->without[i] || (found && !is_better(e, i, *number)))
            continue;
        *number = i;
        found = true;
    }
    return found;
}

static void put_tag(uint32_t tag, struct wr *out)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    if (entry)
        wr_str(out, entry->keyword);
    else
        wr_fmt(out, TAG_FMT, TAG_ARGS(tag));
}

void match_key_name(const struct match_key *key, struct wr *out)
{
    const uint32_t *path = key->path;
    if (path[0] == TAG_ScheduledProcedureStepSequence && path[1])
        path++;
    for (; path < key->path + 4 && *path; path++) {
        if (path > key->path && path[-1] != TAG_ScheduledProcedureStepSequence)
            wr_str(out, ".");
        put_tag(*path, out);
    }
}
