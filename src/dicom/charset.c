/* charset.c -- which set a (0008,0005) names, and what names a set.
 *
 * The terms come from data/charsets.csv. A term is compared as it stands first, then without regard to letter case
 * and to the separators that devices mix up ("ISO-IR 100", "ISO_IR_100"). */
#include "dicom/charset.h"

#include "dicom/charset_table.h"

_Static_assert(SET_ISO_IR_6 == 0, "all zeros is ISO 646");
_Static_assert(SET_COUNT <= 32, "a bit for each set");

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

static const struct dicom_charset_term *find_term(struct span text, bool *misspelt)
{
    for (size_t i = 0; i < dicom_charset_term_count; i++)
        if (span_is(text, dicom_charset_terms[i].text)) {
            *misspelt |= dicom_charset_terms[i].lenient;
            return &dicom_charset_terms[i];
        }
    for (size_t i = 0; i < dicom_charset_term_count; i++)
        if (same_but_separators(text, span_str(dicom_charset_terms[i].text))) {
            *misspelt = true;
            return &dicom_charset_terms[i];
        }
    return NULL;
}

/* The set of one value. An empty one is ISO 646; a term for several values alone, and the other way round, is a slip
 * of the sender. */
static uint8_t one_value(struct span text, bool alone, bool *misspelt)
{
    if (text.n == 0)
        return SET_ISO_IR_6;
    const struct dicom_charset_term *term = find_term(text, misspelt);
    if (!term)
        return SET_UNKNOWN;
    *misspelt |= term->extends == alone;
    return term->set;
}

static const struct dicom_charset_row *row_of(unsigned set)
{
    return &dicom_charset_rows[set];
}

static bool takes_extensions(unsigned set)
{
    return row_of(set)->coding == CODING_ISO_2022;
}

/* Whether text can begin in it: one that has no term of its own only comes by its escape sequence. */
static bool can_begin(unsigned set)
{
    return row_of(set)->alone || !row_of(set)->among;
}

static uint32_t bit(unsigned set)
{
    return (uint32_t)1 << set;
}

struct dicom_charset dicom_charset_from_value(struct span value, bool *misspelt)
{
    bool wrong = false;
    struct span rest = value;
    struct span first = span_trim(span_cut(&rest, '\\'));
    struct dicom_charset charset = { .first = one_value(first, !rest.p, &wrong) };
    if (!can_begin(charset.first)) {
        charset.others = bit(charset.first) | bit(SET_ISO_IR_6);
        charset.first = SET_ISO_IR_6;
        wrong = true;
    } else if (rest.p && takes_extensions(charset.first)) {
        charset.others = bit(charset.first);
    }
    while (rest.p) {
        uint8_t set = one_value(span_trim(span_cut(&rest, '\\')), false, &wrong);
        if (takes_extensions(charset.first) && takes_extensions(set))
            charset.others |= bit(set);
        else if (charset.first == SET_ISO_IR_6) /* "\ISO_IR 192": what is beyond ISO 646 can only be of it */
            charset = (struct dicom_charset){ .first = set };
    }
    if (charset.others == bit(charset.first))
        charset.others = 0; /* none of them can be switched to: it is as if it stood alone */
    if (misspelt)
        *misspelt = wrong;
    return charset;
}

bool dicom_charset_is_defined(struct dicom_charset charset)
{
    if (!charset.others)
        return row_of(charset.first)->alone;
    for (unsigned set = 0; set < SET_COUNT; set++)
        if (charset.others & bit(set) && !row_of(set)->among)
            return false;
    return true;
}

void dicom_charset_print(struct dicom_charset charset, struct wr *out)
{
    if (!dicom_charset_is_defined(charset))
        return;
    if (!charset.others) {
        wr_str(out, row_of(charset.first)->alone);
        return;
    }
    if (charset.first != SET_ISO_IR_6)
        wr_str(out, row_of(charset.first)->among);
    for (unsigned set = 0; set < SET_COUNT; set++)
        if (charset.others & bit(set) && set != charset.first)
            wr_fmt(out, "\\%s", row_of(set)->among);
}

struct dicom_charset dicom_charset_utf8(void)
{
    return (struct dicom_charset){ .first = SET_UTF_8 };
}

/* Every set has ISO 646 in its lower half, but for the two characters of JIS X 0201 (PS3.5 H.1.1). */
bool dicom_charset_is_plain(struct dicom_charset charset, enum dicom_vr vr, struct span bytes)
{
    if (!span_is_ascii(bytes))
        return false;
    if (row_of(charset.first)->g0 != GRAPHIC_ISO_IR_14 || bytes.n == 0)
        return true;
    return !memchr(bytes.p, '~', bytes.n) && (dicom_vr_has(vr, VR_MULTI) || !memchr(bytes.p, '\\', bytes.n));
}
