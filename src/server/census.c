/* census.c -- a short list under a lock: there are never more rows than connections. */
#include "server/census.h"

#include <stdlib.h>
#include <string.h>

struct server_census_row {
    char host[NET_ADDRESS_TEXT];
    struct server_count count;
};

void server_census_init(struct server_census *c)
{
    *c = (struct server_census){ .rows = NULL };
    pthread_mutex_init(&c->lock, NULL);
}

void server_census_fini(struct server_census *c)
{
    pthread_mutex_destroy(&c->lock);
    free(c->rows);
    c->rows = NULL;
}

static struct server_census_row *find_row(struct server_census *c, const char *host)
{
    for (uint32_t i = 0; i < c->row_count; i++)
        if (strcmp(c->rows[i].host, host) == 0)
            return &c->rows[i];
    return NULL;
}

static struct server_census_row *add_row(struct server_census *c, const char *host)
{
    if (c->row_count == c->row_room) {
        uint32_t room = c->row_room ? c->row_room * 2 : 16;
        struct server_census_row *rows = realloc(c->rows, room * sizeof *rows);
        if (!rows)
            return NULL;
        c->rows = rows;
        c->row_room = room;
    }
    struct server_census_row *row = &c->rows[c->row_count++];
    memset(row, 0, sizeof *row);
    strncpy(row->host, host, sizeof row->host - 1);
    return row;
}

/* Those beyond one limit are not counted for the other: they would take the places of others. */
static enum server_verdict judge(struct server_count count, uint32_t most)
{
    if (count.there >= 2 * most)
        return CENSUS_REFUSE;
    return count.welcome < most ? CENSUS_WELCOME : CENSUS_OVER;
}

static void count_in(struct server_count *count, enum server_verdict verdict)
{
    count->there++;
    count->welcome += verdict == CENSUS_WELCOME;
}

static void count_out(struct server_count *count, enum server_verdict verdict)
{
    count->there--;
    count->welcome -= verdict == CENSUS_WELCOME;
}

enum server_verdict server_census_enter(struct server_census *c, const char *host, uint32_t most_in_all,
                                        uint32_t most_per_host)
{
    pthread_mutex_lock(&c->lock);
    struct server_census_row *row = find_row(c, host);
    enum server_verdict verdict = judge(c->all, most_in_all);
    enum server_verdict by_host = judge(row ? row->count : (struct server_count){ 0 }, most_per_host);
    if (by_host > verdict)
        verdict = by_host;
    if (verdict != CENSUS_REFUSE && !row)
        row = add_row(c, host);
    if (!row)
        verdict = CENSUS_REFUSE;
    if (verdict != CENSUS_REFUSE) {
        count_in(&row->count, verdict);
        count_in(&c->all, verdict);
    }
    pthread_mutex_unlock(&c->lock);
    return verdict;
}

void server_census_leave(struct server_census *c, const char *host, enum server_verdict verdict)
{
    pthread_mutex_lock(&c->lock);
    struct server_census_row *row = find_row(c, host);
    if (row) {
        count_out(&c->all, verdict);
        count_out(&row->count, verdict);
        if (row->count.there == 0)
            *row = c->rows[--c->row_count];
    }
    pthread_mutex_unlock(&c->lock);
}
