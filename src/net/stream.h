/* stream.h -- a connected socket on a loop: tells when bytes came, takes what the socket has room for.
 *
 * Keeps nothing itself: what could not be sent stays with its owner, who asks to be told when there is room. */
#ifndef MWL_NET_STREAM_H
#define MWL_NET_STREAM_H

#include <sys/types.h>

#include "base/span.h"
#include "net/loop.h"

struct net_stream;

struct net_stream_handler {
    void (*received)(void *arg, struct span bytes); /* borrowed for the call */
    void (*writable)(void *arg);                    /* room again, after net_stream_want_room() */
    void (*closed)(void *arg);                      /* the peer closed, or the connection failed; called once */
};

/* Takes over the descriptor. Any handler may free the stream. NULL: no memory; the descriptor is then closed. */
struct net_stream *net_stream_new(struct net_loop *loop, int fd, const struct net_stream_handler *handler, void *arg);

/* Closes the connection. What the socket still holds is sent by the system (PS3.8 9.1.4: no lingering on our side). */
void net_stream_free(struct net_stream **stream);

/* Sends what fits now. Returns how much was taken, 0 if there is no room; -1 if the connection failed (closed() is
 * then not called for it). */
ssize_t net_stream_send(struct net_stream *stream, struct span bytes);

/* Takes no more bytes from the socket, until net_stream_resume(). */
void net_stream_hold(struct net_stream *stream);

/* False: no memory; nothing more will be received. */
bool net_stream_resume(struct net_stream *stream);

/* Calls writable() when the socket has room again; off after it was called. */
void net_stream_want_room(struct net_stream *stream);

#endif
