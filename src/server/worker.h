/* worker.h -- a thread with a loop, and the connections that live on it. */
#ifndef MWL_SERVER_WORKER_H
#define MWL_SERVER_WORKER_H

#include <pthread.h>

#include "journal/journal.h"
#include "net/address.h"
#include "net/loop.h"
#include "server/census.h"
#include "server/explain.h"
#include "server/secure.h"
#include "server/settings.h"
#include "service/leniency.h"

struct server_connection;
struct server_arrival;

/* What the workers need of the server. */
struct server_shared {
    struct server_census census;
    struct server_asked asked;
    struct service_leniency *leniency; /* owned by the server */
    struct journal *journal;           /* as well; NULL: nothing is kept */
    /* Hands over settings without a reference left, to be freed on the main thread. */
    void (*retire)(struct server_shared *shared, struct server_settings *settings);

    /* A worker's last connection is gone after a drain. */
    void (*ended)(struct server_shared *shared);
};

struct server_worker {
    struct server_shared *shared; /* borrowed */
    struct net_loop *loop;
    struct net_wakeup *wakeup;
    pthread_t thread;
    bool started;

    /* Given by other threads, under the lock. */
    pthread_mutex_t lock;
    struct server_arrival *arrivals;
    struct server_connection *current; /* whose worklist became current: linked by next_current */
    bool drain, stop;

    /* The worker's own. */
    struct server_connection *connections;
    struct server_explaining explaining;
    struct server_handshakes handshakes;
    bool draining;
};

/* Starts the thread. False: no memory, no descriptors or no thread; *worker is then to be ended with
 * server_worker_fini() all the same. */
bool server_worker_init(struct server_worker *worker, struct server_shared *shared);

/* Ends the thread with whatever runs on it. */
void server_worker_fini(struct server_worker *worker);

/* From the main thread: takes over an accepted connection, counted in the census as `verdict`, and a reference to the
 * settings; it speaks TLS if `tls`, and the settings then have it. */
void server_worker_take(struct server_worker *worker, int fd, const struct net_address *peer,
                        struct server_settings *settings, enum server_verdict verdict, bool tls);

/* Gives back everything of a connection that is not to be: descriptor, place in the census, settings. */
void server_worker_refuse(struct server_worker *worker, int fd, const struct net_address *peer,
                          struct server_settings *settings, enum server_verdict verdict);

/* From any thread: no new queries; connections end when theirs are answered, and the thread when the last has. */
void server_worker_drain(struct server_worker *worker);

/* From a source's thread: the worklist of this connection is current. */
void server_worker_current(struct server_worker *worker, struct server_connection *connection);

#endif
