/* mwl as people start it: help, version, commands that there are not, and `mwl config`. */
#include "../check.h"

#include <stdio.h>
#include <sys/wait.h>

#include "../config/folder.h"

/* Runs mwl; returns its exit code, and what it wrote to both outputs in `said`. */
static int run(const char *arguments, char *said, size_t room)
{
    char command[4096];
    snprintf(command, sizeof command, "%s %s 2>&1 </dev/null", getenv("MWL"), arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    said[fread(said, 1, room - 1, pipe)] = 0;
    int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void every_command_helps(void **state)
{
    (void)state;
    char all[4096], one[4096];
    assert_int_equal(run("--help", all, sizeof all), 0);
    size_t commands = 0;
    for (const char *line = strstr(all, "Commands:\n") + 10; line[0] == ' '; line = strchr(line, '\n') + 1) {
        char arguments[64], usage[64];
        snprintf(arguments, sizeof arguments, "%.*s --help", (int)strcspn(line + 2, " "), line + 2);
        snprintf(usage, sizeof usage, "Usage: mwl %.*s ", (int)strcspn(line + 2, " "), line + 2);
        assert_int_equal(run(arguments, one, sizeof one), 0);
        assert_memory_equal(one, usage, strlen(usage));
        assert_non_null(strstr(one, "--help"));
        commands++;
    }
    assert_true(commands > 0);
    assert_int_equal(run("--version", one, sizeof one), 0);
    assert_string_equal(one, "mwl " MWL_VERSION "\n");
    assert_int_equal(run("", one, sizeof one), 2);
    assert_string_equal(one, all);
}

static void an_unknown_command_is_told(void **state)
{
    (void)state;
    char said[512];
    assert_int_equal(run("confg x", said, sizeof said), 2);
    assert_string_equal(
        said, "mwl: there is no command confg: did you mean config?\n`mwl --help` lists those that there are.\n");
    assert_int_equal(run("frobnicate", said, sizeof said), 2);
    assert_string_equal(said, "mwl: there is no command frobnicate\n`mwl --help` lists those that there are.\n");
    assert_int_equal(run("config a b", said, sizeof said), 2);
    assert_string_equal(said, "mwl config: one PATH, not two: a and b\n`mwl config --help` says what there is.\n");
}

static void config_prints_what_it_reads(void **state)
{
    (void)state;
    char first[16384], second[16384];
    assert_int_equal(run("config >a.json", first, sizeof first), 0);
    assert_string_equal(first, "");
    assert_int_equal(run("config", first, sizeof first), 0);
    assert_int_equal(run("config a.json", second, sizeof second), 0);
    assert_string_equal(first, second);
    folder_put("a.json", "{ \"dicomport\" : 104, \"Worklists\" : { \"Enable\" : true } }");
    assert_int_equal(run("config a.json", first, sizeof first), 0);
    assert_non_null(
        strstr(first, "a.json: \"dicomport\" is no option of mwl, and is ignored: did you mean \"DicomPort\"?\n"));
    assert_non_null(strstr(first, "\n    \"Enable\" : true,\n"));
    assert_int_equal(run("config absent.json", first, sizeof first), 1);
    assert_string_equal(first, "mwl config: absent.json: cannot be read: No such file or directory\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_command_helps),
        TEST(an_unknown_command_is_told),
        TEST(config_prints_what_it_reads),
    };
    return cmocka_run_group_tests_name("cli/main", tests, NULL, NULL);
}
