/* transport.h -- what carries an association: a TCP connection, in clear text or with TLS in between. Inside this room
 * only. */
#ifndef MWL_CLIENT_TRANSPORT_H
#define MWL_CLIENT_TRANSPORT_H

#include "client/client.h"
#include "net/tls.h"

struct client_transport {
    int fd; /* -1: none */
    struct net_tls_context *context;
    struct net_tls *tls; /* NULL: clear text */
    const char *host;
};

/* Connects as the options say, and goes through the handshake, which has as long as a connection. False with *err;
 * *transport is then to be closed all the same. The host is borrowed. */
bool client_transport_open(struct client_transport *transport, const struct client_options *options, struct err *err);

/* What one call of client_transport_move() did. */
struct client_moved {
    size_t sent; /* bytes of `out`, as good as sent: they may still wait behind the filter */
    size_t got;  /* bytes that came */
    bool ended;  /* the connection has come to its end; what was said before it comes first */
};

/* Sends what can be sent now, or takes up to `room` bytes that have come, or waits for one of the two until the moment
 * of clock_mono_us(). False with *err, and after the moment too. */
bool client_transport_move(struct client_transport *transport, struct span out, void *to, size_t room,
                           uint64_t until_us, struct client_moved *moved, struct err *err);

/* Sends the last words, if the other end takes them before the moment, and closes. */
void client_transport_close(struct client_transport *transport, struct span out, uint64_t until_us);

#endif
