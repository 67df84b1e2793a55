/* set.c -- reads a block: all offsets in it were made by the parser and are good. */
#include "dicom/set.h"

#include <stdlib.h>

#include "base/prefetch.h"
#include "dicom/block.h"

void dicom_block_free(struct dicom_block **block)
{
    free(*block);
    *block = NULL;
}

void dicom_block_prefetch(const struct dicom_block *block)
{
    enum { MOST = 1024 }; /* how long it really is is not known before it is here; that much holds sixty elements */
    prefetch(block, MOST);
}

size_t dicom_block_size(const struct dicom_block *block)
{
    return block->size;
}

bool dicom_block_is_ascii(const struct dicom_block *block)
{
    return block->is_ascii;
}

static struct dicom_set item_set(const struct dicom_block *block, uint32_t index)
{
    struct dicom_item item = block->items[index];
    return (struct dicom_set){ block, &dicom_block_elements(block)[item.first], item.count, item.charset };
}

struct dicom_set dicom_block_set(const struct dicom_block *block)
{
    return item_set(block, 0);
}

const struct dicom_element *dicom_set_find(struct dicom_set set, uint32_t tag)
{
    uint32_t low = 0, high = set.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (set.elements[middle].tag == tag)
            return &set.elements[middle];
        if (set.elements[middle].tag < tag)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct span dicom_set_bytes(struct dicom_set set, const struct dicom_element *element)
{
    if (element->vr == VR_SQ)
        return (struct span){ NULL, 0 };
    return span_of((const uint8_t *)set.block + element->at, element->length);
}

struct span dicom_set_text(struct dicom_set set, const struct dicom_element *element)
{
    if (!(element->flags & ELEMENT_DECODED))
        return dicom_set_bytes(set, element);
    const uint8_t *behind = (const uint8_t *)set.block + element->at + element->length;
    uint32_t length;
    memcpy(&length, behind, sizeof length);
    return span_of(behind + sizeof length, length);
}

struct span dicom_set_get(struct dicom_set set, uint32_t tag)
{
    const struct dicom_element *element = dicom_set_find(set, tag);
    return element ? span_trim_end(dicom_set_bytes(set, element)) : (struct span){ NULL, 0 };
}

struct dicom_set dicom_set_item(struct dicom_set set, const struct dicom_element *element, uint32_t index)
{
    return item_set(set.block, element->at + index);
}
