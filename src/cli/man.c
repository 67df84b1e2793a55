/* man.c -- the manual pages, from the same rows as the help; the macros are those of man(7). */
#include <string.h>

#include "cli/options.h"

/* Text as troff takes it for text: no backslash of its own, no hyphen or curled quote where a plain one is meant, and
 * no dot or quote that would begin a request at the start of a line. */
static void put_span(struct wr *out, struct span text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = (char)text.p[i];
        if (i == 0 && c == '.')
            wr_str(out, "\\&.");
        else if (c == '\\')
            wr_str(out, "\\e");
        else if (c == '-')
            wr_str(out, "\\-");
        else if (c == '`')
            wr_str(out, "\\(ga");
        else if (c == '\'')
            wr_str(out, "\\(aq");
        else
            wr_bytes(out, &c, 1);
    }
}

static void put_text(struct wr *out, const char *text)
{
    put_span(out, span_str(text));
}

/* Paragraphs as they are broken in the help; an empty line begins a new one, an indented line stays one of its own. */
static void put_paragraphs(struct wr *out, const char *text)
{
    struct span rest = span_str(text);
    bool alone = false;
    while (rest.n) {
        struct span line = span_cut(&rest, '\n');
        if (line.n == 0) {
            wr_str(out, ".PP\n");
            alone = false;
            continue;
        }
        bool before = alone;
        alone = line.p[0] == ' ';
        if (before && !alone) /* an indented line begins one by itself */
            wr_str(out, ".br\n");
        put_span(out, line);
        wr_str(out, "\n");
    }
}

static void put_usage(struct wr *out, const struct cli_command *command)
{
    wr_str(out, "\\fBmwl ");
    put_text(out, command->name);
    wr_str(out, "\\fR [\\fIOPTION\\fR]...");
    if (*command->operands) {
        wr_str(out, " ");
        put_text(out, command->operands);
    }
    wr_str(out, "\n");
}

static void put_option(struct wr *out, const struct cli_option *o)
{
    wr_str(out, ".TP\n");
    if (o->letter)
        wr_fmt(out, "\\fB\\-%c\\fR, ", o->letter);
    wr_str(out, "\\fB\\-\\-");
    put_text(out, o->name);
    wr_str(out, "\\fR");
    if (o->value) {
        wr_str(out, " \\fI");
        put_text(out, o->value);
        wr_str(out, "\\fR");
    }
    wr_str(out, "\n");
    put_text(out, o->text);
    wr_str(out, "\n");
}

static void put_options(struct wr *out, const struct cli_option *options)
{
    static const struct cli_option help = { "help", 'h', NULL, "Print a summary of these pages." };
    for (const struct cli_option *o = options; o && o->name; o++)
        put_option(out, o);
    put_option(out, &help);
}

static void put_list(struct wr *out, const struct cli_command *const *list)
{
    for (; *list; list++) {
        wr_str(out, ".TP\n\\fBmwl ");
        put_text(out, (*list)->name);
        wr_str(out, "\\fR\n");
        put_text(out, (*list)->summary);
        wr_str(out, ".\n");
    }
}

/* References to the other pages, in the order of the table. */
static void put_see_also(struct wr *out, const struct cli_command *but)
{
    wr_str(out, ".SH SEE ALSO\n");
    if (but)
        wr_str(out, "\\fBmwl\\fR(1)");
    const char *comma = but ? ",\n" : "";
    for (const struct cli_command *const *c = cli_commands; *c; c++) {
        if (*c == but)
            continue;
        wr_fmt(out, "%s\\fBmwl\\-%s\\fR(1)", comma, (*c)->name);
        comma = ",\n";
    }
    wr_str(out, "\n");
}

/* The day in the footer is left empty: a page is of a version, not of a day, and two builds are to be the same. */
static void put_title(struct wr *out, const char *dash, const char *name, const char *summary)
{
    wr_fmt(out, ".TH \"mwl%s%s\" 1 \"\" \"mwl " MWL_VERSION "\" \"mwl manual\"\n.SH NAME\nmwl", dash, name);
    put_text(out, dash);
    put_text(out, name);
    wr_str(out, " \\- ");
    put_text(out, summary);
    wr_str(out, "\n.SH SYNOPSIS\n");
}

static void put_part(struct wr *out, const struct cli_command *part)
{
    wr_str(out, ".SH MWL ");
    for (const char *c = part->name; *c; c++)
        wr_fmt(out, "%c", *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    wr_str(out, "\n");
    put_usage(out, part);
    wr_str(out, ".PP\n");
    put_paragraphs(out, part->text);
    put_options(out, part->options);
}

static void put_overview(struct wr *out)
{
    put_title(out, "", "", "a DICOM Modality Worklist server, and the tools around it");
    wr_str(out, "\\fBmwl\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR]...\n"
                ".SH DESCRIPTION\nEach command has a page of its own.\n");
    put_list(out, cli_commands);
    wr_str(out, ".SH OPTIONS\n");
    put_options(out, (const struct cli_option[]){ { "version", 0, NULL, "Print the version." }, { 0 } });
    wr_fmt(out, ".SH EXIT STATUS\n%s\n", CLI_USUAL_STATUSES);
    put_see_also(out, NULL);
}

void cli_man(const struct cli_command *command, struct wr *out)
{
    if (!command) {
        put_overview(out);
        return;
    }
    put_title(out, "-", command->name, command->summary);
    put_usage(out, command);
    wr_str(out, ".SH DESCRIPTION\n");
    put_paragraphs(out, command->text);
    if (command->parts)
        put_list(out, command->parts);
    wr_str(out, ".SH OPTIONS\n");
    put_options(out, command->options);
    for (const struct cli_command *const *part = command->parts; part && *part; part++)
        put_part(out, *part);
    wr_str(out, ".SH EXIT STATUS\n");
    put_text(out, command->statuses ? command->statuses : CLI_USUAL_STATUSES);
    wr_str(out, "\n");
    put_see_also(out, command);
}
