/* thread.c -- the thread of the scripts: reads them, calls their filters, and reads them anew when that mends
 * something. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "hook/core.h"

static const char who[] = "hook";

/* ---- the scripts ---- */

static struct hook_stamp stamp_of(const char *path)
{
    struct stat st;
    struct hook_stamp stamp = { 0 };
    if (stat(path, &st) == 0)
        stamp = (struct hook_stamp){ st.st_mtim, st.st_ino, st.st_size };
    return stamp;
}

static bool is_same(const struct hook_stamp *a, const struct hook_stamp *b)
{
    return a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec && a->inode == b->inode
           && a->size == b->size;
}

static bool have_changed(const struct hook_core *core)
{
    for (uint32_t i = 0; i < core->options.script_count; i++) {
        struct hook_stamp now = stamp_of(core->options.scripts[i]);
        if (!is_same(&now, &core->stamps[i]))
            return true;
    }
    return false;
}

static void set_running(struct hook_core *core, uint64_t until_us)
{
    pthread_mutex_lock(&core->lock);
    core->running_until_us = until_us;
    pthread_mutex_unlock(&core->lock);
}

/* Runs the scripts in a fresh state. */
static void load(struct hook_core *core)
{
    struct err err = { 0 };
    set_running(core, clock_mono_us() + (uint64_t)core->options.timeout_ms * 1000);
    hook_state_fini(&core->state);
    for (uint32_t i = 0; i < core->options.script_count; i++)
        core->stamps[i] = stamp_of(core->options.scripts[i]);
    core->is_broken = !hook_state_init(&core->state, &core->options, &core->stop, &err);
    pthread_mutex_lock(&core->lock);
    core->running_until_us = 0;
    core->fault = err;
    /* Who knows what a broken script was to keep back? */
    atomic_store(&core->filters_queries, core->is_broken || core->state.filters_queries);
    atomic_store(&core->filters_answers, core->is_broken || core->state.filters_answers);
    core->is_loaded = true;
    pthread_cond_broadcast(&core->told);
    pthread_mutex_unlock(&core->lock);
    if (!core->is_broken && !core->state.filters_queries && !core->state.filters_answers)
        log_line(LOG_WARNING, who, "LuaScripts: no script has the function %s or %s: nothing is filtered",
                 HOOK_QUERY_FILTER, HOOK_ANSWER_FILTER);
}

/* A script that is wrong is read again once it was changed. */
static void mend(struct hook_core *core)
{
    if (!core->is_broken || !have_changed(core))
        return;
    load(core);
    if (!core->is_broken)
        log_line(LOG_WARNING, who, "LuaScripts: the scripts are mended, and in use from now on");
}

/* What a script has kept in its variables may leave too little memory for any further call. */
static void refresh(struct hook_core *core)
{
    if (core->is_broken || !hook_state_is_full(&core->state))
        return;
    log_line(LOG_WARNING, who, "LuaScripts: variables of the scripts hold more than half of their memory of %d MiB: %s",
             HOOK_MEMORY >> 20, "the scripts are read again, and begin without them");
    load(core);
}

/* ---- calls ---- */

/* Under the lock: the next call, or NULL at the end. */
static struct hook_call *wait_for_call(struct hook_core *core)
{
    while (!core->first && !atomic_load(&core->stop))
        pthread_cond_wait(&core->work, &core->lock);
    struct hook_call *call = core->first;
    if (call)
        hook_call_unlink(call);
    return call;
}

static void perform(struct hook_core *core, struct hook_call *call)
{
    mend(core);
    if (core->is_broken) {
        call->came = HOOK_FAILED;
        call->err = core->fault;
        return;
    }
    set_running(core, call->deadline_us);
    core->state.deadline_us = call->deadline_us;
    call->came = hook_state_filter(&core->state, &call->query, &call->result, &call->err);
}

void *hook_thread(void *arg)
{
    struct hook_core *core = arg;
    struct hook_call *call;
    load(core);
    pthread_mutex_lock(&core->lock);
    while ((call = wait_for_call(core))) {
        bool wanted = !call->forgotten && !atomic_load(&core->stop);
        pthread_mutex_unlock(&core->lock);
        if (wanted)
            perform(core, call);
        pthread_mutex_lock(&core->lock);
        core->running_until_us = 0;
        if (!call->forgotten)
            call->done(call->arg);
        bool failed = wanted && call->came == HOOK_FAILED;
        hook_call_release(call);
        if (failed && !atomic_load(&core->stop))
            refresh(core);
        pthread_mutex_lock(&core->lock);
    }
    pthread_mutex_unlock(&core->lock);
    hook_state_fini(&core->state);
    pthread_mutex_lock(&core->lock);
    core->is_ended = true;
    pthread_cond_broadcast(&core->told);
    hook_core_release(core);
    return NULL;
}
