/* option.h -- options.def as rows that the loader, the printer and the checks walk. Private to this folder. */
#ifndef MWL_CONFIG_OPTION_H
#define MWL_CONFIG_OPTION_H

#include "config/config.h"

enum option_kind { KIND_BOOL, KIND_NUMBER, KIND_STRING, KIND_ALIAS, KIND_IGNORED, KIND_REFUSED };

struct option {
    enum option_kind kind;
    const char *section; /* "" for the top level */
    const char *name;
    size_t field;       /* offset in struct config, of a kind that has a value */
    uint32_t initial;   /* bool, number; what a refused one must be */
    uint32_t low, high; /* of a number */
    const char *string; /* the initial string; the name that an alias stands for */
    const char *text;
};

extern const struct option option_rows[];
extern const size_t option_count;

static inline bool *option_bool(struct config *config, const struct option *o)
{
    return (bool *)((char *)config + o->field);
}

static inline uint32_t *option_number(struct config *config, const struct option *o)
{
    return (uint32_t *)(void *)((char *)config + o->field);
}

static inline const char **option_string(struct config *config, const struct option *o)
{
    return (const char **)(void *)((char *)config + o->field);
}

/* The row of that exact name, NULL if there is none. */
const struct option *option_find(const char *section, const char *name);

/* The name in this section that `name` was probably meant to be, at most `distance` away (span_distance()); NULL if
 * none is near. At the top level the names of sections count too. */
const char *option_nearest(const char *section, const char *name, uint32_t distance);

#endif
