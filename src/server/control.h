/* control.h -- the control socket: what `mwl journal` and `mwl explain` ask a server that runs.
 *
 * A Unix socket, for the server's user alone. A request is a line of JSON, the answer lines of JSON, the last of which
 * is {"end":true}, or {"error":"..."}:
 *
 *     {"command":"list","last":20}                 the last 20 records, without identifiers
 *     {"command":"list","last":20,"follow":true}   ... and each new one, without end
 *     {"command":"show","number":17}               one record, with its identifier
 *     {"command":"about"}                          what this server runs on */
#ifndef MWL_SERVER_CONTROL_H
#define MWL_SERVER_CONTROL_H

#include "base/err.h"
#include "journal/journal.h"
#include "net/loop.h"

struct server_control;

struct server_control_options {
    const char *socket; /* its path */
    const char *path;   /* that the server was started with */
    bool force_config;
    const char *host; /* where DICOM is listened for, as one may call from here */
    uint16_t port;
    bool tls; /* it speaks TLS there */
};

/* Listens on the main thread's loop. Everything is borrowed until server_control_free(), which removes the socket.
 * NULL with *err. */
struct server_control *server_control_new(struct net_loop *loop, struct journal *journal,
                                          const struct server_control_options *options, struct err *err);
void server_control_free(struct server_control **control);

/* Where the socket of a server is if nobody says: mwl-PORT.sock in $RUNTIME_DIRECTORY or $XDG_RUNTIME_DIR. False where
 * neither is set, or the path is too long. */
bool server_control_path(uint16_t port, char *out, size_t room);

#endif
