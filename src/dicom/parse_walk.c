/* parse_walk.c -- the first stage of the parser: goes over the bytes once, with a stack of its own, believes no
 * length before it has been compared with what is left, and lists what it found.
 *
 * The stack holds a reader for every open level. One of defined length reads just its own bytes; one of undefined
 * length reads its holder's, and hands back what it left when its delimiter comes. */
#include "dicom/parser.h"

#include <stdarg.h>
#include <stdio.h>

#include "dicom/dictionary.h"
#include "dicom/header.h"

#define TAG_PADDING 0xFFFCFFFCu /* Data Set Trailing Padding (PS3.10 7.2) */

enum { SMALLEST_HEADER = 8 };

/* One open level: a sequence, which holds items, or an item (or the data set), which holds elements. */
struct level {
    struct rd rd;
    uint32_t node;
    uint32_t last_tag;
    enum dicom_encoding encoding;
    bool sequence;
    bool undefined; /* ends with a delimiter */
    bool dropped;   /* leaves no nodes behind */
};

struct state {
    struct dicom_parser *p;
    uint32_t room; /* for nodes */
    struct level *levels;
    uint32_t depth; /* of levels; the top one is levels[depth - 1] */
};

/* "Patient's Name (0010,0010)", or the tag alone. */
static const char *describe(uint32_t tag, char out[static 96])
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    snprintf(out, 96, "%.80s%s" TAG_FMT, entry ? entry->name : "", entry ? " " : "", TAG_ARGS(tag));
    return out;
}

/* `within` is the tag of the sequence that is being read, 0 for none: items and delimiters have no name of their own,
 * so that it is the offending element. */
static bool fail_within(struct dicom_parser *p, uint32_t within, enum err_code code, uint32_t pos, uint32_t tag,
                        const char *text)
{
    char subject[96], holder[96];
    bool nameless = TAG_GROUP(tag) == GROUP_ITEM && within;
    return err_set(p->err, code, (uint64_t)p->offset + pos, nameless ? within : tag, "%s%s%s%s%s%s",
                   tag ? describe(tag, subject) : "", nameless ? " of " : "", nameless ? describe(within, holder) : "",
                   tag ? ": " : "", text, p->inflated ? " (byte counts are of the inflated data set)" : "");
}

bool dicom_parser_fail(struct dicom_parser *p, enum err_code code, uint32_t pos, uint32_t tag, const char *fmt, ...)
{
    char text[160];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return fail_within(p, 0, code, pos, tag, text);
}

static bool fail(const struct state *s, enum err_code code, uint32_t pos, uint32_t tag, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static bool fail(const struct state *s, enum err_code code, uint32_t pos, uint32_t tag, const char *fmt, ...)
{
    /* Levels alternate: data set, sequence, item, sequence. */
    uint32_t within = s->depth < 2 ? 0 : s->p->nodes[s->levels[s->depth / 2 * 2 - 1].node].tag;
    char text[160];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return fail_within(s->p, within, code, pos, tag, text);
}

/* What it is whose end a value would leave: the innermost level that has a length. */
static const char *holder(const struct state *s)
{
    uint32_t i = s->depth - 1;
    while (i > 0 && s->levels[i].undefined)
        i--;
    return i == 0 ? "the data set" : s->levels[i].sequence ? "its sequence" : "its item";
}

static bool add_node(struct state *s, struct dicom_node node)
{
    struct dicom_parser *p = s->p;
    if (p->count == s->room)
        return fail(s, ERR_LIMIT, node.pos, node.tag, "more than %u elements and items",
                    (unsigned)p->options->limits->elements);
    p->nodes[p->count] = node;
    p->nodes[p->count].next = p->count + 1;
    p->count++;
    return true;
}

/* Opens the level of the node that was added last. */
static bool open_level(struct state *s, const struct dicom_header *h, struct level level)
{
    struct level *above = &s->levels[s->depth - 1];
    if (level.sequence && s->depth / 2 >= s->p->options->limits->depth)
        return fail(s, ERR_LIMIT, h->pos, h->tag, "more than %u sequences inside each other",
                    (unsigned)s->p->options->limits->depth);
    level.node = s->p->count - 1;
    level.undefined = h->length == LENGTH_UNDEFINED;
    level.rd = level.undefined ? above->rd : rd_sub(&above->rd, h->length);
    s->levels[s->depth++] = level;
    return true;
}

static void close_level(struct state *s)
{
    struct dicom_parser *p = s->p;
    const struct level *level = &s->levels[--s->depth];
    if (level->undefined)
        s->levels[s->depth - 1].rd.p = level->rd.p;
    if (level->dropped)
        p->count = level->node; /* nodes are in the order of the stream: all behind it are inside it */
    else
        p->nodes[level->node].next = p->count;
}

/* The bytes of a level ended. */
static bool end_level(struct state *s)
{
    struct level *level = &s->levels[s->depth - 1];
    if (level->undefined) {
        const struct dicom_node *node = &s->p->nodes[level->node];
        if (rd_pos(&level->rd) != s->p->data_set.n)
            return fail(s, ERR_SYNTAX, (uint32_t)rd_pos(&level->rd), node->tag,
                        "it began at byte %u, and %s ends before its delimiter", (unsigned)(s->p->offset + node->pos),
                        holder(s));
        s->p->used.missing_delimiter++;
    }
    close_level(s);
    return true;
}

static bool read_header(struct state *s, struct level *level, struct dicom_header *h)
{
    size_t left = rd_left(&level->rd);
    switch (dicom_header_read(&level->rd, level->encoding, h)) {
    case HEADER_OK:
        break;
    case HEADER_TRUNCATED:
        return fail(s, ERR_SYNTAX, h->pos, left < sizeof h->tag ? 0 : h->tag,
                    "%s ends in the middle of a header (%zu bytes remain)", holder(s), left);
    case HEADER_NO_VR:
        return fail(s, ERR_SYNTAX, h->pos, h->tag,
                    "bytes %02X %02X where an explicit VR should be; is the transfer syntax right?", h->letters[0],
                    h->letters[1]);
    }
    left = rd_left(&level->rd);
    if (h->length != LENGTH_UNDEFINED && h->length > left)
        return fail(s, ERR_SYNTAX, h->pos, h->tag, "its length %u reaches beyond the end of %s (%zu bytes remain)",
                    (unsigned)h->length, holder(s), left);
    return true;
}

static bool read_delimiter(struct state *s, const struct level *level, const struct dicom_header *h)
{
    uint32_t own = level->sequence ? TAG_SequenceDelimitationItem : TAG_ItemDelimitationItem;
    if (h->tag != own || !level->undefined)
        return fail(s, ERR_SYNTAX, h->pos, h->tag, "it does not belong here, in %s",
                    s->depth == 1      ? "the data set itself"
                    : !level->sequence ? "an item"
                                       : "a sequence");
    if (h->length != 0)
        return fail(s, ERR_SYNTAX, h->pos, h->tag, "the length of a delimiter is %u, not 0", (unsigned)h->length);
    close_level(s);
    return true;
}

/* The next item of a sequence, or the sequence's delimiter. */
static bool read_item(struct state *s)
{
    struct level *level = &s->levels[s->depth - 1];
    struct dicom_header h;
    if (!read_header(s, level, &h))
        return false;
    if (TAG_GROUP(h.tag) == GROUP_ITEM && h.tag != TAG_Item)
        return read_delimiter(s, level, &h);
    if (h.tag != TAG_Item)
        return fail(s, ERR_SYNTAX, h.pos, h.tag, "it stands where an item of the sequence " TAG_FMT " should begin",
                    TAG_ARGS(s->p->nodes[level->node].tag));
    if (!add_node(s, (struct dicom_node){ .pos = h.pos, .tag = h.tag, .vr = VR_NONE, .wire_vr = VR_NONE }))
        return false;
    s->p->nodes[level->node].length++;
    return open_level(s, &h, (struct level){ .encoding = level->encoding });
}

/* Group lengths, elements of commands and of file meta information, padding: a data set holds none of them, or none
 * that means anything (PS3.5 7.2, 7.1; PS3.10 7.2). */
static bool is_dropped(struct state *s, uint32_t tag)
{
    if (TAG_GROUP(tag) < 0x0008) {
        s->p->used.low_group++;
        return true;
    }
    return TAG_ELEMENT(tag) == 0 || tag == TAG_PADDING;
}

/* Decides with which VR an element is taken: the dictionary's, unless that leaves a choice or knows nothing; and
 * whether it is a sequence, on which the wire and the dictionary must agree. */
static bool settle_vr(struct state *s, const struct level *level, const struct dicom_header *h, struct dicom_node *node)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(h->tag);
    enum dicom_vr known = dicom_dictionary_entry_vr(h->tag, entry);
    bool implicit = level->encoding == ENCODING_IMPLICIT_LE;
    enum dicom_vr wire = implicit ? known : h->vr;
    bool undefined = h->length == LENGTH_UNDEFINED;
    /* UN of undefined length holds items, and so does UN in place of a known SQ (PS3.5 6.2.2). */
    bool sequence = wire == VR_SQ || (wire == VR_UN && (undefined || known == VR_SQ));

    if (undefined && !sequence)
        return fail(s, ERR_SYNTAX, h->pos, h->tag, "undefined length, which VR %s cannot have",
                    dicom_vr_info(wire)->code);
    if (known != VR_UN && (known == VR_SQ) != sequence)
        return fail(s, ERR_SYNTAX, h->pos, h->tag, "sent as VR %s, which is %s, but PS3.6 has VR %s",
                    dicom_vr_info(wire)->code, sequence ? "a sequence" : "no sequence", dicom_vr_info(known)->code);
    if (h->unknown_vr)
        s->p->used.unknown_vr++;

    bool choice = entry && entry->ambiguous && wire != VR_UN;
    node->vr = (uint8_t)(sequence ? VR_SQ : known == VR_UN || choice ? wire : known);
    node->wire_vr = (uint8_t)(implicit ? node->vr : wire);
    if (known != VR_UN && node->wire_vr != node->vr) {
        node->flags = ELEMENT_VR_DIFFERS;
        s->p->used.vr_differs++;
    }
    /* What is text to us is no number, whatever it was sent as. */
    bool numbers = !dicom_vr_has((enum dicom_vr)node->vr, VR_STRING);
    node->swapped = level->encoding == ENCODING_EXPLICIT_BE && numbers ? dicom_vr_info(wire)->unit : 1;
    return true;
}

/* What fills a value is never part of it, whichever of the two it is (PS3.5 6.2). */
static bool is_padded_wrong(enum dicom_vr vr, struct span value)
{
    if (value.n == 0 || !dicom_vr_has(vr, VR_STRING))
        return false;
    uint8_t last = value.p[value.n - 1];
    return (last == 0 || last == ' ') && last != dicom_vr_info(vr)->pad;
}

static bool read_value(struct state *s, struct level *level, const struct dicom_header *h, struct dicom_node node)
{
    if (h->length > s->p->options->limits->value_bytes)
        return fail(s, ERR_LIMIT, h->pos, h->tag, "its length %u is more than the %u that are taken",
                    (unsigned)h->length, (unsigned)s->p->options->limits->value_bytes);
    if (h->length & 1)
        s->p->used.odd_length++;
    node.at = (uint32_t)rd_pos(&level->rd);
    node.length = h->length;
    struct span value = rd_bytes(&level->rd, h->length);
    s->p->used.wrong_padding += is_padded_wrong((enum dicom_vr)node.vr, value);
    return add_node(s, node);
}

/* The next element of the data set or of an item, or the item's delimiter. */
static bool read_element(struct state *s)
{
    struct level *level = &s->levels[s->depth - 1];
    struct dicom_header h;
    if (!read_header(s, level, &h))
        return false;
    if (TAG_GROUP(h.tag) == GROUP_ITEM)
        return read_delimiter(s, level, &h);

    bool dropped = is_dropped(s, h.tag);
    if (dropped && h.length != LENGTH_UNDEFINED) {
        rd_skip(&level->rd, h.length);
        return true;
    }
    struct dicom_node node = { .pos = h.pos, .tag = h.tag };
    if (!settle_vr(s, level, &h, &node))
        return false;
    if (h.tag < level->last_tag)
        s->p->used.out_of_order++;
    level->last_tag = h.tag;
    if (node.vr != VR_SQ)
        return read_value(s, level, &h, node);
    /* The content of UN is Implicit VR Little Endian whatever is around it (PS3.5 6.2.2 note 2). */
    enum dicom_encoding inside = node.wire_vr == VR_UN ? ENCODING_IMPLICIT_LE : level->encoding;
    return add_node(s, node)
           && open_level(s, &h, (struct level){ .sequence = true, .dropped = dropped, .encoding = inside });
}

static enum dicom_encoding encoding_of(enum dicom_syntax syntax)
{
    const struct dicom_syntax_info *info = dicom_syntax_info(syntax);
    return !info->explicit_vr ? ENCODING_IMPLICIT_LE : info->big_endian ? ENCODING_EXPLICIT_BE : ENCODING_EXPLICIT_LE;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Memory for all nodes and levels that so many bytes can hold and the limits let in. */
static bool prepare(struct state *s)
{
    struct dicom_parser *p = s->p;
    size_t headers = p->data_set.n / SMALLEST_HEADER;
    size_t depth = smaller(p->options->limits->depth, headers);
    s->room = (uint32_t)smaller(p->options->limits->elements, headers) + 1;
    p->nodes = arena_array(p->arena, s->room, sizeof *p->nodes);
    s->levels = arena_array(p->arena, 2 * depth + 2, sizeof *s->levels);
    if (p->arena->failed)
        return err_set(p->err, ERR_MEMORY, 0, 0, "no memory for %u elements", (unsigned)s->room);
    s->levels[s->depth++] = (struct level){ .rd = rd_of(p->data_set), .encoding = encoding_of(p->options->syntax) };
    return add_node(s, (struct dicom_node){ .tag = TAG_Item, .vr = VR_NONE, .wire_vr = VR_NONE });
}

bool dicom_parser_walk(struct dicom_parser *p)
{
    struct state s = { .p = p };
    if (!prepare(&s))
        return false;
    while (s.depth > 0) {
        const struct level *level = &s.levels[s.depth - 1];
        bool good = rd_left(&level->rd) == 0 ? end_level(&s) : level->sequence ? read_item(&s) : read_element(&s);
        if (!good)
            return false;
    }
    return true;
}
