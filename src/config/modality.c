/* modality.c -- DicomModalities: rows in both forms that Orthanc has, and the addresses of their hosts.
 *
 *     "CT1" : [ "CT1", "192.0.2.7", 104 ]                  the manufacturer may follow
 *     "CT1" : { "AET" : "CT1", "Host" : "192.0.2.7", "Port" : 104, "AllowFindWorklist" : true,
 *              "TlsCertificateName" : "ct1.example" } */
#include "config/load.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "config/address.h"

enum { ADDRESSES_MAX = 64 }; /* of one host */

/* Of a row's name, in an error or a note. */
#define ROW "\"%.40s\" of \"DicomModalities\""

static bool take_string(struct config_load *load, const char *row, const char *key, const json_t *value,
                        const char **to)
{
    char is[80];
    if (!value)
        return config_fault(load, ROW " has no \"%s\"", row, key);
    if (!json_is_string(value))
        return config_fault(load, "\"%s\" in " ROW " is %s: it must be a string", key, row,
                            config_describe(value, is, sizeof is));
    *to = arena_str(&load->config->memory, span_trim(span_str(json_string_value(value))));
    return *to || err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
}

/* A number, or as Orthanc also takes it, a string of digits. */
static bool take_port(struct config_load *load, const char *row, const json_t *value, uint16_t *to)
{
    char is[80];
    if (!value)
        return config_fault(load, ROW " has no \"Port\"", row);
    json_int_t port = json_integer_value(value);
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        port = strlen(text) <= 5 && strspn(text, "0123456789") == strlen(text) ? strtol(text, NULL, 10) : 0;
    }
    if (port < 1 || port > UINT16_MAX)
        return config_fault(load, "\"Port\" in " ROW " is %s: it must be a number from 1 to 65535", row,
                            config_describe(value, is, sizeof is));
    *to = (uint16_t)port;
    return true;
}

static bool take_permission(struct config_load *load, const char *row, const char *key, const json_t *object, bool *to)
{
    char is[80];
    const json_t *value = json_object_get(object, key);
    *to = !value || json_is_true(value);
    if (value && !json_is_boolean(value))
        return config_fault(load, "\"%s\" in " ROW " is %s: it must be true or false", key, row,
                            config_describe(value, is, sizeof is));
    return true;
}

static bool take_certificate_name(struct config_load *load, const char *row, const json_t *object, const char **to)
{
    const json_t *value = json_object_get(object, "TlsCertificateName");
    if (!value)
        return true;
    if (!take_string(load, row, "TlsCertificateName", value, to) || !*to)
        return false;
    return **to || config_fault(load, "\"TlsCertificateName\" in " ROW " is empty: leave it out, or name one", row);
}

/* A permission that is spelt wrongly would be granted: what looks like one is an error. Other keys are Orthanc's. */
static bool check_keys(struct config_load *load, const char *row, json_t *object)
{
    static const char *const permissions[] = { "AllowEcho", "AllowFindWorklist", "TlsCertificateName" };
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        for (size_t i = 0; i < sizeof permissions / sizeof *permissions; i++) {
            if (strcmp(key, permissions[i]) != 0 && span_distance(span_str(key), span_str(permissions[i])) <= 2)
                return config_fault(load, ROW " has no \"%s\": did you mean \"%s\"?", row, key, permissions[i]);
        }
    }
    return true;
}

static bool load_row(struct config_load *load, struct config_modality *m, const char *row, json_t *value)
{
    char is[80];
    m->name = arena_str(&load->config->memory, span_str(row));
    if (!m->name)
        return err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
    m->allow_echo = m->allow_find_worklist = true;
    m->tls_certificate_name = "";
    if (json_is_object(value))
        return check_keys(load, row, value) && take_string(load, row, "AET", json_object_get(value, "AET"), &m->aet)
               && take_string(load, row, "Host", json_object_get(value, "Host"), &m->host)
               && take_port(load, row, json_object_get(value, "Port"), &m->port)
               && take_permission(load, row, "AllowEcho", value, &m->allow_echo)
               && take_permission(load, row, "AllowFindWorklist", value, &m->allow_find_worklist)
               && take_certificate_name(load, row, value, &m->tls_certificate_name);
    if (json_is_array(value) && (json_array_size(value) == 3 || json_array_size(value) == 4))
        return take_string(load, row, "AET", json_array_get(value, 0), &m->aet)
               && take_string(load, row, "Host", json_array_get(value, 1), &m->host)
               && take_port(load, row, json_array_get(value, 2), &m->port);
    return config_fault(
        load, ROW " is %s: it must be [ \"AET\", \"host\", port ] or { \"AET\" : ..., \"Host\" : ..., \"Port\" : ... }",
        row, config_describe(value, is, sizeof is));
}

bool config_load_modalities(struct config_load *load, json_t *rows)
{
    char is[80];
    if (!json_is_object(rows))
        return config_fault(
            load, "\"DicomModalities\" is %s: it must be an object, { \"CT1\" : [ \"CT1\", \"192.0.2.7\", 104 ] }",
            config_describe(rows, is, sizeof is));
    struct config_modality *list =
        arena_array(&load->config->memory, json_object_size(rows), sizeof *load->config->modalities);
    if (!list)
        return err_set(load->err, ERR_MEMORY, 0, 0, "%s: no memory for it", load->file);
    uint32_t count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(rows, name, value)
    {
        struct config_modality *m = &list[count++];
        if (!load_row(load, m, name, value))
            return false;
        const char *fault = config_ae_fault(span_str(m->aet));
        if (fault)
            config_note(load, "\"AET\" in " ROW " %s: nobody can call with it", name, fault);
    }
    load->modalities = list;
    load->config->modalities = list;
    load->config->modality_count = count;
    return true;
}

/* The addresses of one host, in memory of the configuration. */
static void resolve(struct config_load *load, struct config_modality *m)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    int problem = getaddrinfo(m->host, NULL, &hints, &found);
    if (problem) {
        config_note(load,
                    "\"Host\" in " ROW ", \"%.60s\", cannot be resolved (%s): nobody is let in as it until the "
                    "configuration is read again",
                    m->name, m->host, gai_strerror(problem));
        return;
    }
    struct config_address *list = arena_array(&load->config->memory, ADDRESSES_MAX, sizeof *list);
    for (const struct addrinfo *a = found; list && a && m->address_count < ADDRESSES_MAX; a = a->ai_next) {
        if (config_address_from(a->ai_addr, &list[m->address_count]))
            m->address_count++;
    }
    m->addresses = list;
    freeaddrinfo(found);
}

void config_resolve_modalities(struct config_load *load)
{
    if (!load->config->dicom_check_modality_host)
        return;
    for (uint32_t i = 0; i < load->config->modality_count; i++)
        resolve(load, &load->modalities[i]);
}
