/* index.c -- values of entries and ranges of plans, from the same folded text.
 *
 *     names           index, 15 bytes of the name or of one of its groups
 *     all other text  index, 7 bytes of the text, 8 bytes of a hash of all of it
 *
 * So whole values of any length are found by the hash, and what begins with a text by the bytes, as many as there are;
 * a name is more often asked for by how it begins. Bytes that a text lacks are zero. */
#include "match/index.h"

#include "dicom/dictionary.h"
#include "dicom/value.h"
#include "match/level.h"

enum { WORD = sizeof(uint64_t), NAME_BYTES = 2 * WORD - 1, TEXT_BYTES = WORD - 1 };

static const struct row {
    uint32_t tag;
    enum dicom_vr vr;
    bool step;
} rows[INDEX_COUNT] = {
#define TOP                       false
#define STEP                      true
#define INDEX(id, tag, vr, place) { tag, vr, place },
#include "match/index.def"
#undef INDEX
#undef STEP
#undef TOP
};

int match_value_compare(struct match_value a, struct match_value b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

/* The first bytes of a text behind the index, then `fill`. */
static struct match_value begin_of(enum match_index index, struct span text, size_t most, uint8_t fill)
{
    struct match_value value = { (uint64_t)index << 56, 0 };
    for (size_t i = 0; i < NAME_BYTES; i++) {
        uint64_t byte = i < text.n && i < most ? text.p[i] : fill;
        size_t at = i + 1;
        if (at < WORD)
            value.high |= byte << (56 - at * 8);
        else
            value.low |= byte << (56 - (at - WORD) * 8);
    }
    return value;
}

/* FNV-1a. Who finds texts of one hash makes queries for them slower, no more. */
static uint64_t hash_of(struct span text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ text.p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static struct match_value value_of(enum match_index index, struct span text)
{
    if (rows[index].vr == VR_PN)
        return begin_of(index, text, NAME_BYTES, 0);
    struct match_value value = begin_of(index, text, TEXT_BYTES, 0);
    value.low = hash_of(text);
    return value;
}

/* Where an entry stands that has too many values. */
static struct match_value any_value(enum match_index index)
{
    return begin_of(index, (struct span){ NULL, 0 }, 0, UINT8_MAX);
}

static enum match_fold fold_of(enum match_index index)
{
    enum dicom_vr vr = rows[index].vr;
    return vr == VR_PN ? FOLD_CASE : dicom_vr_has(vr, VR_TEXT) ? FOLD_NFC : FOLD_NONE;
}

static void add_value(struct match_values *values, uint32_t first, struct match_value value)
{
    if (values->count - first > MATCH_INDEX_VALUES)
        return;
    for (uint32_t i = first; i < values->count; i++)
        if (match_value_compare(values->value[i], value) == 0)
            return;
    /* One too many is counted, but has no room. */
    if (values->count++ - first < MATCH_INDEX_VALUES)
        values->value[values->count - 1] = value;
}

static void add_name(struct match_values *values, uint32_t first, enum match_index index, struct span text)
{
    struct match_name_parts name;
    match_name_split(text, fold_of(index), &name);
    if (name.whole.n)
        add_value(values, first, value_of(index, name.whole));
    for (int i = 0; i < MATCH_GROUPS; i++)
        if (name.groups[i].n)
            add_value(values, first, value_of(index, name.groups[i]));
}

static void add_text(struct match_values *values, uint32_t first, enum match_index index, struct span text)
{
    struct match_folded room;
    text = match_fold(text, fold_of(index), &room);
    if (text.n)
        add_value(values, first, value_of(index, text));
}

static void add_row(struct match_values *values, enum match_index index, struct dicom_set set)
{
    const struct dicom_element *element = dicom_set_find(set, rows[index].tag);
    if (!element || element->vr == VR_SQ)
        return;
    uint32_t first = values->count;
    struct span rest = dicom_set_text(set, element);
    while (rest.p && values->count - first <= MATCH_INDEX_VALUES) {
        struct span one = dicom_value_next(&rest, rows[index].vr);
        if (rows[index].vr == VR_PN)
            add_name(values, first, index, one);
        else
            add_text(values, first, index, one);
    }
    if (values->count - first > MATCH_INDEX_VALUES) {
        values->count = first + 1;
        values->value[first] = any_value(index);
    }
}

void match_index_values(struct dicom_set entry, uint32_t step, struct match_values *out)
{
    const struct dicom_element *steps = dicom_set_find(entry, TAG_ScheduledProcedureStepSequence);
    struct dicom_set item = dicom_set_item(entry, steps, step);
    out->count = 0;
    for (enum match_index index = 0; index < INDEX_COUNT; index++)
        add_row(out, index, rows[index].step ? item : entry);
}

/* What every text begins with that a pattern matches. */
static struct span literal_of(const struct match_pattern *pattern)
{
    struct span text = pattern->text;
    size_t n = 0;
    while (n < text.n && text.p[n] != '*' && text.p[n] != '?')
        n++;
    return span_of(text.p, n);
}

/* False: a match may begin with anything, or there are too many ranges. */
static bool add_range(struct match_ranges *ranges, enum match_index index, const struct match_pattern *pattern)
{
    if (ranges->count == MATCH_RANGES)
        return false;
    struct match_range *range = &ranges->range[ranges->count++];
    if (!pattern->wild) {
        range->first = range->last = value_of(index, pattern->text);
        return true;
    }
    struct span begin = literal_of(pattern);
    size_t most = rows[index].vr == VR_PN ? NAME_BYTES : TEXT_BYTES;
    range->first = begin_of(index, begin, most, 0);
    range->last = begin_of(index, begin, most, UINT8_MAX);
    return begin.n > 0;
}

/* A name matches as a whole, or by each of the groups that the key asks for: so by the one that says most. */
static bool add_name_ranges(struct match_ranges *ranges, enum match_index index, const struct match_name *name)
{
    if (!add_range(ranges, index, &name->whole))
        return false;
    const struct match_pattern *longest = NULL;
    for (int i = 0; name->grouped && i < MATCH_GROUPS; i++)
        if (name->groups[i].text.n && (!longest || literal_of(&name->groups[i]).n > literal_of(longest).n))
            longest = &name->groups[i];
    return !longest || add_range(ranges, index, longest);
}

static bool ranges_of(const struct match_test *test, enum match_index index, struct match_ranges *out)
{
    out->count = 0;
    bool is_name = rows[index].vr == VR_PN;
    const struct match_kind *kind = is_name ? &match_kind_name : &match_kind_text;
    if (test->kind != kind || test->vr != rows[index].vr || test->fold != fold_of(index) || test->or_none)
        return false;
    bool bounded = true;
    for (uint32_t i = 0; bounded && i < test->count; i++)
        bounded = is_name ? add_name_ranges(out, index, &test->names[i]) : add_range(out, index, &test->patterns[i]);
    struct match_pattern any = { .wild = false };
    if (!bounded || !add_range(out, index, &any))
        return false;
    out->range[out->count - 1].first = out->range[out->count - 1].last = any_value(index);
    return true;
}

/* The ranges of the first test of the attribute that has some. */
static bool ranges_in(const struct match_level *level, enum match_index index, struct match_ranges *out)
{
    for (uint32_t i = 0; level && i < level->test_count; i++)
        if (level->tests[i].tag == rows[index].tag && ranges_of(&level->tests[i], index, out))
            return true;
    return false;
}

bool match_plan_ranges(const struct match_plan *plan, enum match_index index, struct match_ranges *out)
{
    if (!rows[index].step)
        return ranges_in(&plan->top, index, out);
    const struct match_level *item = NULL;
    for (uint32_t i = 0; i < plan->top.test_count; i++)
        if (plan->top.tests[i].step)
            item = plan->top.tests[i].level;
    return ranges_in(item, index, out) || ranges_in(&plan->conditions, index, out);
}
