/* rd.h -- the one bounded reader: nothing in this tree reads bytes of a peer or a file in another way.
 *
 * Its error is sticky: after a read beyond the end every further read gives zeros and empty spans, so that a
 * parser reads straight down and tests r->failed once. Checks compare with what remains, never with a sum that
 * could wrap. */
#ifndef MWL_BASE_RD_H
#define MWL_BASE_RD_H

#include "base/span.h"

struct rd {
    const uint8_t *p, *end; /* what remains; borrowed */
    const uint8_t *start;   /* where positions in errors count from */
    bool failed;            /* somebody asked for more than there was */
};

/* Where a span ends; NULL, to which C lets nothing be added, for one without bytes. */
static inline const uint8_t *rd_end_of(struct span s)
{
    return s.n ? s.p + s.n : s.p;
}

static inline struct rd rd_of(struct span s)
{
    return (struct rd){ s.p, rd_end_of(s), s.p, false };
}

/* Bytes that remain; 0 after a failure. */
static inline size_t rd_left(const struct rd *r)
{
    return r->failed ? 0 : (size_t)(r->end - r->p);
}

/* Offset of the next byte from the start of the outermost input. */
static inline size_t rd_pos(const struct rd *r)
{
    return (size_t)(r->p - r->start);
}

/* The next n bytes, borrowed from the input; empty and failed if fewer remain. */
static inline struct span rd_bytes(struct rd *r, size_t n)
{
    if (n > rd_left(r)) {
        r->failed = true;
        return (struct span){ NULL, 0 };
    }
    struct span s = { r->p, n };
    r->p = rd_end_of(s);
    return s;
}

static inline void rd_skip(struct rd *r, size_t n)
{
    (void)rd_bytes(r, n);
}

/* A reader of just the next n bytes, which this one passes over; positions go on counting from the same start.
 * A length field makes one of these, so that nothing inside can reach what follows it. */
static inline struct rd rd_sub(struct rd *r, size_t n)
{
    const uint8_t *start = r->start;
    struct span s = rd_bytes(r, n);
    return (struct rd){ s.p, rd_end_of(s), start, r->failed };
}

static inline uint8_t rd_u8(struct rd *r)
{
    struct span s = rd_bytes(r, 1);
    return s.p ? s.p[0] : 0;
}

static inline uint16_t rd_u16be(struct rd *r)
{
    struct span s = rd_bytes(r, 2);
    return s.p ? (uint16_t)(s.p[0] << 8 | s.p[1]) : 0;
}

static inline uint32_t rd_u32be(struct rd *r)
{
    struct span s = rd_bytes(r, 4);
    return s.p ? (uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 | (uint32_t)s.p[2] << 8 | s.p[3] : 0;
}

static inline uint16_t rd_u16le(struct rd *r)
{
    struct span s = rd_bytes(r, 2);
    return s.p ? (uint16_t)(s.p[1] << 8 | s.p[0]) : 0;
}

static inline uint32_t rd_u32le(struct rd *r)
{
    struct span s = rd_bytes(r, 4);
    return s.p ? (uint32_t)s.p[3] << 24 | (uint32_t)s.p[2] << 16 | (uint32_t)s.p[1] << 8 | s.p[0] : 0;
}

#endif
