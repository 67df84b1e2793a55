/* due.c -- says which attributes of an entry an answer has, and which items (PS3.4 Table K.6-1: return key types). */
#include "match/due.h"

#include "dicom/dictionary.h"

/* Sequences in which an item of empty values says nothing but makes devices stumble: it is left out. */
static const uint32_t hollow[] = {
    TAG_ReferencedStudySequence,
    TAG_ReferencedPatientSequence,
    TAG_ScheduledProtocolCodeSequence,
    TAG_RequestedProcedureCodeSequence,
};

static bool has_values(struct dicom_set set)
{
    for (uint32_t i = 0; i < set.count; i++)
        if (set.elements[i].vr == VR_SQ ? set.elements[i].length > 0
                                        : span_trim(dicom_set_bytes(set, &set.elements[i])).n > 0)
            return true;
    return false;
}

static bool has_code(struct dicom_set item)
{
    return dicom_set_get(item, TAG_URNCodeValue).n
           || (dicom_set_get(item, TAG_CodingSchemeDesignator).n
               && (dicom_set_get(item, TAG_CodeValue).n || dicom_set_get(item, TAG_LongCodeValue).n));
}

/* Whether an item is one of a code sequence, and has no code where that is to have one (PS3.3 8.3). */
static bool is_codeless(const struct match_answer *how, uint32_t sequence, struct dicom_set item)
{
    static const char end[] = "CodeSequence";
    const struct dicom_dictionary_entry *entry = how->omit_code_items ? dicom_dictionary_find(sequence) : NULL;
    size_t n = entry ? strlen(entry->keyword) : 0;
    return n > strlen(end) && strcmp(entry->keyword + n - strlen(end), end) == 0 && !has_code(item);
}

/* Whether an item of a sequence is worth sending. */
static bool is_worthy(const struct match_answer *how, uint32_t sequence, struct dicom_set item)
{
    if (is_codeless(how, sequence, item))
        return false;
    for (size_t i = 0; i < sizeof hollow / sizeof *hollow; i++)
        if (hollow[i] == sequence)
            return has_values(item);
    return item.count > 0;
}

/* Whether an entry has an attribute, and not empty. */
static bool exists(const struct match_answer *how, struct dicom_set set, const struct dicom_element *element)
{
    if (!element || element->length == 0)
        return false;
    if (element->vr != VR_SQ)
        return span_trim(dicom_set_bytes(set, element)).n > 0;
    for (uint32_t i = 0; i < element->length; i++)
        if (is_worthy(how, element->tag, dicom_set_item(set, element, i)))
            return true;
    return false;
}

static bool another_exists(const struct match_answer *how, const uint32_t *choice, struct dicom_set set, uint32_t tag)
{
    for (; choice && *choice; choice++)
        if (*choice != tag && exists(how, set, dicom_set_find(set, *choice)))
            return true;
    return false;
}

/* A creator goes with the first of its attributes; those follow it, up to the end of its block. */
static bool creator_is_needed(const struct match_answer *how, const struct match_level *level,
                              const struct match_return *creator, struct dicom_set set)
{
    const struct match_return *end = level->returns + level->return_count;
    for (const struct match_return *r = creator + 1; r < end && TAG_GROUP(r->tag) == TAG_GROUP(creator->tag); r++)
        if (dicom_tag_creator(r->tag) == creator->tag && exists(how, set, match_find(set, r->tag, r->creator)))
            return true;
    return false;
}

/* NOLINTBEGIN(misc-no-recursion) as deep as the plan, or the data set, which limits.depth bounds; below the top level
 * only where empty attributes are left out */

bool match_item_is_due(const struct match_answer *how, const struct match_return *ret, struct dicom_set item)
{
    return is_worthy(how, ret->tag, item) && !(ret->level && match_level(ret->level, item));
}

/* Whether there is something to send for an attribute that an entry has, and not only by its looks: of a sequence, an
 * item. */
static bool is_filled(const struct match_answer *how, const struct match_return *ret, struct dicom_set set,
                      const struct dicom_element *element)
{
    if (!exists(how, set, element))
        return false;
    bool filled = element->vr != VR_SQ || !how->omit_empty;
    for (uint32_t i = 0; !filled && i < element->length; i++) {
        struct dicom_set item = dicom_set_item(set, element, i);
        filled = match_item_is_due(how, ret, item) && match_has_due(how, ret->level, item);
    }
    return filled;
}

bool match_is_due(const struct match_answer *how, const struct match_level *level, const struct match_return *ret,
                  struct dicom_set set, const struct dicom_element *element, bool times)
{
    if (ret->creator.n && how->no_private)
        return false;
    switch (ret->kind) {
    case RETURN_ALWAYS:
        if (!ret->choice && !how->omit_empty)
            return true;
        return is_filled(how, ret, set, element)
               || (!how->omit_empty && !another_exists(how, ret->choice, set, ret->tag));
    case RETURN_IF_STORED:
        return is_filled(how, ret, set, element);
    case RETURN_CREATOR:
        return creator_is_needed(how, level, ret, set);
    case RETURN_ZONE:
        return times && exists(how, set, element);
    case RETURN_CHARSET:
    case RETURN_STEP:
        return true;
    }
    return false;
}

bool match_item_is_due_whole(const struct match_answer *how, uint32_t sequence, struct dicom_set item)
{
    return !is_codeless(how, sequence, item) && (!how->omit_empty || match_has_due(how, NULL, item));
}

/* The one attribute ahead of the character set, Length to End, counts the bytes of another data set. */
bool match_is_due_whole(const struct match_answer *how, struct dicom_set set, const struct dicom_element *element)
{
    if (element->tag <= TAG_SpecificCharacterSet || (dicom_tag_is_private(element->tag) && how->no_private))
        return false;
    bool due = !how->omit_empty || (element->vr != VR_SQ && exists(how, set, element));
    for (uint32_t i = 0; !due && element->vr == VR_SQ && i < element->length; i++)
        due = match_item_is_due_whole(how, element->tag, dicom_set_item(set, element, i));
    return due;
}

bool match_has_due(const struct match_answer *how, const struct match_level *level, struct dicom_set item)
{
    for (uint32_t i = 0; !level && i < item.count; i++)
        if (match_is_due_whole(how, item, &item.elements[i]))
            return true;
    for (uint32_t i = 0; level && i < level->return_count; i++) {
        const struct match_return *ret = &level->returns[i];
        if (ret->kind != RETURN_CHARSET
            && match_is_due(how, level, ret, item, match_find(item, ret->tag, ret->creator), false))
            return true;
    }
    return false;
}

/* NOLINTEND(misc-no-recursion) */
