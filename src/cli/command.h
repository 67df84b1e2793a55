/* command.h -- a subcommand of mwl: one file, one row of the table in main.c. */
#ifndef MWL_CLI_COMMAND_H
#define MWL_CLI_COMMAND_H

struct cli_args;
struct cli_option;

/* What mwl exits with. */
enum { CLI_OK = 0, CLI_FAILURE = 1, CLI_USAGE = 2 };

struct cli_command {
    const char *name;
    const char *operands;             /* behind the options in the usage line, "PATH"; "" for none */
    const char *summary;              /* one line of `mwl --help`, without a full stop */
    const char *text;                 /* paragraphs of `mwl NAME --help`, each line ended by '\n' */
    const struct cli_option *options; /* ends with a row without a name; NULL for none */
    int (*run)(struct cli_args *args);
};

extern const struct cli_command cli_bench;
extern const struct cli_command cli_config;
extern const struct cli_command cli_serve;

#endif
