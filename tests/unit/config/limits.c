/* The rows of limits.def: one for each bound, and the options' defaults are the bounds' own. */
#include "../check.h"

#include "config/config.h"

static void each_bound_has_a_row(void **state)
{
    (void)state;
    struct limits seen;
    memset(&seen, 0, sizeof seen);
#define LIMIT_OPTION(field, option, scale) seen.field++;
#define LIMIT_FIXED(field, reason)                                                                                     \
    seen.field++;                                                                                                      \
    assert_true(strlen(reason) > 20);
#include "config/limits.def"
    const uint32_t *counts = (const uint32_t *)&seen;
    for (size_t i = 0; i < sizeof seen / sizeof *counts; i++)
        assert_int_equal(counts[i], 1);
}

static void the_defaults_agree(void **state)
{
    (void)state;
    struct config *config = config_defaults_new();
    assert_non_null(config);
    struct limits limits = config_limits(config);
    assert_memory_equal(&limits, &limits_default, sizeof limits);
    config_free(&config);
}

static void an_option_sets_its_bound_alone(void **state)
{
    (void)state;
#define LIMIT_OPTION(field_, option, scale)                                                                            \
    {                                                                                                                  \
        struct config *config = config_defaults_new();                                                                 \
        assert_non_null(config);                                                                                       \
        config->option += 1;                                                                                           \
        struct limits expected = limits_default, limits = config_limits(config);                                       \
        expected.field_ += (scale);                                                                                    \
        assert_memory_equal(&limits, &expected, sizeof limits);                                                        \
        config->option = 0;                                                                                            \
        limits = config_limits(config);                                                                                \
        assert_memory_equal(&limits, &limits_default, sizeof limits);                                                  \
        config_free(&config);                                                                                          \
    }
#include "config/limits.def"
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bound_has_a_row),
        cmocka_unit_test(the_defaults_agree),
        cmocka_unit_test(an_option_sets_its_bound_alone),
    };
    return cmocka_run_group_tests_name("config/limits", tests, NULL, NULL);
}
