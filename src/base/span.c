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

/* Eight bytes at a time: of bytes below 80H, taking a number from each of them sets the highest bit of those that are
 * less. A byte that borrows from the next one may make that look less too, but then it was less itself. */
static const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);

static uint64_t word_at(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

bool span_is_ascii(struct span s)
{
    size_t i = 0;
    for (; s.n - i >= sizeof ones; i += sizeof ones) {
        uint64_t word = word_at(s.p + i);
        if ((word | ((word ^ (ones * 0x1B)) - ones)) & highs)
            return false;
    }
    for (; i < s.n; i++)
        if (s.p[i] >= 0x80 || s.p[i] == 0x1B)
            return false;
    return true;
}

static bool has_control(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] < ' ' || p[i] == 0x7F)
            return true;
    return false;
}

bool span_has_control(struct span s)
{
    size_t i = 0;
    for (; s.n - i >= sizeof ones; i += sizeof ones) {
        uint64_t rest = word_at(s.p + i) & ~highs;
        bool suspect = ((rest - ones * ' ') | ((rest ^ (ones * 0x7F)) - ones)) & highs;
        if (suspect && has_control(s.p + i, sizeof ones))
            return true;
    }
    return has_control(s.p + i, s.n - i);
}
