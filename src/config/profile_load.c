/* profile_load.c -- "Profiles": rules, and the files that they name.
 *
 *     { "CallingAet" : "CT1", "File" : "profiles/ge-ct.json", "DaysAfterToday" : 7 }
 *
 * A file has two halves: "serve", which is options as a rule has them, and "play", which is what the device sends
 * (play.c). Only names that are known are taken: a misspelt condition would hold for every device. */
#include <stdio.h>
#include <stdlib.h>

#include "config/load.h"
#include "config/option.h"
#include "config/profile_row.h"
#include "dicom/dictionary.h"

enum { PATH_ROOM = 4096, DAYS_MAX = 36500, CHARACTERS_MAX = 10240, FAR = 3 };

/* Of a text from the file, in an error. */
#define SHOWN "%.60s"

/* What is being read: where an error is, in words, and whether it is a rule or the half of a file. */
struct part {
    struct config_load *load;
    char what[48]; /* `rule 2 of "Profiles"`, `"serve"` */
    bool is_rule;
};

static bool no_memory(const struct part *part)
{
    return err_set(part->load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", part->load->file);
}

/* `"DaysAfterToday" of rule 2 of "Profiles" is -1: it must be ...`; false. */
static bool wrong(const struct part *part, const char *name, const json_t *value, const char *must)
{
    char is[80];
    return config_fault(part->load, "\"%s\" of %s is %s: it must be %s", name, part->what,
                        config_describe(value, is, sizeof is), must);
}

static const struct config_profile_row *find_row(const char *name)
{
    for (size_t i = 0; i < config_profile_row_count; i++)
        if (strcmp(config_profile_rows[i].name, name) == 0)
            return &config_profile_rows[i];
    return NULL;
}

static bool unknown(const struct part *part, const char *name)
{
    const char *nearest = NULL;
    uint32_t distance = strlen(name) / 2 < FAR ? (uint32_t)strlen(name) / 2 : FAR;
    for (size_t i = 0; i < config_profile_row_count; i++)
        config_consider(name, config_profile_rows[i].name, &distance, &nearest);
    if (nearest)
        return config_fault(part->load, "%s has no option \"" SHOWN "\": did you mean \"%s\"?", part->what, name,
                            nearest);
    return config_fault(part->load, "%s has no option \"" SHOWN "\": `mwl config` lists those that there are",
                        part->what, name);
}

/* ---- values ---- */

static bool set_string(const struct part *part, const char *name, const json_t *value, const char **to)
{
    if (!json_is_string(value))
        return wrong(part, name, value, "a string");
    *to = arena_str(&part->load->config->memory, span_str(json_string_value(value)));
    return *to || no_memory(part);
}

static bool set_titles(const struct part *part, const char *name, const json_t *value, struct config_titles *to)
{
    static const char must[] = "a list of AE titles, of 1 to 16 characters each: [ \"CT1\", \"CT_ROOM_1\" ]";
    if (!json_is_array(value))
        return wrong(part, name, value, must);
    struct arena *memory = &part->load->config->memory;
    size_t count = json_array_size(value);
    struct span *list = arena_array(memory, count, sizeof *list);
    for (size_t i = 0; list && i < count; i++) {
        const json_t *one = json_array_get(value, i);
        if (!json_is_string(one) || config_ae_fault(span_str(json_string_value(one))))
            return wrong(part, name, one, must);
        list[i] = arena_copy(memory, span_trim(span_str(json_string_value(one))));
    }
    *to = (struct config_titles){ list, (uint32_t)count };
    return !memory->failed || no_memory(part);
}

static bool set_charset(const struct part *part, const char *name, const json_t *value, struct config_charset *to)
{
    static const char must[] = "a defined term of Specific Character Set, \"ISO_IR 100\" or \"ISO_IR 6\"";
    bool misspelt = false;
    if (!json_is_string(value) || json_string_length(value) == 0)
        return wrong(part, name, value, must);
    to->charset = dicom_charset_from_value(span_str(json_string_value(value)), &misspelt);
    /* ASCII has no defined term, since an answer in it names none; people have to call it something. */
    misspelt = misspelt && strcmp(json_string_value(value), "ISO_IR 6") != 0;
    if (misspelt || !dicom_charset_is_defined(to->charset))
        return wrong(part, name, value, must);
    return set_string(part, name, value, &to->term);
}

/* An attribute of text that may be cut: by what is a number or a code, things are known again. */
static const struct dicom_dictionary_entry *find_text(const char *keyword)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_keyword(span_str(keyword));
    bool can = entry && dicom_vr_has((enum dicom_vr)entry->vr, VR_TEXT) && !dicom_dictionary_identifies(entry->tag);
    return can ? entry : NULL;
}

static bool set_lengths(const struct part *part, const char *name, json_t *value, struct config_lengths *to)
{
    static const char must[] = "an object of keywords and characters: { \"PatientAddress\" : 64 }";
    if (!json_is_object(value))
        return wrong(part, name, value, must);
    struct arena *memory = &part->load->config->memory;
    struct dicom_length *list = arena_array(memory, json_object_size(value), sizeof *list);
    uint32_t count = 0;
    const char *keyword;
    json_t *one;
    json_object_foreach(value, keyword, one)
    {
        const struct dicom_dictionary_entry *entry = find_text(keyword);
        if (!entry)
            return config_fault(part->load,
                                "\"%s\" of %s has \"" SHOWN
                                "\": it must be the keyword of an attribute of text, and of no ID, number or code",
                                name, part->what, keyword);
        if (!json_is_integer(one) || json_integer_value(one) < 1 || json_integer_value(one) > CHARACTERS_MAX)
            return wrong(part, keyword, one, "a whole number of characters from 1 to 10240");
        if (list)
            list[count++] = (struct dicom_length){ entry->tag, (uint32_t)json_integer_value(one) };
    }
    *to = (struct config_lengths){ list, count };
    return !memory->failed || no_memory(part);
}

/* A "*" anywhere but at the end would look as if it did something. */
static bool check_condition(const struct part *part, const struct config_profile_row *row, const json_t *value,
                            struct config_profile *profile)
{
    const char *text = json_string_value(value);
    size_t n = strcspn(text, "*");
    if (row->field == offsetof(struct config_profile, address))
        return !*text || config_profile_network(text, profile)
               || wrong(part, row->name, value, "a numeric address or a network, \"192.0.2.7\" or \"10.1.0.0/16\"");
    if (!*text || text[strspn(text, " ")] == 0)
        return wrong(part, row->name, value, "what a device can have");
    if (text[n] && text[n + 1])
        return wrong(part, row->name, value, "a text with a * at its end, or none");
    if (row->field == offsetof(struct config_profile, calling_aet) && n
        && config_ae_fault(span_of(text, n < 17 ? n : 17)))
        return wrong(part, row->name, value, "an AE title, of 1 to 16 characters");
    return true;
}

static bool set(const struct part *part, const struct config_profile_row *row, json_t *value,
                struct config_profile *profile)
{
    void *to = config_profile_at(profile, row);
    switch (row->kind) {
    case PROFILE_KIND_TEXT:
        return set_string(part, row->name, value, to);
    case PROFILE_KIND_CONDITION:
        return set_string(part, row->name, value, to) && check_condition(part, row, value, profile);
    case PROFILE_KIND_BOOL:
        *(bool *)to = json_is_true(value);
        return json_is_boolean(value) || wrong(part, row->name, value, "true or false");
    case PROFILE_KIND_DAYS:
        if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > DAYS_MAX)
            return wrong(part, row->name, value, "a whole number of days from 0 to 36500");
        *(uint32_t *)to = (uint32_t)json_integer_value(value);
        return true;
    case PROFILE_KIND_TITLES:
        return set_titles(part, row->name, value, to);
    case PROFILE_KIND_CHARSET:
        return set_charset(part, row->name, value, to);
    case PROFILE_KIND_LENGTHS:
        return set_lengths(part, row->name, value, to);
    }
    return false;
}

static bool set_all(const struct part *part, json_t *object, struct config_profile *profile)
{
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        const struct config_profile_row *row = find_row(name);
        if (!row)
            return unknown(part, name);
        bool of_rule = row->kind == PROFILE_KIND_TEXT || row->kind == PROFILE_KIND_CONDITION;
        if (of_rule && !part->is_rule)
            return config_fault(part->load, "%s has \"%s\": that is for the rule which names this file", part->what,
                                name);
        bool done = row->field == offsetof(struct config_profile, file); /* was read before all others */
        if (!done && !set(part, row, value, profile))
            return false;
    }
    return true;
}

/* ---- files ---- */

static bool take_file(struct config_load *load, json_t *root, struct config_profile *profile)
{
    struct part part = { .load = load, .what = "the profile" }, serve = { .load = load, .what = "\"serve\"" };
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value)
    {
        if (strcmp(name, "Name") == 0) {
            if (!set_string(&part, name, value, &profile->name))
                return false;
        } else if (strcmp(name, "Source") == 0) {
            if (!json_is_string(value))
                return wrong(&part, name, value, "a string");
        } else if (strcmp(name, "serve") != 0 && strcmp(name, "play") != 0) {
            return config_fault(
                load, "a profile has \"Name\", \"Source\", \"serve\" and \"play\", and no \"" SHOWN "\"", name);
        } else if (!json_is_object(value)) {
            return wrong(&part, name, value, "an object, { ... }");
        } else if (!(*name == 's' ? set_all(&serve, value, profile) : config_check_play(load, value))) {
            return false;
        }
    }
    return true;
}

/* The path of a file that is named in another: from that one's folder. */
static bool resolve(const struct part *part, const char *name, const char **path)
{
    char whole[PATH_ROOM];
    const char *from = part->load->file, *slash = strrchr(from, '/');
    int folder = *name == '/' || !slash ? 0 : (int)(slash - from) + 1;
    int n = snprintf(whole, sizeof whole, "%.*s%s", folder, from, name);
    if (n < 0 || (size_t)n >= sizeof whole)
        return config_fault(part->load, "\"File\" of %s is too long a path", part->what);
    *path = arena_str(&part->load->config->memory, span_str(whole));
    return *path || no_memory(part);
}

static bool read_file(const struct part *part, const json_t *value, struct config_profile *profile)
{
    struct config_load *load = part->load;
    const char *from = load->file;
    if (!json_is_string(value) || json_string_length(value) == 0)
        return wrong(part, "File", value, "the path of a profile");
    if (!resolve(part, json_string_value(value), &profile->file))
        return false;
    json_t *root = config_read_file(profile->file, load->err);
    load->file = profile->file;
    bool done = root && take_file(load, root, profile);
    load->file = from;
    json_decref(root);
    return done;
}

/* ---- rules ---- */

/* What a rule and its file say only together. */
static bool check_whole(const struct part *part, const struct config_profile *profile)
{
    const char *aet = profile->calling_aet;
    if (profile->station_aliases.count && (!*aet || strchr(aet, '*')))
        return config_fault(part->load,
                            "%s has \"StationAliases\", the names of one device: give that one by its \"CallingAet\", "
                            "without a *",
                            part->what);
    if (profile->transliterate && !profile->answer_character_set.term)
        return config_fault(part->load, "%s has \"Transliterate\", but no \"AnswerCharacterSet\" to write in",
                            part->what);
    return true;
}

static bool load_rule(struct config_load *load, uint32_t number, json_t *rule, struct config_profile *profile)
{
    struct part part = { .load = load, .is_rule = true };
    snprintf(part.what, sizeof part.what, "rule %u of \"Profiles\"", number);
    config_profile_init(profile);
    profile->number = number;
    char is[80];
    if (!json_is_object(rule))
        return config_fault(load, "%s is %s: it must be an object, { \"CallingAet\" : \"CT1\", ... }", part.what,
                            config_describe(rule, is, sizeof is));
    const json_t *file = json_object_get(rule, "File");
    return (!file || read_file(&part, file, profile)) && set_all(&part, rule, profile) && check_whole(&part, profile);
}

bool config_load_profiles(struct config_load *load, json_t *rules)
{
    char is[80];
    if (!json_is_array(rules))
        return config_fault(load,
                            "\"Profiles\" of \"Worklists\" is %s: it must be a list of rules, [ { \"CallingAet\" : "
                            "\"CT1\", ... } ]",
                            config_describe(rules, is, sizeof is));
    uint32_t count = (uint32_t)json_array_size(rules), general = 0;
    struct config_profile *list = arena_array(&load->config->memory, count, sizeof *list);
    if (!list)
        return err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
    for (uint32_t i = 0; i < count; i++) {
        if (!load_rule(load, i + 1, json_array_get(rules, i), &list[i]))
            return false;
        if (general)
            config_note(load, "rule %u of \"Profiles\" is never used: rule %u has no condition and is for every device",
                        i + 1, general);
        else if (!config_profile_has_condition(&list[i]))
            general = i + 1;
    }
    load->config->profiles = list;
    load->config->profile_count = count;
    return true;
}
