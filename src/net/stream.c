/* stream.c -- recv, send, and when to do either. */
#include "net/stream.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes taken from one socket in one turn of the loop. */
enum { RECEIVE_ROOM = 64 * 1024 };

struct net_stream {
    bool *freed; /* told by net_stream_free() while a handler runs */
    bool sent;   /* something, since the last bytes came */
    struct event *readable, *writable;
    const struct net_stream_handler *handler;
    void *arg;
    int fd;
};

/* A peer that writes a PDU in two pieces with Nagle's algorithm on, as DCMTK does, holds the second back until the
 * first is acknowledged, which the system likes to delay by 40 ms. The option has to be set again after each read
 * (tcp(7)). */
static void acknowledge(int fd)
{
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &(int){ 1 }, sizeof(int));
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct net_stream *s = arg;
    uint8_t bytes[RECEIVE_ROOM];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n > 0) {
        bool freed = false;
        s->freed = &freed;
        s->sent = false;
        s->handler->received(s->arg, span_of(bytes, (size_t)n));
        if (freed)
            return;
        s->freed = NULL;
        if (!s->sent) /* else the answer acknowledges */
            acknowledge(fd);
    } else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        event_del(s->readable); /* end of file is readable for ever */
        s->handler->closed(s->arg);
    }
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct net_stream *s = arg;
    s->handler->writable(s->arg);
}

struct net_stream *net_stream_new(struct net_loop *loop, int fd, const struct net_stream_handler *handler, void *arg)
{
    struct net_stream *s = calloc(1, sizeof *s);
    if (!s) {
        close(fd);
        return NULL;
    }
    *s = (struct net_stream){ .handler = handler, .arg = arg, .fd = fd };
    s->readable = event_new(net_loop_base(loop), fd, EV_READ | EV_PERSIST, on_readable, s);
    s->writable = event_new(net_loop_base(loop), fd, EV_WRITE, on_writable, s);
    if (!s->readable || !s->writable || event_add(s->readable, NULL) != 0)
        net_stream_free(&s);
    return s;
}

void net_stream_free(struct net_stream **stream)
{
    struct net_stream *s = *stream;
    if (!s)
        return;
    if (s->freed)
        *s->freed = true;
    if (s->readable)
        event_free(s->readable);
    if (s->writable)
        event_free(s->writable);
    close(s->fd);
    free(s);
    *stream = NULL;
}

ssize_t net_stream_send(struct net_stream *s, struct span bytes)
{
    for (;;) {
        ssize_t n = send(s->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n >= 0) {
            s->sent = true;
            return n;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        if (errno != EINTR)
            return -1;
    }
}

void net_stream_hold(struct net_stream *s)
{
    event_del(s->readable);
}

bool net_stream_resume(struct net_stream *s)
{
    return event_add(s->readable, NULL) == 0;
}

void net_stream_want_room(struct net_stream *s)
{
    event_add(s->writable, NULL);
}
