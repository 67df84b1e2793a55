/* help.c -- what --help prints, from the same rows that the arguments are read by. */
#include <string.h>

#include "cli/options.h"

enum { WIDTH = 100, INDENT = 6 };

/* A text indented by INDENT, broken between words. */
static void put_text(struct wr *out, const char *text)
{
    struct span rest = span_str(text);
    size_t column = 0;
    while (rest.p) {
        struct span word = span_cut(&rest, ' ');
        bool fits = column != 0 && column + 1 + word.n <= WIDTH;
        if (fits) {
            wr_str(out, " ");
        } else {
            wr_str(out, column ? "\n" : "");
            wr_fill(out, ' ', INDENT);
        }
        column = (fits ? column + 1 : INDENT) + word.n;
        wr_span(out, word);
    }
    wr_str(out, "\n");
}

static void put_option(struct wr *out, const struct cli_option *o)
{
    wr_str(out, "  ");
    if (o->letter)
        wr_fmt(out, "-%c, ", o->letter);
    wr_fmt(out, "--%s%s%s\n", o->name, o->value ? " " : "", o->value ? o->value : "");
    put_text(out, o->text);
}

static void put_commands(struct wr *out, const struct cli_command *const *list)
{
    wr_str(out, "\nCommands:\n");
    for (; *list; list++) {
        const char *space = strrchr((*list)->name, ' ');
        wr_fmt(out, "  %-10s %s\n", space ? space + 1 : (*list)->name, (*list)->summary);
    }
}

void cli_overview(struct wr *out)
{
    wr_str(out, "Usage: mwl COMMAND [ARGUMENT]...\n\nA DICOM Modality Worklist server, and the tools around it.\n");
    put_commands(out, cli_commands);
    wr_str(out, "\n`mwl COMMAND --help` says more of one; `mwl --version` prints the version.\n");
}

void cli_help(const struct cli_command *command, struct wr *out)
{
    static const struct cli_option help = { "help", 'h', NULL, "Print this." };
    wr_fmt(out, "Usage: mwl %s [OPTION]...%s%s\n\n%s", command->name, *command->operands ? " " : "", command->operands,
           command->text);
    if (command->parts) {
        put_commands(out, command->parts);
        wr_fmt(out, "\n`mwl %s COMMAND --help` says more of one.\n", command->name);
    }
    wr_str(out, "\nOptions:\n");
    for (const struct cli_option *o = command->options; o && o->name; o++)
        put_option(out, o);
    put_option(out, &help);
    wr_fmt(out, "\nExit status: %s\n", command->statuses ? command->statuses : CLI_USUAL_STATUSES);
}
