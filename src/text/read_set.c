/* read_set.c -- a data set that was parsed, as a draft: the way from a file that is to be changed a little. */
#include "dicom/walk.h"
#include "text/read.h"

struct reader {
    struct text_draft *d;
    const struct text_source *source;
    struct err *err;
    struct text_level *levels[DICOM_WALK_DEPTH + 1];      /* that are open, the outermost first */
    struct text_element *sequences[DICOM_WALK_DEPTH + 1]; /* that is open in each */
    uint32_t depth;
};

static struct text_element *add(struct reader *r, const struct dicom_walk *walk)
{
    const struct dicom_element *from = walk->element;
    struct text_element *to = text_draft_add(r->d, r->levels[r->depth], from->tag, r->source, 0, r->err);
    if (!to)
        return NULL;
    to->vr = (enum dicom_vr)from->vr;
    to->is_binary = !dicom_vr_has(to->vr, VR_STRING);
    struct span value = dicom_set_text(walk->set, from);
    to->value = arena_copy(&r->d->arena, to->is_binary ? value : span_trim_end(value));
    if (!r->d->arena.failed)
        return to;
    err_set(r->err, ERR_MEMORY, 0, 0, "no memory");
    return NULL;
}

static bool enter_item(struct reader *r)
{
    struct text_level *item = text_draft_add_item(r->d, r->levels[r->depth], r->sequences[r->depth], r->err);
    if (item)
        r->levels[++r->depth] = item;
    return item;
}

bool text_read_set(struct text_draft *d, struct dicom_set set, const struct text_source *source, struct err *err)
{
    struct reader r = { .d = d, .source = source, .err = err, .levels = { &d->top } };
    struct dicom_walk walk;
    dicom_walk_init(&walk, set);
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END;) {
        struct text_element *element = NULL;
        if (event == WALK_ITEM_END)
            r.depth--;
        if (event == WALK_ITEM && !enter_item(&r))
            return false;
        if ((event == WALK_ELEMENT || event == WALK_SEQUENCE) && !(element = add(&r, &walk)))
            return false;
        if (event == WALK_SEQUENCE)
            r.sequences[r.depth] = element;
    }
    return true;
}
