/* draft.c -- lists of elements in the order of their tags. Texts come nearly always in that order already, so a new
 * element is tried at the end first. */
#include "text/draft.h"

#include <stdarg.h>
#include <stdio.h>

#include "dicom/dictionary.h"

enum { ARENA_CAP = 64 << 20 };

void text_draft_init(struct text_draft *d, const struct limits *limits)
{
    *d = (struct text_draft){ .limits = limits, .syntax = SYNTAX_EXPLICIT_LE };
    arena_init(&d->arena, ARENA_CAP);
}

void text_draft_fini(struct text_draft *d)
{
    arena_fini(&d->arena);
}

struct text_element *text_draft_find(const struct text_level *level, uint32_t tag)
{
    struct text_element *e = level->first;
    while (e && e->tag < tag)
        e = e->next;
    return e && e->tag == tag ? e : NULL;
}

static void insert(struct text_level *level, struct text_element *element)
{
    if (level->last && level->last->tag < element->tag) {
        level->last = level->last->next = element;
        return;
    }
    struct text_element **at = &level->first;
    while (*at && (*at)->tag < element->tag)
        at = &(*at)->next;
    element->next = *at;
    *at = element;
    if (!element->next)
        level->last = element;
}

static bool no_memory(struct err *err, uint64_t pos)
{
    return err_set(err, ERR_MEMORY, pos, 0, "it takes more memory than a worklist entry may");
}

struct text_element *text_draft_add(struct text_draft *d, struct text_level *level, uint32_t tag,
                                    const struct text_source *source, uint64_t pos, struct err *err)
{
    uint16_t group = TAG_GROUP(tag);
    if (group < 0x0008 || group == 0xFFFF || group == 0xFFFE || TAG_ELEMENT(tag) == 0) {
        err_set(err, ERR_SYNTAX, pos, tag, TAG_FMT " cannot stand in a data set", TAG_ARGS(tag));
        return NULL;
    }
    if (d->element_count == d->limits->elements) {
        err_set(err, ERR_LIMIT, pos, tag, "more than %u attributes", (unsigned)d->limits->elements);
        return NULL;
    }
    bool is_last = !level->last || level->last->tag < tag;
    const struct text_element *other = is_last ? NULL : text_draft_find(level, tag);
    if (other) {
        text_element_fail(other, err, ERR_SYNTAX, pos, "it is there already");
        return NULL;
    }
    struct text_element *element = arena_alloc(&d->arena, sizeof *element);
    if (!element) {
        no_memory(err, pos);
        return NULL;
    }
    *element = (struct text_element){
        .tag = tag, .vr = dicom_dictionary_vr(tag), .source = source, .pos = pos, .value.p = NULL
    };
    insert(level, element);
    d->element_count++;
    return element;
}

struct text_level *text_draft_add_item(struct text_draft *d, const struct text_level *level,
                                       struct text_element *sequence, struct err *err)
{
    if (level->depth == d->limits->depth) {
        text_element_fail(sequence, err, ERR_LIMIT, sequence->pos, "more than %u sequences inside each other",
                          (unsigned)d->limits->depth);
        return NULL;
    }
    /* Items cost as much as elements, so they count like them. */
    if (d->element_count == d->limits->elements) {
        text_element_fail(sequence, err, ERR_LIMIT, sequence->pos, "more than %u attributes and items in all",
                          (unsigned)d->limits->elements);
        return NULL;
    }
    if (sequence->tag == TAG_ScheduledProcedureStepSequence && sequence->item_count == d->limits->steps) {
        text_element_fail(sequence, err, ERR_LIMIT, sequence->pos, "more than %u steps", (unsigned)d->limits->steps);
        return NULL;
    }
    struct text_level *item = arena_alloc(&d->arena, sizeof *item);
    if (!item) {
        no_memory(err, sequence->pos);
        return NULL;
    }
    item->depth = level->depth + 1;
    if (sequence->last_item)
        sequence->last_item->next = item;
    else
        sequence->items = item;
    sequence->last_item = item;
    sequence->item_count++;
    d->element_count++;
    return item;
}

bool text_element_fail(const struct text_element *element, struct err *err, enum err_code code, uint64_t pos,
                       const char *fmt, ...)
{
    char text[200];
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(element->tag);
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return err_set(err, code, pos, element->tag, "%s%s" TAG_FMT " %s: %s", entry ? entry->keyword : "",
                   entry ? " " : "", TAG_ARGS(element->tag), dicom_vr_info(element->vr)->code, text);
}
