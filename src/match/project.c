/* project.c -- shapes an answer: the attributes that the query asked for, as the entry has them (PS3.4 K.2.2.1.3,
 * K.6.1.2.2).
 *
 * An entry is gone through twice where it has to be: once to look, once to write. The look tells what must be known
 * before the first byte: which characters come, so that their set goes ahead of them, and whether a time does, which
 * may need its zone. */
#include "dicom/dictionary.h"
#include "match/charset.h"
#include "match/due.h"
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
        if (!match_is_due_whole(p->how, set, element))
            continue;
        if (element->vr != VR_SQ) {
            project_value(p, element->tag, set, element, dicom_set_text(set, element));
            continue;
        }
        if (p->writer)
            dicom_write_begin_sequence(p->writer, element->tag);
        for (uint32_t n = 0; n < element->length; n++) {
            struct dicom_set item = dicom_set_item(set, element, n);
            if (!match_item_is_due_whole(p->how, element->tag, item))
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
    if (!match_has_due(p->how, level, item))
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
        bool chosen = ret->kind == RETURN_STEP ? i == step : match_item_is_due(p->how, ret, item);
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
        if (!match_is_due(p->how, level, ret, set, element, times))
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
