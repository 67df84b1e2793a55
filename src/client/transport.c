/* transport.c -- the socket, and the filter where there is one. */
#include "client/transport.h"

#include <unistd.h>

#include "base/clock.h"
#include "client/socket.h"

enum { RECORDS = 32 << 10 };

static bool say_fault(const struct client_transport *t, struct err *err)
{
    return err_set(err, ERR_IO, 0, 0, "TLS with %.80s failed: %s", t->host, net_tls_fault(t->tls));
}

/* Sends output of the filter and feeds it what comes; false with *err. */
static bool move_records(struct client_transport *t, uint64_t until_us, bool *ended, struct err *err)
{
    bool readable;
    uint8_t records[RECORDS];
    long sent = client_socket_wait(t->fd, net_tls_output(t->tls), until_us, &readable, err);
    if (sent < 0)
        return false;
    net_tls_sent(t->tls, (size_t)sent);
    if (!readable)
        return true;
    long n = client_socket_read(t->fd, records, sizeof records, err);
    if (n < 0)
        return false;
    *ended = n == 0;
    net_tls_receive(t->tls, span_of(records, (size_t)n));
    return true;
}

static bool shake_hands(struct client_transport *t, uint64_t until_us, struct err *err)
{
    for (bool ended = false;;) {
        net_tls_handshake(t->tls);
        switch (net_tls_state(t->tls)) {
        case NET_TLS_OPEN:
            return true;
        case NET_TLS_HANDSHAKE:
            break;
        default: /* it hears why, if it listens */
            (void)move_records(t, clock_mono_us(), &ended, NULL);
            return say_fault(t, err);
        }
        if (ended)
            return err_set(err, ERR_IO, 0, 0,
                           "TLS with %.80s failed: it closed the connection in the middle of the handshake: perhaps it "
                           "speaks no TLS there",
                           t->host);
        if (!move_records(t, until_us, &ended, err))
            return false;
    }
}

static bool make_filter(struct client_transport *t, const struct client_tls *o, struct err *err)
{
    struct net_tls_options options = { .certificate = { "--tls-cert", o->certificate },
                                       .private_key = { "--tls-key", o->private_key },
                                       .trusted = { "--tls-ca", o->trusted },
                                       .peer = o->unverified ? NET_TLS_PEER_IGNORED : NET_TLS_PEER_REQUIRED,
                                       .least = NET_TLS_1_2 };
    t->context = net_tls_context_new(&options, NULL, err);
    if (!t->context)
        return false;
    t->tls = net_tls_new(t->context, o->unverified ? NULL : o->name ? o->name : t->host);
    return t->tls || err_set(err, ERR_MEMORY, 0, 0, "no memory for TLS");
}

bool client_transport_open(struct client_transport *t, const struct client_options *options, struct err *err)
{
    *t = (struct client_transport){ .fd = -1, .host = options->host };
    if (options->tls.wanted && !make_filter(t, &options->tls, err))
        return false;
    t->fd = client_socket_connect(options->host, options->port, options->connect_ms, err);
    return t->fd >= 0 && (!t->tls || shake_hands(t, clock_mono_us() + (uint64_t)options->connect_ms * 1000, err));
}

static bool move_plain(struct client_transport *t, struct span out, void *to, size_t room, uint64_t until_us,
                       struct client_moved *moved, struct err *err)
{
    bool readable;
    long sent = client_socket_wait(t->fd, out, until_us, &readable, err);
    if (sent < 0)
        return false;
    moved->sent = (size_t)sent;
    if (!readable)
        return true;
    long n = client_socket_read(t->fd, to, room, err);
    if (n < 0)
        return false;
    moved->got = (size_t)n;
    moved->ended = n == 0;
    return true;
}

bool client_transport_move(struct client_transport *t, struct span out, void *to, size_t room, uint64_t until_us,
                           struct client_moved *moved, struct err *err)
{
    *moved = (struct client_moved){ 0 };
    if (!t->tls)
        return move_plain(t, out, to, room, until_us, moved, err);
    moved->got = net_tls_read(t->tls, to, room);
    if (moved->got == 0 && net_tls_state(t->tls) == NET_TLS_OPEN) {
        moved->sent = net_tls_write(t->tls, out);
        if (!move_records(t, until_us, &moved->ended, err))
            return false;
        moved->got = net_tls_read(t->tls, to, room);
    }
    if (net_tls_state(t->tls) == NET_TLS_FAILED)
        return say_fault(t, err);
    moved->ended = moved->got == 0 && (moved->ended || net_tls_state(t->tls) == NET_TLS_ENDED);
    return true;
}

/* Whether there was something to send, and it was sent. */
static bool push(struct client_transport *t, struct span *out, uint64_t until_us)
{
    struct span now = *out;
    if (t->tls) {
        size_t n = net_tls_write(t->tls, *out);
        if (n)
            *out = span_of(out->p + n, out->n - n);
        if (out->n == 0)
            net_tls_close(t->tls);
        now = net_tls_output(t->tls);
    }
    bool readable = false;
    long sent = now.n ? client_socket_wait(t->fd, now, until_us, &readable, NULL) : -1;
    if (sent < 0 || readable)
        return false;
    if (t->tls)
        net_tls_sent(t->tls, (size_t)sent);
    else
        *out = span_of(out->p + sent, out->n - (size_t)sent);
    return true;
}

void client_transport_close(struct client_transport *t, struct span out, uint64_t until_us)
{
    while (t->fd >= 0 && push(t, &out, until_us)) {
    }
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
    net_tls_free(&t->tls);
    net_tls_context_free(&t->context);
}
