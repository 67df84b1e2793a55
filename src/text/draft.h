/* draft.h -- a data set while it is made of what people and programs wrote.
 *
 * Readers add elements in any order; a draft keeps them sorted, each tag once, and each with the place where it was
 * written, so that what is found wrong later can be shown there. text/write.h makes a file of it. Everything lives in
 * the draft's arena and ends with it; values may also be borrowed from the texts that were read. */
#ifndef MWL_TEXT_DRAFT_H
#define MWL_TEXT_DRAFT_H

#include "base/arena.h"
#include "base/limits.h"
#include "dicom/uid.h"
#include "dicom/vr.h"
#include "text/source.h"

struct text_element {
    uint32_t tag;
    enum dicom_vr vr;
    bool is_binary;    /* `value` is the bytes; else it is text, also where the VR holds numbers: "1\2", "00\ff" */
    bool is_delimited; /* a sequence: of undefined length */
    struct span value; /* not of a sequence */
    const struct text_source *source;
    uint64_t pos; /* of the value in the source */
    struct text_level *items, *last_item;
    uint32_t item_count;
    struct text_element *next;
};

/* The data set itself, or an item of a sequence. */
struct text_level {
    struct text_element *first, *last;
    struct text_level *next; /* item of the same sequence */
    uint32_t depth;          /* 0 for the data set itself */
    bool is_delimited;       /* an item: of undefined length */
};

struct text_draft {
    struct arena arena; /* failed: a value was lost, and text_write() refuses */
    struct text_level top;
    uint32_t element_count;      /* at all depths */
    enum dicom_syntax syntax;    /* that the text names; Explicit VR Little Endian if none */
    bool is_stored;              /* text values are in the bytes of their character set, not in UTF-8 */
    const struct limits *limits; /* borrowed: elements, depth, steps */
};

void text_draft_init(struct text_draft *d, const struct limits *limits);
void text_draft_fini(struct text_draft *d);

/* The element of a tag at this level; NULL if there is none. */
struct text_element *text_draft_find(const struct text_level *level, uint32_t tag);

/* A new element, without a value, for the caller to fill. NULL with *err, at `pos`: ERR_SYNTAX if the tag cannot stand
 * in a data set or is there already, ERR_LIMIT, ERR_MEMORY. */
struct text_element *text_draft_add(struct text_draft *d, struct text_level *level, uint32_t tag,
                                    const struct text_source *source, uint64_t pos, struct err *err);

/* A new item at the end of a sequence. NULL with *err: ERR_LIMIT, ERR_MEMORY. */
struct text_level *text_draft_add_item(struct text_draft *d, const struct text_level *level,
                                       struct text_element *sequence, struct err *err);

/* err_set() with "PatientBirthDate (0010,0030) DA: " before the text; returns false. */
bool text_element_fail(const struct text_element *element, struct err *err, enum err_code code, uint64_t pos,
                       const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
