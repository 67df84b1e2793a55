/* secure.c -- bytes of the socket through the filter, and handshakes in a row. */
#include "server/secure.h"

#include <stdio.h>

#include "base/log.h"
#include "server/connection.h"

static const char who[] = "server/secure";

enum { RECORD = 16 << 10, RECORDS_A_TURN = 64, WORDS = 512 };

static void say_refusal(struct server_connection *c, const char *why)
{
    log_peer_line(LOG_WARNING, who, c->peer, "TLS refused to %s: %s", c->peer, why);
}

/* ---- output ---- */

/* What the filter has to say, as far as the socket takes it; false if the connection failed. */
static bool push(struct server_connection *c)
{
    struct span output = net_tls_output(c->tls);
    if (!output.n)
        return true;
    ssize_t n = net_stream_send(c->stream, output);
    if (n > 0) {
        net_tls_sent(c->tls, (size_t)n);
        c->stall_at = 0; /* it moves: the time begins anew */
    }
    return n >= 0;
}

ssize_t server_secure_send(struct server_connection *c, struct span bytes)
{
    for (size_t taken = 0;;) {
        if (!push(c))
            return -1;
        if (taken == bytes.n)
            return (ssize_t)taken;
        size_t n = net_tls_write(c->tls, span_of(bytes.p + taken, bytes.n - taken));
        if (n == 0)
            return net_tls_state(c->tls) == NET_TLS_FAILED ? -1 : (ssize_t)taken;
        taken += n;
    }
}

void server_secure_end(struct server_connection *c)
{
    if (c->awaits_handshake) {
        struct server_handshakes *h = &c->worker->handshakes;
        struct server_connection **at = &h->first;
        while (*at != c)
            at = &(*at)->next_handshake;
        *at = c->next_handshake;
        if (h->last == &c->next_handshake)
            h->last = at;
        c->awaits_handshake = false;
    }
    if (c->tls && c->stream) {
        net_tls_close(c->tls);
        (void)push(c);
    }
    net_tls_free(&c->tls);
}

/* ---- input ---- */

/* The filter has come to an end. Its alert is sent with whatever else there is to send. */
static void finish(struct server_connection *c)
{
    if (net_tls_state(c->tls) == NET_TLS_FAILED && ul_association_state(c->association) == STA_2)
        say_refusal(c, net_tls_fault(c->tls));
    else if (net_tls_state(c->tls) == NET_TLS_FAILED)
        log_peer_line(LOG_WARNING, who, c->peer, "TLS with %s at %s broke: %s", c->calling_ae, c->peer,
                      net_tls_fault(c->tls));
    (void)push(c);
    server_connection_close(c);
}

/* What more there is stays with the system, so that it is bounded. */
static void hold(struct server_connection *c)
{
    if (!c->held)
        net_stream_hold(c->stream);
    c->held = true;
}

static bool resume(struct server_connection *c)
{
    bool good = !c->held || net_stream_resume(c->stream);
    c->held = false;
    return good;
}

/* What has come in plain; a rest of many small records waits for the next turn of the loop. */
static void take(struct server_connection *c)
{
    uint8_t plain[RECORD];
    size_t n = 1;
    for (int records = 0; n && records < RECORDS_A_TURN; records++)
        if ((n = net_tls_read(c->tls, plain, sizeof plain)))
            server_connection_take(c, span_of(plain, n));
    if (net_tls_state(c->tls) != NET_TLS_OPEN) {
        finish(c);
        return;
    }
    if (n) {
        hold(c);
        net_timer_start(c->turn, 0);
    }
    server_connection_run(c);
}

void server_secure_go_on(struct server_connection *c)
{
    if (net_tls_state(c->tls) != NET_TLS_OPEN)
        server_connection_run(c);
    else if (resume(c))
        take(c);
    else
        server_connection_close(c);
}

static void step(struct server_connection *c)
{
    net_tls_handshake(c->tls);
    switch (net_tls_state(c->tls)) {
    case NET_TLS_HANDSHAKE:
        server_connection_run(c); /* sends our part of it */
        return;
    case NET_TLS_OPEN: {
        char words[WORDS];
        if (log_enabled(LOG_TRACE))
            log_line(LOG_TRACE, who, "TLS with %s: %s", c->peer, net_tls_describe(c->tls, words, sizeof words));
        take(c);
        return;
    }
    default:
        finish(c);
    }
}

/* One step a turn of the loop, so that scanners who ask are served first. */
static void on_turn(void *arg)
{
    struct server_worker *w = arg;
    struct server_handshakes *h = &w->handshakes;
    struct server_connection *c = h->first;
    if (!c)
        return;
    h->first = c->next_handshake;
    if (!h->first)
        h->last = &h->first;
    c->awaits_handshake = false;
    if (h->first)
        net_timer_start(h->turn, 0);
    if (!resume(c))
        server_connection_close(c);
    else if (net_tls_state(c->tls) == NET_TLS_HANDSHAKE)
        step(c);
}

static void await_turn(struct server_connection *c)
{
    struct server_handshakes *h = &c->worker->handshakes;
    if (c->awaits_handshake)
        return;
    c->awaits_handshake = true;
    c->next_handshake = NULL;
    *h->last = c;
    h->last = &c->next_handshake;
    net_timer_start(h->turn, 0);
}

void server_secure_received(struct server_connection *c, struct span bytes)
{
    c->has_called = true;
    net_tls_receive(c->tls, bytes);
    switch (net_tls_state(c->tls)) {
    case NET_TLS_HANDSHAKE:
        await_turn(c);
        if (net_tls_unread(c->tls) >= HANDSHAKE_ROOM)
            hold(c);
        return;
    case NET_TLS_OPEN:
        take(c);
        return;
    default:
        finish(c);
    }
}

void server_secure_closed(struct server_connection *c)
{
    /* Who says nothing at all looks whether there is somebody, as many programs do. */
    if (!c->tls || !c->has_called || net_tls_state(c->tls) != NET_TLS_HANDSHAKE)
        return;
    net_tls_handshake(c->tls); /* perhaps it has said why */
    if (net_tls_state(c->tls) == NET_TLS_FAILED)
        say_refusal(c, net_tls_fault(c->tls));
    else if (net_tls_state(c->tls) == NET_TLS_HANDSHAKE)
        say_refusal(
            c, "it closed the connection in the middle of the handshake: perhaps it does not trust our certificate");
}

bool server_secure_is_late(struct server_connection *c)
{
    if (!c->tls || net_tls_state(c->tls) != NET_TLS_HANDSHAKE)
        return false;
    char why[WORDS];
    snprintf(why, sizeof why, "its handshake was not over after %u s", c->settings->limits.associate_ms / 1000);
    say_refusal(c, why);
    return true;
}

/* ---- of a worker ---- */

bool server_handshakes_init(struct server_worker *w)
{
    w->handshakes = (struct server_handshakes){ .last = &w->handshakes.first };
    w->handshakes.turn = net_timer_new(w->loop, on_turn, w);
    return w->handshakes.turn;
}

void server_handshakes_fini(struct server_worker *w)
{
    net_timer_free(&w->handshakes.turn);
}
