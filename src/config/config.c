/* config.c -- a configuration's life, its defaults, and whether a server can run on it. */
#include "config/config.h"

#include <stdlib.h>

#include "config/option.h"

/* The most that the strings and rows of one configuration may take: a file is at most 4 MiB. */
enum { MEMORY_CAP = 64 << 20 };

struct config *config_defaults_new(void)
{
    struct config *config = calloc(1, sizeof *config);
    if (!config)
        return NULL;
    arena_init(&config->memory, MEMORY_CAP);
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        if (o->kind == OPTION_KIND_BOOL || o->kind == OPTION_KIND_REFUSED)
            *config_option_bool(config, o) = o->initial;
        else if (o->kind == OPTION_KIND_NUMBER)
            *config_option_number(config, o) = o->initial;
        else if (o->kind == OPTION_KIND_STRING)
            *config_option_string(config, o) = o->string;
    }
    return config;
}

struct config *config_folder_new(const char *folder)
{
    struct config *config = config_defaults_new();
    if (!config)
        return NULL;
    config->enable = true;
    config->database = arena_str(&config->memory, span_str(folder));
    config->dicom_always_allow_find_worklist = true;
    if (!config->database)
        config_free(&config);
    return config;
}

void config_free(struct config **config)
{
    if (!*config)
        return;
    arena_fini(&(*config)->memory);
    free(*config);
    *config = NULL;
}

bool config_check_serve(const struct config *config, struct err *err)
{
    const char *path = config->path ? config->path : "the configuration";
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        if (o->kind != OPTION_KIND_REFUSED || *(const bool *)((const char *)config + o->field) == o->initial)
            continue;
        return err_set(err, ERR_CONFIG, 0, 0, "%s: \"%s\" : %s", path, o->name, o->text);
    }
    if (!config->enable)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: the worklist is not enabled: write \"Worklists\" : { \"Enable\" : true, \"Database\" : "
                       "\"/path/of/the/folder\" }",
                       path);
    if (!*config->database)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: \"Worklists\" names no folder: write \"Database\" : \"/path/of/the/folder\" into it", path);
    return true;
}
