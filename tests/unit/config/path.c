/* `mwl serve PATH`: a folder of worklists, or a configuration. */
#include "../check.h"

#include <sys/stat.h>

#include "config/path.h"
#include "folder.h"

static void names_decide(void **state)
{
    (void)state;
    assert_int_equal(mkdir("f", 0755), 0);
    assert_int_equal(config_path_kind("f", NULL), CONFIG_PATH_WORKLISTS); /* empty */
    assert_int_equal(mkdir("f/sub.json", 0755), 0);
    folder_put("f/.json", "");
    assert_int_equal(config_path_kind("f", NULL), CONFIG_PATH_WORKLISTS);
    folder_put("f/a.JSON", "{}");
    assert_int_equal(config_path_kind("f", NULL), CONFIG_PATH_CONFIGURATION);
    assert_int_equal(config_path_kind("f/a.JSON", NULL), CONFIG_PATH_CONFIGURATION);
    folder_put("f/b.Wl", "");
    assert_int_equal(config_path_kind("f", NULL), CONFIG_PATH_WORKLISTS);
}

static void what_is_neither_is_told(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_int_equal(config_path_kind("absent", &err), CONFIG_PATH_NONE);
    assert_string_equal(err.what, "absent: cannot be read: No such file or directory");
    folder_put("b.wl", "");
    err = (struct err){ 0 };
    assert_int_equal(config_path_kind("b.wl", &err), CONFIG_PATH_NONE);
    assert_string_equal(
        err.what, "b.wl: is a file: name the folder of the worklist files, or a configuration, whose name ends in "
                  ".json");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_decide),
        TEST(what_is_neither_is_told),
    };
    return cmocka_run_group_tests_name("config/path", tests, NULL, NULL);
}
