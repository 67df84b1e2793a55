/* play.c -- the half of a profile that says what the device sends: how it asks for an association, and its query.
 *
 *     "CallingAet" : "MEDISON", "CalledAet" : "RIS", "ImplementationClassUid" : "1.2...", "ImplementationVersion" :
 * "V8", "MaximumPduLength" : 16000, "PresentationContexts" : [ { "AbstractSyntax" : "1.2...", "TransferSyntaxes" : [
 * "1.2.840.10008.1.2" ] } ], "Keys" : { "PatientName" : "", "ScheduledProcedureStepSequence" : [ { "Modality" : "US" }
 * ] }
 *
 * In place of "Keys" there may be "Query", the path of a DICOM file whose data set is the identifier: what the journal
 * exports.
 *
 * Whoever plays a device is to do exactly what that does, so everything here has to make sense before it is played. An
 * attribute without a keyword is written as eight digits, "00080000". */
#include <stdlib.h>

#include "config/play.h"

#include "config/load.h"
#include "dicom/dictionary.h"

enum { UID_MAX = 64, VERSION_MAX = 16, CONTEXTS_MAX = 128, DEPTH_MAX = 16 };

#define SHOWN "%.60s"

static bool wrong(struct config_load *load, const char *name, const json_t *value, const char *must)
{
    char is[80];
    return config_fault(load, "\"%s\" of \"play\" is %s: it must be %s", name, config_describe(value, is, sizeof is),
                        must);
}

/* ---- the association ---- */

/* PS3.5 9.1, without the rule on leading zeros, which devices break. */
static bool is_uid(const json_t *value)
{
    size_t n = json_string_length(value);
    return json_is_string(value) && n >= 1 && n <= UID_MAX && strspn(json_string_value(value), "0123456789.") == n;
}

static bool check_aet(struct config_load *load, const char *name, const json_t *value)
{
    return (json_is_string(value) && !config_ae_fault(span_str(json_string_value(value))))
           || wrong(load, name, value, "an AE title, of 1 to 16 characters");
}

static bool check_uid(struct config_load *load, const char *name, const json_t *value)
{
    return is_uid(value) || wrong(load, name, value, "a UID");
}

static bool check_version(struct config_load *load, const char *name, const json_t *value)
{
    size_t n = json_string_length(value);
    return (json_is_string(value) && n >= 1 && n <= VERSION_MAX && span_is_ascii(span_str(json_string_value(value))))
           || wrong(load, name, value, "a text of 1 to 16 characters");
}

static bool check_length(struct config_load *load, const char *name, const json_t *value)
{
    json_int_t n = json_integer_value(value);
    return (json_is_integer(value) && n >= 0 && n <= UINT32_MAX)
           || wrong(load, name, value, "a number of bytes, or 0 for no limit");
}

static bool is_context(const json_t *value)
{
    const json_t *syntaxes = json_object_get(value, "TransferSyntaxes");
    bool good = json_object_size(value) == 2 && is_uid(json_object_get(value, "AbstractSyntax"))
                && json_array_size(syntaxes) > 0;
    for (size_t i = 0; i < json_array_size(syntaxes); i++)
        good = good && is_uid(json_array_get(syntaxes, i));
    return good;
}

static bool check_contexts(struct config_load *load, const char *name, const json_t *value)
{
    size_t count = json_array_size(value);
    bool good = count > 0 && count <= CONTEXTS_MAX;
    for (size_t i = 0; i < count; i++)
        good = good && is_context(json_array_get(value, i));
    return good
           || wrong(load, name, value,
                    "a list of { \"AbstractSyntax\" : \"1.2...\", \"TransferSyntaxes\" : [ \"1.2...\" ] }");
}

/* ---- the query ---- */

static bool read_tag(const char *name, uint32_t *tag)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_keyword(span_str(name));
    *tag = entry ? entry->tag : (uint32_t)strtoul(name, NULL, 16);
    return entry || (strlen(name) == 8 && strspn(name, "0123456789ABCDEFabcdef") == 8);
}

/* NOLINTNEXTLINE(misc-no-recursion) as deep as DEPTH_MAX */
static bool check_items(struct config_load *load, json_t *items, unsigned depth)
{
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        const char *name;
        json_t *value;
        if (!json_is_object(item))
            return wrong(load, "Keys", item, "attributes, { \"PatientName\" : \"\", ... }, in each item too");
        json_object_foreach(item, name, value)
        {
            uint32_t tag;
            if (!read_tag(name, &tag))
                return config_fault(load,
                                    "\"Keys\" of \"play\" has \"" SHOWN
                                    "\": that is no keyword of PS3.6, nor a tag of eight digits",
                                    name);
            bool is_sequence = dicom_dictionary_vr(tag) == VR_SQ;
            if (!(is_sequence ? json_is_array(value) : json_is_string(value) || json_is_integer(value)))
                return wrong(load, name, value, is_sequence ? "a list of items, [ { ... } ]" : "a string or a number");
            if (depth == DEPTH_MAX)
                return config_fault(load, "\"Keys\" of \"play\" has sequences deeper than %d", DEPTH_MAX);
            if (is_sequence && !check_items(load, value, depth + 1))
                return false;
        }
    }
    return true;
}

static bool check_keys(struct config_load *load, const char *name, const json_t *value)
{
    if (!json_is_object(value) || json_object_size(value) == 0)
        return wrong(load, name, value, "attributes, { \"PatientName\" : \"\", ... }");
    json_t *items = json_pack("[O]", value);
    bool good = items ? check_items(load, items, 0) : err_set(load->err, ERR_MEMORY, 0, 0, "no memory for a profile");
    json_decref(items);
    return good;
}

static bool check_query(struct config_load *load, const char *name, const json_t *value)
{
    return json_string_length(value) > 0 || wrong(load, name, value, "the path of a DICOM file");
}

/* ---- the half ---- */

static const struct {
    const char *name;
    bool (*check)(struct config_load *load, const char *name, const json_t *value);
    bool needed;
} rows[] = {
    { "CallingAet", check_aet, false },
    { "CalledAet", check_aet, false },
    { "ImplementationClassUid", check_uid, false },
    { "ImplementationVersion", check_version, false },
    { "MaximumPduLength", check_length, false },
    { "PresentationContexts", check_contexts, true },
    { "Keys", check_keys, false },
    { "Query", check_query, false },
};

bool config_check_play(struct config_load *load, json_t *play)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const json_t *value = json_object_get(play, rows[i].name);
        if (rows[i].needed && !value)
            return config_fault(load, "\"play\" has no \"%s\", without which it cannot be played", rows[i].name);
        if (value && !rows[i].check(load, rows[i].name, value))
            return false;
    }
    if (!json_object_get(play, "Keys") == !json_object_get(play, "Query"))
        return config_fault(load, "\"play\" must have \"Keys\", or \"Query\": one of them");
    const char *name;
    json_t *value;
    json_object_foreach(play, name, value)
    {
        bool is_known = false;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            is_known = is_known || strcmp(rows[i].name, name) == 0;
        if (!is_known)
            return config_fault(load, "\"play\" has no \"" SHOWN "\": docs/PROFILES.md has what there is", name);
    }
    return true;
}

json_t *config_play_read(const char *path, struct err *err)
{
    struct config_load load = { .err = err, .file = path };
    json_t *root = config_read_file(path, err), *play = json_incref(json_object_get(root, "play"));
    if (root && !json_is_object(play))
        config_fault(&load, "it has no \"play\", { ... }: nothing says what the device sends");
    if (root && (!json_is_object(play) || !config_check_play(&load, play))) {
        json_decref(play);
        play = NULL;
    }
    json_decref(root);
    return play;
}
