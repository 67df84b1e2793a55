/* wire.c -- net/loop.h, net/stream.h, source/folder.h and base/clock.h on memory. */
#include "wire.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/stream.h"
#include "source/folder.h"

enum { HEARD_CAP = 64 << 20, TICK_US = 10, TURNS = 1000000, PER_PEER = 4 };

struct net_stream {
    const struct net_stream_handler *handler;
    void *arg;
    bool wants_room;
};

struct net_timer {
    struct net_timer *next;
    net_callback *call;
    void *arg;
    uint64_t at_us; /* 0: it does not run */
};

struct net_wakeup {
    net_callback *call;
    void *arg;
    bool rung;
};

static struct wire the;
static struct net_stream *stream;       /* of the connection that there is */
static struct net_timer *timers;        /* all that there are */
static struct net_wakeup *wakeup;       /* the worker's */
static struct source_waiter *waiting;   /* for the folder */
static uint64_t now_us = 1000000000000; /* 2001 */
static sem_t ended;

static const char peer_host[] = "192.0.2.7";

/* ---- base/clock.h ---- */

uint64_t clock_mono_us(void)
{
    return now_us += TICK_US;
}

uint64_t clock_wall_us(void)
{
    return clock_mono_us();
}

void clock_local_date(uint64_t wall_us, char out[9])
{
    (void)wall_us;
    memcpy(out, "20010909", 9);
}

/* ---- net/loop.h ---- */

struct net_loop *net_loop_new(void)
{
    static char loop;
    return (struct net_loop *)&loop;
}

void net_loop_free(struct net_loop **loop)
{
    *loop = NULL;
}

/* The worker's thread comes by and goes: the loop is run by the functions below. */
void net_loop_run(struct net_loop *loop)
{
    (void)loop;
}

void net_loop_stop(struct net_loop *loop)
{
    (void)loop;
}

struct net_timer *net_timer_new(struct net_loop *loop, net_callback *call, void *arg)
{
    (void)loop;
    struct net_timer *timer = calloc(1, sizeof *timer);
    if (timer) {
        *timer = (struct net_timer){ .next = timers, .call = call, .arg = arg };
        timers = timer;
    }
    return timer;
}

void net_timer_free(struct net_timer **timer)
{
    struct net_timer **at = &timers;
    if (!*timer)
        return;
    while (*at != *timer)
        at = &(*at)->next;
    *at = (*at)->next;
    free(*timer);
    *timer = NULL;
}

void net_timer_start(struct net_timer *timer, uint32_t ms)
{
    timer->at_us = now_us + (uint64_t)ms * 1000;
}

struct net_wakeup *net_wakeup_new(struct net_loop *loop, net_callback *call, void *arg)
{
    (void)loop;
    wakeup = calloc(1, sizeof *wakeup);
    if (wakeup)
        *wakeup = (struct net_wakeup){ .call = call, .arg = arg };
    return wakeup;
}

void net_wakeup_free(struct net_wakeup **w)
{
    free(*w);
    *w = wakeup = NULL;
}

void net_wakeup_send(struct net_wakeup *w)
{
    w->rung = true;
}

/* ---- net/stream.h ---- */

struct net_stream *net_stream_new(struct net_loop *loop, int fd, const struct net_stream_handler *handler, void *arg)
{
    (void)loop;
    (void)fd;
    stream = calloc(1, sizeof *stream);
    if (stream)
        *stream = (struct net_stream){ .handler = handler, .arg = arg };
    return stream;
}

void net_stream_free(struct net_stream **s)
{
    if (*s)
        stream = NULL;
    free(*s);
    *s = NULL;
}

ssize_t net_stream_send(struct net_stream *s, struct span bytes)
{
    (void)s;
    if (the.broken)
        return -1;
    size_t n = bytes.n < the.room ? bytes.n : the.room;
    wr_bytes(&the.heard, bytes.p, n);
    the.room -= n;
    return (ssize_t)n;
}

void net_stream_hold(struct net_stream *s)
{
    (void)s; /* TLS does, and there is none here */
}

bool net_stream_resume(struct net_stream *s)
{
    return s;
}

void net_stream_want_room(struct net_stream *s)
{
    s->wants_room = true;
}

/* ---- source/folder.h ---- */

struct catalog *source_folder_catalog(struct source_folder *folder, struct span called_ae)
{
    (void)folder;
    return span_is(called_ae, "NOBODY") ? NULL : the.catalog;
}

bool source_folder_is_current(const struct source_folder *folder)
{
    (void)folder;
    return !the.busy;
}

bool source_folder_is_loading(const struct source_folder *folder)
{
    (void)folder;
    return the.loading;
}

void source_folder_wait(struct source_folder *folder, struct source_waiter *waiter)
{
    (void)folder;
    waiter->next = waiting;
    waiting = waiter;
}

void source_folder_forget(struct source_folder *folder, struct source_waiter *waiter)
{
    (void)folder;
    for (struct source_waiter **at = &waiting; *at; at = &(*at)->next) {
        if (*at == waiter) {
            *at = waiter->next;
            return;
        }
    }
}

/* ---- one turn of the loop after the other ---- */

/* Each callback may free what it belongs to. */
static bool turn(void)
{
    if (wakeup->rung) {
        wakeup->rung = false;
        wakeup->call(wakeup->arg);
        return true;
    }
    for (struct net_timer *timer = timers; timer; timer = timer->next) {
        if (timer->at_us && timer->at_us <= now_us) {
            timer->at_us = 0;
            timer->call(timer->arg);
            return true;
        }
    }
    if (stream && stream->wants_room && (the.room || the.broken)) {
        stream->wants_room = false;
        stream->handler->writable(stream->arg);
        return true;
    }
    return false;
}

static void run(void)
{
    for (int turns = 0; turn(); turns++) {
        if (turns == TURNS) {
            fprintf(stderr, "the server goes round and round\n");
            abort();
        }
    }
}

static void on_retired(struct server_shared *shared, struct server_settings *settings)
{
    (void)shared; /* the test holds a reference itself */
    (void)settings;
    abort();
}

static void on_ended(struct server_shared *shared)
{
    (void)shared;
    sem_post(&ended);
}

bool wire_up(struct wire **wire)
{
    *wire = &the;
    the = (struct wire){ .room = SIZE_MAX, .shared = { .retire = on_retired, .ended = on_ended } };
    the.settings = (struct server_settings){ .limits = limits_default, .folder_alone = true };
    atomic_init(&the.settings.references, 1);
    the.settings.config = config_folder_new("nowhere");
    the.catalog = catalog_new();
    wr_init(&the.heard, HEARD_CAP);
    sem_init(&ended, 0, 0);
    server_census_init(&the.shared.census);
    server_asked_init(&the.shared.asked);
    if (!the.settings.config || !the.catalog || !server_worker_init(&the.worker, &the.shared))
        return false;
    while (sem_wait(&ended) != 0) {
    }
    return true;
}

void wire_down(void)
{
    server_worker_fini(&the.worker);
    server_census_fini(&the.shared.census);
    server_asked_fini(&the.shared.asked);
    catalog_free(&the.catalog);
    config_free(&the.settings.config);
    wr_fini(&the.heard);
    sem_destroy(&ended);
}

void wire_call(bool over_limit)
{
    struct net_address address;
    struct err err = { .code = ERR_NONE };
    wr_reset(&the.heard);
    the.room = SIZE_MAX;
    the.broken = false;
    if (!net_address_parse("192.0.2.7:4711", &address, &err))
        abort();
    if (server_census_enter(&the.shared.census, peer_host, PER_PEER, PER_PEER) != CENSUS_WELCOME)
        return;
    server_worker_take(&the.worker, -1, &address, server_settings_acquire(&the.settings),
                       over_limit ? CENSUS_OVER : CENSUS_WELCOME, false);
    run();
}

bool wire_is_open(void)
{
    return stream;
}

void wire_say(struct span bytes)
{
    if (stream && bytes.n)
        stream->handler->received(stream->arg, bytes);
    run();
}

void wire_hang_up(void)
{
    if (stream)
        stream->handler->closed(stream->arg);
    run();
}

void wire_current(void)
{
    the.busy = the.loading = false;
    while (waiting) {
        struct source_waiter *waiter = waiting;
        waiting = waiter->next;
        waiter->ready(waiter);
    }
    run();
}

void wire_pass(uint32_t ms)
{
    uint64_t end = now_us + (uint64_t)ms * 1000;
    run();
    for (;;) {
        const struct net_timer *first = NULL;
        for (const struct net_timer *timer = timers; timer; timer = timer->next)
            if (timer->at_us && timer->at_us <= end && (!first || timer->at_us < first->at_us))
                first = timer;
        if (!first)
            break;
        if (now_us < first->at_us)
            now_us = first->at_us;
        run();
    }
    if (now_us < end)
        now_us = end;
}
