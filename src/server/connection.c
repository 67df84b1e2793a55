/* connection.c -- the life of one connection: bytes to the association, its events to operations, its output to the
 * socket, and the close that PS3.8 wants. */
#include "server/connection.h"

#include <stdlib.h>

#include "base/log.h"

static const char who[] = "server/connection";

static void on_time(void *arg);
static void on_received(void *arg, struct span bytes);
static void on_writable(void *arg);
static void on_closed(void *arg);

static const struct net_stream_handler handler = { on_received, on_writable, on_closed };

static void on_turn(void *arg)
{
    struct server_connection *c = arg;
    if (c->held)
        server_secure_go_on(c);
    else
        server_connection_run(c);
}

static void link_connection(struct server_connection *c)
{
    c->next = c->worker->connections;
    if (c->next)
        c->next->previous = c;
    c->worker->connections = c;
}

static void unlink_connection(struct server_connection *c)
{
    if (c->next)
        c->next->previous = c->previous;
    if (c->previous)
        c->previous->next = c->next;
    else if (c->worker->connections == c)
        c->worker->connections = c->next;
}

/* Everything that is made before the connection can be used; the caller frees what there is when it fails. */
static bool make_parts(struct server_connection *c, int fd, bool tls)
{
    struct net_loop *loop = c->worker->loop;
    dimse_assembler_init(&c->assembler, &c->settings->limits);
    wr_init(&c->answer, SERVER_ANSWER_CAP);
    wr_init(&c->pending, DIMSE_COMMAND_MAX);
    c->stream = net_stream_new(loop, fd, &handler, c);
    c->association = ul_association_acceptor_new(&c->settings->limits);
    c->deadline = net_timer_new(loop, on_time, c);
    c->turn = net_timer_new(loop, on_turn, c);
    if (tls)
        c->tls = net_tls_new(c->settings->tls, NULL);
    return c->stream && c->association && c->deadline && c->turn && (c->tls || !tls);
}

struct server_connection *server_connection_new(struct server_worker *worker, int fd, const struct net_address *peer,
                                                struct server_settings *settings, enum server_verdict verdict, bool tls)
{
    struct server_connection *c = calloc(1, sizeof *c);
    if (!c) {
        server_worker_refuse(worker, fd, peer, settings, verdict);
        return NULL;
    }
    c->worker = worker;
    c->settings = settings;
    c->verdict = verdict;
    c->last = &c->first;
    net_address_host(peer, c->peer);
    link_connection(c);
    if (!make_parts(c, fd, tls)) {
        log_line(LOG_ERROR, who, "no memory for a connection from %s", c->peer);
        server_connection_free(c);
        return NULL;
    }
    return c;
}

void server_connection_free(struct server_connection *c)
{
    struct server_worker *w = c->worker;
    server_operation_end(c);
    server_record_end(c, "ended by the server");
    server_secure_end(c);
    unlink_connection(c);
    net_timer_free(&c->deadline);
    net_timer_free(&c->turn);
    net_stream_free(&c->stream);
    dimse_assembler_fini(&c->assembler);
    wr_fini(&c->answer);
    wr_fini(&c->pending);
    ul_association_free(&c->association);
    server_census_leave(&w->shared->census, c->peer, c->verdict);
    if (server_settings_release(c->settings))
        w->shared->retire(w->shared, c->settings);
    free(c);
    if (w->draining && !w->connections)
        net_loop_stop(w->loop);
}

static void log_fault(const struct server_connection *c, const struct err *fault)
{
    log_peer_line(LOG_WARNING, who, c->peer, "%s at %s broke the protocol, and was answered: %s",
                  c->calling_ae[0] ? c->calling_ae : "a caller", c->peer, fault->what);
}

/* Everything that the association has to tell. */
static void take_events(struct server_connection *c)
{
    for (;;) {
        struct ul_event event = ul_association_next(c->association);
        switch (event.type) {
        case UL_EVENT_NONE:
            return;
        case UL_EVENT_ASSOCIATE_RQ:
            server_admit(c);
            break;
        case UL_EVENT_PDV:
            server_operation_fragment(c, &event.pdv);
            break;
        case UL_EVENT_RELEASE_RQ:
            /* Also in the middle of answers: the peer wants no more of them (PS3.8 9.2, AR-2, then AR-4). */
            server_operation_end(c);
            server_record_end(c, "released");
            ul_association_release_reply(c->association);
            log_line(LOG_TRACE, who, "Association Release from AE %s on IP %s", c->calling_ae, c->peer);
            break;
        case UL_EVENT_ABORTED:
            server_operation_end(c);
            server_record_end(c, "aborted by the caller");
            log_peer_line(LOG_WARNING, who, c->peer, "Association Aborted by AE %s on IP %s (source %u, reason %u)",
                          c->calling_ae[0] ? c->calling_ae : "?", c->peer, event.source, event.reason);
            break;
        case UL_EVENT_FAULT:
            server_operation_end(c);
            server_record_end(c, event.fault->what);
            log_fault(c, event.fault);
            break;
        case UL_EVENT_CLOSED:
            /* Some scanners close without waiting for the release to be answered: no error. */
            server_operation_end(c);
            server_record_end(c, "closed by the caller without a release");
            log_line(LOG_TRACE, who, "%s on IP %s closed the connection without a release", c->calling_ae, c->peer);
            break;
        default: /* the requestor's events */
            break;
        }
    }
}

static void on_time(void *arg)
{
    struct server_connection *c = arg;
    c->armed_at = 0;
    switch (server_deadline_due(c)) {
    case DUE_CLOSE:
        server_connection_free(c);
        return;
    case DUE_RUN:
        take_events(c);
        server_connection_run(c);
        return;
    case DUE_NOTHING:
        server_deadline_update(c);
    }
}

void server_connection_take(struct server_connection *c, struct span bytes)
{
    while (bytes.n) {
        size_t n = ul_association_receive(c->association, bytes);
        take_events(c);
        if (n == 0)
            break; /* it wants no more: the end has come */
        bytes = span_of(bytes.p + n, bytes.n - n);
    }
}

static void on_received(void *arg, struct span bytes)
{
    struct server_connection *c = arg;
    server_deadline_activity(c);
    if (c->tls) {
        server_secure_received(c, bytes);
        return;
    }
    server_connection_take(c, bytes);
    server_connection_run(c);
}

static void on_writable(void *arg)
{
    server_connection_run(arg);
}

void server_connection_close(struct server_connection *c)
{
    ul_association_closed(c->association);
    take_events(c);
    server_connection_free(c);
}

static void on_closed(void *arg)
{
    struct server_connection *c = arg;
    server_secure_closed(c);
    server_connection_close(c);
}

/* False if the connection failed. */
static bool flush(struct server_connection *c)
{
    struct span output = ul_association_output(c->association);
    if (!output.n && !c->tls)
        return true;
    ssize_t n = c->tls ? server_secure_send(c, output) : net_stream_send(c->stream, output);
    if (n < 0)
        return false;
    if (n > 0) {
        ul_association_sent(c->association, (size_t)n);
        c->stall_at = 0; /* it moves: the time begins anew */
    }
    return true;
}

void server_connection_run(struct server_connection *c)
{
    server_operation_pump(c);
    if (!flush(c)) {
        server_connection_close(c);
        return;
    }
    server_operation_settle(c);
    bool unsent = server_connection_is_unsent(c);
    if (!unsent && ul_association_done(c->association)) {
        server_connection_free(c);
        return;
    }
    if (!unsent && c->worker->draining && !c->request && !c->first) {
        server_record_end(c, "aborted: the server stops");
        ul_association_abort(c->association, UL_ABORT_USER, 0);
        (void)flush(c);
        server_connection_free(c);
        return;
    }
    if (unsent)
        net_stream_want_room(c->stream);
    else if (server_operation_is_ready(c))
        net_timer_start(c->turn, 0);
    server_deadline_update(c);
}

void server_connection_drain(struct server_connection *c)
{
    switch (ul_association_state(c->association)) {
    case STA_6:
    case STA_8:
        server_connection_run(c);
        return;
    default: /* nothing stands yet, or it is at its end already */
        server_connection_free(c);
    }
}
