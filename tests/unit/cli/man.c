/* The manual pages: what troff would take for its own is text, and every row of every table has its place. */
#include "../check.h"

#include <stdio.h>

#include "cli/options.h"

enum { PAGE_CAP = 1 << 20 };

/* The page of a command; freed by test_free(). */
static char *page_of(const struct cli_command *command)
{
    struct wr out;
    wr_init(&out, PAGE_CAP);
    cli_man(command, &out);
    wr_bytes(&out, "", 1);
    assert_false(out.failed);
    char *page = test_malloc(out.n);
    memcpy(page, out.p, out.n);
    wr_fini(&out);
    return page;
}

#define HAS(page, text) assert_non_null(strstr(page, text))

static void text_stays_text(void **state)
{
    (void)state;
    static const struct cli_option options[] = { { "long-name", 'l', "WHAT", "It's `a\\b`." }, { 0 } };
    static const struct cli_command part = {
        .name = "try part", .operands = "", .summary = "Part", .text = "Of it.\n", .options = options
    };
    static const struct cli_command *const parts[] = { &part, NULL };
    static const struct cli_command command = {
        .name = "try",
        .operands = "PATH",
        .summary = "Try",
        .text = ".wl files first.\n'quoted' next.\n\nA line\n    indented\nand on.\n",
        .statuses = "3 if -so.",
        .parts = parts,
    };
    char *page = page_of(&command);
    HAS(page, ".TH \"mwl-try\" 1 ");
    HAS(page, "\nmwl\\-try \\- Try\n");
    HAS(page, "\n\\fBmwl try\\fR [\\fIOPTION\\fR]... PATH\n");
    HAS(page, "\n\\&.wl files first.\n\\(aqquoted\\(aq next.\n.PP\nA line\n    indented\n.br\nand on.\n");
    HAS(page, "\n.SH MWL TRY PART\n");
    HAS(page, "\n\\fB\\-l\\fR, \\fB\\-\\-long\\-name\\fR \\fIWHAT\\fR\nIt\\(aqs \\(gaa\\eb\\(ga.\n");
    HAS(page, ".SH EXIT STATUS\n3 if \\-so.\n");
    test_free(page);
}

static void every_option_has_its_place(void **state)
{
    (void)state;
    char *overview = page_of(NULL);
    for (const struct cli_command *const *c = cli_commands; *c; c++) {
        char wanted[256];
        snprintf(wanted, sizeof wanted, "\n\\fBmwl %s\\fR\n", (*c)->name);
        HAS(overview, wanted);
        char *page = page_of(*c);
        for (const struct cli_option *o = (*c)->options; o && o->name; o++) {
            const char *dash = strchr(o->name, '-'); /* the rest of a name is written with another one */
            snprintf(wanted, sizeof wanted, "\\-\\-%.*s", dash ? (int)(dash - o->name) : 255, o->name);
            HAS(page, wanted);
        }
        test_free(page);
    }
    test_free(overview);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_text),
        cmocka_unit_test(every_option_has_its_place),
    };
    return cmocka_run_group_tests_name("cli/man", tests, NULL, NULL);
}
