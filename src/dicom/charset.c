/* charset.c -- which set a (0008,0005) names, and its bytes as UTF-8.
 *
 * The terms come from data/charsets.csv. A term is compared as it stands first, then without regard to letter case
 * and to the separators that devices mix up ("ISO-IR 100", "ISO_IR_100"). */
#include "dicom/charset.h"

#include "base/utf8.h"

struct term {
    const char *text;
    enum dicom_charset charset;
    bool extends; /* by code extensions: one of several values (PS3.3 Tables C.12-3, C.12-4) */
    bool lenient; /* no defined term, but sent */
};

#include "dicom/charset_rows.h"

static bool is_separator(uint8_t c)
{
    return c == ' ' || c == '_' || c == '-';
}

static bool same_but_separators(struct span a, struct span b)
{
    for (;;) {
        while (a.n && is_separator(a.p[0]))
            a = span_of(a.p + 1, a.n - 1);
        while (b.n && is_separator(b.p[0]))
            b = span_of(b.p + 1, b.n - 1);
        if (!a.n || !b.n)
            return a.n == b.n;
        if (!span_eq_nocase(span_of(a.p, 1), span_of(b.p, 1)))
            return false;
        a = span_of(a.p + 1, a.n - 1);
        b = span_of(b.p + 1, b.n - 1);
    }
}

static const struct term *find_term(struct span text, bool *misspelt)
{
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        if (span_is(text, terms[i].text)) {
            *misspelt |= terms[i].lenient;
            return &terms[i];
        }
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        if (same_but_separators(text, span_str(terms[i].text))) {
            *misspelt = true;
            return &terms[i];
        }
    return NULL;
}

/* The set of one value. An empty one is ISO 2022 IR 6 among several, and nothing said if it is alone; a term for
 * several values alone, and the other way round, is a slip of the sender. */
static enum dicom_charset one_value(struct span text, bool alone, bool *misspelt)
{
    if (text.n == 0)
        return CHARSET_ASCII;
    const struct term *term = find_term(text, misspelt);
    if (!term)
        return CHARSET_OTHER;
    *misspelt |= term->extends == alone;
    return term->charset;
}

/* The first value governs text until an escape sequence comes (PS3.5 6.1.2.5.3), and text with escape sequences is
 * not decoded. So the first decides alone, but for ASCII: bytes beyond it can only be meant for one of the others,
 * and nothing says for which. */
enum dicom_charset dicom_charset_from_value(struct span value, bool *misspelt)
{
    bool wrong = false;
    struct span rest = value;
    struct span first = span_trim(span_cut(&rest, '\\'));
    enum dicom_charset charset = one_value(first, !rest.p, &wrong);
    while (rest.p) {
        enum dicom_charset other = one_value(span_trim(span_cut(&rest, '\\')), false, &wrong);
        if (charset == CHARSET_ASCII && other != CHARSET_ASCII)
            charset = CHARSET_OTHER;
    }
    if (misspelt)
        *misspelt = wrong;
    return charset;
}

const char *dicom_charset_term(enum dicom_charset charset)
{
    static const char *const of[] = {
        [CHARSET_ASCII] = "",
        [CHARSET_LATIN1] = "ISO_IR 100",
        [CHARSET_UTF8] = "ISO_IR 192",
        [CHARSET_OTHER] = "",
    };
    return of[charset];
}

/* 80-9F are the control set C1, of which DICOM allows nothing (PS3.5 6.1.3); Windows-1252 puts letters there. */
static bool is_latin1(struct span bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i] >= 0x80 && bytes.p[i] < 0xA0)
            return false;
    return true;
}

bool dicom_charset_decode(enum dicom_charset charset, struct span bytes, struct wr *utf8)
{
    if (bytes.n && memchr(bytes.p, 0x1B, bytes.n))
        return false;
    switch (charset) {
    case CHARSET_ASCII:
        if (!span_is_ascii(bytes))
            return false;
        break;
    case CHARSET_LATIN1:
        if (!is_latin1(bytes))
            return false;
        for (size_t i = 0; i < bytes.n; i++)
            utf8_put(utf8, bytes.p[i]);
        return true;
    case CHARSET_UTF8:
        if (!utf8_valid(bytes))
            return false;
        break;
    case CHARSET_OTHER:
        return false;
    }
    wr_span(utf8, bytes);
    return true;
}
