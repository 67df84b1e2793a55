/* Listener, stream, timer and wakeup together: an echo on loopback, with nobody else's program. */
#include "../check.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wr.h"
#include "net/listener.h"
#include "net/stream.h"

/* Sends back what it gets, when there is room. */
struct echo {
    struct net_loop *loop;
    struct net_stream *stream;
    struct wr unsent;
    bool closed;
};

static void push(struct echo *e)
{
    ssize_t n = net_stream_send(e->stream, wr_done(&e->unsent));
    assert_true(n >= 0);
    wr_consume(&e->unsent, (size_t)n);
    if (e->unsent.n)
        net_stream_want_room(e->stream);
}

static void received(void *arg, struct span bytes)
{
    struct echo *e = arg;
    wr_span(&e->unsent, bytes);
    push(e);
}

static void writable(void *arg)
{
    push(arg);
}

static void closed(void *arg)
{
    struct echo *e = arg;
    assert_false(e->closed);
    e->closed = true;
    net_stream_free(&e->stream);
    net_loop_stop(e->loop);
}

static const struct net_stream_handler handler = { received, writable, closed };

static void accepted(void *arg, int fd, const struct net_address *peer)
{
    struct echo *e = arg;
    char text[NET_ADDRESS_TEXT];
    assert_string_equal(net_address_host(peer, text), "127.0.0.1");
    e->stream = net_stream_new(e->loop, fd, &handler, e);
    assert_non_null(e->stream);
}

enum { MUCH = 8 << 20 };

/* A peer that writes everything before it reads anything. */
static void *talk(void *arg)
{
    int fd = *(int *)arg;
    static uint8_t out[1 << 16], in[1 << 16];
    for (size_t i = 0; i < sizeof out; i++)
        out[i] = (uint8_t)(i * 7);
    for (size_t sent = 0; sent < MUCH; sent += sizeof out)
        if (send(fd, out, sizeof out, 0) != (ssize_t)sizeof out)
            return "send";
    for (size_t got = 0; got < MUCH; got += sizeof in)
        if (recv(fd, in, sizeof in, MSG_WAITALL) != (ssize_t)sizeof in || memcmp(in, out, sizeof in) != 0)
            return "recv";
    close(fd);
    return NULL;
}

static void bytes_go_both_ways_and_the_end_is_told_once(void **state)
{
    (void)state;
    struct echo e = { .loop = net_loop_new() };
    wr_init(&e.unsent, MUCH);
    struct net_address any = net_address_loopback(AF_INET, 0);
    struct err err = { 0 };
    struct net_listener *listener = net_listener_new(e.loop, &any, accepted, &e, &err);
    assert_non_null(listener);
    assert_true(net_listener_start(listener));

    /* The port is taken now, and the message says what to do. */
    assert_null(net_listener_new(e.loop, net_listener_address(listener), accepted, &e, &err));
    assert_non_null(strstr(err.what, "is taken by another program"));

    const struct net_address *where = net_listener_address(listener);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&where->storage, where->length), 0);
    pthread_t peer;
    pthread_create(&peer, NULL, talk, &fd);
    net_loop_run(e.loop);
    void *failed;
    pthread_join(peer, &failed);
    assert_null(failed);
    assert_true(e.closed);

    wr_fini(&e.unsent);
    net_listener_free(&listener);
    net_loop_free(&e.loop);
}

struct bells {
    struct net_loop *loop;
    struct net_wakeup *wakeup;
    struct net_timer *timer;
    int rung, timed;
};

static void on_timer(void *arg)
{
    struct bells *b = arg;
    b->timed++;
    net_loop_stop(b->loop);
}

static void on_bell(void *arg)
{
    struct bells *b = arg;
    b->rung++;
    net_timer_start(b->timer, 0);
}

static void *ring(void *arg)
{
    struct bells *b = arg;
    for (int i = 0; i < 1000; i++)
        net_wakeup_send(b->wakeup);
    return NULL;
}

static void any_thread_may_ring(void **state)
{
    (void)state;
    struct bells b = { .loop = net_loop_new() };
    b.wakeup = net_wakeup_new(b.loop, on_bell, &b);
    b.timer = net_timer_new(b.loop, on_timer, &b);
    pthread_t other;
    pthread_create(&other, NULL, ring, &b);
    net_loop_run(b.loop);
    pthread_join(other, NULL);
    assert_in_range(b.rung, 1, 1000);
    assert_int_equal(b.timed, 1);
    net_timer_free(&b.timer);
    net_wakeup_free(&b.wakeup);
    net_loop_free(&b.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_both_ways_and_the_end_is_told_once),
        cmocka_unit_test(any_thread_may_ring),
    };
    return cmocka_run_group_tests_name("net/stream", tests, NULL, NULL);
}
