/* hook.c -- calls on their way to the thread of the scripts and back. */
#include "hook/hook.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "hook/core.h"

enum { GRACE_MS = 500 };

struct hook {
    struct hook_core *core;
    uint32_t timeout_ms;
};

/* ---- what is shared ---- */

static void free_paths(struct hook_options *options)
{
    for (uint32_t i = 0; options->scripts && i < options->script_count; i++)
        free((char *)options->scripts[i]);
    free((void *)options->scripts);
}

void hook_core_release(struct hook_core *core)
{
    bool last = --core->references == 0;
    pthread_mutex_unlock(&core->lock);
    if (!last)
        return;
    pthread_cond_destroy(&core->work);
    pthread_cond_destroy(&core->told);
    pthread_mutex_destroy(&core->lock);
    free_paths(&core->options);
    free(core->stamps);
    free(core);
}

void hook_call_release(struct hook_call *call)
{
    struct hook_core *core = call->core;
    if (--call->references) {
        pthread_mutex_unlock(&core->lock);
        return;
    }
    wr_fini(&call->result);
    free(call);
    hook_core_release(core);
}

void hook_call_unlink(struct hook_call *call)
{
    *call->link = call->next;
    if (call->next)
        call->next->link = call->link;
    else
        call->core->last = call->link;
    call->link = NULL;
}

static bool copy_options(struct hook_core *core, const struct hook_options *options)
{
    const char **paths = calloc(options->script_count + 1, sizeof *paths);
    bool whole = paths;
    core->options = *options;
    core->options.scripts = paths;
    core->stamps = calloc(options->script_count + 1, sizeof *core->stamps);
    for (uint32_t i = 0; paths && i < options->script_count; i++) {
        paths[i] = strdup(options->scripts[i]);
        whole = whole && paths[i];
    }
    core->state.limits = *options->limits; /* of whoever calls: it may be gone when the scripts are read again */
    core->options.limits = &core->state.limits;
    return whole && core->stamps;
}

static struct hook_core *core_new(const struct hook_options *options)
{
    struct hook_core *core = calloc(1, sizeof *core);
    if (!core)
        return NULL;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&core->lock, NULL);
    pthread_cond_init(&core->work, NULL);
    pthread_cond_init(&core->told, &monotonic);
    pthread_condattr_destroy(&monotonic);
    atomic_init(&core->stop, false);
    atomic_init(&core->filters_queries, true);
    atomic_init(&core->filters_answers, true);
    core->references = 1;
    core->last = &core->first;
    if (copy_options(core, options))
        return core;
    pthread_mutex_lock(&core->lock);
    hook_core_release(core);
    return NULL;
}

/* ---- its owner ---- */

static bool start(struct hook_core *core)
{
    pthread_t thread;
    core->references = 2;
    bool started = thread_start(&thread, hook_thread, core) == 0;
    if (started)
        pthread_detach(thread);
    else
        core->references = 1;
    return started;
}

static struct timespec in_ms(uint64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return until;
}

/* Waits for the scripts to be run, but not for one that hangs. False with *err: they are not to be used. */
static bool await_load(struct hook_core *core, struct err *err)
{
    struct timespec until = in_ms((uint64_t)core->options.timeout_ms + GRACE_MS);
    pthread_mutex_lock(&core->lock);
    while (!core->is_loaded && pthread_cond_timedwait(&core->told, &core->lock, &until) == 0) {
    }
    if (core->is_loaded)
        *err = core->fault;
    else
        err_set(err, ERR_CONFIG, 0, 0, "LuaScripts: they take longer than LuaTimeout to be read");
    pthread_mutex_unlock(&core->lock);
    return err->code == ERR_NONE;
}

struct hook *hook_new(const struct hook_options *options, struct err *err)
{
    struct err fault = { 0 };
    struct hook *hook = calloc(1, sizeof *hook);
    struct hook_core *core = hook ? core_new(options) : NULL;
    if (!core) {
        free(hook);
        err_set(err, ERR_MEMORY, 0, 0, "no memory for scripts");
        return NULL;
    }
    *hook = (struct hook){ core, options->timeout_ms };
    if (!start(core)) {
        pthread_mutex_lock(&core->lock);
        hook_core_release(core);
        free(hook);
        err_set(err, ERR_MEMORY, 0, 0, "cannot start the thread of the scripts");
        return NULL;
    }
    bool good = await_load(core, &fault);
    if (!good)
        *err = fault;
    if (!good && !(options->may_be_broken && fault.code == ERR_CONFIG))
        hook_free(&hook);
    return hook;
}

void hook_free(struct hook **hook)
{
    struct hook *h = *hook;
    if (!h)
        return;
    struct hook_core *core = h->core;
    struct timespec until = in_ms(GRACE_MS);
    pthread_mutex_lock(&core->lock);
    atomic_store(&core->stop, true);
    pthread_cond_signal(&core->work);
    while (!core->is_ended && pthread_cond_timedwait(&core->told, &core->lock, &until) == 0) {
    }
    hook_core_release(core);
    free(h);
    *hook = NULL;
}

bool hook_has_filter(const struct hook *hook)
{
    return atomic_load(&hook->core->filters_queries);
}

bool hook_has_answer_filter(const struct hook *hook)
{
    return atomic_load(&hook->core->filters_answers);
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
    struct hook_core *core = hook->core;
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
    wr_init(&call->result, HOOK_RESULT_CAP);
    copy_query(call, query);
    pthread_mutex_lock(&core->lock);
    bool busy = core->running_until_us && core->running_until_us < now;
    if (!busy) {
        core->references++;
        call->link = core->last;
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
    if (c->link) { /* nobody is to have many wait behind a script that hangs */
        hook_call_unlink(c);
        c->references--;
    }
    hook_call_release(c);
    *call = NULL;
}
