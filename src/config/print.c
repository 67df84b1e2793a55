/* print.c -- the whole configuration with a comment for every option, from the rows that read it. */
#include "config/config.h"

#include <stdio.h>

#include "config/option.h"
#include "config/profile_row.h"
#include "config/quote.h"
#include "dicom/dictionary.h"

enum { WIDTH = 100, LINE_ROOM = 512 };

/* The text as comment lines, broken between words. */
static void put_comment(struct wr *out, const char *indent, const char *text)
{
    struct span rest = span_str(text);
    size_t column = 0;
    while (rest.p) {
        struct span word = span_cut(&rest, ' ');
        if (column == 0 || column + 1 + word.n > WIDTH) {
            wr_fmt(out, "%s%s//", column == 0 ? "" : "\n", indent);
            column = strlen(indent) + 2;
        }
        wr_fmt(out, " %.*s", SPAN_FMT(word));
        column += 1 + word.n;
    }
    wr_str(out, "\n");
}

/* What the text does not say of itself: the range, the default. */
static void put_facts(struct wr *out, const char *indent, const struct config_option *o)
{
    if (o->kind == OPTION_KIND_NUMBER)
        wr_fmt(out, "%s// From %u to %u; the default is %u.\n", indent, o->low, o->high, o->initial);
    else if (o->kind == OPTION_KIND_STRING && *o->string)
        wr_fmt(out, "%s// The default is \"%s\".\n", indent, o->string);
    else if (o->kind == OPTION_KIND_BOOL)
        wr_fmt(out, "%s// The default is %s.\n", indent, o->initial ? "true" : "false");
}

static void put_list(struct wr *out, const struct config_list *list)
{
    wr_str(out, "[");
    for (uint32_t i = 0; i < list->count; i++) {
        wr_str(out, i ? ", " : " ");
        config_quote(out, span_str(list->items[i]));
    }
    wr_str(out, list->count ? " ]" : "]");
}

static void put_value(struct wr *out, const struct config *config, const struct config_option *o)
{
    const char *field = (const char *)config + o->field;
    if (o->kind == OPTION_KIND_NUMBER)
        wr_fmt(out, "%u", *(const uint32_t *)(const void *)field);
    else if (o->kind == OPTION_KIND_STRING)
        config_quote(out, span_str(*(const char *const *)(const void *)field));
    else if (o->kind == OPTION_KIND_LIST)
        put_list(out, (const struct config_list *)(const void *)field);
    else
        wr_str(out, *(const bool *)field ? "true" : "false");
}

static bool has_value(const struct config_option *o)
{
    return o->kind != OPTION_KIND_ALIAS && o->kind != OPTION_KIND_IGNORED;
}

/* The options of one section; those without a value of their own as comments. */
static void put_section(struct wr *out, const struct config *config, const char *section, const char *indent)
{
    const char *separator = "";
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        if (strcmp(o->section, section) != 0 || !has_value(o))
            continue;
        wr_str(out, separator);
        separator = ",\n\n";
        char line[LINE_ROOM];
        snprintf(line, sizeof line, o->kind == OPTION_KIND_REFUSED ? "\"%s\" : %s." : "%.0s%s", o->name, o->text);
        put_comment(out, indent, line);
        put_facts(out, indent, o);
        wr_fmt(out, "%s\"%s\" : ", indent, o->name);
        put_value(out, config, o);
    }
}

/* Behind the last value of a section: what may stand there and has no value of its own. */
static void put_others(struct wr *out, const char *section, const char *indent)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        if (strcmp(o->section, section) != 0 || has_value(o))
            continue;
        char line[LINE_ROOM];
        if (o->kind == OPTION_KIND_ALIAS)
            snprintf(line, sizeof line, "\"%s\" is another name of \"%s\".", o->name, o->string);
        else
            snprintf(line, sizeof line, "\"%s\" has no effect here: %s.", o->name, o->text);
        put_comment(out, indent, line);
    }
}

static void put_modalities(struct wr *out, const struct config *config)
{
    put_comment(
        out, "  ",
        "The scanners that may call. \"AllowEcho\" matters only where \"DicomAlwaysAllowEcho\" is false, "
        "\"AllowFindWorklist\" only where \"DicomAlwaysAllowFindWorklist\" is; both are true where they are left "
        "out. With \"TlsCertificateName\" the scanner must call over TLS, with a trusted certificate that has this "
        "name: as a Common Name, or as a DNS name, an e-mail address or a URI among its alternative names. "
        "The short form is \"CT1\" : [ \"CT1\", \"192.0.2.7\", 104 ].");
    wr_str(out, "  \"DicomModalities\" : {");
    for (uint32_t i = 0; i < config->modality_count; i++) {
        const struct config_modality *m = &config->modalities[i];
        wr_str(out, i ? ",\n    " : "\n    ");
        config_quote(out, span_str(m->name));
        wr_str(out, " : { \"AET\" : ");
        config_quote(out, span_str(m->aet));
        wr_str(out, ", \"Host\" : ");
        config_quote(out, span_str(m->host));
        wr_fmt(out, ", \"Port\" : %u, \"AllowEcho\" : %s, \"AllowFindWorklist\" : %s", m->port,
               m->allow_echo ? "true" : "false", m->allow_find_worklist ? "true" : "false");
        if (*m->tls_certificate_name) {
            wr_str(out, ", \"TlsCertificateName\" : ");
            config_quote(out, span_str(m->tls_certificate_name));
        }
        wr_str(out, " }");
    }
    wr_str(out, "\n  }");
}

static void put_scripts(struct wr *out, const struct config *config)
{
    put_comment(
        out, "  ",
        "Lua scripts that mend queries: IncomingWorklistRequestFilter(query, origin) gets each query before it is "
        "answered, and what it returns is answered instead. A relative path is taken from the folder of this "
        "file.");
    wr_str(out, "  \"LuaScripts\" : ");
    put_list(out, &(struct config_list){ config->lua_scripts, config->lua_script_count });
}

static void put_profile_value(struct wr *out, const struct config_profile *profile,
                              const struct config_profile_row *row)
{
    const void *value = config_profile_value(profile, row);
    const struct config_titles *titles = value;
    const struct config_lengths *lengths = value;
    switch (row->kind) {
    case PROFILE_KIND_TEXT:
    case PROFILE_KIND_CONDITION:
        config_quote(out, span_str(*(const char *const *)value));
        break;
    case PROFILE_KIND_BOOL:
        wr_str(out, "true");
        break;
    case PROFILE_KIND_DAYS:
        wr_fmt(out, "%u", *(const uint32_t *)value);
        break;
    case PROFILE_KIND_TITLES:
        for (uint32_t i = 0; i < titles->count; i++) {
            wr_str(out, i ? ", " : "[ ");
            config_quote(out, titles->list[i]);
        }
        wr_str(out, " ]");
        break;
    case PROFILE_KIND_CHARSET:
        config_quote(out, span_str(((const struct config_charset *)value)->term));
        break;
    case PROFILE_KIND_LENGTHS:
        for (uint32_t i = 0; i < lengths->count; i++)
            wr_fmt(out, "%s\"%s\" : %u", i ? ", " : "{ ", dicom_dictionary_find(lengths->list[i].tag)->keyword,
                   lengths->list[i].characters);
        wr_str(out, " }");
        break;
    }
}

/* One rule, with what its file says: the text is to hold whole, wherever it is saved. */
static void put_profile(struct wr *out, const struct config_profile *profile)
{
    const char *separator = "\n      { ";
    for (size_t i = 0; i < config_profile_row_count; i++) {
        const struct config_profile_row *row = &config_profile_rows[i];
        if (row->field == offsetof(struct config_profile, file) || !config_profile_is_set(profile, row))
            continue;
        wr_fmt(out, "%s\"%s\" : ", separator, row->name);
        separator = ",\n        ";
        put_profile_value(out, profile, row);
    }
    wr_str(out, separator[0] == ',' ? " }" : "\n      { }");
}

static void put_profiles(struct wr *out, const struct config *config)
{
    put_comment(out, "    ",
                "What single devices get that others do not: rules, of which the first whose conditions all hold is "
                "the device's; one without conditions is for every device. docs/PROFILES.md tells more. A rule has:");
    for (size_t i = 0; i < config_profile_row_count; i++) {
        char line[LINE_ROOM];
        snprintf(line, sizeof line, "- \"%s\": %s", config_profile_rows[i].name, config_profile_rows[i].text);
        put_comment(out, "    ", line);
    }
    wr_str(out, "    \"Profiles\" : [");
    for (uint32_t i = 0; i < config->profile_count; i++) {
        wr_str(out, i ? "," : "");
        put_profile(out, &config->profiles[i]);
    }
    wr_str(out, config->profile_count ? "\n    ]" : "]");
}

void config_print(const struct config *config, struct wr *out)
{
    wr_str(out, "{\n");
    put_section(out, config, "", "  ");
    wr_str(out, ",\n\n");
    put_modalities(out, config);
    wr_str(out, ",\n\n");
    put_scripts(out, config);
    wr_str(out, ",\n\n  // The worklist itself.\n  \"Worklists\" : {\n");
    put_section(out, config, "Worklists", "    ");
    wr_str(out, ",\n\n");
    put_profiles(out, config);
    wr_str(out, "\n\n");
    put_others(out, "Worklists", "    ");
    wr_str(out, "  }\n\n");
    put_others(out, "", "  ");
    wr_str(out, "}\n");
}
