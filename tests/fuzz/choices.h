/* choices.h -- an input as a row of choices, for targets that build something where plain bytes would never get far. */
#ifndef MWL_TESTS_FUZZ_CHOICES_H
#define MWL_TESTS_FUZZ_CHOICES_H

#include "base/span.h"

struct choices {
    struct span rest;
    uint64_t chance;
};

static inline struct choices choices_of(const uint8_t *data, size_t size)
{
    return (struct choices){ span_of(data, size), 0 };
}

static inline bool choices_left(const struct choices *c)
{
    return c->rest.n > 0;
}

/* The next byte; 0 behind the end. */
static inline uint8_t choices_byte(struct choices *c)
{
    if (!c->rest.n)
        return 0;
    c->rest.n--;
    return *c->rest.p++;
}

static inline uint16_t choices_u16(struct choices *c)
{
    uint8_t low = choices_byte(c);
    return (uint16_t)(low | choices_byte(c) << 8);
}

/* The next bytes, at most so many. */
static inline struct span choices_span(struct choices *c, size_t most)
{
    size_t n = most < c->rest.n ? most : c->rest.n;
    struct span s = span_of(c->rest.p, n);
    c->rest = span_of(c->rest.p + n, c->rest.n - n);
    return s;
}

/* Below n; behind the end whatever splitmix64 says, so that no loop that waits for a choice waits for ever. */
static inline uint32_t choices_below(struct choices *c, uint32_t n)
{
    uint64_t z = c->chance += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return ((uint32_t)(z >> 40) + choices_byte(c)) % n;
}

#endif
