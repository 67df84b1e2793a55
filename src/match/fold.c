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

/* The full case folding of a character where that is one character, else its small letter. */
static utf8proc_int32_t fold_letter(utf8proc_int32_t c, void *unused)
{
    (void)unused;
    enum { MOST = 4 };
    utf8proc_int32_t folded[MOST];
    int bound = 0;
    return utf8proc_decompose_char(c, folded, MOST, UTF8PROC_CASEFOLD, &bound) == 1 ? folded[0] : utf8proc_tolower(c);
}

struct span match_fold(struct span text, enum match_fold fold, struct match_folded *room)
{
    if (fold == FOLD_NONE)
        return text;
    bool without_case = fold == FOLD_CASE || fold == FOLD_LETTER;
    if (span_is_ascii(text))
        return without_case ? fold_ascii(text, room) : text;

    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    if (fold == FOLD_CASE)
        options |= UTF8PROC_CASEFOLD;
    /* A character takes at least one code point and at most four bytes: what is longer than this is too long, and
     * need not be looked at to know. */
    if (text.n > 4 * (size_t)FOLD_CHARS)
        return text;
    utf8proc_ssize_t n = utf8proc_decompose_custom(text.p, (utf8proc_ssize_t)text.n, room->chars, FOLD_CHARS, options,
                                                   fold == FOLD_LETTER ? fold_letter : NULL, NULL);
    if (n < 0)
        return without_case ? fold_ascii(text, room) : text;
    if (n > FOLD_CHARS)
        return text;
    n = utf8proc_reencode(room->chars, n, options);
    return n < 0 ? text : span_of(room->chars, (size_t)n);
}
