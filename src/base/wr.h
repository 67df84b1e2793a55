/* wr.h -- the one capped writer: a buffer that grows up to a maximum given at the start.
 *
 * Its failure is sticky: once the cap is reached or memory ends, every further write does nothing, so that an
 * encoder writes straight down and tests w->failed once. What was written before stays readable. */
#ifndef MWL_BASE_WR_H
#define MWL_BASE_WR_H

#include "base/span.h"

struct wr {
    uint8_t *p;  /* owned; what was written is p[0..n) */
    size_t n;    /* bytes written */
    size_t room; /* bytes allocated, at most cap */
    size_t cap;  /* the most that may be written */
    bool failed;
    bool starved; /* it failed since memory ended, and not at the cap */
};

/* An empty writer of at most `cap` bytes; allocates nothing yet. */
void wr_init(struct wr *w, size_t cap);

/* Frees the bytes; the writer may be used again after another wr_init(). */
void wr_fini(struct wr *w);

/* Forgets what was written, and the failure; keeps the memory. */
void wr_reset(struct wr *w);

/* Forgets what was written after `n` bytes, and the failure that came with it. */
void wr_truncate(struct wr *w, size_t n);

/* Takes the first n bytes away, as when they have been sent. */
void wr_consume(struct wr *w, size_t n);

/* The case of wr_room() in which the memory does not suffice yet. */
uint8_t *wr_room_more(struct wr *w, size_t n);

/* n bytes to be filled in by the caller, valid until the next write; NULL after a failure. Here in the header, like
 * what stands on it, because an answer is made of a hundred writes of a few bytes each. */
static inline uint8_t *wr_room(struct wr *w, size_t n)
{
    if (w->failed || n > w->room - w->n)
        return wr_room_more(w, n);
    uint8_t *at = w->p + w->n;
    w->n += n;
    return at;
}

static inline void wr_bytes(struct wr *w, const void *p, size_t n)
{
    uint8_t *at = n ? wr_room(w, n) : NULL;
    if (at)
        memcpy(at, p, n);
}

static inline void wr_span(struct wr *w, struct span s)
{
    wr_bytes(w, s.p, s.n);
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
    wr_bytes(w, &v, 1);
}

static inline void wr_u16be(struct wr *w, uint16_t v)
{
    wr_bytes(w, (uint8_t[]){ (uint8_t)(v >> 8), (uint8_t)v }, 2);
}

static inline void wr_u32be(struct wr *w, uint32_t v)
{
    wr_bytes(w, (uint8_t[]){ (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v }, 4);
}

static inline void wr_u16le(struct wr *w, uint16_t v)
{
    wr_bytes(w, (uint8_t[]){ (uint8_t)v, (uint8_t)(v >> 8) }, 2);
}

static inline void wr_u32le(struct wr *w, uint32_t v)
{
    wr_bytes(w, (uint8_t[]){ (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) }, 4);
}

void wr_str(struct wr *w, const char *s);
void wr_fill(struct wr *w, uint8_t byte, size_t n);
void wr_decimal(struct wr *w, uint64_t n);
void wr_fmt(struct wr *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Lengths that are known only after what they measure: reserve the field with wr_u16be() and friends, note
 * wr_mark() after it, and patch when done. Each writes the number of bytes since the mark into the field that
 * ends there. A length that does not fit its field is a failure. */
static inline size_t wr_mark(const struct wr *w)
{
    return w->n;
}

void wr_patch_u16be(struct wr *w, size_t mark);
void wr_patch_u32be(struct wr *w, size_t mark);
void wr_patch_u32le(struct wr *w, size_t mark);

/* Turns numbers of `unit` bytes, all that was written since `mark`, from one byte order to the other; a rest that is
 * no whole number stays as it is. */
void wr_swap(struct wr *w, size_t mark, size_t unit);

static inline struct span wr_done(const struct wr *w)
{
    return span_of(w->p, w->n);
}

#endif
