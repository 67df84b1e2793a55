/* load.c -- from merged JSON to struct config, option by option, each as its row says. */
#include "config/load.h"

#include <stdarg.h>
#include <stdio.h>

#include "config/option.h"

/* Of a text from the file, in an error or a note. */
#define SHOWN "%.60s"

/* A misspelling in "Worklists" is an error anyway, so that the suggestion may be bold. Elsewhere in the file most names
 * are Orthanc's own: only what is a letter away from ours is worth a line. */
enum { FAR = 3, NEAR = 1 };

/* Orthanc's own names of the top level that are a letter away from one of ours. */
static const char *const neighbours[] = { "DicomScuTimeout" };

void config_note(struct config_load *load, const char *fmt, ...)
{
    if (!load->notes)
        return;
    char line[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    wr_fmt(load->notes, "%s: %s\n", load->file, line);
}

bool config_fault(struct config_load *load, const char *fmt, ...)
{
    char line[sizeof load->err->what];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    return err_set(load->err, ERR_CONFIG, 0, 0, "%s: %s", load->file, line);
}

const char *config_describe(const json_t *value, char *out, size_t room)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        snprintf(out, room, "the string \"%.40s\"", json_string_value(value));
        break;
    case JSON_INTEGER:
        snprintf(out, room, "the number %lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        snprintf(out, room, "the number %.10g", json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        snprintf(out, room, "%s", json_is_true(value) ? "true" : "false");
        break;
    case JSON_OBJECT:
        snprintf(out, room, "an object, { ... }");
        break;
    case JSON_ARRAY:
        snprintf(out, room, "a list, [ ... ]");
        break;
    case JSON_NULL:
        snprintf(out, room, "null");
        break;
    }
    return out;
}

const char *config_ae_fault(struct span aet)
{
    if (span_trim(aet).n == 0)
        return "is empty";
    if (span_trim(aet).n > 16)
        return "has more than 16 characters";
    for (size_t i = 0; i < aet.n; i++) {
        if (aet.p[i] < ' ' || aet.p[i] > '~' || aet.p[i] == '\\')
            return "holds a character that no AE title may have: a backslash, or one that is not printable ASCII";
    }
    return NULL;
}

/* `"Enable" of "Worklists" is the string "yes": it must be ...`; false. */
static bool wrong(struct config_load *load, const struct config_option *o, const json_t *value, const char *must)
{
    char is[80];
    return config_fault(load, "\"%s\"%s%s%s is %s: it must be %s", o->name, *o->section ? " of \"" : "", o->section,
                        *o->section ? "\"" : "", config_describe(value, is, sizeof is), must);
}

static bool set_number(struct config_load *load, const struct config_option *o, const json_t *value)
{
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < (json_int_t)o->low || n > (json_int_t)o->high) {
        char must[64];
        snprintf(must, sizeof must, "a whole number from %u to %u", o->low, o->high);
        return wrong(load, o, value, must);
    }
    *config_option_number(load->config, o) = (uint32_t)n;
    return true;
}

/* The strings that have a form of their own. */
static bool check_string(struct config_load *load, const struct config_option *o, const json_t *value)
{
    const char *text = json_string_value(value);
    const char *fault;
    struct dicom_charset charset;
    if (strcmp(o->name, "DicomAet") == 0 && (fault = config_ae_fault(span_str(text))))
        return config_fault(load, "\"DicomAet\" " SHOWN ": an AE title has 1 to 16 characters", fault);
    if (strcmp(o->name, "DefaultEncoding") == 0 && !config_encoding(text, &charset))
        return wrong(load, o, value, "Latin1, Utf8, Ascii or another name that `mwl config` lists");
    return true;
}

static bool set_string(struct config_load *load, const struct config_option *o, const json_t *value)
{
    if (!json_is_string(value))
        return wrong(load, o, value, "a string");
    if (!check_string(load, o, value))
        return false;
    char *copy = arena_str(&load->config->memory, span_str(json_string_value(value)));
    if (copy)
        *config_option_string(load->config, o) = copy;
    return copy || err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
}

static bool set_list(struct config_load *load, const struct config_option *o, const json_t *value)
{
    if (!json_is_array(value))
        return wrong(load, o, value, "a list of strings, [ \"...\" ]");
    size_t count = json_array_size(value);
    const char **items = arena_array(&load->config->memory, count + 1, sizeof *items);
    for (size_t i = 0; items && i < count; i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item))
            return wrong(load, o, item, "a string, in a list of them");
        items[i] = arena_str(&load->config->memory, span_str(json_string_value(item)));
    }
    *config_option_list(load->config, o) = (struct config_list){ items, (uint32_t)count };
    return !load->config->memory.failed || err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
}

/* Whether a value asks for nothing: false, 0, "", null, an empty list or object. */
static bool is_neutral(const json_t *value)
{
    return json_is_false(value) || json_is_null(value) || (json_is_integer(value) && json_integer_value(value) == 0)
           || (json_is_string(value) && json_string_length(value) == 0)
           || (json_is_array(value) && json_array_size(value) == 0)
           || (json_is_object(value) && json_object_size(value) == 0);
}

static bool set_option(struct config_load *load, const struct config_option *o, json_t *section, json_t *value)
{
    switch (o->kind) {
    case OPTION_KIND_BOOL:
    case OPTION_KIND_REFUSED:
        if (!json_is_boolean(value))
            return wrong(load, o, value, "true or false");
        *config_option_bool(load->config, o) = json_is_true(value);
        return true;
    case OPTION_KIND_NUMBER:
        return set_number(load, o, value);
    case OPTION_KIND_STRING:
        return set_string(load, o, value);
    case OPTION_KIND_LIST:
        return set_list(load, o, value);
    case OPTION_KIND_ALIAS: {
        json_t *other = json_object_get(section, o->string);
        if (other && !json_equal(other, value))
            return config_fault(
                load, "\"%s\" and \"%s\" of \"%s\" are two names of one option, and differ: write one of them", o->name,
                o->string, o->section);
        return set_string(load, config_option_find(o->section, o->string), value);
    }
    case OPTION_KIND_IGNORED:
        if (!is_neutral(value))
            config_note(load, "\"%s\" has no effect here: %s", o->name, o->text);
        return true;
    }
    return true;
}

static bool load_worklists(struct config_load *load, json_t *section)
{
    char is[80];
    if (!json_is_object(section))
        return config_fault(load, "\"Worklists\" is %s: it must be an object, { \"Enable\" : true, ... }",
                            config_describe(section, is, sizeof is));
    const char *name;
    json_t *value;
    json_object_foreach(section, name, value)
    {
        if (strcmp(name, "Profiles") == 0) {
            if (!config_load_profiles(load, value))
                return false;
            continue;
        }
        const struct config_option *o = config_option_find("Worklists", name);
        const char *nearest = o ? NULL : config_option_nearest("Worklists", name, FAR);
        if (!o && nearest)
            return config_fault(load, "\"Worklists\" has no option \"" SHOWN "\": did you mean \"%s\"?", name, nearest);
        if (!o)
            return config_fault(
                load, "\"Worklists\" has no option \"" SHOWN "\": `mwl config` lists those that there are", name);
        if (!set_option(load, o, section, value))
            return false;
    }
    return true;
}

/* What the name at the top level was probably meant to be; NULL if it is one that Orthanc has, or like none of ours. */
static const char *misspelt(const char *name)
{
    for (size_t i = 0; i < sizeof neighbours / sizeof *neighbours; i++) {
        if (strcmp(name, neighbours[i]) == 0)
            return NULL;
    }
    return config_option_nearest("", name, NEAR);
}

static bool load_section(struct config_load *load, json_t *root, const char *name, json_t *value)
{
    const struct config_option *o = config_option_find("", name);
    if (o)
        return set_option(load, o, root, value);
    if (strcmp(name, "Worklists") == 0)
        return load_worklists(load, value);
    if (strcmp(name, "DicomModalities") == 0)
        return config_load_modalities(load, value);
    if (strcmp(name, "LuaScripts") == 0)
        return config_load_scripts(load, value);
    if (strcmp(name, "ModalityWorklists") == 0)
        return config_fault(load, "the section \"ModalityWorklists\" is called \"Worklists\": rename it");
    const char *nearest = misspelt(name);
    if (nearest)
        config_note(load, "\"" SHOWN "\" is no option of mwl, and is ignored: did you mean \"%s\"?", name, nearest);
    return true;
}

static bool load_all(struct config_load *load, json_t *root, json_t *origins)
{
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value)
    {
        load->file = json_string_value(json_object_get(origins, name));
        if (!load_section(load, root, name, value))
            return false;
    }
    load->file = load->config->path;
    config_resolve_modalities(load);
    return true;
}

struct config *config_load_sections(const char *path, json_t *root, json_t *origins, struct wr *notes, struct err *err)
{
    struct config *config = config_defaults_new();
    if (config)
        config->path = arena_str(&config->memory, span_str(path));
    if (!config || !config->path)
        err_set(err, ERR_MEMORY, 0, 0, "%s: no memory to read it", path);
    else if (load_all(&(struct config_load){ .config = config, .notes = notes, .err = err, .file = path }, root,
                      origins))
        return config;
    if (config)
        config_free(&config);
    return NULL;
}

struct config *config_load(const char *path, struct wr *notes, struct err *err)
{
    json_t *root = json_object(), *origins = json_object();
    struct config *config = NULL;
    if (!root || !origins)
        err_set(err, ERR_MEMORY, 0, 0, "%s: no memory to read it", path);
    else if (config_read(path, root, origins, err))
        config = config_load_sections(path, root, origins, notes, err);
    json_decref(root);
    json_decref(origins);
    return config;
}
