/* charset_encode.c -- UTF-8 into the bytes of a character set, or the word that it cannot be said in it. */
#include "base/utf8.h"
#include "dicom/charset.h"
#include "dicom/charset_table.h"

enum { ESC = 0x1B };

struct encoder {
    struct dicom_charset charset;
    bool values, components; /* as in the decoder */
    uint8_t g0, g1;          /* GRAPHIC_* in force */
    uint8_t first_g0, first_g1;
    unsigned group; /* of the component groups of a name */
    struct wr *out; /* may be NULL */
};

static void put(struct encoder *e, unsigned c)
{
    if (e->out)
        wr_u8(e->out, (uint8_t)c);
}

/* One or two bytes. */
static void put_code(struct encoder *e, unsigned code)
{
    if (code > 0xFF)
        put(e, code >> 8);
    put(e, code & 0xFF);
}

/* -- ISO 2022 --------------------------------------------------------------------------------------------------- */

static void bring(struct encoder *e, uint8_t graphic)
{
    put(e, ESC);
    for (const char *c = dicom_graphics[graphic].escape; *c; c++)
        put(e, (uint8_t)*c);
    if (dicom_graphics[graphic].g1)
        e->g1 = graphic;
    else
        e->g0 = graphic;
}

/* Text without an upper half at its beginning has none to go back to: nothing is written then (PS3.5 K.2 note 2). */
static void go_back(struct encoder *e)
{
    if (e->g0 != e->first_g0)
        bring(e, e->first_g0);
    if (e->g1 != e->first_g1 && e->first_g1)
        bring(e, e->first_g1);
    e->g1 = e->first_g1;
}

static void put_delimiter(struct encoder *e, uint32_t c)
{
    go_back(e);
    put(e, c);
    if (c == '=')
        e->group++;
    else if (c == '\\')
        e->group = 0;
}

static bool is_delimiter(const struct encoder *e, uint32_t c)
{
    return (c == '\\' && e->values) || ((c == '^' || c == '=') && e->components);
}

/* The yen sign of JIS X 0201 has the code of "\", so that no value can have it where "\" separates values. */
static bool put_if_in(struct encoder *e, uint8_t graphic, uint32_t c)
{
    unsigned code = dicom_graphic_code(graphic, c);
    bool g1 = dicom_graphics[graphic].g1;
    if (!code || (!g1 && is_delimiter(e, code)))
        return false;
    if (graphic != (g1 ? e->g1 : e->g0))
        bring(e, graphic);
    put_code(e, !g1 ? code : dicom_graphics[graphic].bytes == 2 ? code | 0x8080 : code | 0x80);
    return true;
}

/* In what is in force, in what text begins with, or in any of the sets that the terms name. */
static bool put_graphic(struct encoder *e, uint32_t c)
{
    if (put_if_in(e, e->g0, c) || put_if_in(e, e->g1, c))
        return true;
    if (!e->charset.others || (e->components && e->group == 0))
        return false;
    if (put_if_in(e, e->first_g0, c) || put_if_in(e, e->first_g1, c))
        return true;
    for (unsigned set = 0; set < SET_COUNT; set++)
        if (e->charset.others >> set & 1
            && (put_if_in(e, dicom_charset_rows[set].g0, c) || put_if_in(e, dicom_charset_rows[set].g1, c)))
            return true;
    return false;
}

static bool encode_iso_2022(struct encoder *e, uint32_t c)
{
    if (c >= 0x20 && !is_delimiter(e, c))
        return put_graphic(e, c);
    put_delimiter(e, c);
    return true;
}

/* -- codings without code extensions ---------------------------------------------------------------------------- */

static bool encode_utf8(struct encoder *e, uint32_t c)
{
    if (e->out)
        utf8_put(e->out, c);
    return true;
}

static bool encode_gb(struct encoder *e, uint32_t c, bool with_far)
{
    bool in_gbk = true;
    unsigned code = c < 0x80 ? c : dicom_gb18030_code(c, &in_gbk);
    if (c < 0x80 || (code && (with_far || in_gbk))) {
        put_code(e, code);
        return true;
    }
    uint32_t index = dicom_gb18030_far_index(c);
    if (!with_far || index == UINT32_MAX)
        return false;
    put_code(e, (index / 12600 + 0x81) << 8 | (index / 1260 % 10 + '0'));
    put_code(e, (index / 10 % 126 + 0x81) << 8 | (index % 10 + '0'));
    return true;
}

static bool encode_windows_1251(struct encoder *e, uint32_t c)
{
    unsigned code = c < 0x80 ? c : dicom_windows_1251_code(c);
    put(e, code);
    return c < 0x80 || code;
}

static bool encode(struct encoder *e, uint32_t c)
{
    if (c == ESC || c >= DICOM_CHARSET_UNKNOWN) /* UTF8_BAD too */
        return false;
    switch ((enum dicom_coding)dicom_charset_rows[e->charset.first].coding) {
    case CODING_ISO_2022:
        return encode_iso_2022(e, c);
    case CODING_UTF_8:
        return encode_utf8(e, c);
    case CODING_GB18030:
    case CODING_GBK:
        return encode_gb(e, c, dicom_charset_rows[e->charset.first].coding == CODING_GB18030);
    case CODING_WINDOWS_1251:
        return encode_windows_1251(e, c);
    }
    return false;
}

bool dicom_charset_encode(struct dicom_charset charset, enum dicom_vr vr, struct span utf8, struct wr *out)
{
    const struct dicom_charset_row *row = &dicom_charset_rows[charset.first];
    struct encoder e = { .charset = charset,
                         .values = dicom_vr_has(vr, VR_MULTI),
                         .components = vr == VR_PN,
                         .g0 = row->g0,
                         .g1 = row->g1,
                         .first_g0 = row->g0,
                         .first_g1 = row->g1,
                         .out = out };
    size_t start = out ? wr_mark(out) : 0;
    while (utf8.n) {
        if (encode(&e, utf8_next(&utf8)))
            continue;
        if (out && !out->failed)
            wr_truncate(out, start);
        return false;
    }
    go_back(&e);
    return true;
}
