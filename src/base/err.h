/* err.h -- what went wrong, where, and in whose words; no heap, so that reporting cannot fail.
 *
 * A function that can fail returns false or NULL and fills the caller's struct err. The first error is kept:
 * err_set() on an error that is already set does nothing, so cleaning up never hides the cause. */
#ifndef MWL_BASE_ERR_H
#define MWL_BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

enum err_code {
    ERR_NONE = 0,
    ERR_SYNTAX,      /* the bytes are not what the standard, or the format, says */
    ERR_LIMIT,       /* legal, but beyond a bound of struct limits */
    ERR_UNSUPPORTED, /* legal, but nothing we do: a compressed transfer syntax, an unknown option */
    ERR_MEMORY,      /* an allocation failed */
    ERR_IO,          /* the operating system said no */
    ERR_CONFIG,      /* a configuration that cannot be followed */
};

struct err {
    enum err_code code;
    uint64_t pos;   /* byte offset in the input, where one is known; else 0 */
    uint32_t tag;   /* the offending attribute (PS3.7 C: Offending Element); 0 for none */
    char what[240]; /* one line for a person, without a final full stop; NUL-terminated */
};

/* Fills *e unless it holds an error already, or is NULL. `fmt` as for printf. Returns false, so that a caller can
 * write: return err_set(...). */
bool err_set(struct err *e, enum err_code code, uint64_t pos, uint32_t tag, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif
