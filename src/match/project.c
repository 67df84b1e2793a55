/* project.c -- shapes an answer: the attributes that the query asked for, as the entry has them (PS3.4 K.2.2.1.3,
 * K.6.1.2.2).
 *
 * Every level is gone through twice: once to look, once to write. The look tells what must be known before the first
 * byte: whether text beyond ASCII comes, so that the character set goes ahead of it, or a time, which may need its
 * zone; and whether anything comes at all, so that no empty item is begun. */
#include "dicom/charset.h"
#include "dicom/dictionary.h"
#include "match/level.h"

struct projection {
    const struct match_answer *how;
    const struct match_level *top;
    struct dicom_writer *writer; /* NULL: look only */
    struct span assumed;         /* the character set of a data set that names none */
    bool wrote;                  /* an element was or would be written */
    bool text;                   /* ... with text beyond ASCII */
    bool times;                  /* ... with a date or a time */
};

/* Sequences in which an item of empty values says nothing but makes devices stumble: it is left out. */
static const uint32_t hollow[] = {
    TAG_ReferencedStudySequence,
    TAG_ReferencedPatientSequence,
    TAG_ScheduledProtocolCodeSequence,
    TAG_RequestedProcedureCodeSequence,
};

/* Values that make the answer say how they are to be read. */
static void survey_value(struct projection *p, struct dicom_set set, const struct dicom_element *element)
{
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    p->text = p->text || (dicom_vr_has(vr, VR_TEXT) && !span_is_ascii(dicom_set_bytes(set, element)));
    p->times = p->times || (dicom_vr_has(vr, VR_RANGE) && span_trim(dicom_set_bytes(set, element)).n > 0);
}

/* NOLINTNEXTLINE(misc-no-recursion) as deep as limits.depth let the data set in */
static void survey_set(struct projection *p, struct dicom_set set)
{
    for (uint32_t i = 0; i < set.count; i++) {
        const struct dicom_element *element = &set.elements[i];
        if (element->vr != VR_SQ)
            survey_value(p, set, element);
        for (uint32_t n = 0; element->vr == VR_SQ && n < element->length; n++)
            survey_set(p, dicom_set_item(set, element, n));
    }
}

static bool has_values(struct dicom_set set)
{
    for (uint32_t i = 0; i < set.count; i++)
        if (set.elements[i].vr == VR_SQ ? set.elements[i].length > 0
                                        : span_trim(dicom_set_bytes(set, &set.elements[i])).n > 0)
            return true;
    return false;
}

/* Whether an item of a sequence is worth sending. */
static bool is_worthy(uint32_t sequence, struct dicom_set item)
{
    for (size_t i = 0; i < sizeof hollow / sizeof *hollow; i++)
        if (hollow[i] == sequence)
            return has_values(item);
    return item.count > 0;
}

/* Whether an entry has an attribute, and not empty. */
static bool exists(struct dicom_set set, const struct dicom_element *element)
{
    if (!element || element->length == 0)
        return false;
    if (element->vr != VR_SQ)
        return span_trim(dicom_set_bytes(set, element)).n > 0;
    for (uint32_t i = 0; i < element->length; i++)
        if (is_worthy(element->tag, dicom_set_item(set, element, i)))
            return true;
    return false;
}

static bool another_exists(const uint32_t *choice, struct dicom_set set, uint32_t tag)
{
    for (; choice && *choice; choice++)
        if (*choice != tag && exists(set, dicom_set_find(set, *choice)))
            return true;
    return false;
}

/* A creator goes with the first of its attributes; those follow it, up to the end of its block. */
static bool creator_is_needed(const struct match_level *level, const struct match_return *creator, struct dicom_set set)
{
    const struct match_return *end = level->returns + level->return_count;
    for (const struct match_return *r = creator + 1; r < end && TAG_GROUP(r->tag) == TAG_GROUP(creator->tag); r++)
        if (dicom_tag_creator(r->tag) == creator->tag && exists(set, match_find(set, r->tag, r->creator)))
            return true;
    return false;
}

/* NOLINTBEGIN(misc-no-recursion) as deep as the plan, which limits.depth bounds */

static void project_level(struct projection *p, const struct match_level *level, struct dicom_set set, uint32_t step,
                          struct span charset, const struct projection *look);

static void project_item(struct projection *p, const struct match_level *level, struct dicom_set item,
                         struct span charset)
{
    struct projection look = { .how = p->how, .top = p->top, .wrote = !level && item.count > 0 };
    if (level)
        project_level(&look, level, item, 0, charset, NULL);
    else
        survey_set(&look, item);
    p->text = p->text || look.text;
    p->times = p->times || look.times;
    if (!look.wrote || !p->writer)
        return;
    dicom_write_begin_item(p->writer);
    if (level)
        project_level(p, level, item, 0, charset, &look);
    else
        dicom_write_set(p->writer, item);
    dicom_write_end_item(p->writer);
}

/* The items that meet the keys inside, or the one item of the step. */
static void project_sequence(struct projection *p, const struct match_return *ret, struct dicom_set set,
                             const struct dicom_element *sequence, uint32_t step, struct span charset)
{
    uint32_t count = sequence && sequence->vr == VR_SQ ? sequence->length : 0;
    if (p->writer)
        dicom_write_begin_sequence(p->writer, ret->tag);
    for (uint32_t i = 0; i < count; i++) {
        struct dicom_set item = dicom_set_item(set, sequence, i);
        bool chosen = ret->kind == RETURN_STEP
                          ? i == step
                          : is_worthy(ret->tag, item) && !(ret->level && match_level(ret->level, item));
        if (chosen)
            project_item(p, ret->level, item, charset);
    }
    if (p->writer)
        dicom_write_end_sequence(p->writer);
}

/* Whether the answer has this attribute; `charset` if this level has to name its character set, `zone` if it has times.
 */
static bool is_due(const struct projection *p, const struct match_level *level, const struct match_return *ret,
                   struct dicom_set set, const struct dicom_element *element, bool charset, bool zone)
{
    if (ret->creator.n && p->how->no_private)
        return false;
    switch (ret->kind) {
    case RETURN_ALWAYS:
        return exists(set, element) || !another_exists(ret->choice, set, ret->tag);
    case RETURN_IF_STORED:
        return exists(set, element);
    case RETURN_CREATOR:
        return creator_is_needed(level, ret, set);
    case RETURN_CHARSET:
        return charset;
    case RETURN_ZONE:
        return zone && exists(set, element);
    case RETURN_STEP:
        return true;
    }
    return false;
}

/* `charset` is what the level above says, `look` what a first look has found; NULL for that look. */
static void project_level(struct projection *p, const struct match_level *level, struct dicom_set set, uint32_t step,
                          struct span charset, const struct projection *look)
{
    struct span outer = charset;
    if (dicom_set_get(set, TAG_SpecificCharacterSet).n)
        charset = dicom_set_get(set, TAG_SpecificCharacterSet);
    else if (!outer.p) /* the data set itself, which names none */
        charset = p->assumed;
    bool name_it = look && look->text && charset.n && !span_eq(charset, outer);
    for (uint32_t i = 0; i < level->return_count; i++) {
        const struct match_return *ret = &level->returns[i];
        const struct dicom_element *element = match_find(set, ret->tag, ret->creator);
        if (!is_due(p, level, ret, set, element, name_it, look && look->times))
            continue;
        p->wrote = true;
        enum dicom_vr vr = element ? (enum dicom_vr)element->vr : ret->vr;
        if (vr == VR_SQ || ret->vr == VR_SQ) {
            project_sequence(p, ret, set, element, step, charset);
            continue;
        }
        if (element)
            survey_value(p, set, element);
        if (!p->writer)
            continue;
        struct span value = element ? dicom_set_bytes(set, element) : (struct span){ NULL, 0 };
        struct match_narrowed room;
        if (p->how->narrow && element && level != p->top && !(element->flags & ELEMENT_DECODED))
            value = match_narrow(level, ret, set, element, &room);
        dicom_write_element(p->writer, ret->tag, vr, ret->kind == RETURN_CHARSET ? charset : value);
    }
}

/* NOLINTEND(misc-no-recursion) */

void match_project(const struct match_plan *plan, struct dicom_set entry, uint32_t step, const struct match_answer *how,
                   struct dicom_writer *writer)
{
    struct span none = { NULL, 0 };
    struct wr term;
    wr_init(&term, 256);
    dicom_charset_print(entry.charset, &term);
    struct span assumed = wr_done(&term);
    struct projection look = { .how = how, .top = &plan->top, .assumed = assumed };
    struct projection answer = { .how = how, .top = &plan->top, .assumed = assumed, .writer = writer };
    project_level(&look, &plan->top, entry, step, none, NULL);
    project_level(&answer, &plan->top, entry, step, none, &look);
    writer->wr->failed |= term.failed;
    wr_fini(&term);
}
