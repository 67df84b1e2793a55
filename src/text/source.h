/* source.h -- where text came from, and what an error says of a place in it: "order.txt:17:12". */
#ifndef MWL_TEXT_SOURCE_H
#define MWL_TEXT_SOURCE_H

#include "base/err.h"
#include "base/wr.h"

struct text_source {
    const char *name; /* of a file, or what stands for it in a message; borrowed */
    struct span text; /* borrowed */
    bool is_argument; /* one of the command line: the message repeats it, and names no line in it */
};

/* Appends "NAME:LINE:COLUMN: WHAT", of an argument "NAME ARGUMENT:COLUMN: WHAT", and a line feed. Lines and columns
 * count from 1, columns in characters; `err->pos` is an offset in the text. */
void text_source_explain(const struct text_source *source, const struct err *err, struct wr *out);

#endif
