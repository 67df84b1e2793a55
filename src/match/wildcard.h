/* wildcard.h -- "*" and "?" (PS3.4 C.2.2.2.4), in steps bounded by pattern times text. */
#ifndef MWL_MATCH_WILDCARD_H
#define MWL_MATCH_WILDCARD_H

#include "base/span.h"

/* True if the whole text matches the pattern; both UTF-8, "?" is one character (a bad byte counts as one). Never goes
 * back beyond the last star. *steps, if not NULL, is increased by the comparisons made. */
bool match_wildcard(struct span pattern, struct span text, uint64_t *steps);

#endif
