/* charset_decode.c -- bytes of a character set into UTF-8.
 *
 * Text with code extensions is read by the state of ISO 2022 as DICOM has it (PS3.5 6.1.2.5): what the lower half of
 * the code table means (G0) and what the upper half (G1), changed by escape sequences, and set back where the
 * standard says, also when the writer forgot to. */
#include "base/utf8.h"
#include "dicom/charset.h"
#include "dicom/charset_table.h"

enum { ESC = 0x1B };

struct decoder {
    struct dicom_charset charset;
    bool values, components; /* "\" separates values; "^" and "=" the parts of a name */
    uint8_t g0, g1;          /* GRAPHIC_* in force */
    uint8_t first_g0, first_g1;
    uint8_t guess_g1; /* for an upper half that nothing was said of: the last one, else the only one there is */
    unsigned group;   /* of the component groups of a name */
    struct span rest;
    struct wr *utf8;
    unsigned forgiven;
};

static uint8_t byte_at(const struct decoder *d, size_t i)
{
    return i < d->rest.n ? d->rest.p[i] : 0;
}

static void skip(struct decoder *d, size_t n)
{
    d->rest = span_of(d->rest.p + n, d->rest.n - n);
}

static void take(struct decoder *d, size_t n, uint32_t c)
{
    utf8_put(d->utf8, c);
    skip(d, n);
}

static void take_unknown(struct decoder *d, size_t n)
{
    d->forgiven |= CHARSET_UNKNOWN;
    for (size_t i = 0; i < n; i++)
        utf8_put(d->utf8, DICOM_CHARSET_UNKNOWN + d->rest.p[i]);
    skip(d, n);
}

static bool is_control(uint8_t c)
{
    return c < 0x20 && c != ESC;
}

/* -- ISO 2022 --------------------------------------------------------------------------------------------------- */

/* Whether the graphic set belongs to a set that (0008,0005) names. */
static bool is_declared(const struct dicom_charset *charset, unsigned graphic)
{
    for (unsigned set = 0; set < SET_COUNT; set++)
        if ((set == charset->first || charset->others >> set & 1)
            && (dicom_charset_rows[set].g0 == graphic || dicom_charset_rows[set].g1 == graphic))
            return true;
    return false;
}

/* The upper half of the one set among several that has one. */
static uint8_t only_g1(struct dicom_charset charset)
{
    uint8_t only = GRAPHIC_NONE;
    for (unsigned set = 0; set < SET_COUNT; set++) {
        uint8_t g1 = charset.others >> set & 1 ? dicom_charset_rows[set].g1 : GRAPHIC_NONE;
        if (g1 && only)
            return GRAPHIC_NONE;
        only = g1 ? g1 : only;
    }
    return only;
}

static void reset(struct decoder *d)
{
    d->g0 = d->first_g0;
    d->g1 = d->first_g1;
}

/* At ESC. What follows a sequence that we do not know can be anything, up to the next sequence or control character,
 * or to the padding at the end. */
static void take_escape(struct decoder *d)
{
    struct span after = span_of(d->rest.p + 1, d->rest.n - 1);
    for (unsigned g = GRAPHIC_NONE + 1; g < GRAPHIC_COUNT; g++) {
        struct span escape = span_str(dicom_graphics[g].escape);
        if (after.n < escape.n || !span_eq(span_of(after.p, escape.n), escape))
            continue;
        if (dicom_graphics[g].g1)
            d->g1 = d->guess_g1 = (uint8_t)g;
        else
            d->g0 = (uint8_t)g;
        if (!is_declared(&d->charset, g))
            d->forgiven |= CHARSET_UNDECLARED;
        if (d->components && d->group == 0)
            d->forgiven |= CHARSET_FIRST_GROUP;
        skip(d, 1 + escape.n);
        return;
    }
    size_t n = 1;
    while (n < d->rest.n && d->rest.p[n] >= 0x20)
        n++;
    bool to_end = n == d->rest.n;
    while (to_end && n > 1 && d->rest.p[n - 1] == ' ')
        n--;
    take_unknown(d, n);
}

static bool is_delimiter(const struct decoder *d, uint8_t c)
{
    return (c == '\\' && d->values) || ((c == '^' || c == '=') && d->components);
}

static void take_delimiter(struct decoder *d, uint8_t c)
{
    reset(d);
    take(d, 1, c);
    d->group = c == '\\' ? 0 : d->group + (c == '=');
}

static bool is_left(uint8_t c)
{
    return c > 0x20 && c < 0x7F;
}

/* In G0. Two bytes are a character whatever they look like; a delimiter that cannot be the first of two is one. */
static void take_left(struct decoder *d, uint8_t c)
{
    bool wide = dicom_graphics[d->g0].bytes == 2;
    if (!wide && is_delimiter(d, c)) {
        take_delimiter(d, c);
        return;
    }
    bool pair = wide && is_left(byte_at(d, 1));
    unsigned code = pair ? (unsigned)c << 8 | byte_at(d, 1) : c;
    uint32_t character = !wide || pair ? dicom_graphic_character(d->g0, code) : 0;
    if (character) {
        take(d, pair ? 2 : 1, character);
    } else if (wide && is_delimiter(d, c)) {
        d->forgiven |= CHARSET_UNESCAPED;
        take_delimiter(d, c);
    } else {
        take_unknown(d, pair ? 2 : 1);
    }
}

/* A character of two bytes, in G1 or in the larger set of a vendor that has it as a part. */
static uint32_t wide_right(struct decoder *d, unsigned graphic, unsigned code)
{
    uint32_t c = (code & 0x8080) == 0x8080 ? dicom_graphic_character(graphic, code & 0x7F7F) : 0;
    if (!c) {
        c = graphic == GRAPHIC_ISO_IR_149 ? dicom_uhc_character(code) : dicom_gb18030_character(code);
        d->forgiven |= c ? CHARSET_SUPERSET : 0;
    }
    return c;
}

/* In G1, where GR has the codes of the set with bit 7. */
static void take_right(struct decoder *d, uint8_t c)
{
    uint8_t g1 = d->g1 ? d->g1 : d->guess_g1;
    bool wide = dicom_graphics[g1].bytes == 2;
    uint32_t character = wide        ? wide_right(d, g1, (unsigned)c << 8 | byte_at(d, 1))
                         : c >= 0xA0 ? dicom_graphic_character(g1, c & 0x7F)
                                     : 0;
    if (!character) {
        take_unknown(d, wide && byte_at(d, 1) >= 0x80 ? 2 : 1);
        return;
    }
    d->forgiven |= d->g1 ? 0 : CHARSET_UNESCAPED;
    take(d, wide ? 2 : 1, character);
}

static void decode_iso_2022(struct decoder *d)
{
    while (d->rest.n) {
        uint8_t c = d->rest.p[0];
        if (c == ESC) {
            take_escape(d);
        } else if (is_control(c)) {
            take_delimiter(d, c);
        } else if (c >= 0x80) {
            take_right(d, c);
        } else if (is_left(c)) {
            take_left(d, c);
        } else {
            take(d, 1, c); /* SPACE and DELETE are there in any set of 94 */
        }
    }
}

/* -- codings without code extensions ---------------------------------------------------------------------------- */

static void decode_utf8(struct decoder *d)
{
    while (d->rest.n) {
        struct span rest = d->rest;
        uint32_t c = utf8_next(&rest);
        size_t n = d->rest.n - rest.n;
        if (c == ESC || c >= DICOM_CHARSET_UNKNOWN) /* UTF8_BAD too */
            take_unknown(d, n);
        else
            take(d, n, c);
    }
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_lead(uint8_t c)
{
    return c > 0x80 && c < 0xFF;
}

static uint32_t far_character(const struct decoder *d)
{
    const uint8_t *p = d->rest.p;
    if (d->rest.n < 4 || !is_digit(p[1]) || !is_lead(p[2]) || !is_digit(p[3]))
        return UINT32_MAX;
    uint32_t high = (p[0] - 0x81u) * 10 + (p[1] - '0'), low = (p[2] - 0x81u) * 10 + (p[3] - '0');
    return dicom_gb18030_far_character(high * 1260 + low);
}

static void decode_gb18030(struct decoder *d)
{
    while (d->rest.n) {
        uint8_t c = d->rest.p[0];
        uint32_t near = is_lead(c) ? dicom_gb18030_character((unsigned)c << 8 | byte_at(d, 1)) : 0;
        uint32_t far = is_lead(c) && !near ? far_character(d) : UINT32_MAX;
        if (c < 0x80 && c != ESC)
            take(d, 1, c);
        else if (near)
            take(d, 2, near);
        else if (far < DICOM_CHARSET_UNKNOWN)
            take(d, 4, far);
        else
            take_unknown(d, 1);
    }
}

static void decode_windows_1251(struct decoder *d)
{
    while (d->rest.n) {
        uint8_t c = d->rest.p[0];
        uint32_t character = c < 0x80 && c != ESC ? c : dicom_windows_1251_character(c);
        if (character || c == 0)
            take(d, 1, character);
        else
            take_unknown(d, 1);
    }
}

unsigned dicom_charset_decode(struct dicom_charset charset, enum dicom_vr vr, struct span bytes, struct wr *utf8)
{
    const struct dicom_charset_row *row = &dicom_charset_rows[charset.first];
    struct decoder d = { .charset = charset,
                         .values = dicom_vr_has(vr, VR_MULTI),
                         .components = vr == VR_PN,
                         .first_g0 = row->g0,
                         .first_g1 = row->g1,
                         .guess_g1 = only_g1(charset),
                         .rest = bytes,
                         .utf8 = utf8 };
    reset(&d);
    switch ((enum dicom_coding)row->coding) {
    case CODING_ISO_2022:
        decode_iso_2022(&d);
        break;
    case CODING_UTF_8:
        decode_utf8(&d);
        break;
    case CODING_GB18030:
    case CODING_GBK: /* a part of it, but for what devices send */
        decode_gb18030(&d);
        break;
    case CODING_WINDOWS_1251:
        decode_windows_1251(&d);
        break;
    }
    return d.forgiven;
}
