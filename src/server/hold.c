/* hold.c -- what a server takes hold of before it serves, and again with new settings: see server_inside.h. */
#include <sys/resource.h>

#include "base/log.h"
#include "server/server_inside.h"

static const char who[] = "server";

enum { DESCRIPTORS = 4096 };

struct server_settings *server_hold_settings(const struct server *s, struct err *err)
{
    struct server_settings *settings = server_settings_load(s->options->path, s->options->force_config, err);
    if (settings && server_ports_want_tls(s->options, settings->config) && !server_settings_load_tls(settings, err))
        server_settings_free(&settings);
    return settings;
}

/* Every connection takes a descriptor, and those beyond the limits get an answer too (census.h). The folder must not
 * go without because of them. */
void server_hold_descriptors(uint32_t associations)
{
    struct rlimit files;
    rlim_t needed = 2 * (rlim_t)associations + 64;
    rlim_t wanted = needed < DESCRIPTORS ? DESCRIPTORS : needed;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted)
        return;
    files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < needed)
        log_line(
            LOG_WARNING, who,
            "only %llu descriptors: with many scanners the folder may become unreadable; raise `ulimit -n`, or set "
            "MaximumAssociations to less than %u",
            (unsigned long long)files.rlim_cur, associations);
}

const char *server_hold_control_path(const struct server *s, char room[SERVER_CONTROL_PATH])
{
    const struct config *config = s->settings->config;
    if (!config->journal_size)
        return NULL;
    if (s->options->control)
        return s->options->control;
    if (*config->control_socket)
        return config->control_socket;
    return server_control_path((uint16_t)config->dicom_port, room, SERVER_CONTROL_PATH) ? room : NULL;
}

bool server_hold_control(struct server *s, const char *path, struct err *err)
{
    struct err why = { 0 };
    char host[NET_ADDRESS_TEXT];
    bool asked = s->options->control || *s->settings->config->control_socket;
    struct server_control_options options = {
        .socket = path, .path = s->options->path, .force_config = s->options->force_config, .host = host
    };
    if (!s->shared.journal || !path)
        return true;
    server_ports_near(&s->ports, host, &options.port, &options.tls);
    s->control = server_control_new(s->loop, s->shared.journal, &options, &why);
    if (!s->control && asked) {
        *err = why;
        return false;
    }
    if (!s->control)
        log_line(LOG_WARNING, who, "`mwl journal` cannot ask this server: %s", why.what);
    return true;
}

void server_hold_journal(struct server *s)
{
    const struct config *config = s->settings->config;
    struct journal_options options = { config->journal_size, config->journal_bytes, config->journal_mask };
    s->shared.journal = journal_new(&options);
}
