/* Timers that are started while there is no memory: each is called once, in its time, and sockets are served meanwhile.
 */
#include "../check.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/clock.h"
#include "net/loop.h"

enum { TIMERS = 40, AFTERWARDS_MS = 50 };

static bool starves;

static void *allocate(size_t n)
{
    return starves ? NULL : malloc(n);
}

static void *reallocate(void *p, size_t n)
{
    return starves ? NULL : realloc(p, n);
}

/* A socket that is ready, and the timer that it starts when it is served: as a connection and its deadline. */
struct pair {
    struct crowd *crowd;
    struct net_wakeup *bell;
    struct net_timer *timer;
    uint32_t ms;
    uint64_t called_us;
    unsigned calls;
};

struct crowd {
    struct net_loop *loop;
    struct net_timer *end; /* has its place in the heap from the start */
    struct pair pairs[TIMERS];
    unsigned rung, called;
};

static void on_end(void *arg)
{
    struct crowd *c = arg;
    net_loop_stop(c->loop);
}

static void on_timer(void *arg)
{
    struct pair *pair = arg;
    pair->calls++;
    pair->called_us = clock_mono_us();
    if (++pair->crowd->called == TIMERS)
        net_timer_start(pair->crowd->end, AFTERWARDS_MS);
}

static void on_bell(void *arg)
{
    struct pair *pair = arg;
    pair->crowd->rung++;
    net_timer_start(pair->timer, pair->ms);
}

static void crowd_init(struct crowd *c, uint32_t ms)
{
    *c = (struct crowd){ .loop = net_loop_new() };
    c->end = net_timer_new(c->loop, on_end, c);
    net_timer_start(c->end, 60000);
    for (int i = 0; i < TIMERS; i++) {
        struct pair *pair = &c->pairs[i];
        *pair = (struct pair){ .crowd = c, .ms = ms };
        pair->bell = net_wakeup_new(c->loop, on_bell, pair);
        pair->timer = net_timer_new(c->loop, on_timer, pair);
        net_wakeup_send(pair->bell);
    }
}

static void crowd_fini(struct crowd *c)
{
    starves = false;
    for (int i = 0; i < TIMERS; i++) {
        net_timer_free(&c->pairs[i].timer);
        net_wakeup_free(&c->pairs[i].bell);
    }
    net_timer_free(&c->end);
    net_loop_free(&c->loop);
}

static void assert_each_was_called_once(const struct crowd *c)
{
    assert_int_equal(c->rung, TIMERS);
    for (int i = 0; i < TIMERS; i++)
        assert_int_equal(c->pairs[i].calls, 1);
}

/* More of them than the heap has places for without growing. */
static void memory_does_not_come_back(void **state)
{
    (void)state;
    const uint32_t waits[] = { 0, 30 };
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        struct crowd c;
        crowd_init(&c, waits[i]);
        starves = true;
        uint64_t began_us = clock_mono_us();
        net_loop_run(c.loop);
        assert_true(starves);
        assert_each_was_called_once(&c);
        for (int n = 0; n < TIMERS; n++)
            assert_true(c.pairs[n].called_us >= began_us + (uint64_t)waits[i] * 1000);
        crowd_fini(&c);
    }
}

static void on_relief(void *arg)
{
    (void)arg;
    starves = false;
}

static void memory_comes_back(void **state)
{
    (void)state;
    struct crowd c;
    crowd_init(&c, 100);
    struct net_timer *relief = net_timer_new(c.loop, on_relief, NULL);
    net_timer_start(relief, 30);
    starves = true;
    net_loop_run(c.loop);
    assert_false(starves);
    assert_each_was_called_once(&c);
    net_timer_free(&relief);
    crowd_fini(&c);
}

/* Starved timers may begin anew, and go. */
static void a_starved_timer_is_one(void **state)
{
    (void)state;
    struct crowd c;
    crowd_init(&c, 20);
    starves = true;
    for (int i = 0; i < TIMERS; i++) {
        net_timer_start(c.pairs[i].timer, 1);
        net_timer_start(c.pairs[i].timer, 10000); /* the bell makes 20 of it */
    }
    net_timer_free(&c.pairs[1].timer);
    c.pairs[1].timer = net_timer_new(c.loop, on_timer, &c.pairs[1]);
    assert_null(c.pairs[1].timer);
    starves = false;
    c.pairs[1].timer = net_timer_new(c.loop, on_timer, &c.pairs[1]);
    starves = true;
    net_loop_run(c.loop);
    assert_each_was_called_once(&c);
    crowd_fini(&c);
}

int main(void)
{
    event_set_mem_functions(allocate, reallocate, free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_does_not_come_back),
        cmocka_unit_test(memory_comes_back),
        cmocka_unit_test(a_starved_timer_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
