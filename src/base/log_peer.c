/* log_peer.c -- lines that a peer causes: so many of a kind from one address, and then a count. */
#include <pthread.h>

#include "base/clock.h"
#include "base/log_inside.h"

/* Two that meet must not begin each other's count anew: each has a few rows to stand in. */
enum { PEERS = 1024, WAYS = 8 };

struct row {
    uint64_t key, since_us;
    uint32_t written, left_out;
};

static struct {
    pthread_mutex_t lock;
    struct row rows[PEERS];
} peers = { .lock = PTHREAD_MUTEX_INITIALIZER };

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

static uint64_t key_of(const char *peer, const char *fmt)
{
    uint64_t h = mix(1, (uint64_t)(uintptr_t)fmt);
    for (; *peer; peer++)
        h = mix(h, (uint8_t)*peer);
    return h;
}

/* The row of a key; where it has none yet, that of those few it may have which was begun the longest ago. */
static struct row *find_row(uint64_t key)
{
    struct row *set = &peers.rows[key % (PEERS / WAYS) * WAYS], *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].since_us < oldest->since_us)
            oldest = &set[i];
    }
    return oldest;
}

/* Whether the line may be written; *left_out were not, in the time that is over. */
static bool is_its_turn(uint64_t key, uint32_t *left_out)
{
    uint64_t now = clock_mono_us();
    pthread_mutex_lock(&peers.lock);
    struct row *row = find_row(key);
    *left_out = 0;
    if (row->key != key || now - row->since_us >= (uint64_t)LOG_PEER_SECONDS * 1000000) {
        *left_out = row->left_out;
        *row = (struct row){ .key = key, .since_us = now };
    }
    bool turn = row->written < LOG_PEER_LINES;
    if (turn)
        row->written++;
    else
        row->left_out++;
    pthread_mutex_unlock(&peers.lock);
    return turn;
}

bool log_peer_turn(enum log_level level, const char *who, const char *peer, const char *kind)
{
    uint32_t left_out;
    if (!log_enabled(level) || !is_its_turn(key_of(peer, kind), &left_out))
        return false;
    if (left_out)
        log_line(level, who, "%u lines like this were left out before: one peer caused them", left_out);
    return true;
}

void log_peer_line(enum log_level level, const char *who, const char *peer, const char *fmt, ...)
{
    if (!log_peer_turn(level, who, peer, fmt))
        return;
    va_list args;
    va_start(args, fmt);
    log_write(level, who, fmt, args);
    va_end(args);
}
