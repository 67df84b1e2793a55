/* utf8.h -- UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing above U+10FFFF. */
#ifndef MWL_BASE_UTF8_H
#define MWL_BASE_UTF8_H

#include "base/span.h"
#include "base/wr.h"

/* What utf8_next() returns for a byte that begins no character. */
#define UTF8_BAD 0xFFFFFFFFu

/* Takes the next character off the front of *s: its code point, or UTF8_BAD after taking one byte. *s must not be
 * empty. */
uint32_t utf8_next(struct span *s);

/* True if all of it is UTF-8. */
bool utf8_valid(struct span s);

/* Characters (code points); each bad byte counts as one. */
size_t utf8_length(struct span s);

/* Writes one code point, which must be a valid one. */
void utf8_put(struct wr *w, uint32_t code_point);

/* Whether a character may go to a terminal as it is: not controls, and not what reorders or hides others, as marks of
 * direction, embeddings, isolates, line and paragraph separators and the byte order mark do. */
bool utf8_is_harmless(uint32_t code_point);

#endif
