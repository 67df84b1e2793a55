/* census.h -- how many connections there are, in all and from each address. */
#ifndef MWL_SERVER_CENSUS_H
#define MWL_SERVER_CENSUS_H

#include <pthread.h>

#include "net/address.h"

struct server_census_row;

struct server_count {
    uint32_t there, welcome; /* connections, and those of them that are within the limits */
};

struct server_census {
    pthread_mutex_t lock;
    struct server_census_row *rows; /* one an address; owned */
    uint32_t row_count, row_room;
    struct server_count all;
};

enum server_verdict {
    CENSUS_WELCOME,
    CENSUS_OVER,  /* beyond the limit: to be rejected as PS3.8 says (2/3/2) once it asks */
    CENSUS_REFUSE /* far beyond: not even that; not counted */
};

void server_census_init(struct server_census *census);
void server_census_fini(struct server_census *census);

/* Counts a connection in, unless it is refused. Those beyond a limit may be as many again, so that a peer gets an
 * answer without being able to take all descriptors. */
enum server_verdict server_census_enter(struct server_census *census, const char *host, uint32_t most_in_all,
                                        uint32_t most_per_host);

/* Counts out one that came in with that verdict. */
void server_census_leave(struct server_census *census, const char *host, enum server_verdict verdict);

#endif
