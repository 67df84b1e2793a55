/* loop.c -- libevent's loop, timers, signals, and an eventfd as a bell.
 *
 * A timer that is started takes a place in a heap, and there may be no memory for one more. Whatever waits for it would
 * wait for ever: so it stands in a list of the loop's instead, which needs none, and in which the loop looks between
 * its turns, until there is memory again. */
#include "net/loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { STARVED_NAP_MS = 10 };

struct net_loop {
    struct event_base *base;
    struct net_timer *starved; /* started, but in no heap */
    bool stopped, in_turn;     /* in_turn: of those without memory */
};

/* Timers and signals are one event each and differ only in how they are set up. */
struct net_timer {
    struct net_loop *loop;
    struct event *event;
    net_callback *call;
    void *arg;
    uint64_t due_us;                /* if it is starved: when it is to be called, on the monotonic clock */
    struct net_timer *next, **link; /* in the loop's list of those; else link is NULL */
};

struct net_loop *net_loop_new(void)
{
    struct net_loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return NULL;
    loop->base = event_base_new();
    if (!loop->base) {
        free(loop);
        return NULL;
    }
    return loop;
}

void net_loop_free(struct net_loop **loop)
{
    if (!*loop)
        return;
    event_base_free((*loop)->base);
    free(*loop);
    *loop = NULL;
}

struct event_base *net_loop_base(struct net_loop *loop)
{
    return loop->base;
}

static bool add(const struct net_timer *timer, uint64_t ms)
{
    const struct timeval after = { .tv_sec = (time_t)(ms / 1000), .tv_usec = (suseconds_t)(ms % 1000) * 1000 };
    return event_add(timer->event, &after) == 0;
}

static void link_in(struct net_timer *timer)
{
    struct net_loop *loop = timer->loop;
    timer->next = loop->starved;
    timer->link = &loop->starved;
    if (timer->next)
        timer->next->link = &timer->next;
    loop->starved = timer;
}

static void link_out(struct net_timer *timer)
{
    if (!timer->link)
        return;
    *timer->link = timer->next;
    if (timer->next)
        timer->next->link = timer->link;
    timer->link = NULL;
}

/* Whether nothing waits for memory alone: whose time has come is called in the next turn, which needs none. */
static bool feed_starved(struct net_loop *loop)
{
    bool any_due = false;
    uint64_t now = clock_mono_us();
    struct net_timer *next, *timer = loop->starved;
    for (; timer; timer = next) {
        next = timer->next;
        bool is_due = timer->due_us <= now;
        if (is_due)
            event_active(timer->event, EV_TIMEOUT, 1);
        if (is_due || add(timer, (timer->due_us - now + 999) / 1000))
            link_out(timer);
        any_due |= is_due;
    }
    return any_due || !loop->starved;
}

/* A turn of the loop while timers are starved. What event_base_loop() says. */
static int run_starved(struct net_loop *loop)
{
    loop->in_turn = true;
    int said = event_base_loop(loop->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
    loop->in_turn = false;
    if (!feed_starved(loop) && !loop->stopped)
        nanosleep(&(struct timespec){ .tv_nsec = STARVED_NAP_MS * 1000000L }, NULL);
    return said;
}

void net_loop_run(struct net_loop *loop)
{
    int said = 0; /* less than 0: it cannot go on */
    loop->stopped = false;
    while (!loop->stopped && said >= 0)
        said = loop->starved ? run_starved(loop) : event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void net_loop_stop(struct net_loop *loop)
{
    loop->stopped = true;
    event_base_loopbreak(loop->base); /* needs no memory, unlike a loopexit */
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct net_timer *timer = arg;
    timer->call(timer->arg);
}

static struct net_timer *timer_new(struct net_loop *loop, int number, short what, net_callback *call, void *arg)
{
    struct net_timer *timer = calloc(1, sizeof *timer);
    if (!timer)
        return NULL;
    timer->loop = loop;
    timer->call = call;
    timer->arg = arg;
    timer->event = event_new(loop->base, number, what, on_event, timer);
    if (!timer->event) {
        free(timer);
        return NULL;
    }
    return timer;
}

struct net_timer *net_timer_new(struct net_loop *loop, net_callback *call, void *arg)
{
    return timer_new(loop, -1, 0, call, arg);
}

void net_timer_free(struct net_timer **timer)
{
    if (!*timer)
        return;
    link_out(*timer);
    event_free((*timer)->event);
    free(*timer);
    *timer = NULL;
}

void net_timer_start(struct net_timer *timer, uint32_t ms)
{
    link_out(timer);
    if (add(timer, ms))
        return;
    event_del(timer->event); /* it may have been about to be called for the time before */
    timer->due_us = clock_mono_us() + (uint64_t)ms * 1000;
    link_in(timer);
    if (!timer->loop->in_turn)
        event_base_loopbreak(timer->loop->base); /* and so into run_starved() */
}

struct net_signal {
    struct net_timer *timer;
};

struct net_signal *net_signal_new(struct net_loop *loop, int number, net_callback *call, void *arg)
{
    struct net_signal *signal = calloc(1, sizeof *signal);
    if (!signal)
        return NULL;
    signal->timer = timer_new(loop, number, EV_SIGNAL | EV_PERSIST, call, arg);
    if (!signal->timer || event_add(signal->timer->event, NULL) != 0)
        net_signal_free(&signal);
    return signal;
}

void net_signal_free(struct net_signal **signal)
{
    if (!*signal)
        return;
    net_timer_free(&(*signal)->timer);
    free(*signal);
    *signal = NULL;
}

struct net_wakeup {
    struct event *event;
    net_callback *call;
    void *arg;
    int fd;
};

static void on_bell(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct net_wakeup *wakeup = arg;
    uint64_t rings;
    if (read(fd, &rings, sizeof rings) == (ssize_t)sizeof rings)
        wakeup->call(wakeup->arg);
}

struct net_wakeup *net_wakeup_new(struct net_loop *loop, net_callback *call, void *arg)
{
    struct net_wakeup *wakeup = calloc(1, sizeof *wakeup);
    if (!wakeup)
        return NULL;
    wakeup->call = call;
    wakeup->arg = arg;
    wakeup->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wakeup->fd >= 0)
        wakeup->event = event_new(loop->base, wakeup->fd, EV_READ | EV_PERSIST, on_bell, wakeup);
    if (!wakeup->event || event_add(wakeup->event, NULL) != 0)
        net_wakeup_free(&wakeup);
    return wakeup;
}

void net_wakeup_free(struct net_wakeup **wakeup)
{
    if (!*wakeup)
        return;
    if ((*wakeup)->event)
        event_free((*wakeup)->event);
    if ((*wakeup)->fd >= 0)
        close((*wakeup)->fd);
    free(*wakeup);
    *wakeup = NULL;
}

void net_wakeup_send(struct net_wakeup *wakeup)
{
    uint64_t one = 1;
    /* The counter can only be full when the bell has rung and not been heard yet, which is as good. */
    ssize_t wrote = write(wakeup->fd, &one, sizeof one);
    (void)wrote;
}
