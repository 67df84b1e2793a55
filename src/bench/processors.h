/* processors.h -- who runs where, so that two measurements are of the same thing. Left alone, the kernel moves the two
 * ends of a conversation onto one processor or onto two as it likes, and the one costs a multiple of the other. */
#ifndef MWL_BENCH_PROCESSORS_H
#define MWL_BENCH_PROCESSORS_H

#include <stdbool.h>

/* The calling thread runs on the last of its processors from now on, or on all of them but that one. Where there is
 * only one, nothing happens. */
void bench_take_processors(bool last);

#endif
