/* ports.c -- options and configuration become listening sockets. */
#include "server/ports.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

static const char who[] = "server";

static void on_accepted(void *arg, int fd, const struct net_address *peer)
{
    struct server_port *port = arg;
    port->all->accepted(port->all->arg, fd, peer, port->tls);
}

bool server_ports_want_tls(const struct server_options *o, const struct config *config)
{
    if (o->listen_tls_count)
        return true;
    return o->listen_count ? config->dicom_tls_enabled : config->dicom_tls_enabled || config->dicom_tls_port;
}

static bool listen_on(struct server_ports *ports, const struct net_address *address, bool tls, struct err *err)
{
    if (ports->count == SERVER_PORTS_MAX)
        return err_set(err, ERR_CONFIG, 0, 0, "more than %d addresses to listen on", SERVER_PORTS_MAX);
    struct server_port *port = &ports->port[ports->count];
    *port = (struct server_port){ .all = ports, .tls = tls };
    port->listener = net_listener_new(ports->loop, address, on_accepted, port, err);
    ports->count += port->listener != NULL;
    return port->listener;
}

static bool listen_on_port(struct server_ports *ports, const struct server_settings *settings, uint32_t port, bool tls,
                           struct err *err)
{
    struct net_address (*where)(int, uint16_t) = settings->folder_alone ? net_address_loopback : net_address_any;
    struct net_address v4 = where(AF_INET, (uint16_t)port), v6 = where(AF_INET6, (uint16_t)port);
    return listen_on(ports, &v4, tls, err) && (!net_address_has_ipv6() || listen_on(ports, &v6, tls, err));
}

bool server_ports_open(struct server_ports *ports, const struct server_options *o,
                       const struct server_settings *settings, struct err *err)
{
    const struct config *config = settings->config;
    for (uint32_t i = 0; i < o->listen_count; i++)
        if (!listen_on(ports, &o->listen[i], config->dicom_tls_enabled, err))
            return false;
    for (uint32_t i = 0; i < o->listen_tls_count; i++)
        if (!listen_on(ports, &o->listen_tls[i], true, err))
            return false;
    if (o->listen_count || o->listen_tls_count)
        return true;
    return listen_on_port(ports, settings, config->dicom_port, config->dicom_tls_enabled, err)
           && (!config->dicom_tls_port || listen_on_port(ports, settings, config->dicom_tls_port, true, err));
}

bool server_ports_start(struct server_ports *ports, struct err *err)
{
    for (uint32_t i = 0; i < ports->count; i++) {
        char text[NET_ADDRESS_TEXT];
        struct server_port *port = &ports->port[i];
        if (!net_listener_start(port->listener))
            return err_set(err, ERR_MEMORY, 0, 0, "cannot accept connections");
        log_line(LOG_INFO, who, "DICOM server%s listening on %s", port->tls ? " with TLS" : "",
                 net_address_text(net_listener_address(port->listener), text));
    }
    return true;
}

void server_ports_close(struct server_ports *ports)
{
    for (uint32_t i = 0; i < ports->count; i++)
        net_listener_free(&ports->port[i].listener);
    ports->count = 0;
}

void server_ports_near(const struct server_ports *ports, char host[NET_ADDRESS_TEXT], uint16_t *port, bool *tls)
{
    uint32_t at = 0;
    while (at + 1 < ports->count && ports->port[at].tls)
        at++;
    if (ports->port[at].tls)
        at = 0;
    const struct net_address *address = net_listener_address(ports->port[at].listener);
    net_address_host(address, host);
    if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0) /* every address: also the nearest */
        snprintf(host, NET_ADDRESS_TEXT, "%s", host[0] == ':' ? "::1" : "127.0.0.1");
    *port = net_address_port(address);
    *tls = ports->port[at].tls;
}
