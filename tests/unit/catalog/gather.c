/* Steps put in order, each once, and not too many. */
#include "../check.h"

#include "catalog/gather.h"

static void in_order_and_once(void **state)
{
    (void)state;
    enum { STEPS = 1000 };
    static struct catalog_step steps[STEPS];
    struct catalog_file file = { .name = "f" };
    struct catalog_gather gather = { 0 };
    for (uint32_t i = 0; i < STEPS; i++)
        steps[i] = (struct catalog_step){ .file = &file, .date = i };
    for (uint32_t i = 0; i < 2 * STEPS; i++)
        assert_true(catalog_gather_add(&gather, &steps[i * 387 % STEPS])); /* all of them, twice */
    for (uint32_t i = 0; i < STEPS; i++)
        assert_ptr_equal(catalog_gather_take(&gather), &steps[i]);
    assert_null(catalog_gather_take(&gather));
    catalog_gather_fini(&gather);
}

static void too_many_are_refused(void **state)
{
    (void)state;
    struct catalog_file file = { .name = "f" };
    const struct catalog_step step = { .file = &file };
    struct catalog_gather gather = { 0 };
    for (uint32_t i = 0; i < CATALOG_GATHER_MAX; i++)
        assert_true(catalog_gather_add(&gather, &step));
    assert_false(catalog_gather_add(&gather, &step));
    catalog_gather_fini(&gather);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(in_order_and_once), cmocka_unit_test(too_many_are_refused) };
    return cmocka_run_group_tests_name("catalog/gather", tests, NULL, NULL);
}
