/* text.c -- single value and wild card matching of all text but names, and of UIDs (PS3.4 C.2.2.2.1, .2, .4). */
#include "dicom/value.h"
#include "match/level.h"
#include "match/wildcard.h"

bool match_is_wild(struct span text)
{
    return text.n && (memchr(text.p, '*', text.n) || memchr(text.p, '?', text.n));
}

bool match_pattern_met(const struct match_pattern *pattern, struct span text)
{
    return pattern->wild ? match_wildcard(pattern->text, text, NULL) : span_eq(pattern->text, text);
}

static bool read_text(struct match_maker *maker, const struct match_test *test, struct span text, void *room)
{
    struct match_pattern *pattern = room;
    struct match_folded folded;
    pattern->text = arena_copy(maker->arena, match_fold(text, test->fold, &folded));
    pattern->wild = match_is_wild(text) && dicom_vr_has(test->vr, VR_WILD);
    return true;
}

bool match_text_met(const struct match_test *test, struct span one)
{
    struct match_folded room;
    one = match_fold(one, test->fold, &room);
    for (uint32_t i = 0; one.n && i < test->count; i++)
        if (match_pattern_met(&test->patterns[i], one))
            return true;
    return false;
}

static bool met_text(const struct match_test *test, struct dicom_set set, const struct dicom_element *element)
{
    struct span rest = dicom_set_text(set, element);
    while (rest.p)
        if (match_text_met(test, dicom_value_next(&rest, test->vr)))
            return true;
    return false;
}

const struct match_kind match_kind_text = { sizeof(struct match_pattern), read_text, met_text };
