/* config.c -- `mwl config`: the complete configuration with a comment for every option, to begin one from or to see
 * what was understood of one. */
#include "config/config.h"

#include <stdio.h>

#include "cli/options.h"

enum { TEXT_CAP = 64 << 20, NOTES_CAP = 1 << 20 };

static int print(const struct cli_args *args, const struct config *config)
{
    struct wr out;
    wr_init(&out, TEXT_CAP);
    config_print(config, &out);
    int status = out.failed ? cli_failure(args, "no memory") : cli_print(args, wr_done(&out));
    wr_fini(&out);
    return status;
}

static int run(struct cli_args *args)
{
    const char *path = NULL;
    for (int got; (got = cli_next(args)) != CLI_END;) {
        if (got == CLI_STOP)
            return args->status;
        if (path)
            return cli_usage(args, "one PATH, not two: %s and %s", path, args->value);
        path = args->value;
    }
    struct err err = { 0 };
    struct wr notes;
    wr_init(&notes, NOTES_CAP);
    struct config *config = path ? config_load(path, &notes, &err) : config_defaults_new();
    if (notes.n)
        fwrite(notes.p, 1, notes.n, stderr);
    wr_fini(&notes);
    if (!config)
        return cli_failure(args, "%s", path ? err.what : "no memory");
    int status = print(args, config);
    config_free(&config);
    return status;
}

const struct cli_command cli_config = {
    .name = "config",
    .operands = "[PATH]",
    .summary = "Print a complete configuration, with a comment for every option",
    .text = "Prints the default of every option; with PATH, a configuration file or a folder of them, what that says.\n"
            "`mwl serve` reads the output back unchanged.\n",
    .run = run,
};
