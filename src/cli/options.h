/* options.h -- the arguments of a subcommand, read by its table of options; the same table makes its --help. */
#ifndef MWL_CLI_OPTIONS_H
#define MWL_CLI_OPTIONS_H

#include "cli/command.h"

struct cli_option {
    const char *name;  /* "listen", given as --listen or -listen */
    char letter;       /* 'v', given as -v; 0 for none */
    const char *value; /* what its value is called in the help, "ADDRESS:PORT"; NULL if it takes none */
    const char *text;  /* a sentence or a few for the help, without line breaks */
};

/* Arguments on their way through; made by main(). */
struct cli_args {
    const struct cli_command *command;
    char **rest;        /* what remains; ends with NULL */
    bool operands_only; /* "--" was seen */
    const char *value;  /* of the option or operand that cli_next() returned; borrowed */
    int status;         /* what to exit with after CLI_STOP */
};

/* What cli_next() returns beside the index of an option. */
enum { CLI_END = -1, CLI_OPERAND = -2, CLI_STOP = -3 };

/* Takes the next argument: the index of an option in the command's table, with args->value if it takes one (--name
 * VALUE, --name=VALUE, -name VALUE, -n VALUE); CLI_OPERAND with args->value; CLI_END when there is no more. CLI_STOP
 * when all is said, the help on --help or what was wrong: return args->status. */
int cli_next(struct cli_args *args);

/* Says on standard error what is wrong with the arguments, and how to get help; returns CLI_USAGE. */
int cli_usage(const struct cli_args *args, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Says on standard error why the command failed; returns CLI_FAILURE. */
int cli_failure(const struct cli_args *args, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Writes text to standard output. CLI_OK, or CLI_FAILURE after saying why. */
int cli_print(const struct cli_args *args, struct span text);

#endif
