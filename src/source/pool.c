/* pool.c -- a ring of jobs: from `first` on those that are to come out, from `next` on those that nobody has begun. */
#include "source/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/thread.h"

/* Jobs on their way; begun together, so that the lock is taken seldom; threads at most. */
enum { JOBS = 256, BEGUN_TOGETHER = 8, THREADS = 8 };

struct helper {
    struct source_pool *pool;
    struct source_loader loader;
    pthread_t thread;
};

struct source_pool {
    pthread_mutex_t lock;
    pthread_cond_t more; /* there is something to begin, or to end for */
    pthread_cond_t done; /* a job was loaded */
    bool stopping;
    uint64_t first, next, end; /* counted on for ever; first <= next <= end */
    uint32_t idle;             /* helpers that wait for more */
    uint32_t count;
    struct source_loader loader; /* of the thread that asks */
    struct helper helpers[THREADS];
    bool loaded[JOBS];
    struct source_job jobs[JOBS];
};

/* Loads some of what nobody has begun; the lock is held, and held again on return. */
static void load_some(struct source_pool *pool, struct source_loader *loader)
{
    uint64_t from = pool->next, to = from;
    while (to < pool->end && to - from < BEGUN_TOGETHER)
        to++;
    pool->next = to;
    pthread_mutex_unlock(&pool->lock);
    for (uint64_t i = from; i < to; i++) {
        struct source_job *job = &pool->jobs[i % JOBS];
        job->loaded = source_load(loader, job->place, job->file, &job->load);
    }
    pthread_mutex_lock(&pool->lock);
    for (uint64_t i = from; i < to; i++)
        pool->loaded[i % JOBS] = true;
    pthread_cond_signal(&pool->done);
}

static void *run(void *arg)
{
    struct helper *helper = arg;
    struct source_pool *pool = helper->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->stopping) {
        if (pool->next < pool->end) {
            load_some(pool, &helper->loader);
            continue;
        }
        pool->idle++;
        pthread_cond_wait(&pool->more, &pool->lock);
        pool->idle--;
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

struct source_pool *source_pool_new(const struct source_folder_options *options, uint32_t threads)
{
    struct source_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->more, NULL);
    pthread_cond_init(&pool->done, NULL);
    source_loader_init(&pool->loader, options);
    for (; pool->count < threads && pool->count < THREADS; pool->count++) {
        struct helper *helper = &pool->helpers[pool->count];
        helper->pool = pool;
        source_loader_init(&helper->loader, options);
        if (thread_start(&helper->thread, run, helper) != 0)
            break;
    }
    return pool;
}

void source_pool_free(struct source_pool **pool)
{
    struct source_pool *p = *pool;
    if (!p)
        return;
    *pool = NULL;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (uint32_t i = 0; i < p->count; i++) {
        pthread_join(p->helpers[i].thread, NULL);
        source_loader_fini(&p->helpers[i].loader);
    }
    source_loader_fini(&p->loader);
    pthread_cond_destroy(&p->more);
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

bool source_pool_is_empty(const struct source_pool *pool)
{
    return pool->first == pool->end;
}

bool source_pool_is_full(const struct source_pool *pool)
{
    return pool->end - pool->first == JOBS;
}

void source_pool_put(struct source_pool *pool, const struct source_place *place, struct source_file *file)
{
    pthread_mutex_lock(&pool->lock);
    struct source_job *job = &pool->jobs[pool->end % JOBS];
    job->place = place;
    job->file = file;
    pool->loaded[pool->end % JOBS] = false;
    pool->end++;
    /* A single file is not worth waking anybody for: the thread that asks loads it at once. */
    if (pool->idle && pool->end - pool->next >= BEGUN_TOGETHER)
        pthread_cond_signal(&pool->more);
    pthread_mutex_unlock(&pool->lock);
}

struct source_job *source_pool_take(struct source_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (!pool->loaded[pool->first % JOBS]) {
        if (pool->next < pool->end)
            load_some(pool, &pool->loader);
        else
            pthread_cond_wait(&pool->done, &pool->lock);
    }
    struct source_job *job = &pool->jobs[pool->first++ % JOBS];
    pthread_mutex_unlock(&pool->lock);
    return job;
}
