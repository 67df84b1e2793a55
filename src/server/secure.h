/* secure.h -- the TLS of connections: handshakes one at a time, and plain bytes from then on.
 *
 * A handshake costs a signature, a millisecond or several, which is long beside a query. So a worker does one step of
 * one handshake in a turn of its loop, and serves everybody else in between. What a caller sends meanwhile is kept, up
 * to HANDSHAKE_ROOM bytes of it; then nothing more is received until it was its turn. All must be over when the
 * association request is due (limits.associate_ms). */
#ifndef MWL_SERVER_SECURE_H
#define MWL_SERVER_SECURE_H

#include <sys/types.h>

#include "base/span.h"
#include "net/loop.h"

struct server_connection;
struct server_worker;

enum { HANDSHAKE_ROOM = 64 << 10 };

/* Of a worker. */
struct server_handshakes {
    struct server_connection *first, **last; /* that have sent something, in the order in which they did */
    struct net_timer *turn;
};

/* False: no memory. */
bool server_handshakes_init(struct server_worker *worker);
void server_handshakes_fini(struct server_worker *worker);

/* Bytes came from the socket. May free the connection. */
void server_secure_received(struct server_connection *connection, struct span bytes);

/* In the next turn after one that left something for it (connection->held). May free the connection. */
void server_secure_go_on(struct server_connection *connection);

/* As net_stream_send(), of plain bytes; sends what the filter has to say by itself too. */
ssize_t server_secure_send(struct server_connection *connection, struct span bytes);

/* The socket has come to its end. */
void server_secure_closed(struct server_connection *connection);

/* Whether the time for an association was spent on a handshake that is not over; the log then says so. */
bool server_secure_is_late(struct server_connection *connection);

/* Says the last word, if the socket takes it, and frees the filter. */
void server_secure_end(struct server_connection *connection);

#endif
