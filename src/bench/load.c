/* load.c -- a thread a client, a gate that opens for all at once, and the times of all requests in order. */
#include "bench/load.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "bench/processors.h"

/* Clients wait here until those that started are all warm. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t waiting;
    bool open;
};

struct client {
    const struct bench_load *load;
    struct gate *gate;
    pthread_t thread;
    struct bench_peer peer;
    uint64_t answers;
    uint64_t *times; /* ns of each request; owned */
    uint32_t done, room;
    uint64_t began, ended;
    struct err err;
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* One request, with an association of its own if that is wanted. */
static bool turn(struct client *c, uint64_t *answers)
{
    const struct bench_load *l = c->load;
    return (!l->fresh || bench_peer_open(&c->peer, &l->address, l->request, &c->err))
           && bench_peer_ask(&c->peer, l->request, answers, &c->err)
           && (!l->fresh || bench_peer_close(&c->peer, l->request, &c->err));
}

static bool warm_up(struct client *c)
{
    const struct bench_load *l = c->load;
    if (!l->fresh && !bench_peer_open(&c->peer, &l->address, l->request, &c->err))
        return false;
    if (!turn(c, &c->answers))
        return false;
    return l->expect < 0 || c->answers == (uint64_t)l->expect
           || err_set(&c->err, ERR_SYNTAX, 0, 0, "%llu answers instead of %lld", (unsigned long long)c->answers,
                      (long long)l->expect);
}

static bool keep(struct client *c, uint64_t ns)
{
    if (c->done == c->room) {
        uint32_t room = c->room ? c->room * 2 : 1024;
        uint64_t *more = realloc(c->times, room * sizeof *more);
        if (!more)
            return err_set(&c->err, ERR_MEMORY, 0, 0, "no memory for the times");
        c->times = more;
        c->room = room;
    }
    c->times[c->done++] = ns;
    return true;
}

static bool ask_on(struct client *c)
{
    const struct bench_load *l = c->load;
    uint64_t until = c->began + l->seconds * 1000000000ull;
    for (uint32_t i = 0; i < l->count; i++) {
        uint64_t start = now_ns(), answers = 0;
        if (i > 0 && start >= until)
            break;
        if (!turn(c, &answers) || !keep(c, now_ns() - start))
            return false;
        if (answers != c->answers)
            return err_set(&c->err, ERR_SYNTAX, 0, 0, "%llu answers, and %llu to the request before",
                           (unsigned long long)answers, (unsigned long long)c->answers);
    }
    return true;
}

static void pass(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->waiting++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void open_for(struct gate *gate, uint32_t clients)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->waiting < clients)
        pthread_cond_wait(&gate->changed, &gate->lock);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void *run_client(void *argument)
{
    struct client *c = argument;
    if (c->load->apart)
        bench_take_processors(false);
    bool ok = warm_up(c);
    pass(c->gate);
    c->began = now_ns();
    ok = ok && ask_on(c);
    c->ended = now_ns();
    if (ok && !c->load->fresh)
        (void)bench_peer_close(&c->peer, c->load->request, &c->err);
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool sum_up(const struct client *clients, uint32_t count, struct bench_result *r, struct err *err)
{
    uint64_t began = UINT64_MAX, ended = 0, requests = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct client *c = &clients[i];
        if (c->err.code != ERR_NONE)
            return err_set(err, c->err.code, 0, 0, "client %u, request %u: %s", i + 1, c->done + 1, c->err.what);
        if (c->answers != clients[0].answers)
            return err_set(err, ERR_SYNTAX, 0, 0, "two clients got different numbers of answers");
        requests += c->done;
        began = c->began < began ? c->began : began;
        ended = c->ended > ended ? c->ended : ended;
    }
    uint64_t *all = calloc(requests + 1, sizeof *all);
    if (!all)
        return err_set(err, ERR_MEMORY, 0, 0, "no memory for the times");
    for (uint64_t i = 0, n = 0; i < count; n += clients[i++].done)
        memcpy(all + n, clients[i].times, clients[i].done * sizeof *all);
    qsort(all, requests, sizeof *all, by_value);
    *r = (struct bench_result){ .requests = requests,
                                .answers = clients[0].answers,
                                .median_ns = all[requests / 2],
                                .p99_ns = all[requests * 99 / 100],
                                .least_ns = all[0],
                                .most_ns = all[requests - 1],
                                .elapsed_ns = ended - began,
                                .sizes = clients[0].peer.sizes };
    free(all);
    return true;
}

static bool run_all(struct client *clients, uint32_t count, struct err *err)
{
    struct gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
    uint32_t running = 0;
    while (running < count) {
        clients[running].gate = &gate;
        if (pthread_create(&clients[running].thread, NULL, run_client, &clients[running]) != 0)
            break;
        running++;
    }
    open_for(&gate, running);
    for (uint32_t i = 0; i < running; i++)
        pthread_join(clients[i].thread, NULL);
    return running == count || err_set(err, ERR_MEMORY, 0, 0, "no threads for %u clients", count);
}

bool bench_load_run(const struct bench_load *load, struct bench_result *result, struct err *err)
{
    struct client *clients = calloc(load->clients, sizeof *clients);
    if (!clients)
        return err_set(err, ERR_MEMORY, 0, 0, "no memory for %u clients", load->clients);
    bool ok = true;
    for (uint32_t i = 0; i < load->clients; i++) {
        clients[i].load = load;
        ok = bench_peer_init(&clients[i].peer, i, load->floor) && ok;
    }
    ok = (ok || err_set(err, ERR_MEMORY, 0, 0, "no memory for %u clients", load->clients))
         && run_all(clients, load->clients, err) && sum_up(clients, load->clients, result, err);
    for (uint32_t i = 0; i < load->clients; i++) {
        bench_peer_fini(&clients[i].peer);
        free(clients[i].times);
    }
    free(clients);
    return ok;
}
