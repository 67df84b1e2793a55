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

static const char *name_of(const struct config *config)
{
    return config->path ? config->path : "the configuration";
}

/* That no bool has the value with which mwl does not serve. `section` NULL: in any section. */
static bool check_refused(const struct config *config, const char *section, struct err *err)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        if (o->kind != OPTION_KIND_REFUSED || (section && strcmp(o->section, section) != 0)
            || *(const bool *)((const char *)config + o->field) == o->initial)
            continue;
        return err_set(err, ERR_CONFIG, 0, 0, "%s: \"%s\" : %s", name_of(config), o->name, o->text);
    }
    return true;
}

static bool check_database(const struct config *config, struct err *err)
{
    if (*config->database)
        return true;
    return err_set(err, ERR_CONFIG, 0, 0,
                   "%s: \"Worklists\" names no folder: write \"Database\" : \"/path/of/the/folder\" into it",
                   name_of(config));
}

bool config_check_host(const struct config *config, struct err *err)
{
    return check_refused(config, "Worklists", err) && check_database(config, err);
}

/* Orthanc's rule as well: 0 is a profile as a whole, and what is older than that has no cipher suite in common with it.
 */
static bool check_versions(const struct config *config, struct err *err)
{
    uint32_t least = config->dicom_tls_minimum_protocol_version;
    bool ciphers = config->dicom_tls_ciphers_accepted.count;
    if (least == 0 && ciphers)
        return err_set(
            err, ERR_CONFIG, 0, 0,
            "%s: \"DicomTlsCiphersAccepted\" needs a \"DicomTlsMinimumProtocolVersion\" beside it: write 4 for "
            "TLS 1.2",
            name_of(config));
    if (least >= 1 && least <= 3 && !ciphers)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: \"DicomTlsMinimumProtocolVersion\" : %u needs \"DicomTlsCiphersAccepted\" : [ ... ]: the "
                       "cipher suites of so old a TLS; better write 0",
                       name_of(config), least);
    return true;
}

bool config_check_tls(const struct config *config, struct err *err)
{
    const char *asks = config->dicom_tls_enabled ? "\"DicomTlsEnabled\" : true" : "a port for TLS";
    if (!*config->dicom_tls_certificate || !*config->dicom_tls_private_key)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: %s needs \"DicomTlsCertificate\" : \"/path/of/own.crt\" and \"DicomTlsPrivateKey\" : "
                       "\"/path/of/own.key\"",
                       name_of(config), asks);
    if (config->dicom_tls_remote_certificate_required && !*config->dicom_tls_trusted_certificates)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: %s needs \"DicomTlsTrustedCertificates\" : \"/path/of/trusted.crt\", or "
                       "\"DicomTlsRemoteCertificateRequired\" : false, with which scanners need no certificate",
                       name_of(config), asks);
    if (config->dicom_tls_enabled && config->dicom_tls_port)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: \"DicomTlsEnabled\" : true makes \"DicomPort\" the port for TLS; to have \"DicomTlsPort\" "
                       "beside one in clear text write false",
                       name_of(config));
    if (config->dicom_tls_port == config->dicom_port)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: \"DicomTlsPort\" and \"DicomPort\" are both %u: one port cannot speak TLS and clear text",
                       name_of(config), config->dicom_port);
    return check_versions(config, err);
}

bool config_check_serve(const struct config *config, struct err *err)
{
    if (!check_refused(config, NULL, err))
        return false;
    if (!config->enable)
        return err_set(err, ERR_CONFIG, 0, 0,
                       "%s: the worklist is not enabled: write \"Worklists\" : { \"Enable\" : true, \"Database\" : "
                       "\"/path/of/the/folder\" }",
                       name_of(config));
    if (strcmp(config->lua_on_error, "refuse") != 0 && strcmp(config->lua_on_error, "ignore") != 0)
        return err_set(err, ERR_CONFIG, 0, 0, "%s: \"LuaOnError\" is \"%.40s\": it must be \"refuse\" or \"ignore\"",
                       name_of(config), config->lua_on_error);
    if ((config->dicom_tls_enabled || config->dicom_tls_port) && !config_check_tls(config, err))
        return false;
    return check_database(config, err);
}
