/* option.c -- the rows of options.def, and looking them up by name, misspelt ones too. */
#include "config/option.h"

const struct config_option config_option_rows[] = {
#define FIELD(field) offsetof(struct config, field)
#define OPTION_BOOL(section, name, field, initial, text)                                                               \
    { OPTION_KIND_BOOL, section, name, FIELD(field), initial, 0, 1, NULL, text },
#define OPTION_NUMBER(section, name, field, initial, low, high, text)                                                  \
    { OPTION_KIND_NUMBER, section, name, FIELD(field), initial, low, high, NULL, text },
#define OPTION_STRING(section, name, field, initial, text)                                                             \
    { OPTION_KIND_STRING, section, name, FIELD(field), 0, 0, 0, initial, text },
#define OPTION_LIST(section, name, field, text)   { OPTION_KIND_LIST, section, name, FIELD(field), 0, 0, 0, NULL, text },
#define OPTION_ALIAS(section, name, target, text) { OPTION_KIND_ALIAS, section, name, 0, 0, 0, 0, target, text },
#define OPTION_IGNORED(section, name, text)       { OPTION_KIND_IGNORED, section, name, 0, 0, 0, 0, NULL, text },
#define OPTION_REFUSED(section, name, field, refused, text)                                                            \
    { OPTION_KIND_REFUSED, section, name, FIELD(field), !(refused), 0, 1, NULL, text },
#include "config/options.def"
};

const size_t config_option_count = sizeof config_option_rows / sizeof *config_option_rows;

/* Names of the top level that are no options of a row. */
static const char *const sections[] = { "Worklists", "DicomModalities", "LuaScripts" };

/* Of "Worklists" there is one: its rules have rows of their own, in profile.def. */
static const char profiles[] = "Profiles";

const struct config_option *config_option_find(const char *section, const char *name)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        if (strcmp(o->section, section) == 0 && strcmp(o->name, name) == 0)
            return o;
    }
    return NULL;
}

void config_consider(const char *name, const char *candidate, uint32_t *distance, const char **best)
{
    uint32_t d = span_distance(span_str(name), span_str(candidate));
    if (d <= *distance && (!*best || d < *distance)) {
        *distance = d;
        *best = candidate;
    }
}

const char *config_option_nearest(const char *section, const char *name, uint32_t distance)
{
    const char *best = NULL;
    for (size_t i = 0; i < config_option_count; i++) {
        if (strcmp(config_option_rows[i].section, section) == 0)
            config_consider(name, config_option_rows[i].name, &distance, &best);
    }
    if (strcmp(section, "Worklists") == 0)
        config_consider(name, profiles, &distance, &best);
    for (size_t i = 0; !*section && i < sizeof sections / sizeof *sections; i++)
        config_consider(name, sections[i], &distance, &best);
    return best;
}
