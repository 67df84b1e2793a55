/* utf8.c -- decoding and encoding of UTF-8 (RFC 3629, Table 3-7 of Unicode). */
#include "base/utf8.h"

static bool is_tail(uint8_t c)
{
    return (c & 0xC0) == 0x80;
}

uint32_t utf8_next(struct span *s)
{
    const uint8_t *p = s->p;
    size_t left = s->n;
    size_t n = 1;
    uint32_t c = UTF8_BAD;
    if (p[0] < 0x80) {
        c = p[0];
    } else if (p[0] >= 0xC2 && p[0] <= 0xDF && left >= 2 && is_tail(p[1])) {
        c = (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
        n = 2;
    } else if ((p[0] & 0xF0) == 0xE0 && left >= 3 && is_tail(p[1]) && is_tail(p[2])) {
        c = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
        n = 3;
        if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF))
            c = UTF8_BAD;
    } else if ((p[0] & 0xF8) == 0xF0 && left >= 4 && is_tail(p[1]) && is_tail(p[2]) && is_tail(p[3])) {
        c = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6
            | (p[3] & 0x3F);
        n = 4;
        if (c < 0x10000 || c > 0x10FFFF)
            c = UTF8_BAD;
    }
    if (c == UTF8_BAD)
        n = 1;
    s->p += n;
    s->n -= n;
    return c;
}

bool utf8_valid(struct span s)
{
    while (s.n)
        if (utf8_next(&s) == UTF8_BAD)
            return false;
    return true;
}

size_t utf8_length(struct span s)
{
    size_t n = 0;
    for (; s.n; n++)
        (void)utf8_next(&s);
    return n;
}

void utf8_put(struct wr *w, uint32_t c)
{
    if (c < 0x80) {
        wr_u8(w, (uint8_t)c);
    } else if (c < 0x800) {
        wr_u8(w, (uint8_t)(0xC0 | c >> 6));
        wr_u8(w, (uint8_t)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        wr_u8(w, (uint8_t)(0xE0 | c >> 12));
        wr_u8(w, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
        wr_u8(w, (uint8_t)(0x80 | (c & 0x3F)));
    } else {
        wr_u8(w, (uint8_t)(0xF0 | c >> 18));
        wr_u8(w, (uint8_t)(0x80 | (c >> 12 & 0x3F)));
        wr_u8(w, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
        wr_u8(w, (uint8_t)(0x80 | (c & 0x3F)));
    }
}

bool utf8_is_harmless(uint32_t c)
{
    return !(c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E)
             || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF);
}
