/* Arguments by a table: what is taken, what is refused in which words, and the help of the same rows. */
#include "../check.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/options.h"

enum { LISTEN, VERBOSE };

static const struct cli_option options[] = {
    [LISTEN] = { "listen", 'l', "ADDRESS:PORT", "Where to listen." },
    [VERBOSE] = { "verbose", 'v', NULL,
                  "Say more: every query as JSON, every file that is read, and all that is longer than one line of "
                  "it." },
    { 0 },
};

static const struct cli_command command = {
    .name = "serve", .operands = "PATH", .summary = "Serve", .text = "Serves PATH.\n", .options = options
};

static struct cli_args args_of(char **argv)
{
    return (struct cli_args){ .command = &command, .rest = argv };
}

#define ARGS(...) args_of((char *[]){ __VA_ARGS__, NULL })

static void every_form_is_taken(void **state)
{
    (void)state;
    struct cli_args args =
        ARGS("--listen", "-v", "wl", "--listen=[::1]:104", "-v", "-l", "", "-listen", "x", "-", "--", "--listen", "--");
    assert_int_equal(cli_next(&args), LISTEN);
    assert_string_equal(args.value, "-v"); /* whatever stands there is the value */
    assert_int_equal(cli_next(&args), CLI_OPERAND);
    assert_string_equal(args.value, "wl");
    assert_int_equal(cli_next(&args), LISTEN);
    assert_string_equal(args.value, "[::1]:104");
    assert_int_equal(cli_next(&args), VERBOSE);
    assert_null(args.value);
    assert_int_equal(cli_next(&args), LISTEN);
    assert_string_equal(args.value, "");
    assert_int_equal(cli_next(&args), LISTEN); /* with one dash, as DCMTK has it */
    assert_string_equal(args.value, "x");
    assert_int_equal(cli_next(&args), CLI_OPERAND);
    assert_string_equal(args.value, "-");
    assert_int_equal(cli_next(&args), CLI_OPERAND); /* behind "--" */
    assert_string_equal(args.value, "--listen");
    assert_int_equal(cli_next(&args), CLI_OPERAND);
    assert_string_equal(args.value, "--");
    assert_int_equal(cli_next(&args), CLI_END);
    assert_int_equal(cli_next(&args), CLI_END);
}

/* One argument (and a second, or NULL) stops with usage's status and these words on standard error. */
static void assert_stops(char *first, char *second, const char *words)
{
    char said[512] = "";
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);
    struct cli_args args = args_of((char *[]){ first, second, NULL });
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    int got = cli_next(&args);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    said[fread(said, 1, sizeof said - 1, file)] = 0;
    fclose(file);
    assert_int_equal(got, CLI_STOP);
    assert_int_equal(args.status, CLI_USAGE);
    assert_string_equal(said, words);
}

static void what_is_wrong_is_told(void **state)
{
    (void)state;
#define HELP "`mwl serve --help` says what there is.\n"
    assert_stops("--listen", NULL, "mwl serve: --listen wants a value: --listen ADDRESS:PORT\n" HELP);
    assert_stops("-l", NULL, "mwl serve: --listen wants a value: --listen ADDRESS:PORT\n" HELP);
    assert_stops("--verbose=1", NULL, "mwl serve: --verbose takes no value\n" HELP);
    assert_stops("--Verbos=1", NULL, "mwl serve: there is no option --Verbos: did you mean --verbose?\n" HELP);
    assert_stops("--color", "red", "mwl serve: there is no option --color\n" HELP);
    assert_stops("-x", NULL, "mwl serve: there is no option -x\n" HELP);
    assert_stops("-vv", NULL, "mwl serve: there is no option --vv\n" HELP);
#undef HELP
}

static void help_comes_from_the_table(void **state)
{
    (void)state;
    struct wr out;
    wr_init(&out, 4096);
    cli_help(&command, &out);
    assert_span(wr_done(&out),
                "Usage: mwl serve [OPTION]... PATH\n"
                "\n"
                "Serves PATH.\n"
                "\n"
                "Options:\n"
                "  -l, --listen ADDRESS:PORT\n"
                "      Where to listen.\n"
                "  -v, --verbose\n"
                "      Say more: every query as JSON, every file that is read, and all that is longer than one line\n"
                "      of it.\n"
                "  -h, --help\n"
                "      Print this.\n"
                "\n"
                "Exit status: " CLI_USUAL_STATUSES "\n");
    wr_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_taken),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(help_comes_from_the_table),
    };
    return cmocka_run_group_tests_name("cli/options", tests, NULL, NULL);
}
