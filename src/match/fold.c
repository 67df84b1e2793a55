/* fold.c -- utf8proc's folding into a buffer of the caller, with a short way for ASCII. */
#include "match/fold.h"

#include <utf8proc.h>

static struct span fold_ascii(struct span text, struct match_folded *room)
{
    uint8_t *out = (uint8_t *)room->chars;
    if (text.n > sizeof room->chars)
        return text;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        out[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
    }
    return span_of(out, text.n);
}

struct span match_fold(struct span text, enum match_fold fold, struct match_folded *room)
{
    if (fold == FOLD_NONE)
        return text;
    bool without_case = fold == FOLD_CASE;
    if (span_is_ascii(text))
        return without_case ? fold_ascii(text, room) : text;

    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    if (without_case)
        options |= UTF8PROC_CASEFOLD;
    /* A character takes at least one code point and at most four bytes: what is longer than this is too long, and
     * need not be looked at to know. */
    if (text.n > 4 * (size_t)FOLD_CHARS)
        return text;
    utf8proc_ssize_t n = utf8proc_decompose(text.p, (utf8proc_ssize_t)text.n, room->chars, FOLD_CHARS, options);
    if (n < 0)
        return without_case ? fold_ascii(text, room) : text;
    if (n > FOLD_CHARS)
        return text;
    n = utf8proc_reencode(room->chars, n, options);
    return n < 0 ? text : span_of(room->chars, (size_t)n);
}
