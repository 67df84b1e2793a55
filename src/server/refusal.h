/* refusal.h -- lines in the log on callers who are turned away: some from each address, then one a second, so that a
 * caller who tries without end cannot fill a disk. */
#ifndef MWL_SERVER_REFUSAL_H
#define MWL_SERVER_REFUSAL_H

#include <pthread.h>
#include <stdint.h>

enum { REFUSAL_HOSTS = 64, REFUSAL_BURST = 8 };

struct server_refusals {
    pthread_mutex_t lock;
    struct {
        uint64_t host, at_us; /* the last line, or the moment up to which lines are used up */
        uint32_t held;        /* lines kept back since */
    } of[REFUSAL_HOSTS];      /* by a hash of the address; one that comes to the place of another takes it */
};

void server_refusals_init(struct server_refusals *refusals);
void server_refusals_fini(struct server_refusals *refusals);

/* A warning in the name of `who`: "`what` `host`: `why`", and how many lines there would have been before it. Or none.
 * From any thread. */
void server_refusal_log(struct server_refusals *refusals, const char *who, const char *what, const char *host,
                        const char *why);

#endif
