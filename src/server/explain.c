/* explain.c -- the queries of a worker that got nothing, one after the other. */
#include "server/explain.h"

#include <stdlib.h>

#include "base/clock.h"
#include "server/connection.h"

static const uint64_t between_us = 1000000; /* explanations for one caller */

enum { PROBES = 8 };

struct server_puzzle {
    struct server_puzzle *next;
    struct server_settings *settings; /* counted: the folder whose worklist it is must stay */
    struct service_explain *explain;
};

static void puzzle_free(struct server_worker *w, struct server_puzzle *puzzle)
{
    service_explain_free(&puzzle->explain);
    if (server_settings_release(puzzle->settings))
        w->shared->retire(w->shared, puzzle->settings);
    free(puzzle);
}

static void take_first(struct server_worker *w)
{
    struct server_explaining *x = &w->explaining;
    struct server_puzzle *puzzle = x->first;
    x->first = puzzle->next;
    if (!x->first)
        x->last = &x->first;
    x->waiting--;
    puzzle_free(w, puzzle);
}

/* One step a turn of the loop, so that scanners who ask are served first. */
static void on_turn(void *arg)
{
    struct server_worker *w = arg;
    struct server_puzzle *puzzle = w->explaining.first;
    if (!puzzle)
        return;
    if (service_explain_step(puzzle->explain, puzzle->settings->limits.slice_us)) {
        service_explain_log(puzzle->explain);
        take_first(w);
    }
    if (w->explaining.first)
        net_timer_start(w->explaining.turn, 0);
}

bool server_explaining_init(struct server_worker *w)
{
    w->explaining = (struct server_explaining){ .last = &w->explaining.first };
    w->explaining.turn = net_timer_new(w->loop, on_turn, w);
    return w->explaining.turn;
}

void server_explaining_stop(struct server_worker *w)
{
    while (w->explaining.first)
        take_first(w);
}

void server_explaining_fini(struct server_worker *w)
{
    server_explaining_stop(w);
    net_timer_free(&w->explaining.turn);
}

/* FNV-1a of who called. */
static uint64_t hash_of(const struct server_connection *c)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    const char *parts[] = { c->peer, c->calling_ae };
    for (size_t i = 0; i < 2; i++)
        for (const char *at = parts[i]; at == parts[i] || at[-1]; at++)
            hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
    return hash;
}

void server_asked_init(struct server_asked *asked)
{
    *asked = (struct server_asked){ 0 };
    pthread_mutex_init(&asked->lock, NULL);
}

void server_asked_fini(struct server_asked *asked)
{
    pthread_mutex_destroy(&asked->lock);
}

/* One a second is the most: where more callers come within it than there are rows, some go without. */
static bool is_due(struct server_asked *asked, uint64_t caller)
{
    uint64_t now = clock_mono_us();
    uint32_t found = EXPLAIN_CALLERS;
    pthread_mutex_lock(&asked->lock);
    for (uint32_t i = 0; i < PROBES; i++) {
        uint32_t row = (uint32_t)((caller + i) % EXPLAIN_CALLERS);
        bool is_free = !asked->row[row].at_us || now - asked->row[row].at_us >= between_us;
        if (asked->row[row].caller == caller) {
            found = is_free ? row : EXPLAIN_CALLERS;
            break;
        }
        if (is_free && found == EXPLAIN_CALLERS)
            found = row;
    }
    if (found < EXPLAIN_CALLERS) {
        asked->row[found].caller = caller;
        asked->row[found].at_us = now;
    }
    pthread_mutex_unlock(&asked->lock);
    return found < EXPLAIN_CALLERS;
}

void server_explain(struct server_connection *c)
{
    struct server_explaining *x = &c->worker->explaining;
    if (!service_find_is_puzzling(c->find) || x->waiting == EXPLAIN_WAITING
        || !is_due(&c->worker->shared->asked, hash_of(c)))
        return;
    struct server_puzzle *puzzle = calloc(1, sizeof *puzzle);
    if (puzzle)
        puzzle->explain = service_find_explain(c->find);
    if (!puzzle || !puzzle->explain) {
        free(puzzle);
        return;
    }
    puzzle->settings = server_settings_acquire(c->settings);
    *x->last = puzzle;
    x->last = &puzzle->next;
    if (x->waiting++ == 0)
        net_timer_start(x->turn, 0);
}
