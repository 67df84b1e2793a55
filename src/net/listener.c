/* listener.c -- bind, listen, accept. */
#include "net/listener.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static const char who[] = "net/listener";

/* Connections taken in one turn of the loop, so that a flood does not keep signals and timers waiting. */
enum { ACCEPT_BURST = 64, BACKLOG = 256, PAUSE_MS = 100 };

struct net_listener {
    struct event *event;
    struct net_timer *pause; /* running while the process is out of file descriptors */
    net_accepted *accepted;
    void *arg;
    struct net_address address;
    int fd;
};

static void on_connection(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct net_listener *l = arg;
    for (int i = 0; i < ACCEPT_BURST; i++) {
        struct net_address peer = { .length = sizeof peer.storage };
        int got = accept4(fd, (struct sockaddr *)&peer.storage, &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (got < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
                log_peer_line(LOG_WARNING, who, "", "nobody is let in for the moment: %s", strerror(errno));
                /* The connection stays in the backlog; asking again at once would spin. */
                event_del(l->event);
                net_timer_start(l->pause, PAUSE_MS);
            }
            return;
        }
        /* One small write for each message must not meet Nagle's algorithm (law 10). */
        setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
        l->accepted(l->arg, got, &peer);
    }
}

static void on_pause_over(void *arg)
{
    struct net_listener *l = arg;
    if (event_add(l->event, NULL) != 0)
        net_timer_start(l->pause, PAUSE_MS);
}

static bool open_socket(struct net_listener *l)
{
    int family = l->address.storage.ss_family;
    l->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (l->fd < 0)
        return false;
    setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
    if (family == AF_INET6 && setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 1 }, sizeof(int)) != 0)
        return false;
    if (bind(l->fd, (struct sockaddr *)&l->address.storage, l->address.length) != 0 || listen(l->fd, BACKLOG) != 0)
        return false;
    l->address.length = sizeof l->address.storage;
    return getsockname(l->fd, (struct sockaddr *)&l->address.storage, &l->address.length) == 0;
}

static void explain(const struct net_address *address, int error, struct err *err)
{
    char text[NET_ADDRESS_TEXT];
    net_address_text(address, text);
    if (error == EADDRINUSE)
        err_set(
            err, ERR_IO, 0, 0,
            "%s is taken by another program: stop that one (`ss -ltnp` names it), or choose another port with --listen",
            text);
    else if (error == EACCES)
        err_set(err, ERR_IO, 0, 0,
                "%s: only root may listen on ports below 1024: choose another port with --listen, or grant "
                "CAP_NET_BIND_SERVICE",
                text);
    else
        err_set(err, ERR_IO, 0, 0, "cannot listen on %s: %s", text, strerror(error));
}

struct net_listener *net_listener_new(struct net_loop *loop, const struct net_address *address, net_accepted *accepted,
                                      void *arg, struct err *err)
{
    struct net_listener *l = calloc(1, sizeof *l);
    if (!l) {
        err_set(err, ERR_MEMORY, 0, 0, "no memory for a listening socket");
        return NULL;
    }
    *l = (struct net_listener){ .accepted = accepted, .arg = arg, .address = *address, .fd = -1 };
    if (!open_socket(l)) {
        explain(address, errno, err);
        net_listener_free(&l);
        return NULL;
    }
    l->pause = net_timer_new(loop, on_pause_over, l);
    l->event = event_new(net_loop_base(loop), l->fd, EV_READ | EV_PERSIST, on_connection, l);
    if (!l->pause || !l->event) {
        err_set(err, ERR_MEMORY, 0, 0, "no memory for a listening socket");
        net_listener_free(&l);
    }
    return l;
}

void net_listener_free(struct net_listener **listener)
{
    struct net_listener *l = *listener;
    if (!l)
        return;
    if (l->event)
        event_free(l->event);
    net_timer_free(&l->pause);
    if (l->fd >= 0)
        close(l->fd);
    free(l);
    *listener = NULL;
}

bool net_listener_start(struct net_listener *l)
{
    return event_add(l->event, NULL) == 0;
}

const struct net_address *net_listener_address(const struct net_listener *l)
{
    return &l->address;
}
