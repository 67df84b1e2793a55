/* worker.c -- what other threads hand to a worker, and its life from start to drain. */
#include "server/worker.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/thread.h"
#include "server/connection.h"

struct server_arrival {
    struct server_arrival *next;
    int fd;
    struct net_address peer;
    struct server_settings *settings;
    enum server_verdict verdict;
    bool tls;
};

void server_worker_refuse(struct server_worker *w, int fd, const struct net_address *peer,
                          struct server_settings *settings, enum server_verdict verdict)
{
    char host[NET_ADDRESS_TEXT];
    close(fd);
    server_census_leave(&w->shared->census, net_address_host(peer, host), verdict);
    if (server_settings_release(settings))
        w->shared->retire(w->shared, settings);
}

static void take_arrivals(struct server_worker *w, struct server_arrival *arrivals)
{
    while (arrivals) {
        struct server_arrival *a = arrivals;
        arrivals = a->next;
        if (w->draining) {
            server_worker_refuse(w, a->fd, &a->peer, a->settings, a->verdict);
        } else {
            struct server_connection *c = server_connection_new(w, a->fd, &a->peer, a->settings, a->verdict, a->tls);
            if (c)
                server_connection_run(c);
        }
        free(a);
    }
}

static void run_current(struct server_worker *w)
{
    for (;;) {
        pthread_mutex_lock(&w->lock);
        struct server_connection *c = w->current;
        if (c) {
            w->current = c->next_current;
            c->is_current = false;
        }
        pthread_mutex_unlock(&w->lock);
        if (!c)
            return;
        server_query_current(c);
        server_connection_run(c);
    }
}

static void begin_drain(struct server_worker *w)
{
    w->draining = true;
    struct server_connection *next;
    for (struct server_connection *c = w->connections; c; c = next) {
        next = c->next;
        server_connection_drain(c);
    }
}

static void on_wakeup(void *arg)
{
    struct server_worker *w = arg;
    pthread_mutex_lock(&w->lock);
    struct server_arrival *arrivals = w->arrivals;
    w->arrivals = NULL;
    bool drain = w->drain, stop = w->stop;
    pthread_mutex_unlock(&w->lock);

    take_arrivals(w, arrivals);
    run_current(w);
    if (drain && !w->draining)
        begin_drain(w);
    if (stop || (w->draining && !w->connections))
        net_loop_stop(w->loop);
}

static void *run(void *arg)
{
    struct server_worker *w = arg;
    net_loop_run(w->loop);
    while (w->connections)
        server_connection_free(w->connections);
    server_explaining_stop(w);
    w->shared->ended(w->shared);
    return NULL;
}

bool server_worker_init(struct server_worker *w, struct server_shared *shared)
{
    *w = (struct server_worker){ .shared = shared };
    pthread_mutex_init(&w->lock, NULL);
    w->loop = net_loop_new();
    if (w->loop)
        w->wakeup = net_wakeup_new(w->loop, on_wakeup, w);
    if (!w->wakeup || !server_explaining_init(w) || !server_handshakes_init(w))
        return false;
    w->started = thread_start(&w->thread, run, w) == 0;
    return w->started;
}

void server_worker_fini(struct server_worker *w)
{
    if (w->started) {
        pthread_mutex_lock(&w->lock);
        w->stop = true;
        pthread_mutex_unlock(&w->lock);
        net_wakeup_send(w->wakeup);
        pthread_join(w->thread, NULL);
    }
    while (w->arrivals) {
        struct server_arrival *a = w->arrivals;
        w->arrivals = a->next;
        server_worker_refuse(w, a->fd, &a->peer, a->settings, a->verdict);
        free(a);
    }
    server_explaining_fini(w);
    server_handshakes_fini(w);
    net_wakeup_free(&w->wakeup);
    net_loop_free(&w->loop);
    pthread_mutex_destroy(&w->lock);
}

void server_worker_take(struct server_worker *w, int fd, const struct net_address *peer,
                        struct server_settings *settings, enum server_verdict verdict, bool tls)
{
    struct server_arrival *a = calloc(1, sizeof *a);
    if (!a) {
        server_worker_refuse(w, fd, peer, settings, verdict);
        return;
    }
    *a = (struct server_arrival){ .fd = fd, .peer = *peer, .settings = settings, .verdict = verdict, .tls = tls };
    pthread_mutex_lock(&w->lock);
    struct server_arrival **last = &w->arrivals;
    while (*last)
        last = &(*last)->next;
    *last = a;
    pthread_mutex_unlock(&w->lock);
    net_wakeup_send(w->wakeup);
}

void server_worker_drain(struct server_worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->drain = true;
    pthread_mutex_unlock(&w->lock);
    net_wakeup_send(w->wakeup);
}

void server_worker_current(struct server_worker *w, struct server_connection *c)
{
    pthread_mutex_lock(&w->lock);
    if (!c->is_current) {
        c->is_current = true;
        c->next_current = w->current;
        w->current = c;
    }
    /* Under the lock: once the connection can be found it may end, and the worker with it. */
    net_wakeup_send(w->wakeup);
    pthread_mutex_unlock(&w->lock);
}
