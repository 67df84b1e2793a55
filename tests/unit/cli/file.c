/* Files: whole or not there, and nothing else left in the folder. */
#include "cli/file.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../check.h"

static char folder[] = "/tmp/mwl-file-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink("a.wl");
    unlink("link.wl");
    rmdir("inside");
    return rmdir(folder);
}

static int count_names(void)
{
    DIR *open = opendir(".");
    int count = 0;
    assert_non_null(open);
    while (readdir(open))
        count++;
    closedir(open);
    return count - 2;
}

static void assert_file(const char *path, const char *expected)
{
    struct wr text;
    wr_init(&text, 100);
    assert_true(cli_read_file(path, &text, NULL));
    assert_true(span_is(wr_done(&text), expected));
    wr_fini(&text);
}

static void put_and_keep(void **state)
{
    (void)state;
    struct err err = { 0 };
    char path[100];
    snprintf(path, sizeof path, "%s/a.wl", folder);
    assert_true(cli_put_file("a.wl", span_str("one"), false, &err));
    assert_file(path, "one");
    assert_false(cli_put_file(path, span_str("two"), false, &err));
    assert_string_equal(strstr(err.what, ": the file exists"), ": the file exists, and is kept without --force");
    assert_file("a.wl", "one");
    assert_true(cli_put_file(path, span_str(""), true, NULL));
    assert_file("a.wl", "");
    assert_int_equal(count_names(), 1);
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *path, *what;
    } rows[] = {
        { "inside", "inside: is a folder: choose another name" },
        { "link.wl", "link.wl: is a symbolic link: choose another name" },
        { "nowhere/a.wl", "nowhere/a.wl: its folder cannot be opened: No such file or directory" },
        { "a.wl/b.wl", "a.wl/b.wl: its folder cannot be opened: Not a directory" },
    };
    assert_true(cli_put_file("a.wl", span_str("one"), true, NULL));
    assert_int_equal(mkdir("inside", 0777), 0);
    assert_int_equal(symlink("a.wl", "link.wl"), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        assert_false(cli_put_file(rows[i].path, span_str("two"), true, &err));
        assert_int_equal(err.code, ERR_IO);
        assert_string_equal(err.what, rows[i].what);
    }
    assert_file("a.wl", "one");
    assert_int_equal(count_names(), 3);
}

static void read_to_the_cap(void **state)
{
    (void)state;
    struct wr text;
    struct err err = { 0 };
    assert_true(cli_put_file("a.wl", span_str("four"), true, NULL));
    wr_init(&text, 3);
    assert_false(cli_read_file("a.wl", &text, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.what, "a.wl: is larger than 3 bytes");
    wr_fini(&text);
    wr_init(&text, 4);
    assert_true(cli_read_file("a.wl", &text, NULL));
    wr_fini(&text);
    wr_init(&text, 4);
    err = (struct err){ 0 };
    assert_false(cli_read_file("nowhere", &text, &err));
    assert_string_equal(err.what, "nowhere: cannot be opened: No such file or directory");
    wr_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(put_and_keep), cmocka_unit_test(refused),
                                        cmocka_unit_test(read_to_the_cap) };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
