/* main.c -- mwl: to one of the subcommands, or what there is to say about all of them. */
#include <stdio.h>

#include "cli/options.h"

enum { OVERVIEW_CAP = 64 << 10 };

static int print_version(void)
{
    puts("mwl " MWL_VERSION);
    return fflush(stdout) == 0 ? CLI_OK : CLI_FAILURE;
}

static int print_overview(FILE *to)
{
    struct wr out;
    wr_init(&out, OVERVIEW_CAP);
    cli_overview(&out);
    bool printed = fwrite(out.p, 1, out.n, to) == out.n && fflush(to) == 0;
    wr_fini(&out);
    return printed ? CLI_OK : CLI_FAILURE;
}

static int unknown(const char *name, const char *nearest)
{
    fprintf(stderr, "mwl: there is no command %s", name);
    if (nearest)
        fprintf(stderr, ": did you mean %s?", nearest);
    fputs("\n`mwl --help` lists those that there are.\n", stderr);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return CLI_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0)
        return print_version();
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return print_overview(stdout);
    const char *nearest;
    const struct cli_command *command = cli_command_named(cli_commands, name, &nearest);
    if (!command)
        return unknown(name, nearest);
    return command->run(&(struct cli_args){ .command = command, .rest = argv + 2 });
}
