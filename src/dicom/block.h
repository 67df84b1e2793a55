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
    struct dicom_item items[]; /* and behind them the elements, and the values */
};

_Static_assert(sizeof(struct dicom_element) == 16, "an element takes 16 bytes");
_Static_assert(sizeof(struct dicom_item) % 4 == 0, "elements stand right behind the items");
_Static_assert(sizeof(struct dicom_block) == offsetof(struct dicom_block, items), "no padding before the items");

static inline const struct dicom_element *dicom_block_elements(const struct dicom_block *block)
{
    return (const void *)&block->items[block->item_count];
}

#endif
