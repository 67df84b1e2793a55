/* read_dump.c -- lines of a dump into a draft; the open sequences are a stack of bounded depth. */
#include "base/log.h"
#include "base/utf8.h"
#include "dicom/dictionary.h"
#include "dicom/uid.h"
#include "text/line.h"
#include "text/read.h"

enum { DEPTH_MAX = 64, GROUP_META = 0x0002 };

struct frame {
    struct text_element *sequence;
    struct text_level *around; /* holds the sequence */
    struct text_level *item;   /* the open one, or NULL */
    struct text_line line;     /* that began the sequence */
    struct text_line item_line;
};

struct reader {
    bool is_escaped; /* the text has TEXT_ESCAPED_MARK */
    struct text_draft *d;
    const struct text_source *source;
    struct err *err;
    bool has_delimiters; /* so that indentation means nothing */
    uint32_t depth;
    struct frame frames[DEPTH_MAX];
};

static struct frame *top_of(struct reader *r)
{
    return r->depth ? &r->frames[r->depth - 1] : NULL;
}

static struct text_level *level_of(struct reader *r)
{
    return r->depth ? r->frames[r->depth - 1].item : &r->d->top;
}

static bool begin_item(struct reader *r, const struct text_line *line)
{
    while (!r->has_delimiters && r->depth > 1 && line->indent < top_of(r)->line.indent)
        r->depth--;
    struct frame *frame = top_of(r);
    if (!frame)
        return err_set(r->err, ERR_SYNTAX, line->pos, line->tag, "an item stands in a sequence, and none is open here");
    frame->item = text_draft_add_item(r->d, frame->around, frame->sequence, r->err);
    frame->item_line = *line;
    if (!frame->item)
        return false;
    frame->item->is_delimited = line->is_delimited;
    return true;
}

static bool end_item(struct reader *r, const struct text_line *line)
{
    struct frame *frame = top_of(r);
    if (!frame || !frame->item)
        return err_set(r->err, ERR_SYNTAX, line->pos, line->tag, "no item is open here that could end");
    frame->item = NULL;
    return true;
}

static bool end_sequence(struct reader *r, const struct text_line *line)
{
    if (r->depth == 0)
        return err_set(r->err, ERR_SYNTAX, line->pos, line->tag, "no sequence is open here that could end");
    r->depth--;
    return true;
}

/* Ends the sequences that end before an ordinary attribute without saying so: between two items nothing else can
 * stand; and in a text without delimiters one that is indented less does not belong to them. */
static bool leave(struct reader *r, const struct text_line *line)
{
    for (struct frame *frame; (frame = top_of(r)); r->depth--) {
        bool is_inside = frame->item && (r->has_delimiters || line->indent > frame->line.indent);
        if (is_inside)
            return true;
        if (frame->item && !frame->item->first && !frame->item_line.is_empty)
            return err_set(r->err, ERR_SYNTAX, line->pos, line->tag,
                           "in or behind the item? Indent what is inside, or end items with (fffe,e00d) and sequences "
                           "with (fffe,e0dd)");
    }
    return true;
}

static bool begin_sequence(struct reader *r, const struct text_line *line, struct text_level *level,
                           struct text_element *element)
{
    element->vr = VR_SQ;
    element->is_delimited = line->is_delimited;
    if (line->form != VALUE_SEQUENCE && line->form != VALUE_NONE && !(line->value.n == 1 && line->value.p[0] == '-'))
        return text_element_fail(element, r->err, ERR_SYNTAX, line->value_pos,
                                 "a sequence has no value of its own: its items follow, each after (fffe,e000)");
    if (r->depth == DEPTH_MAX)
        return text_element_fail(element, r->err, ERR_LIMIT, line->pos, "more than %d sequences inside each other",
                                 DEPTH_MAX);
    r->frames[r->depth++] = (struct frame){ .sequence = element, .around = level, .line = *line };
    return true;
}

/* The VR that the line names. Small letters are what dcmdump prints where the dictionary leaves a choice. */
static bool read_vr(struct reader *r, const struct text_line *line, struct text_element *element)
{
    enum dicom_vr vr = dicom_vr_from_code((uint8_t)line->vr[0], (uint8_t)line->vr[1]);
    bool is_open = !line->vr[0] || line->vr[0] == '?' || (line->vr[0] >= 'a' && line->vr[0] <= 'z');
    if (vr == VR_NONE && !is_open)
        return err_set(r->err, ERR_SYNTAX, line->pos, line->tag, TAG_FMT ": \"%s\" is no VR of DICOM",
                       TAG_ARGS(line->tag), line->vr);
    if (vr != VR_NONE)
        element->vr = vr;
    return true;
}

static bool read_name(struct reader *r, const struct text_line *line, struct text_element *element)
{
    const struct dicom_uid_entry *entry = dicom_uid_named(line->value);
    char text[64];
    log_text(line->value, text, sizeof text);
    if (element->vr != VR_UI)
        return text_element_fail(element, r->err, ERR_SYNTAX, line->value_pos,
                                 "\"=%s\" would be a UID or a file, which has no place here: write text in brackets",
                                 text);
    if (!entry)
        return text_element_fail(element, r->err, ERR_SYNTAX, line->value_pos, "no UID has the name \"%s\"", text);
    element->value = span_str(entry->uid);
    return true;
}

static int hex_digit(uint8_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A value with its line breaks, where the text says that they are written otherwise. */
static struct span plain(struct reader *r, const struct text_element *element, struct span value)
{
    if (!r->is_escaped || !text_is_escaped(element->vr) || !value.n || !memchr(value.p, '\\', value.n))
        return value;
    uint8_t *out = arena_alloc(&r->d->arena, value.n);
    size_t n = 0;
    for (size_t i = 0; out && i < value.n; i++) {
        uint8_t c = value.p[i], next = c == '\\' && i + 1 < value.n ? value.p[i + 1] : 0;
        bool is_hex =
            next == 'x' && i + 3 < value.n && hex_digit(value.p[i + 2]) >= 0 && hex_digit(value.p[i + 3]) >= 0;
        out[n++] = next == 'n'   ? '\n'
                   : next == 'r' ? '\r'
                   : is_hex      ? (uint8_t)(hex_digit(value.p[i + 2]) * 16 + hex_digit(value.p[i + 3]))
                                 : c;
        i += is_hex ? 3 : next == 'n' || next == 'r' || next == '\\';
    }
    return span_of(out, n);
}

static bool read_value(struct reader *r, const struct text_line *line, struct text_element *element)
{
    element->pos = line->value_pos;
    switch (line->form) {
    case VALUE_NOT_SHOWN:
        return text_element_fail(element, r->err, ERR_SYNTAX, line->value_pos,
                                 "the dump does not show the whole value, or \"]\" is missing: `dcmdump +L` and `mwl "
                                 "dump` show everything");
    case VALUE_NAME:
        return read_name(r, line, element);
    case VALUE_SEQUENCE:
        return text_element_fail(element, r->err, ERR_SYNTAX, line->value_pos, "this is no sequence");
    case VALUE_BARE:
        if (line->value.p[0] == '(' && element->vr != VR_AT)
            return text_element_fail(element, r->err, ERR_SYNTAX, line->value_pos,
                                     "text that begins with a parenthesis stands in brackets: [(...]");
        element->value = plain(r, element, line->value);
        return true;
    case VALUE_BRACKETS:
        element->value = plain(r, element, line->value);
        return true;
    case VALUE_NONE:
        break;
    }
    return true;
}

static bool read_attribute(struct reader *r, const struct text_line *line)
{
    if (!leave(r, line))
        return false;
    struct text_level *level = level_of(r);
    struct text_element *element = text_draft_add(r->d, level, line->tag, r->source, line->pos, r->err);
    if (!element || !read_vr(r, line, element))
        return false;
    bool is_sequence = element->vr == VR_SQ || (line->form == VALUE_SEQUENCE && element->vr == VR_UN);
    return is_sequence ? begin_sequence(r, line, level, element) : read_value(r, line, element);
}

/* Group 0002 is made anew; but the data set is written in the transfer syntax that it had. */
static void read_meta(struct reader *r, const struct text_line *line)
{
    if (line->tag != TAG_TransferSyntaxUID)
        return;
    const struct dicom_uid_entry *entry = line->form == VALUE_NAME ? dicom_uid_named(line->value) : NULL;
    enum dicom_syntax syntax = dicom_syntax_from_uid(entry ? span_str(entry->uid) : line->value);
    if (syntax != SYNTAX_NONE)
        r->d->syntax = syntax;
}

static bool read_line(struct reader *r, const struct text_line *line)
{
    if (line->tag == TAG_Item)
        return begin_item(r, line);
    if (line->tag == TAG_ItemDelimitationItem)
        return end_item(r, line);
    if (line->tag == TAG_SequenceDelimitationItem)
        return end_sequence(r, line);
    if (TAG_GROUP(line->tag) == GROUP_META) {
        read_meta(r, line);
        return true;
    }
    /* Group lengths and padding say nothing that writing would keep. */
    if (TAG_ELEMENT(line->tag) == 0 || line->tag == TAG_DataSetTrailingPadding)
        return true;
    return read_attribute(r, line);
}

static bool has_delimiters(const struct text_source *source)
{
    struct span rest = source->text;
    for (struct text_line line; text_line_next(source, &rest, &line, NULL);) {
        if (line.tag == TAG_ItemDelimitationItem || line.tag == TAG_SequenceDelimitationItem)
            return true;
    }
    return false;
}

bool text_read_dump(struct text_draft *d, const struct text_source *source, struct err *err)
{
    struct reader r = { .d = d,
                        .source = source,
                        .err = err,
                        .has_delimiters = has_delimiters(source),
                        .is_escaped = source->text.n
                                      && memmem(source->text.p, source->text.n, TEXT_ESCAPED_MARK "\n",
                                                sizeof TEXT_ESCAPED_MARK) };
    struct span rest = source->text;
    struct err found = { 0 };
    for (struct text_line line; text_line_next(source, &rest, &line, &found);) {
        if (!read_line(&r, &line))
            return false;
    }
    if (found.code)
        return err_set(err, found.code, found.pos, found.tag, "%s", found.what);
    struct frame *open = top_of(&r);
    if (open && r.has_delimiters)
        return text_element_fail(open->sequence, err, ERR_SYNTAX, open->line.pos,
                                 "the text ends before (fffe,e0dd), the end of this sequence");
    d->is_stored |= !utf8_valid(source->text) || (source->text.n && memchr(source->text.p, 0x1B, source->text.n));
    return true;
}
