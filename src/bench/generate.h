/* generate.h -- worklists by the thousand, for measuring: a made-up department, the same one for the same seed.
 *
 * Entry `number` depends on the seed, the count and itself, on no entry before it. Every station has ten steps a day,
 * so that the query of a scanner for its day finds ten in a folder of any size; larger folders have more stations
 * and more days. Names are in eight scripts, and each entry is in the character set that a worklist of that script
 * would be in. A file is 1 to 2 kB, Explicit VR Little Endian with File Meta Information. */
#ifndef MWL_BENCH_GENERATE_H
#define MWL_BENCH_GENERATE_H

#include "base/err.h"
#include "base/wr.h"

enum {
    BENCH_COUNT_MAX = 10000000, /* file names have eight digits */
    BENCH_STEPS_A_DAY = 10,
    BENCH_FILE_CAP = 8192
};

struct bench_department {
    uint64_t seed;
    uint32_t count; /* 1..BENCH_COUNT_MAX entries in all */
};

/* Appends the file of an entry, `number` below the count. */
void bench_entry_write(const struct bench_department *department, uint32_t number, struct wr *out);

/* Writes every entry to <folder>/00000000.wl and so on, making the folder if it is not there. False with *err: ERR_IO
 * with the path, ERR_MEMORY. */
bool bench_generate(const struct bench_department *department, const char *folder, struct err *err);

#endif
