/* project.c -- shapes an answer: the attributes that the query asked for, as the entry has them (PS3.4 K.2.2.1.3,
 * K.6.1.2.2).
 *
 * An entry is gone through twice where it has to be: once to look, once to write. The look tells what must be known
 * before the first byte: which characters come, so that their set goes ahead of them, and whether a time does, which
 * may need its zone. */
#include "dicom/dictionary.h"
#include "match/charset.h"
#include "match/level.h"
#include "match/spell.h"

struct projection {
    const struct match_answer *how;
    const struct match_level *top;
    struct dicom_writer *writer; /* NULL: look only */
    struct match_charset *charset;
    struct wr *shorter; /* room for text that was cut */
    bool copies;        /* plain attributes whose text is all ISO 646 need nothing but to be copied */
    bool times;         /* a date or a time was or would be written */
    bool cut;           /* some text was */
};

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
static bool is_codeless(const struct projection *p, uint32_t sequence, struct dicom_set item)
{
    static const char end[] = "CodeSequence";
    const struct dicom_dictionary_entry *entry = p->how->omit_code_items ? dicom_dictionary_find(sequence) : NULL;
    size_t n = entry ? strlen(entry->keyword) : 0;
    return n > strlen(end) && strcmp(entry->keyword + n - strlen(end), end) == 0 && !has_code(item);
}

/* Whether an item of a sequence is worth sending. */
static bool is_worthy(const struct projection *p, uint32_t sequence, struct dicom_set item)
{
    if (is_codeless(p, sequence, item))
        return false;
    for (size_t i = 0; i < sizeof hollow / sizeof *hollow; i++)
        if (hollow[i] == sequence)
            return has_values(item);
    return item.count > 0;
}

/* Whether an entry has an attribute, and not empty. */
static bool exists(const struct projection *p, struct dicom_set set, const struct dicom_element *element)
{
    if (!element || element->length == 0)
        return false;
    if (element->vr != VR_SQ)
        return span_trim(dicom_set_bytes(set, element)).n > 0;
    for (uint32_t i = 0; i < element->length; i++)
        if (is_worthy(p, element->tag, dicom_set_item(set, element, i)))
            return true;
    return false;
}

static bool another_exists(const struct projection *p, const uint32_t *choice, struct dicom_set set, uint32_t tag)
{
    for (; choice && *choice; choice++)
        if (*choice != tag && exists(p, set, dicom_set_find(set, *choice)))
            return true;
    return false;
}

/* A creator goes with the first of its attributes; those follow it, up to the end of its block. */
static bool creator_is_needed(const struct projection *p, const struct match_level *level,
                              const struct match_return *creator, struct dicom_set set)
{
    const struct match_return *end = level->returns + level->return_count;
    for (const struct match_return *r = creator + 1; r < end && TAG_GROUP(r->tag) == TAG_GROUP(creator->tag); r++)
        if (dicom_tag_creator(r->tag) == creator->tag && exists(p, set, match_find(set, r->tag, r->creator)))
            return true;
    return false;
}

/* A value, `text` being its text if it is one: all of it as UTF-8, or what was made of it. */
static void project_value(struct projection *p, uint32_t tag, struct dicom_set set, const struct dicom_element *element,
                          struct span text)
{
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    bool is_text = dicom_vr_has(vr, VR_TEXT);
    if (is_text && p->how->length_count) {
        struct span whole = text;
        text = match_cut(p->how, tag, vr, text, p->shorter);
        p->cut = p->cut || text.p != whole.p;
    }
    p->times = p->times || (dicom_vr_has(vr, VR_RANGE) && span_trim(text).n > 0);
    if (p->writer)
        dicom_write_element(p->writer, tag, vr, is_text ? match_charset_text(p->charset, set, element, text) : text);
    else if (is_text)
        match_charset_look(p->charset, set, element, text);
}

/* NOLINTBEGIN(misc-no-recursion) as deep as the plan, or the data set, which limits.depth bounds; below the top level
 * only where empty attributes are left out */

static bool has_any(const struct projection *p, const struct match_level *level, struct dicom_set item);

/* Whether an item comes back for a sequence: it meets the keys inside. */
static bool is_chosen(const struct projection *p, const struct match_return *ret, struct dicom_set item)
{
    return is_worthy(p, ret->tag, item) && !(ret->level && match_level(ret->level, item));
}

/* Whether there is something to send for an attribute that an entry has, and not only by its looks: of a sequence, an
 * item. */
static bool is_filled(const struct projection *p, const struct match_return *ret, struct dicom_set set,
                      const struct dicom_element *element)
{
    if (!exists(p, set, element))
        return false;
    bool filled = element->vr != VR_SQ || !p->how->omit_empty;
    for (uint32_t i = 0; !filled && i < element->length; i++) {
        struct dicom_set item = dicom_set_item(set, element, i);
        filled = is_chosen(p, ret, item) && has_any(p, ret->level, item);
    }
    return filled;
}

/* Whether the answer has this attribute; `times` if it has dates or times. */
static bool is_due(const struct projection *p, const struct match_level *level, const struct match_return *ret,
                   struct dicom_set set, const struct dicom_element *element, bool times)
{
    if (ret->creator.n && p->how->no_private)
        return false;
    switch (ret->kind) {
    case RETURN_ALWAYS:
        if (!ret->choice && !p->how->omit_empty)
            return true;
        return is_filled(p, ret, set, element)
               || (!p->how->omit_empty && !another_exists(p, ret->choice, set, ret->tag));
    case RETURN_IF_STORED:
        return is_filled(p, ret, set, element);
    case RETURN_CREATOR:
        return creator_is_needed(p, level, ret, set);
    case RETURN_CHARSET:
        return p->writer;
    case RETURN_ZONE:
        return times && exists(p, set, element);
    case RETURN_STEP:
        return true;
    }
    return false;
}

/* Whether an item comes back in a sequence of an item that the query asks for as a whole. */
static bool is_chosen_whole(const struct projection *p, uint32_t sequence, struct dicom_set item)
{
    return !is_codeless(p, sequence, item) && (!p->how->omit_empty || has_any(p, NULL, item));
}

/* Whether an attribute of such an item does. The one attribute ahead of the character set, Length to End, counts the
 * bytes of another data set. */
static bool is_due_whole(const struct projection *p, struct dicom_set set, const struct dicom_element *element)
{
    if (element->tag <= TAG_SpecificCharacterSet || (dicom_tag_is_private(element->tag) && p->how->no_private))
        return false;
    bool due = !p->how->omit_empty || (element->vr != VR_SQ && exists(p, set, element));
    for (uint32_t i = 0; !due && element->vr == VR_SQ && i < element->length; i++)
        due = is_chosen_whole(p, element->tag, dicom_set_item(set, element, i));
    return due;
}

/* Whether anything of an item comes, so that no empty one is begun. */
static bool has_any(const struct projection *p, const struct match_level *level, struct dicom_set item)
{
    for (uint32_t i = 0; !level && i < item.count; i++)
        if (is_due_whole(p, item, &item.elements[i]))
            return true;
    for (uint32_t i = 0; level && i < level->return_count; i++) {
        const struct match_return *ret = &level->returns[i];
        if (ret->kind != RETURN_CHARSET && is_due(p, level, ret, item, match_find(item, ret->tag, ret->creator), false))
            return true;
    }
    return false;
}

/* NOLINTEND(misc-no-recursion) */

static void project_charset(struct projection *p, struct dicom_set set, const struct dicom_charset *outer)
{
    struct span name = p->writer ? match_charset_name(p->charset, set, outer) : (struct span){ NULL, 0 };
    if (name.n)
        dicom_write_element(p->writer, TAG_SpecificCharacterSet, VR_CS, name);
}

/* NOLINTBEGIN(misc-no-recursion) as deep as limits.depth let the data set in */

static void project_whole(struct projection *p, struct dicom_set set, struct dicom_charset outer)
{
    project_charset(p, set, &outer);
    for (uint32_t i = 0; i < set.count; i++) {
        const struct dicom_element *element = &set.elements[i];
        if (!is_due_whole(p, set, element))
            continue;
        if (element->vr != VR_SQ) {
            project_value(p, element->tag, set, element, dicom_set_text(set, element));
            continue;
        }
        if (p->writer)
            dicom_write_begin_sequence(p->writer, element->tag);
        for (uint32_t n = 0; n < element->length; n++) {
            struct dicom_set item = dicom_set_item(set, element, n);
            if (!is_chosen_whole(p, element->tag, item))
                continue;
            if (p->writer)
                dicom_write_begin_item(p->writer);
            project_whole(p, item, set.charset);
            if (p->writer)
                dicom_write_end_item(p->writer);
        }
        if (p->writer)
            dicom_write_end_sequence(p->writer);
    }
}

/* NOLINTEND(misc-no-recursion) */

/* NOLINTBEGIN(misc-no-recursion) as deep as the plan, which limits.depth bounds */

static void project_level(struct projection *p, const struct match_level *level, struct dicom_set set, uint32_t step,
                          const struct dicom_charset *outer, bool times);

static void project_item(struct projection *p, const struct match_level *level, struct dicom_set item,
                         struct dicom_charset outer)
{
    if (!has_any(p, level, item))
        return;
    if (p->writer)
        dicom_write_begin_item(p->writer);
    if (level)
        project_level(p, level, item, 0, &outer, false);
    else
        project_whole(p, item, outer);
    if (p->writer)
        dicom_write_end_item(p->writer);
}

/* The items that meet the keys inside, or the one item of the step. */
static void project_sequence(struct projection *p, const struct match_return *ret, struct dicom_set set,
                             const struct dicom_element *sequence, uint32_t step)
{
    uint32_t count = sequence && sequence->vr == VR_SQ ? sequence->length : 0;
    if (p->writer)
        dicom_write_begin_sequence(p->writer, ret->tag);
    for (uint32_t i = 0; i < count; i++) {
        struct dicom_set item = dicom_set_item(set, sequence, i);
        bool chosen = ret->kind == RETURN_STEP ? i == step : is_chosen(p, ret, item);
        if (chosen)
            project_item(p, ret->level, item, set.charset);
    }
    if (p->writer)
        dicom_write_end_sequence(p->writer);
}

static void project_attribute(struct projection *p, const struct match_level *level, const struct match_return *ret,
                              struct dicom_set set, const struct dicom_element *element, uint32_t step)
{
    enum dicom_vr vr = element ? (enum dicom_vr)element->vr : ret->vr;
    if (vr == VR_SQ || ret->vr == VR_SQ) {
        project_sequence(p, ret, set, element, step);
    } else if (element) {
        struct match_narrowed room;
        bool narrow = p->how->narrow && level != p->top;
        project_value(p, ret->tag, set, element,
                      narrow ? match_narrow(level, ret, set, element, &room) : dicom_set_text(set, element));
    } else if (p->writer) {
        dicom_write_element(p->writer, ret->tag, vr, (struct span){ NULL, 0 });
    }
}

/* The element of a return, beginning at *at: both stand in the order of tags, so that one walk finds them all. */
static const struct dicom_element *find_next(const struct match_return *ret, struct dicom_set set, uint32_t *at)
{
    if (ret->creator.n)
        return match_find(set, ret->tag, ret->creator);
    while (*at < set.count && set.elements[*at].tag < ret->tag)
        ++*at;
    return *at < set.count && set.elements[*at].tag == ret->tag ? &set.elements[*at] : NULL;
}

/* The short way of a plain attribute; false if the entry has more than that there. */
static bool project_plain(const struct projection *p, const struct match_return *ret, struct dicom_set set,
                          const struct dicom_element *element)
{
    if (element && (element->vr == VR_SQ || element->flags & ELEMENT_DECODED))
        return false;
    if (p->writer && element)
        dicom_write_element(p->writer, ret->tag, (enum dicom_vr)element->vr, dicom_set_bytes(set, element));
    else if (p->writer)
        dicom_write_element(p->writer, ret->tag, ret->vr, (struct span){ NULL, 0 });
    return true;
}

/* `outer` is the character set of the level above, NULL at the top; `times`: a first look has found some. */
static void project_level(struct projection *p, const struct match_level *level, struct dicom_set set, uint32_t step,
                          const struct dicom_charset *outer, bool times)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < level->return_count; i++) {
        const struct match_return *ret = &level->returns[i];
        const struct dicom_element *element = find_next(ret, set, &at);
        if (p->copies && ret->plain && project_plain(p, ret, set, element))
            continue;
        if (!is_due(p, level, ret, set, element, times))
            continue;
        if (ret->kind == RETURN_CHARSET)
            project_charset(p, set, outer);
        else
            project_attribute(p, level, ret, set, element, step);
    }
}

/* NOLINTEND(misc-no-recursion) */

void match_project(const struct match_plan *plan, struct dicom_set entry, uint32_t step, const struct match_answer *how,
                   struct dicom_writer *writer)
{
    struct match_charset charset;
    struct wr shorter;
    match_charset_init(&charset, how);
    wr_init(&shorter, UINT32_MAX);
    bool zoned = dicom_set_find(entry, TAG_TimezoneOffsetFromUTC);
    bool copies = charset.keeps_ascii && !how->narrow && !how->omit_empty && !how->length_count;
    struct projection look = {
        .how = how, .top = &plan->top, .charset = &charset, .shorter = &shorter, .copies = copies && !zoned
    };
    struct projection answer = look;
    answer.writer = writer;
    answer.copies = copies;
    /* Most entries have neither letters beyond ISO 646 nor a time zone: then a look would find nothing. */
    if (zoned || !dicom_block_is_ascii(entry.block))
        project_level(&look, &plan->top, entry, step, NULL, false);
    match_charset_settle(&charset);
    project_level(&answer, &plan->top, entry, step, NULL, look.times);
    writer->wr->failed |= charset.room.failed || shorter.failed;
    if (how->bent)
        *how->bent = (struct match_bent){ .spelled = charset.spelled, .cut = answer.cut };
    wr_fini(&shorter);
    match_charset_fini(&charset);
}
