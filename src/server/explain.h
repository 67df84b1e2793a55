/* explain.h -- queries that got nothing are looked into once they are over, and the log says what kept every entry out.
 *
 * A worker does so between its other work. It never holds anybody up: the scanner had its final response, the work is
 * done in small steps, one caller is worth one explanation a second, and few wait. */
#ifndef MWL_SERVER_EXPLAIN_H
#define MWL_SERVER_EXPLAIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/loop.h"

struct server_connection;
struct server_puzzle;
struct server_worker;

enum { EXPLAIN_CALLERS = 256, EXPLAIN_WAITING = 8 };

/* Of the server: the last explanation of each caller, wherever its connections are. */
struct server_asked {
    pthread_mutex_t lock;
    struct {
        uint64_t caller, at_us; /* a hash of who it is */
    } row[EXPLAIN_CALLERS];
};

void server_asked_init(struct server_asked *asked);
void server_asked_fini(struct server_asked *asked);

/* Of a worker. */
struct server_explaining {
    struct server_puzzle *first, **last;
    uint32_t waiting;
    struct net_timer *turn;
};

/* False: no memory. */
bool server_explaining_init(struct server_worker *worker);

/* Gives up what waits. On the worker's thread, or when that has ended. */
void server_explaining_stop(struct server_worker *worker);
void server_explaining_fini(struct server_worker *worker);

/* The query of this connection is over, and still there: has it looked into if it is a puzzle and its caller's turn. */
void server_explain(struct server_connection *connection);

#endif
