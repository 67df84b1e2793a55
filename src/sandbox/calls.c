/* calls.c -- the rows of calls.def become a filter (seccomp(2)), by libseccomp. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sandbox/inside.h"

enum when { ALWAYS, NAMES, INSTRUMENTED, FATAL };

struct row {
    int call; /* negative: this machine's kind of processor has no such call, and libseccomp passes over it */
    enum when when;
    bool has_condition;
    struct scmp_arg_cmp condition;
};

/* Reading a row as one says. */
static bool add(scmp_filter_ctx filter, const struct row *row, bool names)
{
    bool wanted = row->when == ALWAYS || (row->when == NAMES && names)
                  || (row->when == INSTRUMENTED && SANDBOX_INSTRUMENTED)
                  || (row->when == FATAL && !SANDBOX_INSTRUMENTED);
    if (!wanted || (row->has_condition && SANDBOX_INSTRUMENTED))
        return true;
    uint32_t action = row->when == FATAL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW;
    int result = seccomp_rule_add_array(filter, action, row->call, row->has_condition, &row->condition);
    errno = result < 0 ? -result : 0;
    return result == 0;
}

static bool add_all(scmp_filter_ctx filter, bool names, unsigned *allowed, unsigned *fatal)
{
    const struct row rows[] = {
#define CALL(name, reason) { SCMP_SYS(name), ALWAYS, false, { 0 } },
#define CALL_IF(name, argument, mask, value, reason)                                                                   \
    { SCMP_SYS(name), ALWAYS, true, { argument, SCMP_CMP_MASKED_EQ, mask, value } },
#define CALL_NAMES(name, reason)        { SCMP_SYS(name), NAMES, false, { 0 } },
#define CALL_INSTRUMENTED(name, reason) { SCMP_SYS(name), INSTRUMENTED, false, { 0 } },
#define CALL_FATAL(name, reason)        { SCMP_SYS(name), FATAL, false, { 0 } },
#include "sandbox/calls.def"
    };
    *allowed = *fatal = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!add(filter, &rows[i], names))
            return false;
        *allowed += rows[i].call >= 0 && (rows[i].when == ALWAYS || (rows[i].when == NAMES && names));
        *fatal += rows[i].call >= 0 && rows[i].when == FATAL && !SANDBOX_INSTRUMENTED;
    }
    return true;
}

bool sandbox_has_calls(void)
{
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

static bool load(scmp_filter_ctx filter, bool names, unsigned *allowed, unsigned *fatal)
{
    /* Logging is for kernels since 4.14; without it the filter is worth as much. */
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a search among the rows, not a walk */
    if (!add_all(filter, names, allowed, fatal))
        return false;
    int result = seccomp_load(filter);
    errno = result < 0 ? -result : 0;
    return result == 0;
}

bool sandbox_limit_calls(const struct sandbox_reach *reach, char *text, size_t room)
{
    unsigned allowed = 0, fatal = 0;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    bool done = filter && load(filter, reach->names, &allowed, &fatal);
    if (done)
        snprintf(text, room, "seccomp: %u may be made, %u end the server, every other fails", allowed, fatal);
    else
        snprintf(text, room, "this kernel has no filter for them (seccomp): %s", strerror(filter ? errno : ENOMEM));
    if (filter)
        seccomp_release(filter);
    return done;
}
