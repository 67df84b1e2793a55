/* hook.h -- scripts that mend a query before it is answered: LuaScripts, as Orthanc has them.
 *
 *     function IncomingWorklistRequestFilter(query, origin)
 *     function OutgoingWorklistAnswerFilter(answer, query, origin)
 *
 * `query` is a table keyed "gggg,eeee", of strings in UTF-8, and of arrays of such tables for sequences; `origin` has
 * RemoteAet, RemoteIp, CalledAet and Manufacturer. What is returned replaces the query, for matching and for return
 * keys; or the answer, which nil or false drops.
 *
 * One Lua state on one thread of its own. Scripts get the safe libraries alone (base without loading, string, table,
 * math, utf8, the clock of os), print() to the log, and so much memory. A call that takes too long is given up by its
 * caller; the state ends it as soon as it comes back from a library function, and no other call begins before. A state
 * whose variables have filled its memory is made anew. */
#ifndef MWL_HOOK_HOOK_H
#define MWL_HOOK_HOOK_H

#include "base/err.h"
#include "base/limits.h"
#include "base/wr.h"
#include "dicom/set.h"
#include "dicom/uid.h"

struct hook;
struct hook_call;

struct hook_options {
    const char *const *scripts; /* paths; run in this order */
    uint32_t script_count;
    uint32_t timeout_ms;         /* LuaTimeout: of one call, from hook_begin() */
    const struct limits *limits; /* of queries, in and out; copied */
    bool may_be_broken;          /* scripts that are wrong are no failure, see hook_new() */
};

/* Starts the thread, which runs the scripts, and waits for that; not for ever. NULL with *err: which script, which
 * line, what (ERR_CONFIG), or a script cannot be read (ERR_IO), ERR_MEMORY. Scripts that may be broken give a hook all
 * the same, and *err: all filters fail with it, until a call finds that a file was changed, and the scripts are right.
 */
struct hook *hook_new(const struct hook_options *options, struct err *err);

/* Ends the thread as soon as its script lets it; does not wait. No call may be waited for any more. */
void hook_free(struct hook **hook);

/* Whether the scripts have the one and the other: if not, nothing has to be asked. */
bool hook_has_filter(const struct hook *hook);
bool hook_has_answer_filter(const struct hook *hook);

struct hook_query {
    struct span identifier; /* as the device has sent it; copied, as all else */
    bool is_answer;         /* `answer`, which may be empty, is to be filtered; else the query itself is */
    struct span answer;
    enum dicom_syntax syntax;
    struct span remote_aet, called_aet;
    const char *remote_ip;
};

/* Has a query, or an answer to it, filtered. `done` is called once, on the script's thread, unless hook_forget() comes
 * first: hand over and return. NULL with *err: no memory, or the script is still busy with a call that took too
 * long. */
struct hook_call *hook_begin(struct hook *hook, const struct hook_query *query, void (*done)(void *arg), void *arg,
                             struct err *err);

enum hook_result { HOOK_FILTERED, HOOK_DROPPED, HOOK_FAILED };

/* After done(): appends the identifier in its new form, in the syntax that it had. An answer may be dropped. On failure
 * *err has what went wrong in the script, in a line. */
enum hook_result hook_take(const struct hook_call *call, struct wr *identifier, struct err *err);

/* Forgets a call, at any time: when this returns, done() is not running and will not be called. */
void hook_forget(struct hook_call **call);

#endif
