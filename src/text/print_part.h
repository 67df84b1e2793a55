/* print_part.h -- the lines of one run of headers: group 0002 of a file, or a data set. Inside this room only. */
#ifndef MWL_TEXT_PRINT_PART_H
#define MWL_TEXT_PRINT_PART_H

#include "base/err.h"
#include "base/wr.h"
#include "dicom/header.h"
#include "text/print.h"

struct text_part {
    const char *title, *syntax; /* of the lines ahead of it */
    struct span bytes;          /* as dicom_parse() has taken them, inflated */
    enum dicom_encoding encoding;
    size_t offset; /* of the part in its file: positions in errors count from there */
    bool inflated; /* positions are those of the inflated data set, which messages then say */
    bool escaped;  /* the text has TEXT_ESCAPED_MARK (text/line.h) */
};

/* Appends it; failures of *out are the caller's to look at. False with *err: ERR_LIMIT. */
bool text_print_part(const struct text_part *part, const struct text_print_options *options, struct wr *out,
                     struct err *err);

#endif
