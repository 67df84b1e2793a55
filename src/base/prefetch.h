/* prefetch.h -- tells the processor what will be read soon, so that it is fetched from memory meanwhile. A hint: where
 * a compiler has none, nothing happens. */
#ifndef MWL_BASE_PREFETCH_H
#define MWL_BASE_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

enum { PREFETCH_LINE = 64 }; /* bytes that come together */

/* The bytes from p on, of which none need be readable. */
static inline void prefetch(const void *p, size_t n)
{
#ifdef __GNUC__
    n += (uintptr_t)p % PREFETCH_LINE; /* from the beginning of its first line */
    for (size_t at = 0; at < n; at += PREFETCH_LINE)
        __builtin_prefetch((const uint8_t *)p + at);
#else
    (void)p;
    (void)n;
#endif
}

#endif
