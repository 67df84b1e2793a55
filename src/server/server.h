/* server.h -- `mwl serve`: the room where sockets, protocol and meaning meet.
 *
 * The main thread accepts connections, follows signals and reloads; worker threads, each with a loop of its own, carry
 * the associations; the source's thread follows the folder. A connection belongs to one worker for life. */
#ifndef MWL_SERVER_SERVER_H
#define MWL_SERVER_SERVER_H

#include "base/err.h"
#include "net/address.h"

struct server_options {
    const char *path;                 /* worklist folder or configuration */
    bool force_config;                /* --config: a folder is a configuration, whatever it holds */
    const struct net_address *listen; /* --listen; none: as the configuration says, or loopback, port 4242 */
    uint32_t listen_count;
    const struct net_address *listen_tls; /* --listen-tls; as above, for DICOM over TLS */
    uint32_t listen_tls_count;
    const char *control; /* --control: path of the control socket; NULL: as the configuration says */
};

/* Serves until SIGTERM or SIGINT. False with *err if it could not start. */
bool server_run(const struct server_options *options, struct err *err);

#endif
