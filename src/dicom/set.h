/* set.h -- the data set that is read: immutable, flat, one allocation.
 *
 * A block holds one parsed data set whole:
 *
 *     struct dicom_block | item table | elements of the top level, then of every item | values and decoded text
 *
 * Elements refer to what they hold by offsets from the block's start, 16 bytes each, sorted by tag at each level.
 * Group lengths (gggg,0000), item delimiters and (FFFC,FFFC) are not kept. Numbers are stored little endian
 * whatever the transfer syntax was, so that a value reads the same way everywhere; all other values are the bytes
 * that were sent, padding included.
 *
 * A block never changes after dicom_parse() made it, so any number of threads may read it. A struct dicom_set is a
 * view of one level: the data set itself or one item of a sequence. Views are passed by value and hold nothing; they
 * are good while the block is. */
#ifndef MWL_DICOM_SET_H
#define MWL_DICOM_SET_H

#include "base/span.h"
#include "dicom/charset.h"
#include "dicom/vr.h"

struct dicom_block;

enum {
    ELEMENT_DECODED = 1 << 0,   /* a text value whose bytes are not its UTF-8, which stands beside them */
    ELEMENT_UNDECODED = 1 << 1, /* besides: with bytes that its character set does not have (dicom/charset.h) */
    ELEMENT_VR_DIFFERS = 1 << 2 /* the VR on the wire was not the dictionary's */
};

struct dicom_element {
    uint32_t tag;
    uint8_t vr;      /* enum dicom_vr: the dictionary's where it knows the tag and leaves no choice; else the wire's */
    uint8_t flags;   /* ELEMENT_* */
    uint8_t wire_vr; /* enum dicom_vr as it was sent; equal to vr in an implicit syntax */
    uint8_t reserved;
    uint32_t at;     /* offset of the value, or index of the first item in the block's item table */
    uint32_t length; /* bytes of the value as sent, or number of items */
};

/* One level of a data set. */
struct dicom_set {
    const struct dicom_block *block;
    const struct dicom_element *elements; /* `count` of them, sorted by tag, each tag once */
    uint32_t count;
    struct dicom_charset charset; /* of its text: its own, that of the level around it, or the parser's default */
};

void dicom_block_free(struct dicom_block **block);

/* Says that the block will be looked at soon: its items and elements are fetched from memory, the values are not. */
void dicom_block_prefetch(const struct dicom_block *block);

/* Bytes of memory that the block takes. */
size_t dicom_block_size(const struct dicom_block *block);

/* Whether all text in it, of whatever character set, is of ISO 646 (span_is_ascii()): who writes it need not think of
 * character sets then. Most worklists of most hospitals are so. */
bool dicom_block_is_ascii(const struct dicom_block *block);

/* The top level of a block. */
struct dicom_set dicom_block_set(const struct dicom_block *block);

/* The element of a tag at this level; NULL if absent. O(log n). */
const struct dicom_element *dicom_set_find(struct dicom_set set, uint32_t tag);

/* The bytes of a value as they were sent (numbers: little endian), padding included; empty for a sequence. */
struct span dicom_set_bytes(struct dicom_set set, const struct dicom_element *element);

/* The value as UTF-8: the decoded text of ELEMENT_DECODED, else the bytes. Padding is still there. */
struct span dicom_set_text(struct dicom_set set, const struct dicom_element *element);

/* The bytes of a tag's value, trimmed of padding (span_trim_end); empty if it is absent. For the many places that
 * do not care for the difference. */
struct span dicom_set_get(struct dicom_set set, uint32_t tag);

/* Item `index` (below element->length) of a sequence. */
struct dicom_set dicom_set_item(struct dicom_set set, const struct dicom_element *element, uint32_t index);

#endif
