/* Timers that are started while there is no memory: none is lost, and sockets are served meanwhile. */
#include "../check.h"

#include <event2/event.h>
#include <stdlib.h>

#include "net/loop.h"

enum { TIMERS = 40, RINGS = 5 };

static bool starves;

static void *allocate(size_t n)
{
    return starves ? NULL : malloc(n);
}

static void *reallocate(void *p, size_t n)
{
    return starves ? NULL : realloc(p, n);
}

struct crowd {
    struct net_loop *loop;
    struct net_wakeup *wakeup;
    struct net_timer *timers[TIMERS];
    unsigned called, rings;
};

static void on_timer(void *arg)
{
    struct crowd *c = arg;
    if (++c->called == TIMERS - 1)
        net_loop_stop(c->loop);
}

/* A socket like any other. Memory is back when it was heard often enough. */
static void on_bell(void *arg)
{
    struct crowd *c = arg;
    if (++c->rings < RINGS)
        net_wakeup_send(c->wakeup);
    else
        starves = false;
}

static void crowd_init(struct crowd *c, void (*on)(void *arg))
{
    *c = (struct crowd){ .loop = net_loop_new() };
    c->wakeup = net_wakeup_new(c->loop, on_bell, c);
    for (int i = 0; i < TIMERS; i++)
        c->timers[i] = net_timer_new(c->loop, on, c);
}

static void crowd_fini(struct crowd *c)
{
    for (int i = 0; i < TIMERS; i++)
        net_timer_free(&c->timers[i]);
    net_wakeup_free(&c->wakeup);
    net_loop_free(&c->loop);
}

static void no_timer_is_lost(void **state)
{
    (void)state;
    struct crowd c;
    crowd_init(&c, on_timer);
    starves = true;
    for (int i = 0; i < TIMERS; i++)
        net_timer_start(c.timers[i], 1);
    net_timer_start(c.timers[1], 2);       /* begins anew */
    net_timer_free(&c.timers[TIMERS / 2]); /* is not called */
    net_wakeup_send(c.wakeup);
    net_loop_run(c.loop);
    assert_false(starves);
    assert_int_equal(c.rings, RINGS);
    assert_int_equal(c.called, TIMERS - 1);
    crowd_fini(&c);
}

/* The next turn of the loop needs no memory at all. */
static void the_next_turn_comes_without_memory(void **state)
{
    (void)state;
    struct crowd c;
    crowd_init(&c, on_timer);
    starves = true;
    net_timer_free(&c.timers[0]);
    for (int i = 1; i < TIMERS; i++)
        net_timer_start(c.timers[i], 0);
    net_loop_run(c.loop);
    assert_true(starves);
    assert_int_equal(c.called, TIMERS - 1);
    starves = false;
    crowd_fini(&c);
}

int main(void)
{
    event_set_mem_functions(allocate, reallocate, free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_timer_is_lost),
        cmocka_unit_test(the_next_turn_comes_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
