/* host.c -- the part of Orthanc's configuration that a plugin inside it goes by. */
#include "config/load.h"
#include "config/profile_row.h"

/* What the host is called in errors and notes: it does not say from which of its files a section came. */
static const char host[] = "Orthanc's configuration";

static const char section[] = "Worklists", misnamed[] = "ModalityWorklists";

/* Options beside the section that concern a worklist also where Orthanc does the talking. */
static const char *const beside[] = { "CaseSensitivePN", "DefaultEncoding", "StrictAetComparison" };

static bool take(json_t *from, const char *name, json_t *to, json_t *origins)
{
    json_t *value = json_object_get(from, name);
    return !value
           || (json_object_set(to, name, value) == 0 && json_object_set_new(origins, name, json_string(host)) == 0);
}

static bool take_all(json_t *from, json_t *to, json_t *origins, struct err *err)
{
    bool done = from && to && origins && take(from, section, to, origins);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        done = done && take(from, beside[i], to, origins);
    return done || err_set(err, ERR_MEMORY, 0, 0, "%s: no memory to read it", host);
}

/* Orthanc tells a plugin of a scanner nothing but its AE title, and does itself much of what a profile is about. */
static void note_profile(const struct config_profile *profile, struct wr *notes)
{
    for (size_t i = 0; i < config_profile_row_count; i++) {
        const struct config_profile_row *row = &config_profile_rows[i];
        if (!config_profile_is_set(profile, row))
            continue;
        if (row->kind == PROFILE_KIND_CONDITION && row->field != offsetof(struct config_profile, calling_aet))
            wr_fmt(notes, "%s: rule %u of \"Profiles\" is never used: Orthanc does not tell a plugin what \"%s\" is\n",
                   host, profile->number, row->name);
        else if (*row->host)
            wr_fmt(notes, "%s: \"%s\" of rule %u of \"Profiles\" does not do all that it says: %s\n", host, row->name,
                   profile->number, row->host);
    }
}

struct config *config_load_host(const char *json, struct wr *notes, struct err *err)
{
    json_error_t problem;
    json_t *whole = config_json(span_str(json), 0, &problem), *root = json_object(), *origins = json_object();
    struct config *config = NULL;
    if (!json_is_object(whole))
        err_set(err, ERR_CONFIG, 0, 0, "%s: not an object in JSON: %s", host, whole ? "a list" : problem.text);
    else if (take_all(whole, root, origins, err))
        config = config_load_sections(host, root, origins, notes, err);
    if (config && !*config->default_encoding)
        config->default_encoding = "Latin1"; /* Orthanc's own default, which it converts answers to */
    for (uint32_t i = 0; config && notes && i < config->profile_count; i++)
        note_profile(&config->profiles[i], notes);
    if (config && notes && !json_object_get(whole, section) && json_object_get(whole, misnamed))
        wr_fmt(notes, "%s: the section \"%s\" is called \"%s\": rename it\n", host, misnamed, section);
    json_decref(whole);
    json_decref(root);
    json_decref(origins);
    return config;
}
