/* span.h -- bytes that somebody else owns: a pointer and a length.
 *
 * A span never owns memory and never ends with a NUL that may be relied upon. Who keeps a span must keep its
 * owner as well. */
#ifndef MWL_BASE_SPAN_H
#define MWL_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *p; /* borrowed; may be NULL only if n is 0 */
    size_t n;         /* bytes */
};

/* For printf's "%.*s": the length and the text of a span. Text from a peer goes through log_text() first. */
#define SPAN_FMT(s) (int)(s).n, (const char *)((s).n ? (s).p : (const uint8_t *)"")

static inline struct span span_of(const void *p, size_t n)
{
    return (struct span){ p, n };
}

/* The characters of a C string, without its NUL. */
static inline struct span span_str(const char *s)
{
    return (struct span){ (const uint8_t *)s, strlen(s) };
}

static inline bool span_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
    return span_eq(a, span_str(s));
}

/* Order by bytes, a shorter one first where it is the beginning of the other: <0, 0, >0. */
int span_cmp(struct span a, struct span b);

/* Equal when the letters A-Z and a-z are taken as the same; all other bytes must be equal. */
bool span_eq_nocase(struct span a, struct span b);

/* How many insertions, deletions and changes of a byte lead from one to the other, upper and lower case taken as the
 * same: for "did you mean". UINT32_MAX if one is longer than 64 bytes. */
uint32_t span_distance(struct span a, struct span b);

/* Without trailing spaces and NULs, the padding of PS3.5 6.2 and the one that devices send instead. */
static inline struct span span_trim_end(struct span s)
{
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == 0))
        s.n--;
    return s;
}

/* Without leading spaces either. */
static inline struct span span_trim(struct span s)
{
    s = span_trim_end(s);
    while (s.n && s.p[0] == ' ') {
        s.p++;
        s.n--;
    }
    return s;
}

/* Cuts the part before the first `separator` off the front of *rest and returns it; where there is none, all of
 * it, and *rest becomes empty with p == NULL. Loop: while (rest.p) { part = span_cut(&rest, '\\'); ... } */
struct span span_cut(struct span *rest, uint8_t separator);

/* True if every byte is 7-bit (ISO 646) and none is ESC, so that no character set changes the meaning. */
bool span_is_ascii(struct span s);

/* True if a byte is a control character of ISO 646: below 20H, or 7FH. */
bool span_has_control(struct span s);

#endif
