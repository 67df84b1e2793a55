/* local.h -- sockets for programs of the same user on this machine: a Unix socket that nobody else may open. */
#ifndef MWL_NET_LOCAL_H
#define MWL_NET_LOCAL_H

#include "net/listener.h"

/* Listens on a socket of that path, permissions 0600. What a server that is gone has left there is replaced; NULL with
 * *err (ERR_IO) if somebody answers there, or it is something else. */
struct net_listener *net_local_listen(struct net_loop *loop, const char *path, net_accepted *accepted, void *arg,
                                      struct err *err);

/* A blocking connection; -1 with *err (ERR_IO). */
int net_local_connect(const char *path, struct err *err);

#endif
