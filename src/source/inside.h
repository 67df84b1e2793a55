/* inside.h -- struct source_folder as its own files see it: what the thread owns, and what it shares. */
#ifndef MWL_SOURCE_INSIDE_H
#define MWL_SOURCE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "source/worklist.h"

enum { SOURCE_EVENTS_BYTES = 64 * 1024 };

struct source_folder {
    struct source_folder_options options;
    char *path;        /* absolute; owned; the one in options too */
    int inotify, wake; /* descriptors: of events; of an eventfd that ends the thread's sleep */
    pthread_t thread;
    bool running; /* the thread was started */

    /* the thread's own */
    struct source_pool *pool;
    struct dicom_tolerances forgiven; /* by the parser, in all files since the start */
    struct source_place root;         /* of subfolders, with per_called_aet */
    bool list_root;                   /* subfolders came or went */
    uint32_t listings;                /* of the root, so far */
    uint64_t next_tick_us, next_rescan_us;
    char *events; /* SOURCE_EVENTS_BYTES for the kernel to fill; from malloc(), so aligned for any event */

    /* shared, under the lock */
    pthread_mutex_t lock;
    pthread_cond_t called;             /* `calling` changed */
    struct source_worklist *worklists; /* only the thread changes the list, and reads it without the lock */
    struct source_waiter *waiting;     /* since the thread took note last */
    struct source_waiter *covered;     /* all that they wait for is in this round */
    const struct source_waiter *calling;
    bool stopping;
    struct source_folder_counts counts; /* as of the last round */

    atomic_bool loading; /* until everything that was there at start is in the catalogs */
    atomic_bool busy; /* from before events are read until what they tell is published; and while a look at a file that
                         is open for writing might find it closed */
};

/* events.c: notes what the kernel tells, at least all that was queued when it is called; how often it had to drop
 * events is added to *overflows. */
void source_events_read(struct source_folder *folder, uint64_t *overflows);

/* subfolders.c: brings the list of worklists up to date. False with *err if two compare equal and `err` is given; else
 * the later one is not served. */
bool source_subfolders_list(struct source_folder *folder, struct err *err);

/* Finds the worklist that is served for a called AE title; NULL: none is. Under the lock, or on the thread. */
const struct source_worklist *source_subfolders_find(const struct source_folder *folder, struct span called_ae);

/* wait.c: those who wait now are covered by the round that begins. True if there is anyone. */
bool source_waiters_cover(struct source_folder *folder);

/* Calls the covered ones. */
void source_waiters_call(struct source_folder *folder);

#endif
