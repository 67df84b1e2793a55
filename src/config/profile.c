/* profile.c -- the rows of profile.def, and which profile a device has. */
#include "config/profile_row.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "config/access.h"
#include "config/address.h"
#include "dicom/dictionary.h"

#define FIELD(field) offsetof(struct config_profile, field)

const struct config_profile_row config_profile_rows[] = {
#define PROFILE_TEXT(name, field, text)          { PROFILE_KIND_TEXT, name, FIELD(field), "", text },
#define PROFILE_CONDITION(name, field, text)     { PROFILE_KIND_CONDITION, name, FIELD(field), "", text },
#define PROFILE_BOOL(name, field, host, text)    { PROFILE_KIND_BOOL, name, FIELD(field), host, text },
#define PROFILE_DAYS(name, field, host, text)    { PROFILE_KIND_DAYS, name, FIELD(field), host, text },
#define PROFILE_TITLES(name, field, host, text)  { PROFILE_KIND_TITLES, name, FIELD(field), host, text },
#define PROFILE_CHARSET(name, field, host, text) { PROFILE_KIND_CHARSET, name, FIELD(field), host, text },
#define PROFILE_LENGTHS(name, field, host, text) { PROFILE_KIND_LENGTHS, name, FIELD(field), host, text },
#include "config/profile.def"
};

const size_t config_profile_row_count = sizeof config_profile_rows / sizeof *config_profile_rows;

void config_profile_init(struct config_profile *profile)
{
    *profile = (struct config_profile){ .number = 0 };
    for (size_t i = 0; i < config_profile_row_count; i++) {
        const struct config_profile_row *row = &config_profile_rows[i];
        if (row->kind == PROFILE_KIND_TEXT || row->kind == PROFILE_KIND_CONDITION)
            *(const char **)config_profile_at(profile, row) = "";
        else if (row->kind == PROFILE_KIND_DAYS)
            *(uint32_t *)config_profile_at(profile, row) = CONFIG_NO_DAYS;
    }
}

bool config_profile_is_set(const struct config_profile *profile, const struct config_profile_row *row)
{
    const void *value = config_profile_value(profile, row);
    switch (row->kind) {
    case PROFILE_KIND_TEXT:
    case PROFILE_KIND_CONDITION:
        return **(const char *const *)value;
    case PROFILE_KIND_BOOL:
        return *(const bool *)value;
    case PROFILE_KIND_DAYS:
        return *(const uint32_t *)value != CONFIG_NO_DAYS;
    case PROFILE_KIND_TITLES:
        return ((const struct config_titles *)value)->count > 0;
    case PROFILE_KIND_CHARSET:
        return ((const struct config_charset *)value)->term;
    case PROFILE_KIND_LENGTHS:
        return ((const struct config_lengths *)value)->count > 0;
    }
    return false;
}

bool config_profile_has_condition(const struct config_profile *profile)
{
    for (size_t i = 0; i < config_profile_row_count; i++)
        if (config_profile_rows[i].kind == PROFILE_KIND_CONDITION
            && config_profile_is_set(profile, &config_profile_rows[i]))
            return true;
    return false;
}

bool config_profile_network(const char *text, struct config_profile *profile)
{
    char address[INET6_ADDRSTRLEN];
    size_t n = strcspn(text, "/");
    if (n >= sizeof address)
        return false;
    memcpy(address, text, n);
    address[n] = 0;
    uint32_t width = strchr(address, ':') ? 128 : 32;
    uint32_t bits = width;
    if (text[n]) {
        const char *digits = text + n + 1;
        if (strlen(digits) < 1 || strlen(digits) > 3 || strspn(digits, "0123456789") != strlen(digits))
            return false;
        bits = (uint32_t)strtoul(digits, NULL, 10);
    }
    /* An IPv4 address stands at the end of its mapped form. */
    profile->network_bits = bits + 128 - width;
    return bits <= width && config_address_parse(address, &profile->network);
}

static bool is_in_network(const struct config_profile *profile, const char *address)
{
    struct config_address at;
    if (!address || !config_address_parse(address, &at))
        return false;
    uint32_t whole = profile->network_bits / 8, rest = profile->network_bits % 8;
    const uint8_t *a = at.bytes, *b = profile->network.bytes;
    return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

/* Whether a condition holds of a value, of which its trailing "*" leaves only the beginning to compare. */
static bool fits(const char *condition, struct span value, bool any_case)
{
    struct span wanted = span_str(condition);
    if (wanted.n == 0)
        return true;
    if (value.n == 0)
        return false;
    if (wanted.p[wanted.n - 1] == '*') {
        wanted.n--;
        if (value.n < wanted.n)
            return false;
        value.n = wanted.n;
    }
    return any_case ? span_eq_nocase(wanted, value) : span_eq(wanted, value);
}

const struct config_profile *config_profile_find(const struct config *config, const struct config_device *device)
{
    for (uint32_t i = 0; i < config->profile_count; i++) {
        const struct config_profile *p = &config->profiles[i];
        if (fits(p->calling_aet, device->calling_aet, !config->strict_aet_comparison)
            && fits(p->implementation_class_uid, device->implementation_class_uid, false)
            && fits(p->implementation_version, device->implementation_version, false)
            && (!*p->address || is_in_network(p, device->address)))
            return p;
    }
    return NULL;
}

static void describe_lengths(const struct config_lengths *lengths, struct wr *out)
{
    for (uint32_t i = 0; i < lengths->count; i++)
        wr_fmt(out, "%s%s %u", i ? ", " : " (", dicom_dictionary_find(lengths->list[i].tag)->keyword,
               lengths->list[i].characters);
    wr_str(out, ")");
}

static void describe(const struct config_profile *profile, const struct config_profile_row *row, struct wr *out)
{
    const void *value = config_profile_value(profile, row);
    wr_str(out, row->name);
    if (row->kind == PROFILE_KIND_DAYS)
        wr_fmt(out, " %u", *(const uint32_t *)value);
    if (row->kind == PROFILE_KIND_CHARSET)
        wr_fmt(out, " %s", ((const struct config_charset *)value)->term);
    if (row->kind == PROFILE_KIND_LENGTHS)
        describe_lengths(value, out);
    const struct config_titles *titles = value;
    for (uint32_t i = 0; row->kind == PROFILE_KIND_TITLES && i < titles->count; i++)
        wr_fmt(out, "%s%.*s", i ? ", " : " (", SPAN_FMT(titles->list[i]));
    if (row->kind == PROFILE_KIND_TITLES)
        wr_str(out, ")");
}

void config_profile_describe(const struct config_profile *profile, struct wr *out)
{
    wr_fmt(out, "profile %u", profile->number);
    if (*profile->name)
        wr_fmt(out, ", \"%s\"", profile->name);
    if (*profile->file)
        wr_fmt(out, ", of %s", profile->file);
    const char *separator = ": ";
    for (size_t i = 0; i < config_profile_row_count; i++) {
        const struct config_profile_row *row = &config_profile_rows[i];
        if (row->kind == PROFILE_KIND_TEXT || row->kind == PROFILE_KIND_CONDITION
            || !config_profile_is_set(profile, row))
            continue;
        wr_str(out, separator);
        separator = ", ";
        describe(profile, row, out);
    }
    if (*separator == ':')
        wr_str(out, ": nothing is changed");
}
