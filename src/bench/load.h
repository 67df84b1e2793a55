/* load.h -- clients that ask a server again and again, each on a thread of its own, and what that took. */
#ifndef MWL_BENCH_LOAD_H
#define MWL_BENCH_LOAD_H

#include "bench/peer.h"

enum { BENCH_CLIENTS_MAX = 256, BENCH_COUNT_A_CLIENT = 10000000 };

struct bench_load {
    struct net_address address;
    const struct bench_request *request; /* borrowed */
    const struct bench_sizes *floor;     /* borrowed; NULL: the server is a real one (see bench/peer.h) */
    uint32_t clients;                    /* 1..BENCH_CLIENTS_MAX */
    uint32_t count;                      /* requests a client, 1..BENCH_COUNT_A_CLIENT, */
    uint32_t seconds;                    /* but none begun after so long; each client asks once in any case */
    bool apart;                          /* keep off the last processor, which the other end has for itself */
    bool fresh;                          /* connection, association and release are part of each request */
    int64_t expect;                      /* answers to each request; -1: as many as to the first */
};

struct bench_result {
    uint64_t requests, answers;                    /* in all; answers to one request */
    uint64_t median_ns, p99_ns, least_ns, most_ns; /* of one request */
    uint64_t elapsed_ns;                           /* from the first request begun to the last one ended */
    struct bench_sizes sizes;                      /* of one conversation */
};

/* Each client asks once uncounted, so that all is warm, waits for the others and begins. False with *err if any
 * request failed, or got another number of answers than expected. */
bool bench_load_run(const struct bench_load *load, struct bench_result *result, struct err *err);

#endif
