/* reference.c -- one function a sentence of the standard, nothing made ready, nothing remembered. */
#include "reference.h"

#include "dicom/dictionary.h"
#include "reference_value.h"

/* ---- one attribute ---- */

/* PS3.4 C.2.2.3: any of the stored values matches any of the key's; an empty one none (K.2.2.1.1.1). */
static bool attribute_matches(const struct rule *rule, struct span key, struct span stored, bool fold)
{
    struct values k = values_of(rule, key), s = values_of(rule, stored);
    for (size_t i = 0; i < k.n; i++)
        for (size_t j = 0; j < s.n; j++)
            if (value_matches(rule, k.one[i], s.one[j], fold))
                return true;
    return false;
}

/* A value by which nothing can be matched: A900. */
static bool is_refused(const struct rule *rule, struct span key)
{
    if (is_universal(rule, key))
        return false;
    struct values v = values_of(rule, key);
    for (size_t i = 0; i < v.n; i++)
        if (!is_good_key(rule, v.one[i]))
            return true;
    return rule->width && key.n % rule->width != 0;
}

/* ---- a date with its time, PS3.4 Table K.6-1 ---- */

static const struct pair {
    uint32_t date, time;
} pairs[] = {
    { 0x00400002, 0x00400003 }, { 0x00400004, 0x00400005 }, { 0x00080020, 0x00080030 },
    { 0x00380020, 0x00380021 }, { 0x00402004, 0x00402005 },
};

/* The range that a key of one value is. */
static bool range_key(struct dicom_set query, uint32_t tag, const char *vr, struct range *out)
{
    const struct dicom_element *key = dicom_set_find(query, tag);
    if (!key)
        return false;
    const struct rule *rule = rule_of((enum dicom_vr)key->vr);
    struct values v = values_of(rule, dicom_set_bytes(query, key));
    return v.n == 1 && !is_universal(rule, v.one[0]) && read_range(vr, v.one[0], out) && out->is_range;
}

/* Both keys are ranges of the same form: then they are one, of moments. */
static bool is_combined(struct dicom_set query, const struct pair *pair, struct range *date, struct range *time)
{
    return range_key(query, pair->date, "DA", date) && range_key(query, pair->time, "TM", time)
           && date->has_from == time->has_from && date->has_to == time->has_to;
}

static const struct pair *pair_of(struct dicom_set query, uint32_t tag)
{
    struct range date, time;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if ((pairs[i].date == tag || pairs[i].time == tag) && is_combined(query, &pairs[i], &date, &time))
            return &pairs[i];
    return NULL;
}

static const int64_t day_us = INT64_C(24) * 3600 * 1000000;

static struct range combine(const struct range *date, const struct range *time)
{
    struct range both = *date;
    both.from.first += time->from.first;
    int64_t day = date->to.last + 1 - day_us;
    both.to.last = day + time->to.last;
    return both;
}

static bool pair_matches(struct dicom_set query, const struct pair *pair, struct dicom_set entry)
{
    struct range date, time;
    struct moment day, clock;
    if (!is_combined(query, pair, &date, &time) || !read_moment("DA", dicom_set_get(entry, pair->date), &day)
        || !read_moment("TM", dicom_set_get(entry, pair->time), &clock))
        return false;
    struct range both = combine(&date, &time);
    day.first += clock.first;
    return moment_matches(&both, &day);
}

/* ---- which attributes are keys ---- */

static struct span creator_of(struct dicom_set set, uint32_t tag)
{
    return strip(dicom_set_get(set, (tag & 0xFFFF0000u) | (tag >> 8 & 0xFF)), true);
}

static bool is_private(uint32_t tag)
{
    return tag & 0x10000;
}

/* What describes the query, is no attribute that anybody knows, or is taken out of matching (PS3.4 Table K.6-1, PS3.3
 * 8.3): it restricts nothing. */
static bool is_no_key(struct dicom_set query, uint32_t tag)
{
    if (tag >> 16 < 8 || (tag & 0xFFFF) == 0)
        return true;
    if (is_private(tag)) {
        bool creator = (tag & 0xFFFF) >= 0x10 && (tag & 0xFFFF) <= 0xFF;
        return creator || creator_of(query, tag).n == 0;
    }
    return !dicom_dictionary_find(tag) || tag == TAG_SpecificCharacterSet || tag == TAG_QueryRetrieveLevel
           || tag == TAG_CodeMeaning || tag == TAG_TimezoneOffsetFromUTC || tag == TAG_ProtocolContextSequence
           || tag == TAG_PertinentDocumentsSequence || tag == TAG_ContainerTypeCodeSequence
           || tag == TAG_HL7StructuredDocumentReferenceSequence;
}

/* PS3.5 7.8.1: a private attribute is the one at its place in the block that its creator has here. */
static const struct dicom_element *find(struct dicom_set entry, struct dicom_set query, uint32_t tag)
{
    if (!is_private(tag))
        return dicom_set_find(entry, tag);
    struct span creator = creator_of(query, tag);
    for (uint32_t block = 0x10; block <= 0xFF; block++) {
        uint32_t reserved = (tag & 0xFFFF0000u) | block;
        if (dicom_set_find(entry, reserved) && span_eq(strip(dicom_set_get(entry, reserved), true), creator))
            return dicom_set_find(entry, (tag & 0xFFFF0000u) | block << 8 | (tag & 0xFF));
    }
    return NULL;
}

/* ---- data sets and items, PS3.4 C.2.2.2.6 ---- */

static bool is_refused_level(struct dicom_set query)
{
    for (uint32_t i = 0; i < query.count; i++) {
        const struct dicom_element *key = &query.elements[i];
        if (is_no_key(query, key->tag))
            continue;
        if (key->vr == VR_SQ) {
            if (key->length > 1 || (key->length == 1 && is_refused_level(dicom_set_item(query, key, 0))))
                return true;
        } else if (is_refused(rule_of((enum dicom_vr)key->vr), dicom_set_text(query, key))) {
            return true;
        }
        /* A range that runs backward is none; of a date and its time the moments count. */
        const struct rule *rule = key->vr == VR_SQ ? NULL : rule_of((enum dicom_vr)key->vr);
        const struct pair *pair = pair_of(query, key->tag);
        struct range range, date, time;
        if (pair && is_combined(query, pair, &date, &time)) {
            range = combine(&date, &time);
            if (is_backward(&range))
                return true;
        } else if (rule && rule->way == MOMENT && !is_universal(rule, dicom_set_text(query, key))) {
            struct values v = values_of(rule, dicom_set_text(query, key));
            for (size_t n = 0; n < v.n; n++)
                if (read_range(rule->code, v.one[n], &range) && is_backward(&range))
                    return true;
        }
    }
    return false;
}

/* Whether a sequence key restricts: it has an item, and that a key that does. */
static bool restricts(struct dicom_set query)
{
    for (uint32_t i = 0; i < query.count; i++) {
        const struct dicom_element *key = &query.elements[i];
        if (is_no_key(query, key->tag))
            continue;
        if (key->vr == VR_SQ ? key->length && restricts(dicom_set_item(query, key, 0))
                             : !is_universal(rule_of((enum dicom_vr)key->vr), dicom_set_text(query, key)))
            return true;
    }
    return false;
}

static bool level_matches(struct dicom_set query, struct dicom_set entry, const uint32_t *step, bool fold)
{
    for (uint32_t i = 0; i < query.count; i++) {
        const struct dicom_element *key = &query.elements[i];
        if (is_no_key(query, key->tag))
            continue;
        const struct dicom_element *stored = find(entry, query, key->tag);
        if (key->vr == VR_SQ) {
            bool met = key->length == 0 || !restricts(dicom_set_item(query, key, 0));
            bool is_steps = step && key->tag == TAG_ScheduledProcedureStepSequence;
            for (uint32_t n = 0; !met && stored && stored->vr == VR_SQ && n < stored->length; n++)
                met = (!is_steps || n == *step)
                      && level_matches(dicom_set_item(query, key, 0), dicom_set_item(entry, stored, n), NULL, fold);
            if (!met)
                return false;
            continue;
        }
        const struct rule *rule = rule_of((enum dicom_vr)key->vr);
        const struct pair *pair = pair_of(query, key->tag);
        if (pair
                ? !pair_matches(query, pair, entry)
                : !is_universal(rule, dicom_set_text(query, key))
                      && !(stored && stored->vr != VR_SQ
                           && attribute_matches(rule, dicom_set_text(query, key), dicom_set_text(entry, stored), fold)))
            return false;
    }
    return true;
}

enum reference_verdict reference_match(struct dicom_set query, struct dicom_set entry, uint32_t step,
                                       bool case_sensitive_pn)
{
    if (is_refused_level(query))
        return REFERENCE_REFUSED;
    return level_matches(query, entry, &step, !case_sensitive_pn) ? REFERENCE_MATCH : REFERENCE_NO_MATCH;
}
