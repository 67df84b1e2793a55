/* limits.c -- the bounds of a configuration, by the rows of limits.def. */
#include "config/config.h"

struct limits config_limits(const struct config *config)
{
    struct limits limits = limits_default;
    /* 0 is the default, where a row's range has it: nothing is without a bound. */
#define LIMIT_OPTION(field, option, scale)                                                                             \
    if (config->option)                                                                                                \
        limits.field = config->option * (scale);
#include "config/limits.def"
    return limits;
}
