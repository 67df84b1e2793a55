/* pass.h -- the least that a look at every worklist can take: reading all their bytes in memory. */
#ifndef MWL_BENCH_PASS_H
#define MWL_BENCH_PASS_H

#include <stdint.h>

#include "base/err.h"

struct bench_pass {
    uint64_t files, bytes; /* of the blocks that a server keeps of them */
    uint64_t median_ns;    /* of one pass over all bytes */
    uint64_t sum;          /* of them, so that no compiler leaves the pass out */
};

/* Reads and parses every *.wl of a folder, then adds all their bytes up, `count` times. False with *err. */
bool bench_pass_run(const char *folder, uint32_t count, struct bench_pass *out, struct err *err);

#endif
