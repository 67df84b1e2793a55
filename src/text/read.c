/* read.c -- keys, and which reader a text is for. */
#include "text/read.h"

#include "dicom/dictionary.h"
#include "dicom/file.h"
#include "dicom/path.h"

/* The item of a path; those before it are made if they are not there yet. */
static struct text_level *reach_item(struct text_draft *d, const struct text_level *level,
                                     struct text_element *sequence, uint32_t index, struct err *err)
{
    while (sequence->item_count <= index) {
        if (!text_draft_add_item(d, level, sequence, err))
            return NULL;
    }
    struct text_level *item = sequence->items;
    while (index--)
        item = item->next;
    return item;
}

static struct text_element *reach(struct text_draft *d, struct text_level *level, uint32_t tag,
                                  const struct text_source *source, struct err *err)
{
    struct text_element *element = text_draft_find(level, tag);
    return element ? element : text_draft_add(d, level, tag, source, 0, err);
}

bool text_read_key(struct text_draft *d, const struct text_source *source, struct err *err)
{
    struct dicom_path path;
    struct text_level *level = &d->top;
    if (!dicom_path_parse(source->text, &path, err))
        return false;
    for (uint32_t i = 0; i < path.depth; i++) {
        struct text_element *sequence = reach(d, level, path.items[i].tag, source, err);
        if (!sequence)
            return false;
        if (sequence->vr != VR_SQ && sequence->value.n)
            return text_element_fail(sequence, err, ERR_SYNTAX, 0, "this is no sequence");
        sequence->vr = VR_SQ;
        level = reach_item(d, level, sequence, path.items[i].index, err);
        if (!level)
            return false;
    }
    if (path.tag == 0)
        return true;
    struct text_element *element = reach(d, level, path.tag, source, err);
    if (!element)
        return false;
    element->items = element->last_item = NULL;
    element->item_count = 0;
    element->is_binary = false;
    element->value = path.value;
    element->source = source;
    element->pos = path.value.p ? (uint64_t)(path.value.p - source->text.p) : 0;
    return true;
}

bool text_read(struct text_draft *d, const struct text_source *source, struct err *err)
{
    struct span text = source->text;
    if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0) /* the byte order mark of some editors */
        text = span_of(text.p + 3, text.n - 3);
    while (text.n && memchr(" \t\r\n", text.p[0], 4))
        text = span_of(text.p + 1, text.n - 1);
    if (dicom_file_prefix(text))
        return err_set(err, ERR_SYNTAX, 0, 0, "this is a DICOM file already, no text");
    if (text.n && (text.p[0] == '{' || text.p[0] == '['))
        return text_read_json(d, source, err);
    return text_read_dump(d, source, err);
}
