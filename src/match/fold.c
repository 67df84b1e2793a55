/* fold.c -- utf8proc's folding into a buffer of the caller, with a short way for ASCII. */
#include "match/fold.h"

#include <utf8proc.h>

/* Letters that are others with a mark, though Unicode does not take them apart; and what names are written with beside
 * letters. */
static const struct {
    int32_t from;
    char to[3];
} bare_letters[] = {
#define MARKED(code_point, letters) { code_point, letters },
#include "match/letters.def"
    { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" }, { 0x2013, "-" }, { 0x2014, "-" }, { 0x30FB, " " },
    { 0x2018, "" },  { 0x2019, "" },  { 0x02BC, "" },  { '\'', "" },    { '`', "" },     { '.', "" },
};

/* Accents of Latin, Greek and Cyrillic letters; points of Hebrew and signs of Arabic ones, which most leave out. In
 * other scripts what stands above a letter is no accent. */
static bool is_accent(int32_t c)
{
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0591 && c <= 0x05BD) || (c >= 0x064B && c <= 0x065F) || c == 0x0670;
}

/* Takes accents off decomposed characters, in place; one becomes at most two, for which there must be room. */
static utf8proc_ssize_t strip(int32_t *chars, utf8proc_ssize_t n, utf8proc_ssize_t room)
{
    enum { LETTERS = sizeof bare_letters / sizeof *bare_letters };
    int32_t from[FOLD_CHARS];
    memcpy(from, chars, (size_t)n * sizeof *from);
    utf8proc_ssize_t out = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < LETTERS && bare_letters[k].from != from[i])
            k++;
        if (out + 2 > room)
            return -1;
        if (k == LETTERS && !is_accent(from[i]))
            chars[out++] = from[i];
        for (const char *c = k < LETTERS ? bare_letters[k].to : ""; *c; c++)
            chars[out++] = (uint8_t)*c;
    }
    return out;
}

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
    bool without_case = fold != FOLD_NFC;
    if (fold != FOLD_BARE && span_is_ascii(text))
        return without_case ? fold_ascii(text, room) : text;

    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    if (fold == FOLD_CASE)
        options |= UTF8PROC_CASEFOLD;
    if (fold == FOLD_BARE)
        options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
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
    if (fold == FOLD_BARE) {
        n = strip(room->chars, n, FOLD_CHARS);
        options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    }
    n = n < 0 ? n : utf8proc_reencode(room->chars, n, options);
    return n < 0 ? text : span_of(room->chars, (size_t)n);
}
