/* pool.h -- several threads that load files side by side: to read and parse one takes longer than all that the folder's
 * thread does with it then.
 *
 * A queue: files go in at one end and come out at the other in the same order, loaded. Its functions are for one
 * thread, the folder's. */
#ifndef MWL_SOURCE_POOL_H
#define MWL_SOURCE_POOL_H

#include "source/load.h"

struct source_pool;

/* A file on its way. */
struct source_job {
    const struct source_place *place; /* stays open until the job comes out */
    struct source_file *file;         /* nobody else's until then */
    enum source_loaded loaded;
    struct source_load load;
};

/* With so many threads beside the one that asks, or as many of them as can be had. NULL: no memory. */
struct source_pool *source_pool_new(const struct source_folder_options *options, uint32_t threads);

/* Nothing may be in it. */
void source_pool_free(struct source_pool **pool);

bool source_pool_is_empty(const struct source_pool *pool);
bool source_pool_is_full(const struct source_pool *pool);

/* Puts a file in; there must be room. */
void source_pool_put(struct source_pool *pool, const struct source_place *place, struct source_file *file);

/* Takes the oldest file out, loaded; loads others while it waits. Good until the next put; there must be one. */
struct source_job *source_pool_take(struct source_pool *pool);

#endif
