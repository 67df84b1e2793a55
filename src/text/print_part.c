/* print_part.c -- writes a line for each header in a run of bytes that is known to be right.
 *
 * The bytes are walked once more, and not the data set that was parsed out of them, since people who look at a dump
 * want to see what is there: the lengths as they are written, group lengths, items with and without delimiter. */
#include "text/print_part.h"

#include "base/arena.h"
#include "dicom/dictionary.h"
#include "text/line.h"
#include "text/print_value.h"

enum { VALUE_COLUMNS = 40, DEPTH_MAX = 2 * 64 + 2, GROUP_META = 0x0002 };

/* An open sequence or item, or the data set itself. */
struct level {
    struct rd rd;
    struct dicom_charset charset;
    enum dicom_encoding encoding;
    bool is_sequence, is_delimited;
    uint32_t number; /* of those that were opened */
};

struct printer {
    const struct text_part *part;
    const struct text_print_options *options;
    struct wr *out;   /* NULL: count only */
    struct wr little; /* a value whose bytes came the other way round */
    uint32_t *counts; /* of elements or items, by the number of what holds them */
    uint32_t opened;
    struct level levels[DEPTH_MAX];
    uint32_t depth;
    struct err *err;
};

static struct level *top(struct printer *p)
{
    return &p->levels[p->depth - 1];
}

/* "RETIRED_" before the keyword, and words for what has none. */
static void put_name(struct wr *out, uint32_t tag)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    if (TAG_ELEMENT(tag) == 0 && TAG_GROUP(tag) != GROUP_META)
        wr_str(out, "GenericGroupLength");
    else if (entry)
        wr_fmt(out, "%s%s", entry->retired ? "RETIRED_" : "", entry->keyword);
    else
        wr_str(out, dicom_tag_is_creator(tag) ? "PrivateCreator" : "Unknown Tag & Data");
}

/* How wide something is on a terminal: what stands in it, in characters. */
static size_t columns(const struct printer *p, size_t start)
{
    size_t n = 0;
    for (size_t i = start; i < p->out->n; i++)
        n += p->options->raw || (p->out->p[i] & 0xC0) != 0x80;
    return n;
}

static size_t begin_line(struct printer *p, uint32_t indent, uint32_t tag, const char *vr)
{
    wr_fill(p->out, ' ', (size_t)2 * indent);
    wr_fmt(p->out, TEXT_TAG_FMT " %s ", TAG_ARGS(tag), vr);
    return p->out->n;
}

/* `start` is where the value began. */
static void end_line(struct printer *p, size_t start, uint32_t length, uint32_t count, uint32_t tag)
{
    size_t width = columns(p, start);
    wr_fill(p->out, ' ', width < VALUE_COLUMNS ? VALUE_COLUMNS - width : 0);
    if (length == LENGTH_UNDEFINED)
        wr_str(p->out, " # u/l");
    else
        wr_fmt(p->out, " # %3u", (unsigned)length);
    wr_fmt(p->out, ",%2u ", (unsigned)count);
    put_name(p->out, tag);
    wr_str(p->out, "\n");
}

static uint32_t indent_of(const struct printer *p)
{
    return p->depth - 1;
}

static void put_open(struct printer *p, const struct dicom_header *h, const struct level *inside)
{
    const char *what = inside->is_sequence ? "Sequence" : "Item";
    size_t start = begin_line(p, indent_of(p), h->tag, inside->is_sequence ? "SQ" : "na");
    wr_fmt(p->out, "(%s with %s length #=%u)", what, inside->is_delimited ? "undefined" : "explicit",
           (unsigned)p->counts[inside->number]);
    end_line(p, start, h->length, 1, h->tag);
}

static void put_close(struct printer *p, const struct level *closed)
{
    uint32_t tag = closed->is_sequence ? TAG_SequenceDelimitationItem : TAG_ItemDelimitationItem;
    size_t start = begin_line(p, indent_of(p), tag, "na");
    wr_fmt(p->out, "(%s%s)", closed->is_sequence ? "SequenceDelimitationItem" : "ItemDelimitationItem",
           closed->is_delimited  ? ""
           : closed->is_sequence ? " for re-encod."
                                 : " for re-encoding");
    end_line(p, start, 0, 0, tag);
}

/* Without what fills it up: all spaces at the end, of a UID its NULs. */
static struct span trimmed(enum dicom_vr vr, struct span value)
{
    while (value.n && dicom_vr_has(vr, VR_STRING)
           && (value.p[value.n - 1] == ' ' || (vr == VR_UI && value.p[value.n - 1] == 0)))
        value.n--;
    return value;
}

static void put_element(struct printer *p, const struct dicom_header *h, enum dicom_vr vr, struct span value,
                        struct dicom_charset charset)
{
    /* Where no VR was sent and nobody knows one, there is none to be shown. */
    bool is_unknown = vr == VR_UN && p->levels[p->depth - 1].encoding == ENCODING_IMPLICIT_LE;
    size_t start = begin_line(p, indent_of(p), h->tag, is_unknown ? "??" : dicom_vr_info(vr)->code);
    struct span text = trimmed(vr, value);
    if (text.n == 0)
        wr_str(p->out, "(no value available)");
    else if (dicom_vr_has(vr, VR_STRING))
        text_print_string(vr, text, charset, p->options, p->part->escaped && text_is_escaped(vr), p->out);
    else
        text_print_numbers(vr, value, p->options, p->out);
    end_line(p, start, h->length, text_value_count(vr, text), h->tag);
}

static enum dicom_vr vr_of(const struct level *level, const struct dicom_header *h)
{
    return level->encoding == ENCODING_IMPLICIT_LE ? dicom_dictionary_vr(h->tag) : h->vr;
}

static bool opens(const struct level *level, const struct dicom_header *h)
{
    enum dicom_vr vr = vr_of(level, h);
    return h->tag == TAG_Item || vr == VR_SQ || (vr == VR_UN && h->length == LENGTH_UNDEFINED);
}

/* The parser does not look into what it drops, group 0002 and the like (dicom/parse.h), so that nothing has bounded the
 * sequences in there yet. */
static bool open_level(struct printer *p, const struct dicom_header *h)
{
    if (p->depth == DEPTH_MAX)
        return err_set(p->err, ERR_LIMIT, p->part->offset + h->pos, h->tag,
                       TAG_FMT ": more than %d sequences and items inside each other%s", TAG_ARGS(h->tag),
                       DEPTH_MAX - 1, p->part->inflated ? " (byte counts are of the inflated data set)" : "");
    struct level *above = top(p);
    bool is_sequence = h->tag != TAG_Item, is_delimited = h->length == LENGTH_UNDEFINED;
    bool is_unknown = above->encoding != ENCODING_IMPLICIT_LE && h->vr == VR_UN; /* PS3.5 6.2.2 */
    struct level inside = { .charset = above->charset,
                            .encoding = is_unknown ? ENCODING_IMPLICIT_LE : above->encoding,
                            .is_sequence = is_sequence,
                            .is_delimited = is_delimited,
                            .number = p->opened++ };
    inside.rd = is_delimited ? above->rd : rd_sub(&above->rd, h->length);
    if (p->out)
        put_open(p, h, &inside);
    p->levels[p->depth++] = inside;
    return true;
}

/* Closes the innermost level; one that ends with a delimiter hands back where that was. */
static void close_level(struct printer *p)
{
    struct level closed = *top(p);
    p->depth--;
    if (closed.is_delimited)
        top(p)->rd.p = closed.rd.p;
    if (p->out)
        put_close(p, &closed);
}

static void read_element(struct printer *p, const struct dicom_header *h)
{
    struct level *level = top(p);
    enum dicom_vr vr = vr_of(level, h);
    struct span value = rd_bytes(&level->rd, h->length);
    if (h->tag == TAG_SpecificCharacterSet)
        level->charset = dicom_charset_from_value(value, NULL);
    if (level->encoding == ENCODING_EXPLICIT_BE && !dicom_vr_has(vr, VR_STRING)) {
        wr_reset(&p->little);
        wr_span(&p->little, value);
        wr_swap(&p->little, 0, dicom_vr_info(vr)->unit);
        value = wr_done(&p->little);
    }
    if (p->out)
        put_element(p, h, vr, value, level->charset);
}

static bool walk(struct printer *p)
{
    p->opened = 1;
    p->levels[0] = (struct level){ .rd = rd_of(p->part->bytes), .encoding = p->part->encoding };
    p->depth = 1;
    for (;;) {
        struct level *level = top(p);
        struct dicom_header h;
        bool ended = rd_left(&level->rd) == 0 || dicom_header_read(&level->rd, level->encoding, &h) != HEADER_OK;
        if (ended && p->depth == 1)
            return true;
        if (ended || (TAG_GROUP(h.tag) == GROUP_ITEM && h.tag != TAG_Item)) {
            close_level(p);
            continue;
        }
        p->counts[level->number]++;
        if (!opens(level, &h))
            read_element(p, &h);
        else if (!open_level(p, &h))
            return false;
    }
}

/* Once to count, once to print. */
bool text_print_part(const struct text_part *part, const struct text_print_options *options, struct wr *out,
                     struct err *err)
{
    struct printer p = { .part = part, .options = options, .err = err };
    struct arena arena;
    bool done = true;
    arena_init(&arena, SIZE_MAX); /* four bytes for each eight of the file */
    wr_init(&p.little, SIZE_MAX);
    wr_fmt(out, "\n# %s\n# Used TransferSyntax: %s\n", part->title, part->syntax);
    p.counts = arena_array(&arena, part->bytes.n / 8 + 1, sizeof *p.counts);
    if (p.counts) {
        done = walk(&p);
        p.out = out;
        done = done && walk(&p);
    }
    out->failed |= arena.failed || p.little.failed;
    out->starved |= arena.starved || p.little.starved;
    wr_fini(&p.little);
    arena_fini(&arena);
    return done;
}
