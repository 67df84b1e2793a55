/* explain_script.c -- waits for a script, which its own deadline ends. */
#include "cli/explain_script.h"

#include <semaphore.h>
#include <time.h>

enum { WAIT_SECONDS = 61 }; /* longer than any LuaTimeout: what is not done then hangs in a library */

static void on_done(void *arg)
{
    sem_post(arg);
}

enum hook_result cli_explain_script(struct hook *hook, const struct hook_query *query, struct wr *out, struct err *err)
{
    sem_t done;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_SECONDS;
    sem_init(&done, 0, 0);
    struct hook_call *call = hook_begin(hook, query, on_done, &done, err);
    bool ended = call && sem_timedwait(&done, &until) == 0;
    if (call && !ended)
        err_set(err, ERR_LIMIT, 0, 0, "it does not come to an end");
    enum hook_result result = ended ? hook_take(call, out, err) : HOOK_FAILED;
    hook_forget(&call);
    sem_destroy(&done);
    return result;
}
