/* option.c -- the rows of options.def, and looking them up by name, misspelt ones too. */
#include "config/option.h"

#include <ctype.h>

const struct option option_rows[] = {
#define FIELD(field) offsetof(struct config, field)
#define OPTION_BOOL(section, name, field, initial, text)                                                               \
    { KIND_BOOL, section, name, FIELD(field), initial, 0, 1, NULL, text },
#define OPTION_NUMBER(section, name, field, initial, low, high, text)                                                  \
    { KIND_NUMBER, section, name, FIELD(field), initial, low, high, NULL, text },
#define OPTION_STRING(section, name, field, initial, text)                                                             \
    { KIND_STRING, section, name, FIELD(field), 0, 0, 0, initial, text },
#define OPTION_ALIAS(section, name, target, text) { KIND_ALIAS, section, name, 0, 0, 0, 0, target, text },
#define OPTION_IGNORED(section, name, text)       { KIND_IGNORED, section, name, 0, 0, 0, 0, NULL, text },
#define OPTION_REFUSED(section, name, field, refused, text)                                                            \
    { KIND_REFUSED, section, name, FIELD(field), !(refused), 0, 1, NULL, text },
#include "config/options.def"
};

const size_t option_count = sizeof option_rows / sizeof *option_rows;

/* Names of the top level that are no options of a row. */
static const char *const sections[] = { "Worklists", "DicomModalities" };

enum { LONGEST_NAME = 40 };

const struct option *option_find(const char *section, const char *name)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option *o = &option_rows[i];
        if (strcmp(o->section, section) == 0 && strcmp(o->name, name) == 0)
            return o;
    }
    return NULL;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row of the table at a time. */
uint32_t option_distance(const char *a, const char *b)
{
    uint32_t row[LONGEST_NAME + 1];
    uint32_t n = (uint32_t)strlen(b);
    for (uint32_t j = 0; j <= n; j++)
        row[j] = j;
    for (uint32_t i = 1; a[i - 1]; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= n; j++) {
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            uint32_t change = diagonal + (same ? 0 : 1);
            diagonal = row[j];
            row[j] = least(change, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[n];
}

static void consider(const char *name, const char *candidate, uint32_t *distance, const char **best)
{
    uint32_t d = option_distance(name, candidate);
    if (d <= *distance && (!*best || d < *distance)) {
        *distance = d;
        *best = candidate;
    }
}

const char *option_nearest(const char *section, const char *name, uint32_t distance)
{
    const char *best = NULL;
    if (strlen(name) > LONGEST_NAME)
        return NULL;
    for (size_t i = 0; i < option_count; i++) {
        if (strcmp(option_rows[i].section, section) == 0)
            consider(name, option_rows[i].name, &distance, &best);
    }
    for (size_t i = 0; !*section && i < sizeof sections / sizeof *sections; i++)
        consider(name, sections[i], &distance, &best);
    return best;
}
