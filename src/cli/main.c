/* main.c -- mwl: a table of subcommands, and the help around it. */
#include <stdio.h>

#include "cli/options.h"

static const struct cli_command *const commands[] = {
    &cli_serve,
    &cli_config,
    &cli_bench,
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int print_version(void)
{
    puts("mwl " MWL_VERSION);
    return fflush(stdout) == 0 ? CLI_OK : CLI_FAILURE;
}

static void put_overview(FILE *to)
{
    fputs(
        "Usage: mwl COMMAND [ARGUMENT]...\n\nA DICOM Modality Worklist server, and the tools around it.\n\nCommands:\n",
        to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n`mwl COMMAND --help` says more of one; `mwl --version` prints the version.\n", to);
}

static int print_overview(void)
{
    put_overview(stdout);
    return fflush(stdout) == 0 ? CLI_OK : CLI_FAILURE;
}

static const struct cli_command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

static int unknown(const char *name)
{
    const char *nearest = NULL;
    uint32_t distance = 3;
    for (size_t i = 0; i < COMMANDS; i++) {
        uint32_t d = span_distance(span_str(name), span_str(commands[i]->name));
        if (d < distance) {
            distance = d;
            nearest = commands[i]->name;
        }
    }
    fprintf(stderr, "mwl: there is no command %s", name);
    if (nearest)
        fprintf(stderr, ": did you mean %s?", nearest);
    fputs("\n`mwl --help` lists those that there are.\n", stderr);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        put_overview(stderr);
        return CLI_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0)
        return print_version();
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return print_overview();
    const struct cli_command *command = find(name);
    if (!command)
        return unknown(name);
    return command->run(&(struct cli_args){ .command = command, .rest = argv + 2 });
}
