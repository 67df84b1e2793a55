/* block.h -- the inside of a block, for the two files that know it: parse_block.c makes it, set.c reads it.
 *
 * Item 0 is the data set itself. A decoded text stands right behind the value that it was made from: its length in
 * four bytes of the machine's order, then the UTF-8. */
#ifndef MWL_DICOM_BLOCK_H
#define MWL_DICOM_BLOCK_H

#include "dicom/set.h"

struct dicom_item {
    uint32_t first; /* index of its first element */
    uint32_t count; /* its elements */
    struct dicom_charset charset;
};

struct dicom_block {
    size_t size; /* bytes, this header included */
    uint32_t element_count, item_count;
    uint32_t is_ascii; /* or not: see dicom_block_is_ascii() */
    uint32_t reserved;
    struct dicom_element elements[]; /* and behind them the items, and the values */
};

_Static_assert(sizeof(struct dicom_element) == 16, "an element takes 16 bytes");
_Static_assert(sizeof(struct dicom_block) == offsetof(struct dicom_block, elements), "no padding before the elements");

static inline const struct dicom_item *dicom_block_items(const struct dicom_block *block)
{
    return (const void *)&block->elements[block->element_count];
}

#endif
