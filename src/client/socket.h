/* socket.h -- the requestor's transport: a TCP connection on which every wait has an end.
 *
 * The protocol above it sees bytes alone. */
#ifndef MWL_CLIENT_SOCKET_H
#define MWL_CLIENT_SOCKET_H

#include "base/err.h"
#include "base/span.h"

/* Connects to a host, given as a name or as an IPv4 or IPv6 address, trying each of its addresses in turn for at most
 * `timeout_ms`. The descriptor, which does not block, or -1 with *err. Looking a name up takes as long as the
 * resolver of the system lets it. */
int client_socket_connect(const char *host, uint16_t port, uint32_t timeout_ms, struct err *err);

/* Sends what can be sent now, and waits until there is more room or something to read, or the moment `until_us` of
 * clock_mono_us(). How much was sent; *readable tells of the other. -1 with *err, and after `until_us` as well.
 * A connection that the other end has broken is readable: what it said before comes first. */
long client_socket_wait(int fd, struct span out, uint64_t until_us, bool *readable, struct err *err);

/* Reads what is there; 0 at the end of the connection, -1 with *err. */
long client_socket_read(int fd, void *to, size_t room, struct err *err);

#endif
