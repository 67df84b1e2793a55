/* entry.c -- compares an entry with a plan. All keys must be met (PS3.4 K.2.2.1.1); an attribute that is empty or
 * absent fails every key that restricts (K.2.2.1.1.1). */
#include "dicom/dictionary.h"
#include "match/level.h"

/* The block that a creator has in this set, as the tag of its reservation; 0 if it has none. */
static uint32_t block_of(struct dicom_set set, uint32_t group, struct span creator)
{
    for (uint32_t i = 0; i < set.count; i++) {
        const struct dicom_element *element = &set.elements[i];
        if (element->tag > (group | 0xFF))
            break;
        if (element->tag >= (group | 0x10) && span_eq(span_trim(dicom_set_bytes(set, element)), creator))
            return element->tag;
    }
    return 0;
}

const struct dicom_element *match_find(struct dicom_set set, uint32_t tag, struct span creator)
{
    if (creator.n == 0)
        return dicom_set_find(set, tag);
    uint32_t block = block_of(set, tag & 0xFFFF0000u, creator);
    if (!block || dicom_tag_is_creator(tag))
        return block ? dicom_set_find(set, block) : NULL;
    return dicom_set_find(set, (block & 0xFFFF0000u) | (uint32_t)TAG_ELEMENT(block) << 8 | (tag & 0xFF));
}

bool match_has_value(struct dicom_set set, const struct dicom_element *element)
{
    struct span rest = dicom_set_bytes(set, element);
    while (rest.p)
        if (span_trim(span_cut(&rest, '\\')).n)
            return true;
    return false;
}

/* NOLINTBEGIN(misc-no-recursion) as deep as the plan, which limits.depth bounds */

/* A sequence is met by any of its items that meets all keys inside (PS3.4 C.2.2.2.6). Else the key to blame is the one
 * that the first item fails. */
static const struct match_key *match_items(const struct match_test *test, struct dicom_set set,
                                           const struct dicom_element *sequence)
{
    const struct match_key *blamed = NULL;
    for (uint32_t i = 0; i < sequence->length; i++) {
        const struct match_key *failed = match_level(test->level, dicom_set_item(set, sequence, i));
        if (!failed)
            return NULL;
        if (!blamed)
            blamed = failed;
    }
    return blamed;
}

/* The first key inside a sequence that the entry does not have at all. */
static const struct match_key *first_key(const struct match_test *test)
{
    while (!test->kind)
        test = test->level->tests;
    return &test->key;
}

static const struct match_key *match_test(const struct match_test *test, struct dicom_set set, uint32_t step)
{
    const struct dicom_element *element = match_find(set, test->tag, test->creator);
    bool is_sequence = element && element->vr == VR_SQ;
    if (test->or_none && (!element || !match_has_value(set, element)))
        return NULL;
    if (!element || element->length == 0 || is_sequence != !test->kind)
        return first_key(test);
    if (!is_sequence)
        return test->kind->met(test, set, element) ? NULL : &test->key;
    if (test->step)
        return match_level(test->level, dicom_set_item(set, element, step));
    return match_items(test, set, element);
}

static const struct match_key *match_tests(const struct match_level *level, struct dicom_set set, uint32_t step)
{
    for (uint32_t i = 0; i < level->test_count; i++) {
        const struct match_key *failed = match_test(&level->tests[i], set, step);
        if (failed)
            return failed;
    }
    return NULL;
}

const struct match_key *match_level(const struct match_level *level, struct dicom_set set)
{
    return match_tests(level, set, 0);
}

/* NOLINTEND(misc-no-recursion) */

const struct match_key *match_entry(const struct match_plan *plan, struct dicom_set entry, uint32_t step)
{
    if (plan->conditions.test_count) {
        const struct dicom_element *steps = dicom_set_find(entry, TAG_ScheduledProcedureStepSequence);
        const struct match_key *failed = match_level(&plan->conditions, dicom_set_item(entry, steps, step));
        if (failed)
            return failed;
    }
    return match_tests(&plan->top, entry, step);
}
