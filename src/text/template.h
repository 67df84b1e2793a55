/* template.h -- a complete worklist entry as a dump with comments, to start from. */
#ifndef MWL_TEXT_TEMPLATE_H
#define MWL_TEXT_TEMPLATE_H

#include "base/wr.h"

/* Appends text that text_read_dump() reads, and dump2dcm too. */
void text_template(struct wr *out);

#endif
