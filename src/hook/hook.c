/* hook.c -- the thread of the scripts, and calls on their way to it and back. */
#include "hook/hook.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "hook/state.h"

enum { ADDRESS_ROOM = 64, GRACE_MS = 500, RESULT_CAP = 4 << 20 };

/* Shared with the thread, which may outlive the hook in a script that does not end. */
struct core {
    pthread_mutex_t lock;
    pthread_cond_t work, ended;
    uint32_t references;             /* under the lock: the hook's, the thread's, one for each call */
    bool is_ended;                   /* under the lock: the thread is */
    struct hook_call *first, **last; /* under the lock: calls that wait */
    uint64_t running_until_us;       /* under the lock: the deadline of the call that runs; 0: none does */
    atomic_bool stop;
    struct hook_state state; /* the thread's, once it runs */
};

struct hook {
    struct core *core;
    uint32_t timeout_ms;
    bool has_filter, has_answer_filter;
};

struct hook_call {
    struct hook_call *next;
    struct core *core;
    uint32_t references; /* under the lock: its owner's, the thread's */
    bool forgotten;      /* under the lock */
    void (*done)(void *arg);
    void *arg;

    struct hook_query query; /* of what is copied into `room` and `address` */
    uint64_t deadline_us;
    struct wr result;
    struct err err;
    enum hook_result came;
    char address[ADDRESS_ROOM];
    uint8_t room[];
};

/* Gives the lock back, too. */
static void core_release(struct core *core)
{
    bool last = --core->references == 0;
    pthread_mutex_unlock(&core->lock);
    if (!last)
        return;
    pthread_cond_destroy(&core->work);
    pthread_cond_destroy(&core->ended);
    pthread_mutex_destroy(&core->lock);
    free(core);
}

/* Under the lock, which it gives back. */
static void call_release(struct hook_call *call)
{
    struct core *core = call->core;
    if (--call->references) {
        pthread_mutex_unlock(&core->lock);
        return;
    }
    wr_fini(&call->result);
    free(call);
    core_release(core);
}

/* ---- the thread ---- */

/* Under the lock: the next call, or NULL at the end. */
static struct hook_call *wait_for_call(struct core *core)
{
    while (!core->first && !atomic_load(&core->stop))
        pthread_cond_wait(&core->work, &core->lock);
    struct hook_call *call = core->first;
    if (call) {
        core->first = call->next;
        if (!core->first)
            core->last = &core->first;
    }
    return call;
}

static void perform(struct core *core, struct hook_call *call)
{
    core->state.deadline_us = call->deadline_us;
    call->came = hook_state_filter(&core->state, &call->query, &call->result, &call->err);
}

static void *run(void *arg)
{
    struct core *core = arg;
    struct hook_call *call;
    pthread_mutex_lock(&core->lock);
    while ((call = wait_for_call(core))) {
        bool wanted = !call->forgotten && !atomic_load(&core->stop);
        core->running_until_us = wanted ? call->deadline_us : 0;
        pthread_mutex_unlock(&core->lock);
        if (wanted)
            perform(core, call);
        pthread_mutex_lock(&core->lock);
        core->running_until_us = 0;
        if (!call->forgotten)
            call->done(call->arg);
        call_release(call);
        pthread_mutex_lock(&core->lock);
    }
    pthread_mutex_unlock(&core->lock);
    hook_state_fini(&core->state);
    pthread_mutex_lock(&core->lock);
    core->is_ended = true;
    pthread_cond_broadcast(&core->ended);
    core_release(core);
    return NULL;
}

/* ---- its owner ---- */

static bool start(struct core *core)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all); /* signals are the main thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, NULL, run, core) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        pthread_detach(thread);
    return started;
}

static struct core *core_new(void)
{
    struct core *core = calloc(1, sizeof *core);
    if (!core)
        return NULL;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&core->lock, NULL);
    pthread_cond_init(&core->work, NULL);
    pthread_cond_init(&core->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    atomic_init(&core->stop, false);
    core->references = 1;
    core->last = &core->first;
    return core;
}

struct hook *hook_new(const struct hook_options *options, struct err *err)
{
    struct hook *hook = calloc(1, sizeof *hook);
    struct core *core = hook ? core_new() : NULL;
    if (!core) {
        free(hook);
        err_set(err, ERR_MEMORY, 0, 0, "no memory for scripts");
        return NULL;
    }
    *hook = (struct hook){ .core = core, .timeout_ms = options->timeout_ms };
    if (hook_state_init(&core->state, options, &core->stop, err)) {
        hook->has_filter = core->state.filters_queries;
        hook->has_answer_filter = core->state.filters_answers;
        core->references = 2;
        if (start(core))
            return hook;
        core->references = 1;
        err_set(err, ERR_MEMORY, 0, 0, "cannot start the thread of the scripts");
    }
    hook_state_fini(&core->state);
    free(hook);
    pthread_mutex_lock(&core->lock);
    core_release(core);
    return NULL;
}

void hook_free(struct hook **hook)
{
    struct hook *h = *hook;
    if (!h)
        return;
    struct core *core = h->core;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += GRACE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&core->lock);
    atomic_store(&core->stop, true);
    pthread_cond_signal(&core->work);
    while (!core->is_ended && pthread_cond_timedwait(&core->ended, &core->lock, &until) == 0) {
    }
    core_release(core);
    free(h);
    *hook = NULL;
}

bool hook_has_filter(const struct hook *hook)
{
    return hook->has_filter;
}

bool hook_has_answer_filter(const struct hook *hook)
{
    return hook->has_answer_filter;
}

/* Copies the query into the room behind the call. */
static void copy_query(struct hook_call *call, const struct hook_query *query)
{
    uint8_t *at = call->room;
    const struct span from[] = { query->identifier, query->remote_aet, query->called_aet, query->answer };
    struct span *const to[] = { &call->query.identifier, &call->query.remote_aet, &call->query.called_aet,
                                &call->query.answer };
    for (size_t i = 0; i < (query->is_answer ? 4 : 3); i++) {
        if (from[i].n)
            memcpy(at, from[i].p, from[i].n);
        *to[i] = span_of(at, from[i].n);
        at += from[i].n;
    }
    strncpy(call->address, query->remote_ip, sizeof call->address - 1);
    call->query.remote_ip = call->address;
    call->query.syntax = query->syntax;
    call->query.is_answer = query->is_answer;
}

struct hook_call *hook_begin(struct hook *hook, const struct hook_query *query, void (*done)(void *arg), void *arg,
                             struct err *err)
{
    struct core *core = hook->core;
    struct hook_call *call =
        calloc(1, sizeof *call + query->identifier.n + query->remote_aet.n + query->called_aet.n + query->answer.n);
    if (!call) {
        err_set(err, ERR_MEMORY, 0, 0, "no memory");
        return NULL;
    }
    uint64_t now = clock_mono_us();
    call->core = core;
    call->references = 2;
    call->done = done;
    call->arg = arg;
    call->deadline_us = now + (uint64_t)hook->timeout_ms * 1000;
    wr_init(&call->result, RESULT_CAP);
    copy_query(call, query);
    pthread_mutex_lock(&core->lock);
    bool busy = core->running_until_us && core->running_until_us < now;
    if (!busy) {
        core->references++;
        *core->last = call;
        core->last = &call->next;
        pthread_cond_signal(&core->work);
    }
    pthread_mutex_unlock(&core->lock);
    if (!busy)
        return call;
    free(call);
    err_set(err, ERR_LIMIT, 0, 0, "the script is still busy with a query that took longer than LuaTimeout");
    return NULL;
}

enum hook_result hook_take(const struct hook_call *call, struct wr *identifier, struct err *err)
{
    if (call->came == HOOK_FAILED)
        *err = call->err;
    if (call->came == HOOK_FILTERED)
        wr_span(identifier, wr_done(&call->result));
    return call->came;
}

void hook_forget(struct hook_call **call)
{
    struct hook_call *c = *call;
    if (!c)
        return;
    pthread_mutex_lock(&c->core->lock);
    c->forgotten = true;
    call_release(c);
    *call = NULL;
}
