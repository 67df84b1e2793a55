/* wr.c -- the capped writer. */
#include "base/wr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 256 };

void wr_init(struct wr *w, size_t cap)
{
    *w = (struct wr){ .cap = cap };
}

void wr_fini(struct wr *w)
{
    free(w->p);
    *w = (struct wr){ .cap = w->cap };
}

void wr_reset(struct wr *w)
{
    wr_truncate(w, 0);
}

void wr_truncate(struct wr *w, size_t n)
{
    if (n < w->n)
        w->n = n;
    w->failed = w->starved = false;
}

void wr_consume(struct wr *w, size_t n)
{
    if (n > w->n)
        n = w->n;
    if (n)
        memmove(w->p, w->p + n, w->n - n);
    w->n -= n;
}

uint8_t *wr_room_more(struct wr *w, size_t n)
{
    if (w->failed || n > w->cap - w->n) {
        w->failed = true;
        return NULL;
    }
    if (n > w->room - w->n) {
        size_t room = w->room ? w->room : w->cap < FIRST_ROOM ? w->cap : FIRST_ROOM;
        while (room - w->n < n)
            room = room > w->cap / 2 ? w->cap : room * 2;
        uint8_t *p = realloc(w->p, room);
        if (!p) {
            w->failed = w->starved = true;
            return NULL;
        }
        w->p = p;
        w->room = room;
    }
    uint8_t *at = w->p + w->n;
    w->n += n;
    return at;
}

void wr_str(struct wr *w, const char *s)
{
    wr_bytes(w, s, strlen(s));
}

void wr_fill(struct wr *w, uint8_t byte, size_t n)
{
    if (n == 0)
        return;
    uint8_t *at = wr_room(w, n);
    if (at)
        memset(at, byte, n);
}

void wr_fmt(struct wr *w, const char *fmt, ...)
{
    va_list args, again;
    if (w->failed)
        return;
    va_start(args, fmt);
    va_copy(again, args);
    size_t room = w->room - w->n;
    int n = vsnprintf(room ? (char *)w->p + w->n : NULL, room, fmt, args);
    va_end(args);
    if (n >= 0 && (size_t)n < room) {
        w->n += (size_t)n;
    } else {
        /* vsnprintf wants room for a NUL, which is then given back. */
        uint8_t *at = n < 0 ? NULL : wr_room(w, (size_t)n + 1);
        if (at) {
            vsnprintf((char *)at, (size_t)n + 1, fmt, again);
            w->n--;
        }
    }
    va_end(again);
}

void wr_decimal(struct wr *w, uint64_t n)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (uint8_t)('0' + n % 10);
    while (n /= 10);
    wr_bytes(w, digits + at, sizeof digits - at);
}

void wr_patch_u16be(struct wr *w, size_t mark)
{
    size_t n = w->n - mark;
    if (n > UINT16_MAX)
        w->failed = true;
    if (w->failed)
        return;
    w->p[mark - 2] = (uint8_t)(n >> 8);
    w->p[mark - 1] = (uint8_t)n;
}

void wr_patch_u32be(struct wr *w, size_t mark)
{
    size_t n = w->n - mark;
    if (n > UINT32_MAX)
        w->failed = true;
    if (w->failed)
        return;
    for (int i = 0; i < 4; i++)
        w->p[mark - 1 - (size_t)i] = (uint8_t)(n >> (8 * i));
}

void wr_patch_u32le(struct wr *w, size_t mark)
{
    size_t n = w->n - mark;
    if (n >= UINT32_MAX) /* FFFFFFFF means "undefined length" (PS3.5 7.1.1) */
        w->failed = true;
    if (w->failed)
        return;
    for (int i = 0; i < 4; i++)
        w->p[mark - 4 + (size_t)i] = (uint8_t)(n >> (8 * i));
}

void wr_swap(struct wr *w, size_t mark, size_t unit)
{
    if (w->failed || unit < 2)
        return;
    for (; w->n - mark >= unit; mark += unit)
        for (size_t i = 0; i < unit / 2; i++) {
            uint8_t byte = w->p[mark + i];
            w->p[mark + i] = w->p[mark + unit - 1 - i];
            w->p[mark + unit - 1 - i] = byte;
        }
}
