/* bench.h -- the commands of `mwl bench` that have a file of their own, and what they share with the others. */
#ifndef MWL_CLI_BENCH_H
#define MWL_CLI_BENCH_H

#include "cli/options.h"

/* args->value as a whole number within bounds. False after saying what is wrong with the option of that name. */
bool cli_bench_number(const struct cli_args *args, const char *name, uint64_t low, uint64_t high, uint64_t *out);

extern const struct cli_command cli_bench_query, cli_bench_floor;

#endif
