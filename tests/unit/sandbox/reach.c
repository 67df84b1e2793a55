#include "scratch.h"

static bool reaches(const struct sandbox_reach *reach, const char *path)
{
    return sandbox_reach_has(reach, path);
}

static void a_place_and_what_is_below(void **state)
{
    (void)state;
    char *path = scratch_make();
    struct sandbox_reach reach = { 0 };
    assert_true(sandbox_reach_add(&reach, "inside/wl", SANDBOX_READ));
    assert_true(sandbox_reach_add(&reach, "nowhere", SANDBOX_READ));
    assert_int_equal(reach.count, 1);
    assert_true(reaches(&reach, "inside/wl"));
    assert_true(reaches(&reach, "inside/wl/a"));
    assert_true(reaches(&reach, "inside/wl/../wl/./a"));
    assert_false(reaches(&reach, "inside"));
    assert_false(reaches(&reach, "outside/b"));
    assert_int_equal(mkdir("inside/wl2", 0755), 0); /* the same letters are no folder */
    assert_false(reaches(&reach, "inside/wl2"));
    sandbox_reach_fini(&reach);
    scratch_remove(path);
}

static void what_is_not_there_is_no_fault(void **state)
{
    (void)state;
    char *path = scratch_make();
    struct sandbox_reach reach = { 0 };
    assert_true(reaches(&reach, "outside/nothing"));
    assert_false(reaches(&reach, "outside/b"));
    sandbox_reach_fini(&reach);
    scratch_remove(path);
}

static void around_a_folder_it_may_be_made_anew(void **state)
{
    (void)state;
    char *path = scratch_make();
    const char *const names[] = { "inside/wl", "inside/wl/", "./inside/wl//", "inside/later" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sandbox_reach reach = { 0 };
        assert_true(sandbox_reach_add_around(&reach, names[i], SANDBOX_READ));
        assert_int_equal(reach.count, 1);
        assert_true(reaches(&reach, "inside"));
        assert_false(reaches(&reach, "outside/b"));
        sandbox_reach_fini(&reach);
    }
    scratch_remove(path);
}

static void around_the_working_directory(void **state)
{
    (void)state;
    char *path = scratch_make();
    assert_int_equal(chdir("inside/wl"), 0);
    const char *const names[] = { ".", "../wl/.", "./" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sandbox_reach reach = { 0 };
        assert_true(sandbox_reach_add_around(&reach, names[i], SANDBOX_READ));
        assert_true(reaches(&reach, ".."));
        assert_false(reaches(&reach, "../../outside/b"));
        sandbox_reach_fini(&reach);
    }
    scratch_remove(path);
}

static void around_a_link_is_around_both(void **state)
{
    (void)state;
    char *path = scratch_make();
    assert_int_equal(mkdir("outside/target", 0755), 0);
    assert_int_equal(symlink("../outside/target", "inside/link"), 0);
    struct sandbox_reach reach = { 0 };
    assert_true(sandbox_reach_add_around(&reach, "inside/link", SANDBOX_READ));
    assert_int_equal(reach.count, 2);
    assert_true(reaches(&reach, "inside/wl"));
    assert_true(reaches(&reach, "outside/b"));
    assert_false(reaches(&reach, "."));
    sandbox_reach_fini(&reach);
    scratch_remove(path);
}

static void a_link_is_what_it_leads_to(void **state)
{
    (void)state;
    char *path = scratch_make();
    assert_int_equal(symlink("../../outside/b", "inside/wl/out"), 0);
    assert_int_equal(symlink("a", "inside/wl/in"), 0);
    struct sandbox_reach reach = { 0 };
    assert_true(sandbox_reach_add(&reach, "inside", SANDBOX_READ));
    assert_true(reaches(&reach, "inside/wl/in"));
    assert_false(reaches(&reach, "inside/wl/out"));
    sandbox_reach_fini(&reach);
    scratch_remove(path);
}

static void to_remove_is_not_to_read(void **state)
{
    (void)state;
    char *path = scratch_make();
    struct sandbox_reach reach = { 0 };
    assert_true(sandbox_reach_add(&reach, "outside", SANDBOX_REMOVE));
    assert_false(reaches(&reach, "outside/b"));
    assert_true(sandbox_reach_add(&reach, "outside", SANDBOX_READ));
    assert_int_equal(reach.count, 1);
    assert_true(reaches(&reach, "outside/b"));
    sandbox_reach_fini(&reach);
    scratch_remove(path);
}

static void there_is_room_for_so_many(void **state)
{
    (void)state;
    char *path = scratch_make(), name[32];
    struct sandbox_reach reach = { 0 };
    for (int i = 0; i <= SANDBOX_PLACES; i++) {
        snprintf(name, sizeof name, "inside/%d", i);
        assert_int_equal(mkdir(name, 0755), 0);
        assert_int_equal(sandbox_reach_add(&reach, name, SANDBOX_READ), i < SANDBOX_PLACES);
    }
    sandbox_reach_fini(&reach);
    scratch_remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_and_what_is_below),
        cmocka_unit_test(what_is_not_there_is_no_fault),
        cmocka_unit_test(around_a_folder_it_may_be_made_anew),
        cmocka_unit_test(around_the_working_directory),
        cmocka_unit_test(around_a_link_is_around_both),
        cmocka_unit_test(a_link_is_what_it_leads_to),
        cmocka_unit_test(to_remove_is_not_to_read),
        cmocka_unit_test(there_is_room_for_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
