/* command.h -- a subcommand of mwl: one file, one row of the table in commands.c. */
#ifndef MWL_CLI_COMMAND_H
#define MWL_CLI_COMMAND_H

#include "base/wr.h"

struct cli_args;
struct cli_option;

/* What mwl exits with. */
enum { CLI_OK = 0, CLI_FAILURE = 1, CLI_USAGE = 2 };

/* What most commands exit with, and why. */
#define CLI_USUAL_STATUSES "0 if all went well, 1 after saying why it did not, 2 if the arguments are wrong."

struct cli_command {
    const char *name;                       /* "serve"; of a part, with the command before it, "bench query" */
    const char *operands;                   /* behind the options in the usage line, "PATH"; "" for none */
    const char *summary;                    /* one line of `mwl --help`, without a full stop */
    const char *text;                       /* paragraphs of `mwl NAME --help`, each line ended by '\n' */
    const char *statuses;                   /* what it exits with and why, "0 if ...", NULL for CLI_USUAL_STATUSES */
    const struct cli_option *options;       /* ends with a row without a name; NULL for none */
    const struct cli_command *const *parts; /* commands below this one; ends with NULL; NULL for none */
    int (*run)(struct cli_args *args);
};

/* The subcommands of mwl, in the order of `mwl --help`; ends with NULL. */
extern const struct cli_command *const cli_commands[];

/* The command of that name in a list that ends with NULL, or NULL and in *nearest the name that may have been meant,
 * NULL if there is none. A part is known by the last word of its name. */
const struct cli_command *cli_command_named(const struct cli_command *const *list, const char *name,
                                            const char **nearest);

/* What `mwl --help` prints. */
void cli_overview(struct wr *out);

/* What `mwl NAME --help` prints. */
void cli_help(const struct cli_command *command, struct wr *out);

/* The manual page of a command, with its parts, or with NULL that of mwl itself; in the macros of man(7). */
void cli_man(const struct cli_command *command, struct wr *out);

extern const struct cli_command cli_bench;
extern const struct cli_command cli_check;
extern const struct cli_command cli_config;
extern const struct cli_command cli_create;
extern const struct cli_command cli_dump;
extern const struct cli_command cli_echo;
extern const struct cli_command cli_explain;
extern const struct cli_command cli_find;
extern const struct cli_command cli_journal;
extern const struct cli_command cli_serve;

#endif
