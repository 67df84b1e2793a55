/* inside.h -- the parts, each in its file. Private to this room. */
#ifndef MWL_SANDBOX_INSIDE_H
#define MWL_SANDBOX_INSIDE_H

#include "sandbox/sandbox.h"

/* Each gives up its part and says so in `text`, or why that cannot be. No new privileges comes first: the other two
 * need it. */
bool sandbox_limit_files(const struct sandbox_reach *reach, char *text, size_t room);
bool sandbox_limit_calls(const struct sandbox_reach *reach, char *text, size_t room);

#endif
