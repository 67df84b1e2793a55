/* server.h -- `mwl serve`: the room where sockets, protocol and meaning meet.
 *
 * The main thread accepts connections and follows signals; worker threads, each with a loop of its own, carry the
 * associations; the source's thread follows the folder, and another comes and goes with each reload. A connection
 * belongs to one worker for life. */
#ifndef MWL_SERVER_SERVER_H
#define MWL_SERVER_SERVER_H

#include "base/err.h"
#include "base/wr.h"
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

/* Serves until SIGTERM or SIGINT, logging from a thread of its own. False with *err if it could not start. */
bool server_run(const struct server_options *options, struct err *err);

/* Does all that server_run() does before the first scanner can call, but for the sockets, and appends to *out what
 * people want to know of that: the folder, and the protections, which this process has from then on. False with *err if
 * a server could not start. */
bool server_check(const struct server_options *options, struct wr *out, struct err *err);

#endif
