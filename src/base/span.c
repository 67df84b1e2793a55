/* span.c -- comparing, trimming and splitting borrowed bytes. */
#include "base/span.h"

int span_cmp(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order)
        return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool span_eq_nocase(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row of its table at a time. */
uint32_t span_distance(struct span a, struct span b)
{
    uint32_t row[65];
    if (a.n >= sizeof row / sizeof *row || b.n >= sizeof row / sizeof *row)
        return UINT32_MAX;
    for (uint32_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (uint32_t i = 1; i <= a.n; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= b.n; j++) {
            uint32_t change = diagonal + (lower(a.p[i - 1]) == lower(b.p[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = least(change, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.n];
}

struct span span_cut(struct span *rest, uint8_t separator)
{
    struct span all = *rest;
    const uint8_t *at = all.n ? memchr(all.p, separator, all.n) : NULL;
    if (!at) {
        *rest = (struct span){ NULL, 0 };
        return all;
    }
    size_t n = (size_t)(at - all.p);
    *rest = span_of(at + 1, all.n - n - 1);
    return span_of(all.p, n);
}

bool span_is_ascii(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 0x80 || s.p[i] == 0x1B)
            return false;
    return true;
}
