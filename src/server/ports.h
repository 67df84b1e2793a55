/* ports.h -- where the server listens, and which of these ports speak TLS. */
#ifndef MWL_SERVER_PORTS_H
#define MWL_SERVER_PORTS_H

#include "net/listener.h"
#include "server/server.h"
#include "server/settings.h"

enum { SERVER_PORTS_MAX = 32 };

/* A connection came in: `fd` is the callee's. */
typedef void server_accepted(void *arg, int fd, const struct net_address *peer, bool tls);

struct server_ports {
    struct server_port {
        struct server_ports *all;
        struct net_listener *listener;
        bool tls;
    } port[SERVER_PORTS_MAX];
    uint32_t count;
    struct net_loop *loop;
    server_accepted *accepted;
    void *arg;
};

/* Whether any port is to speak TLS. */
bool server_ports_want_tls(const struct server_options *options, const struct config *config);

/* Binds what --listen and --listen-tls say; without them DicomPort and DicomTlsPort: of all addresses with a
 * configuration, as Orthanc does, and of loopback without one. `loop`, `accepted` and `arg` are set already. False with
 * *err; *ports is then to be closed all the same. */
bool server_ports_open(struct server_ports *ports, const struct server_options *options,
                       const struct server_settings *settings, struct err *err);

/* Connections are taken from now on; a line in the log for each port. */
bool server_ports_start(struct server_ports *ports, struct err *err);
void server_ports_close(struct server_ports *ports);

/* How to call the server from this machine: in clear text where that is possible. Writes the host to `host`. */
void server_ports_near(const struct server_ports *ports, char host[NET_ADDRESS_TEXT], uint16_t *port, bool *tls);

#endif
