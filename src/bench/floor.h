/* floor.h -- the least that a conversation can take on this machine: an end of a loopback socket that reads a request
 * and writes as many bytes as the real answer had, without a look at either. */
#ifndef MWL_BENCH_FLOOR_H
#define MWL_BENCH_FLOOR_H

#include "bench/load.h"

/* Measures as bench_load_run() does, with load->floor set, against an end of its own; load->address is not used. */
bool bench_floor_run(const struct bench_load *load, struct bench_result *result, struct err *err);

#endif
