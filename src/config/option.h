/* option.h -- options.def as rows that the loader, the printer and the checks walk. Private to this folder. */
#ifndef MWL_CONFIG_OPTION_H
#define MWL_CONFIG_OPTION_H

#include "config/config.h"

enum config_option_kind {
    OPTION_KIND_BOOL,
    OPTION_KIND_NUMBER,
    OPTION_KIND_STRING,
    OPTION_KIND_LIST,
    OPTION_KIND_ALIAS,
    OPTION_KIND_IGNORED,
    OPTION_KIND_REFUSED
};

struct config_option {
    enum config_option_kind kind;
    const char *section; /* "" for the top level */
    const char *name;
    size_t field;       /* offset in struct config, of a kind that has a value */
    uint32_t initial;   /* bool, number; what a refused one must be */
    uint32_t low, high; /* of a number */
    const char *string; /* the initial string; the name that an alias stands for */
    const char *text;
};

extern const struct config_option config_option_rows[];
extern const size_t config_option_count;

static inline bool *config_option_bool(struct config *config, const struct config_option *o)
{
    return (bool *)((char *)config + o->field);
}

static inline uint32_t *config_option_number(struct config *config, const struct config_option *o)
{
    return (uint32_t *)(void *)((char *)config + o->field);
}

static inline const char **config_option_string(struct config *config, const struct config_option *o)
{
    return (const char **)(void *)((char *)config + o->field);
}

static inline struct config_list *config_option_list(struct config *config, const struct config_option *o)
{
    return (struct config_list *)(void *)((char *)config + o->field);
}

/* The row of that exact name, NULL if there is none. */
const struct config_option *config_option_find(const char *section, const char *name);

/* The name in this section that `name` was probably meant to be, at most `distance` away (span_distance()); NULL if
 * none is near. At the top level the names of sections count too. */
const char *config_option_nearest(const char *section, const char *name, uint32_t distance);

/* Makes `candidate` the *best if it is nearer to `name` than *distance, or as near where there is none yet. */
void config_consider(const char *name, const char *candidate, uint32_t *distance, const char **best);

#endif
