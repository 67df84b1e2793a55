/* refusal.c -- a small table of addresses, each with a second's worth of patience a line. */
#include "server/refusal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

static const uint64_t second_us = 1000000;

void server_refusals_init(struct server_refusals *r)
{
    memset(r->of, 0, sizeof r->of);
    pthread_mutex_init(&r->lock, NULL);
}

void server_refusals_fini(struct server_refusals *r)
{
    pthread_mutex_destroy(&r->lock);
}

/* FNV-1a */
static uint64_t hash_of(const char *host)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *host; host++)
        hash = (hash ^ (uint8_t)*host) * UINT64_C(1099511628211);
    return hash;
}

/* Every line uses up a second, of which REFUSAL_BURST may be used ahead. *held is what was kept back before. */
static bool may_speak(struct server_refusals *r, uint64_t host, uint32_t *held)
{
    uint64_t now = clock_mono_us();
    typeof(r->of[0]) *row = &r->of[host % REFUSAL_HOSTS];
    if (row->host != host) {
        row->host = host;
        row->at_us = now;
        row->held = 0;
    }
    if (row->at_us > now + (REFUSAL_BURST - 1) * second_us) {
        row->held++;
        return false;
    }
    row->at_us = (row->at_us > now ? row->at_us : now) + second_us;
    *held = row->held;
    row->held = 0;
    return true;
}

void server_refusal_log(struct server_refusals *r, const char *who, const char *what, const char *host, const char *why)
{
    uint32_t held = 0;
    char more[64] = "";
    pthread_mutex_lock(&r->lock);
    bool speak = may_speak(r, hash_of(host), &held);
    pthread_mutex_unlock(&r->lock);
    if (!speak)
        return;
    if (held)
        snprintf(more, sizeof more, " (and %u from there before, not told one by one)", held);
    log_line(LOG_WARNING, who, "%s %s: %s%s", what, host, why, more);
}
