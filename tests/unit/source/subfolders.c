/* One worklist per called AE title: subfolders that come, go, clash, and are no paths. */
#include "../check.h"
#include "scratch.h"

static const char *served_to(struct scratch *s, const char *title, char text[512])
{
    scratch_settle(s);
    struct catalog *catalog = source_folder_catalog(s->folder, span_str(title));
    return catalog ? scratch_served(catalog, text, 512) : "nobody";
}

static void each_title_has_its_own(void **state)
{
    (void)state;
    struct scratch s;
    char text[512];
    scratch_init(&s);
    s.options.per_called_aet = true;
    assert_int_equal(mkdir("wl/CT1", 0755), 0);
    assert_int_equal(mkdir("outside", 0755), 0);
    scratch_file("wl/CT1/a.wl", "1");
    scratch_file("wl/stray.wl", "9");
    scratch_open(&s);
    assert_string_equal(served_to(&s, "CT1", text), "a.wl=1");
    assert_string_equal(served_to(&s, " ct1 ", text), "a.wl=1");
    assert_string_equal(served_to(&s, "MR1", text), "nobody");
    assert_string_equal(served_to(&s, "../outside", text), "nobody");
    assert_string_equal(served_to(&s, ".", text), "nobody");
    assert_string_equal(served_to(&s, "", text), "nobody");
    assert_string_equal(source_folder_subfolder(s.folder, span_str("ct1")), "CT1");
    assert_null(source_folder_subfolder(s.folder, span_str("../outside")));

    assert_int_equal(mkdir("wl/MR1", 0755), 0); /* comes with a file, at once */
    scratch_file("wl/MR1/b.wl", "2");
    assert_string_equal(served_to(&s, "MR1", text), "b.wl=2");
    scratch_file("wl/MR1/c.wl", "3");
    assert_string_equal(served_to(&s, "MR1", text), "b.wl=2 c.wl=3");
    assert_string_equal(served_to(&s, "CT1", text), "a.wl=1");

    struct catalog *held = source_folder_catalog(s.folder, span_str("MR1"));
    assert_int_equal(rename("wl/MR1", "away"), 0); /* gone for new callers, a fault for old ones */
    assert_string_equal(served_to(&s, "MR1", text), "nobody");
    assert_string_equal(scratch_served(held, text, sizeof text), "!b.wl=2 c.wl=3");
    assert_int_equal(unlink("away/b.wl"), 0);
    assert_int_equal(rename("away", "wl/MR1"), 0);
    assert_string_equal(served_to(&s, "MR1", text), "c.wl=3");
    scratch_fini(&s);
}

static void a_second_name_for_a_folder_is_kept_up_too(void **state)
{
    (void)state;
    struct scratch s;
    char text[512];
    scratch_init(&s);
    s.options.per_called_aet = true;
    assert_int_equal(mkdir("wl/CT1", 0755), 0);
    assert_int_equal(symlink("CT1", "wl/CT2"), 0);
    scratch_open(&s);
    scratch_file("wl/CT1/a.wl", "1");
    assert_string_equal(served_to(&s, "CT1", text), "a.wl=1");
    assert_string_equal(served_to(&s, "CT2", text), "a.wl=1");
    assert_int_equal(unlink("wl/CT2"), 0);
    assert_string_equal(served_to(&s, "CT2", text), "nobody");
    scratch_file("wl/CT1/b.wl", "2");
    assert_string_equal(served_to(&s, "CT1", text), "a.wl=1 b.wl=2");
    scratch_fini(&s);
}

static void two_that_are_the_same_title_are_an_error_at_start(void **state)
{
    (void)state;
    struct scratch s;
    struct err err = { 0 };
    char text[512];
    scratch_init(&s);
    s.options.per_called_aet = true;
    assert_int_equal(mkdir("wl/CT1", 0755), 0);
    assert_int_equal(mkdir("wl/ct1", 0755), 0);
    assert_null(source_folder_open(&s.options, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.what, "CT1"));
    assert_non_null(strstr(err.what, "ct1"));

    s.options.strict_aet_comparison = true;
    scratch_file("wl/ct1/a.wl", "1");
    scratch_open(&s);
    assert_string_equal(served_to(&s, "CT1", text), "");
    assert_string_equal(served_to(&s, "ct1", text), "a.wl=1");
    scratch_fini(&s);
}

static void the_later_one_is_not_served_while_the_first_is_there(void **state)
{
    (void)state;
    struct scratch s;
    char text[512];
    scratch_init(&s);
    s.options.per_called_aet = true;
    assert_int_equal(mkdir("wl/CT1", 0755), 0);
    scratch_file("wl/CT1/a.wl", "1");
    scratch_open(&s);
    assert_int_equal(mkdir("later", 0755), 0);
    scratch_file("later/b.wl", "2");
    assert_int_equal(rename("later", "wl/ct1"), 0);
    assert_string_equal(served_to(&s, "ct1", text), "a.wl=1");
    assert_int_equal(rename("wl/CT1", "away"), 0);
    assert_string_equal(served_to(&s, "CT1", text), "b.wl=2");
    scratch_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_title_has_its_own),
        cmocka_unit_test(a_second_name_for_a_folder_is_kept_up_too),
        cmocka_unit_test(two_that_are_the_same_title_are_an_error_at_start),
        cmocka_unit_test(the_later_one_is_not_served_while_the_first_is_there),
    };
    return cmocka_run_group_tests_name("source/subfolders", tests, NULL, NULL);
}
