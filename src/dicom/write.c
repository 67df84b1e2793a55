/* write.c -- elements and sequences into bytes. Every length field of a sequence or item is reserved when it begins
 * and patched when it ends. */
#include "dicom/write.h"

#include <endian.h>

#include "dicom/dictionary.h"
#include "dicom/header.h"
#include "dicom/walk.h"

enum { SHORT_LENGTH_MAX = 0xFFFE };

void dicom_write_init(struct dicom_writer *w, struct wr *wr, enum dicom_syntax syntax)
{
    const struct dicom_syntax_info *info = dicom_syntax_info(syntax);
    w->wr = wr;
    w->explicit_vr = info->explicit_vr;
    w->big_endian = info->big_endian;
    w->depth = 0;
}

enum { HEADER = 8, LONG_HEADER = 12 };

/* One store for each, which matters: an answer is hardly more than headers. */
static void store_u32(uint8_t *p, uint32_t v)
{
    memcpy(p, &(uint32_t){ htole32(v) }, sizeof v);
}

static void store_u64(uint8_t *p, uint64_t v)
{
    memcpy(p, &(uint64_t){ htole64(v) }, sizeof v);
}

/* Numbers as store_u32() has to have them, so that they are sent in the writer's order of bytes. */

static uint32_t ordered_u16(const struct dicom_writer *w, uint32_t v)
{
    return w->big_endian ? (v & 0xFF) << 8 | v >> 8 : v;
}

static uint32_t ordered_u32(const struct dicom_writer *w, uint32_t v)
{
    return w->big_endian ? __builtin_bswap32(v) : v;
}

static uint32_t ordered_tag(const struct dicom_writer *w, uint32_t tag)
{
    return w->big_endian ? __builtin_bswap32(tag) : tag << 16 | tag >> 16;
}

/* Writes the eight bytes that every header has, and makes room for so many bytes behind them, which it returns; NULL
 * if there is none. `rest`: what stands behind the tag. */
static uint8_t *put_first(struct dicom_writer *w, uint32_t tag, uint32_t rest, size_t room)
{
    uint8_t *at = wr_room(w->wr, HEADER + room);
    if (!at)
        return NULL;
    store_u64(at, (uint64_t)rest << 32 | ordered_tag(w, tag));
    return at + HEADER;
}

static void put_item_header(struct dicom_writer *w, uint32_t tag, uint32_t length)
{
    put_first(w, tag, ordered_u32(w, length), 0);
}

/* Writes a header and makes room for so many bytes behind it, as put_first() does. */
static uint8_t *put_header(struct dicom_writer *w, uint32_t tag, enum dicom_vr vr, uint32_t length, size_t room)
{
    if (!w->explicit_vr)
        return put_first(w, tag, ordered_u32(w, length), room);
    const char *code = dicom_vr_info(vr)->code;
    uint32_t sent_vr = (uint32_t)(uint8_t)code[0] | (uint32_t)(uint8_t)code[1] << 8;
    if (!dicom_vr_has(vr, VR_LONG))
        return put_first(w, tag, ordered_u16(w, length) << 16 | sent_vr, room);
    enum { LENGTH = LONG_HEADER - HEADER };
    uint8_t *at = put_first(w, tag, sent_vr, LENGTH + room); /* two bytes are reserved (PS3.5 7.1.2) */
    if (!at)
        return NULL;
    store_u32(at, ordered_u32(w, length));
    return at + LENGTH;
}

void dicom_write_element(struct dicom_writer *w, uint32_t tag, enum dicom_vr vr, struct span value)
{
    if (value.n >= LENGTH_UNDEFINED - 1) {
        w->wr->failed = true;
        return;
    }
    const struct dicom_vr_info *info = dicom_vr_info(vr);
    uint32_t length = (uint32_t)(value.n + value.n % 2);
    bool fits = dicom_vr_has(vr, VR_LONG) || length <= SHORT_LENGTH_MAX;
    enum dicom_vr sent = vr == VR_NONE || !fits ? VR_UN : vr;
    uint8_t *at = put_header(w, tag, sent, length, length);
    if (!at)
        return;
    if (value.n)
        memcpy(at, value.p, value.n);
    if (value.n % 2)
        at[value.n] = info->pad;
    /* UN is little endian whatever is around it (PS3.5 6.2.2 note 2). */
    if (w->big_endian && sent != VR_UN)
        wr_swap(w->wr, wr_mark(w->wr) - length, info->unit);
}

/* Notes where a length field ends that end() will patch; 0 for one that stays undefined. */
static void begin(struct dicom_writer *w, size_t mark)
{
    if (w->depth < DICOM_WRITE_DEPTH)
        w->marks[w->depth] = mark;
    else
        w->wr->failed = true;
    w->depth++;
}

static void end(struct dicom_writer *w, uint32_t delimiter)
{
    w->depth--;
    if (w->wr->failed)
        return;
    size_t mark = w->marks[w->depth];
    if (mark == 0)
        put_item_header(w, delimiter, 0);
    else if (w->big_endian)
        wr_patch_u32be(w->wr, mark);
    else
        wr_patch_u32le(w->wr, mark);
}

void dicom_write_begin_sequence(struct dicom_writer *w, uint32_t tag)
{
    /* In an implicit syntax nothing but an undefined length tells a sequence that the dictionary does not know. */
    bool untold = !w->explicit_vr && dicom_dictionary_vr(tag) != VR_SQ;
    put_header(w, tag, VR_SQ, untold ? LENGTH_UNDEFINED : 0, 0);
    begin(w, untold ? 0 : wr_mark(w->wr));
}

void dicom_write_begin_item(struct dicom_writer *w)
{
    put_item_header(w, TAG_Item, 0);
    begin(w, wr_mark(w->wr));
}

void dicom_write_begin_open_sequence(struct dicom_writer *w, uint32_t tag)
{
    put_header(w, tag, VR_SQ, LENGTH_UNDEFINED, 0);
    begin(w, 0);
}

void dicom_write_begin_open_item(struct dicom_writer *w)
{
    put_item_header(w, TAG_Item, LENGTH_UNDEFINED);
    begin(w, 0);
}

void dicom_write_end_item(struct dicom_writer *w)
{
    end(w, TAG_ItemDelimitationItem);
}

void dicom_write_end_sequence(struct dicom_writer *w)
{
    end(w, TAG_SequenceDelimitationItem);
}

void dicom_write_set(struct dicom_writer *w, struct dicom_set set)
{
    struct dicom_walk walk;
    dicom_walk_init(&walk, set);
    while (!w->wr->failed) {
        enum dicom_walk_event event = dicom_walk_next(&walk);
        const struct dicom_element *e = walk.element;
        switch (event) {
        case WALK_END:
            return;
        case WALK_ELEMENT:
            dicom_write_element(w, e->tag, (enum dicom_vr)e->vr, dicom_set_bytes(walk.set, e));
            break;
        case WALK_SEQUENCE:
            dicom_write_begin_sequence(w, e->tag);
            break;
        case WALK_ITEM:
            dicom_write_begin_item(w);
            break;
        case WALK_ITEM_END:
            dicom_write_end_item(w);
            break;
        case WALK_SEQUENCE_END:
            dicom_write_end_sequence(w);
            break;
        }
    }
}

void dicom_write_copy(struct dicom_writer *w, struct dicom_set set, const struct dicom_element *element)
{
    dicom_write_set(w, (struct dicom_set){ set.block, element, 1, set.charset });
}
