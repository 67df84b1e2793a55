/* listener.h -- a listening socket on a loop. */
#ifndef MWL_NET_LISTENER_H
#define MWL_NET_LISTENER_H

#include "net/address.h"
#include "net/loop.h"

struct net_listener;

/* A connection came in: `fd` is the callee's, non-blocking, TCP_NODELAY on. */
typedef void net_accepted(void *arg, int fd, const struct net_address *peer);

/* Binds and listens, accepting nothing until net_listener_start(). An IPv6 socket takes IPv6 alone, so that both
 * families can have one port. NULL with *err (ERR_IO): the address and the reason, and what to do where the port is
 * taken. */
struct net_listener *net_listener_new(struct net_loop *loop, const struct net_address *address, net_accepted *accepted,
                                      void *arg, struct err *err);
void net_listener_free(struct net_listener **listener);

bool net_listener_start(struct net_listener *listener);

/* Where it listens, with the port that the system chose for port 0. */
const struct net_address *net_listener_address(const struct net_listener *listener);

#endif
