/* fuzz.h -- what the targets share: an input goes in, and what must hold is demanded, in any build. */
#ifndef MWL_TESTS_FUZZ_H
#define MWL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process, as libFuzzer wants it, if something does not hold. */
#define DEMAND(holds)                                                                                                  \
    do {                                                                                                               \
        if (!(holds)) {                                                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds);                                 \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* An error says what, in one line that a terminal takes, and where: not beyond `end`. */
static inline void demand_words(const struct err *err, uint64_t end)
{
    DEMAND(err->code != ERR_NONE && err->what[0] && err->pos <= end);
    for (const char *c = err->what; *c; c++)
        DEMAND(*c >= ' ' && *c <= '~');
}

#endif
