/* server_inside.h -- the server as its own files see it: server.c, which runs it, hold.c and reload.c. */
#ifndef MWL_SERVER_SERVER_INSIDE_H
#define MWL_SERVER_SERVER_INSIDE_H

#include "server/control.h"
#include "server/guard.h"
#include "server/ports.h"
#include "server/server.h"
#include "server/worker.h"

enum { SERVER_CONTROL_PATH = 108 }; /* as long as the path of a socket may be: unix(7) */

/* Settings that are on their way. */
struct server_reload {
    bool is_running; /* the thread; the main thread's, as all that no lock is named for */
    bool is_due;     /* once more when that is over */
    pthread_t thread;
    struct server_settings *now;   /* a reference for the thread */
    struct err err;                /* the thread's while it runs, as the next */
    struct server_settings *fresh; /* NULL: there are none, see err */
    bool is_done;                  /* under the lock */
};

struct server {
    struct server_shared shared; /* first: workers know the server by it */
    const struct server_options *options;
    struct server_settings *settings; /* for connections to come; one reference is ours */
    struct server_guard guard;

    struct net_loop *loop;
    struct net_wakeup *wakeup; /* a worker ended, or settings were retired */
    struct net_timer *drain_over;
    struct net_signal *signals[3];
    struct server_ports ports;
    struct server_reload reload;
    struct server_control *control; /* NULL: nobody can ask */
    struct server_worker *workers;
    uint32_t worker_count, next_worker;

    pthread_mutex_t lock;
    struct server_settings *retired; /* under the lock: to be freed by this thread */
    uint32_t ended;                  /* under the lock: workers that came to their end */
    bool stopping;
};

/* reload.c, on the main thread: begins to read the settings anew; takes them once they are there, when the wakeup
 * rings; forgets them. */
void server_reload_begin(struct server *server);
void server_reload_end(struct server *server);
void server_reload_fini(struct server *server);

/* The settings that the options name, with the TLS of the ports that are to have it. NULL with *err. */
struct server_settings *server_hold_settings(const struct server *server, struct err *err);

/* Raises the most descriptors that this process may have, so that so many associations, and the folder, have theirs. */
void server_hold_descriptors(uint32_t associations);

/* The journal, if one is to be kept. */
void server_hold_journal(struct server *server);

/* Where the control socket is to be; NULL: nowhere. */
const char *server_hold_control_path(const struct server *server, char room[SERVER_CONTROL_PATH]);

/* The control socket there. What --control or the configuration says must be, or it is false with *err; a default that
 * cannot be is no reason not to serve. */
bool server_hold_control(struct server *server, const char *path, struct err *err);

#endif
