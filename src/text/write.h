/* write.h -- a draft into a worklist file, if every value is what DICOM allows. */
#ifndef MWL_TEXT_WRITE_H
#define MWL_TEXT_WRITE_H

#include "text/draft.h"

struct text_write_options {
    const char
        *charset; /* (0008,0005) of the file; NULL for the draft's own, or UTF-8 where it has none and needs one */
    uint32_t max_bytes; /* of the file */
};

/* Appends a Part 10 file. Every value is checked against its VR, and all text against its character set. False with
 * *err for the first fault: ERR_SYNTAX, ERR_LIMIT; `pos` is an offset in **source, which is where the value was
 * written, or NULL if the fault has no place. */
bool text_write(struct text_draft *d, const struct text_write_options *options, struct wr *out,
                const struct text_source **source, struct err *err);

/* Appends the data set alone, in `syntax`, as the identifier of a query: values may be wild cards, lists and ranges, so
 * only their characters are checked, and with them keys whose VR holds numbers. At most `max_bytes`; else as
 * text_write() does. May be called again for another syntax. */
bool text_write_identifier(struct text_draft *d, enum dicom_syntax syntax, uint32_t max_bytes, struct wr *out,
                           const struct text_source **source, struct err *err);

#endif
