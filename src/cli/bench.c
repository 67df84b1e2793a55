/* bench.c -- `mwl bench`: worklists by the thousand, and how fast any server answers about them. */
#include "cli/bench.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/generate.h"
#include "bench/pass.h"

enum { LINE_CAP = 4096 };

bool cli_bench_number(const struct cli_args *args, const char *name, uint64_t low, uint64_t high, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(args->value, &end, 10);
    if (errno || end == args->value || *end || *args->value == '-' || value < low || value > high) {
        cli_usage(args, "--%s wants a number from %llu to %llu, not %s", name, (unsigned long long)low,
                  (unsigned long long)high, args->value);
        return false;
    }
    *out = value;
    return true;
}

/* Numbers from 1 to `most` of each, by option, and one FOLDER. Where that is no CLI_OK, or *folder NULL, all is said.
 */
static int read_folder(struct cli_args *args, const uint64_t *most, uint64_t *values, const char **folder)
{
    for (int got; (got = cli_next(args)) != CLI_END;) {
        if (got == CLI_STOP) {
            *folder = NULL;
            return args->status;
        }
        if (got >= 0 && !cli_bench_number(args, args->command->options[got].name, 1, most[got], &values[got]))
            return CLI_USAGE;
        if (got == CLI_OPERAND && *folder)
            return cli_usage(args, "one FOLDER, not two: %s and %s", *folder, args->value);
        if (got == CLI_OPERAND)
            *folder = args->value;
    }
    return *folder ? CLI_OK : cli_usage(args, "FOLDER is missing");
}

/* ---- mwl bench generate ---- */

enum { GENERATE_COUNT, GENERATE_SEED };

static const struct cli_option generate_options[] = {
    { "count", 'n', "N", "How many worklists, 1 to 10,000,000; 1,000 if it is not given." },
    { "seed", 0, "N", "Another seed is another department; the same one, the same files. 1 if it is not given." },
    { NULL, 0, NULL, NULL },
};

static int run_generate(struct cli_args *args)
{
    const char *folder = NULL;
    uint64_t values[] = { [GENERATE_COUNT] = 1000, [GENERATE_SEED] = 1 };
    const uint64_t most[] = { [GENERATE_COUNT] = BENCH_COUNT_MAX, [GENERATE_SEED] = UINT32_MAX };
    int status = read_folder(args, most, values, &folder);
    if (status != CLI_OK || !folder)
        return status;
    struct bench_department department = { values[GENERATE_SEED], (uint32_t)values[GENERATE_COUNT] };
    struct err err = { 0 };
    return bench_generate(&department, folder, &err) ? CLI_OK : cli_failure(args, "%s", err.what);
}

/* ---- mwl bench pass ---- */

enum { PASSES };

static const struct cli_option pass_options[] = {
    [PASSES] = { "count", 'n', "N", "How many passes; 20 if it is not given." },
    { NULL, 0, NULL, NULL },
};

static int run_pass(struct cli_args *args)
{
    const char *folder = NULL;
    uint64_t count = 20;
    const uint64_t most = 100000;
    int status = read_folder(args, &most, &count, &folder);
    if (status != CLI_OK || !folder)
        return status;
    struct err err = { 0 };
    struct bench_pass pass;
    if (!bench_pass_run(folder, (uint32_t)count, &pass, &err))
        return cli_failure(args, "%s", err.what);
    struct wr out;
    wr_init(&out, LINE_CAP);
    wr_fmt(&out, "files %llu\nbytes %llu\nmedian_us %.1f\n", (unsigned long long)pass.files,
           (unsigned long long)pass.bytes, (double)pass.median_ns / 1e3);
    status = cli_print(args, wr_done(&out));
    wr_fini(&out);
    return status;
}

/* ---- all of them ---- */

static const struct cli_command part_generate = {
    .name = "bench generate",
    .operands = "FOLDER",
    .summary = "Write a folder of made-up worklists",
    .text = "Writes worklists of a made-up department into FOLDER: ten steps a day for each station, names in eight\n"
            "scripts, files of 1 to 2 kB. An entry depends on seed, count and its number alone.\n",
    .options = generate_options,
    .run = run_generate,
};

static const struct cli_command part_pass = {
    .name = "bench pass",
    .operands = "FOLDER",
    .summary = "Measure what reading all worklists in memory takes",
    .text =
        "Reads the *.wl files of FOLDER, keeps them as a server does, and measures how long it takes to add up all\n"
        "bytes of that: the least that a query without an index can take.\n",
    .options = pass_options,
    .run = run_pass,
};

static const struct cli_command *const parts[] = { &part_generate, &cli_bench_query, &cli_bench_floor, &part_pass,
                                                   NULL };

static int run(struct cli_args *args)
{
    const char *name = *args->rest, *nearest = NULL;
    const struct cli_command *part = name ? cli_command_named(parts, name, &nearest) : NULL;
    if (part)
        return part->run(&(struct cli_args){ .command = part, .rest = args->rest + 1 });
    if (cli_next(args) == CLI_STOP)
        return args->status;
    if (!name)
        return cli_usage(args, "generate, query, floor or pass?");
    return nearest ? cli_usage(args, "there is no bench %s: did you mean %s?", name, nearest)
                   : cli_usage(args, "there is no bench %s", name);
}

const struct cli_command cli_bench = {
    .name = "bench",
    .operands = "COMMAND [ARGUMENT]...",
    .summary = "Generate worklists, and measure how fast a server answers",
    .text = "Measures mwl, or any other worklist server, over DICOM.\n",
    .parts = parts,
    .run = run,
};
