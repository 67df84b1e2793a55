/* spell.c -- letters that a device has, for letters that it lacks. */
#include "match/spell.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "dicom/dictionary.h"

enum { PIECES = 32 };

struct spelling {
    uint32_t letter;
    char letters[5];
};

static const struct spelling spellings[] = {
#define MARKED(code_point, letters)  { code_point, letters },
#define SPELLED(code_point, letters) { code_point, letters },
#include "match/letters.def"
};

static const struct spelling *find(uint32_t letter)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].letter == letter)
            return &spellings[i];
    return NULL;
}

static bool has(struct dicom_charset charset, enum dicom_vr vr, uint32_t c)
{
    uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)c, bytes);
    return dicom_charset_encode(charset, vr, span_of(bytes, (size_t)n), NULL);
}

static bool is_mark(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

/* A letter out of the table. `all_capital`: it stands among capitals, so that all that it becomes is. */
static bool put_spelled(uint32_t c, bool all_capital, struct wr *out)
{
    uint32_t small = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    const struct spelling *spelling = find(small);
    if (!spelling)
        return false;
    for (const char *letter = spelling->letters; *letter; letter++) {
        bool capital = small != c && (all_capital || letter == spelling->letters);
        wr_u8(out, (uint8_t)(capital ? *letter - 'a' + 'A' : *letter));
    }
    return true;
}

/* One character that the set may lack. */
static bool put_letter(struct dicom_charset charset, enum dicom_vr vr, uint32_t c, bool all_capital, struct wr *out)
{
    if (c == UTF8_BAD)
        return false;
    if (has(charset, vr, c)) {
        utf8_put(out, c);
        return true;
    }
    utf8proc_int32_t pieces[PIECES];
    int bound = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, pieces, PIECES,
                                                 UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE, &bound);
    if (n < 0 || n > PIECES)
        return false;
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        uint32_t piece = (uint32_t)pieces[i];
        if (is_mark(pieces[i]))
            continue;
        if (has(charset, vr, piece))
            utf8_put(out, piece);
        else if (!put_spelled(piece, all_capital, out))
            return false;
    }
    return true;
}

static bool is_capital(uint32_t c)
{
    return c != UTF8_BAD && (uint32_t)utf8proc_tolower((utf8proc_int32_t)c) != c;
}

/* False, with *out as it was, if some letter cannot be said. */
static bool spell(struct dicom_charset charset, enum dicom_vr vr, struct span text, struct wr *out)
{
    size_t start = out->n;
    bool before = false;
    while (text.n) {
        uint32_t c = utf8_next(&text);
        struct span rest = text;
        bool after = rest.n && is_capital(utf8_next(&rest));
        if (!put_letter(charset, vr, c, before || after, out)) {
            out->n = start;
            return false;
        }
        before = is_capital(c);
    }
    return true;
}

/* Each group of a name for itself: who has no kanji has the name all the same. */
static bool spell_name(struct dicom_charset charset, struct span name, struct wr *out)
{
    uint32_t waiting = 0;
    bool any = false;
    for (bool first = true; name.p; first = false) {
        struct span group = span_cut(&name, '=');
        size_t start = out->n;
        waiting += !first;
        wr_fill(out, '=', waiting);
        if (group.n == 0 || !spell(charset, VR_PN, group, out)) {
            out->n = start;
            continue;
        }
        waiting = 0;
        any = true;
    }
    return any;
}

bool match_spell(struct dicom_charset charset, uint32_t tag, enum dicom_vr vr, struct span text, struct wr *out)
{
    if (dicom_dictionary_identifies(tag))
        return false;
    if (vr != VR_PN)
        return spell(charset, vr, text, out);
    for (bool first = true; text.p; first = false) {
        struct span name = span_cut(&text, '\\');
        wr_str(out, first ? "" : "\\");
        if (name.n && !spell_name(charset, name, out))
            return false;
    }
    return true;
}

/* Where to end a text of at most so many characters: a letter keeps the marks that follow it, or goes with them. */
static struct span cut(struct span text, uint32_t characters)
{
    struct span rest = text;
    size_t end = 0;
    for (uint32_t i = 0; i < characters && rest.n; i++) {
        utf8_next(&rest);
        struct span next = rest;
        uint32_t c = next.n ? utf8_next(&next) : 0;
        if (c == UTF8_BAD || !is_mark((int32_t)c))
            end = text.n - rest.n;
    }
    return rest.n ? span_trim_end(span_of(text.p, end)) : text;
}

/* The values of an attribute, and the groups of a name, each end at one of `ends`. */
static void cut_parts(struct span text, const char *ends, uint32_t characters, struct wr *out)
{
    size_t n = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && !memchr(ends, text.p[i], strlen(ends)))
            continue;
        wr_span(out, cut(span_of(text.p + n, i - n), characters));
        if (i < text.n)
            wr_u8(out, text.p[i]);
        n = i + 1;
    }
}

struct span match_cut(const struct match_answer *how, uint32_t tag, enum dicom_vr vr, struct span text, struct wr *room)
{
    const struct dicom_length *length = how->lengths, *end = how->lengths + how->length_count;
    while (length < end && length->tag != tag)
        length++;
    if (length == end)
        return text;
    const char *ends = vr == VR_PN ? "\\=" : dicom_vr_has(vr, VR_MULTI) ? "\\" : "";
    wr_reset(room);
    cut_parts(span_trim_end(text), ends, length->characters, room);
    return room->n == span_trim_end(text).n ? text : wr_done(room);
}
