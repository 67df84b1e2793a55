/* scripts.c -- LuaScripts: which files. What is in them the hook sees. */
#include <stdio.h>

#include "config/load.h"

enum { PATH_ROOM = 4096 };

/* The folder of a file, with its last slash; "" if the path has none. */
static struct span folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    return span_of(file, slash ? (size_t)(slash - file) + 1 : 0);
}

static bool load_path(struct config_load *load, const char **out, const json_t *value)
{
    char path[PATH_ROOM], is[80];
    const char *name = json_string_value(value);
    if (!name || !*name)
        return config_fault(load, "\"LuaScripts\" holds %s: each must be the path of a script",
                            config_describe(value, is, sizeof is));
    struct span folder = *name == '/' ? (struct span){ NULL, 0 } : folder_of(load->file);
    int n = snprintf(path, sizeof path, "%.*s%s", SPAN_FMT(folder), name);
    if (n < 0 || (size_t)n >= sizeof path)
        return config_fault(load, "\"LuaScripts\": the path %.80s... is too long", name);
    *out = arena_str(&load->config->memory, span_str(path));
    return *out || err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
}

bool config_load_scripts(struct config_load *load, json_t *paths)
{
    char is[80];
    if (!json_is_array(paths))
        return config_fault(load, "\"LuaScripts\" is %s: it must be a list of paths, [ \"worklist.lua\" ]",
                            config_describe(paths, is, sizeof is));
    size_t count = json_array_size(paths);
    const char **list = arena_array(&load->config->memory, count + 1, sizeof *list);
    if (!list)
        return err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
    for (size_t i = 0; i < count; i++)
        if (!load_path(load, &list[i], json_array_get(paths, i)))
            return false;
    load->config->lua_scripts = list;
    load->config->lua_script_count = (uint32_t)count;
    return true;
}
