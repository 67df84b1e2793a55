/* settings.c -- a path becomes a configuration, limits and a followed folder. */
#include "server/settings.h"

#include <stdlib.h>

#include "base/log.h"
#include "config/path.h"
#include "hook/hook.h"
#include "server/guard.h"

enum { NOTES_MAX = 64 * 1024 };

static void log_notes(struct wr *notes)
{
    struct span rest = wr_done(notes);
    while (rest.p && rest.n) {
        struct span line = span_cut(&rest, '\n');
        log_line(LOG_WARNING, "config", "%.*s", SPAN_FMT(line));
    }
    wr_fini(notes);
}

static struct config *load(const char *path, struct err *err)
{
    struct wr notes;
    wr_init(&notes, NOTES_MAX);
    struct config *config = config_load(path, &notes, err);
    if (config && !config_check_serve(config, err))
        config_free(&config);
    if (config)
        log_notes(&notes);
    wr_fini(&notes);
    return config;
}

static bool open_folder(struct server_settings *s, const struct server_guard *guard, uint32_t early_ms, struct err *err)
{
    const struct config *config = s->config;
    struct source_folder_options options = { .path = config->database,
                                             .per_called_aet = config->folder_per_called_aet,
                                             .strict_aet_comparison = config->strict_aet_comparison,
                                             .require_complete = config->require_complete,
                                             .rescan_interval_ms = config->rescan_interval * 1000,
                                             .lock_wait_ms = config->lock_wait * 1000,
                                             .default_charset = s->default_charset,
                                             .limits = &s->limits,
                                             .in_pieces = config->answer_while_loading,
                                             .early_ms = early_ms,
                                             .may_read = guard ? server_guard_may_read : NULL,
                                             .may_read_arg = guard };
    s->folder = source_folder_open(&options, err);
    return s->folder;
}

static bool open_hook(struct server_settings *s, struct err *err)
{
    struct hook_options options = { s->config->lua_scripts, s->config->lua_script_count, s->config->lua_timeout * 1000,
                                    &s->limits, s->may_be_broken };
    if (!options.script_count)
        return true;
    s->hook = hook_new(&options, &s->script_fault);
    if (!s->hook)
        *err = s->script_fault;
    return s->hook;
}

struct server_settings *server_settings_load(const char *path, bool force_config, struct err *err)
{
    struct server_settings *s = calloc(1, sizeof *s);
    if (!s) {
        err_set(err, ERR_MEMORY, 0, 0, "no memory for the settings");
        return NULL;
    }
    atomic_init(&s->references, 1);
    enum config_path_kind kind = force_config ? CONFIG_PATH_CONFIGURATION : config_path_kind(path, err);
    s->folder_alone = kind == CONFIG_PATH_WORKLISTS;
    if (kind != CONFIG_PATH_NONE)
        s->config = s->folder_alone ? config_folder_new(path) : load(path, err);
    if (!s->config) {
        err_set(err, ERR_MEMORY, 0, 0, "no memory for the settings");
        server_settings_free(&s);
        return NULL;
    }
    s->limits = config_limits(s->config);
    config_encoding(s->config->default_encoding, &s->default_charset);
    return s;
}

bool server_settings_open(struct server_settings *s, const struct server_guard *guard, uint32_t early_ms,
                          struct err *err)
{
    return (open_hook(s, err) && open_folder(s, guard, early_ms, err))
           || err_set(err, ERR_MEMORY, 0, 0, "no memory for the settings");
}

/* DicomTlsMinimumProtocolVersion: 0 is the profile. */
static const enum net_tls_version least[] = { NET_TLS_1_2, NET_TLS_1_0, NET_TLS_1_0,
                                              NET_TLS_1_1, NET_TLS_1_2, NET_TLS_1_3 };

static const char *if_any(const char *path)
{
    return *path ? path : NULL;
}

bool server_settings_load_tls(struct server_settings *s, struct err *err)
{
    const struct config *config = s->config;
    const char *trusted = if_any(config->dicom_tls_trusted_certificates);
    if (!config_check_tls(config, err))
        return false;
    struct net_tls_options options = { .server = true,
                                       .certificate = { "DicomTlsCertificate", config->dicom_tls_certificate },
                                       .private_key = { "DicomTlsPrivateKey", config->dicom_tls_private_key },
                                       .trusted = { "DicomTlsTrustedCertificates", trusted },
                                       .peer = config->dicom_tls_remote_certificate_required ? NET_TLS_PEER_REQUIRED
                                               : trusted                                     ? NET_TLS_PEER_OPTIONAL
                                                                                             : NET_TLS_PEER_IGNORED,
                                       .least = least[config->dicom_tls_minimum_protocol_version],
                                       .ciphers = config->dicom_tls_ciphers_accepted.items,
                                       .cipher_count = config->dicom_tls_ciphers_accepted.count,
                                       .least_option = "DicomTlsMinimumProtocolVersion",
                                       .cipher_option = "DicomTlsCiphersAccepted" };
    struct wr notes;
    wr_init(&notes, NOTES_MAX);
    s->tls = net_tls_context_new(&options, &notes, err);
    log_notes(&notes);
    if (s->tls && options.least < NET_TLS_1_2)
        log_line(LOG_WARNING, "config",
                 "TLS 1.0 and 1.1 are not safe (RFC 8996): \"DicomTlsMinimumProtocolVersion\" : 0 "
                 "keeps them out");
    return s->tls;
}

void server_settings_free(struct server_settings **settings)
{
    struct server_settings *s = *settings;
    if (!s)
        return;
    source_folder_close(&s->folder);
    net_tls_context_free(&s->tls);
    hook_free(&s->hook);
    config_free(&s->config);
    free(s);
    *settings = NULL;
}
