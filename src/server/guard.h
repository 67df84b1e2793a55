/* guard.h -- what the server gives up once it holds its sockets: its reach (server/reach.def) and all but some system
 * calls (sandbox/sandbox.h), so that a fault that somebody finds in it is worth little. */
#ifndef MWL_SERVER_GUARD_H
#define MWL_SERVER_GUARD_H

#include "base/err.h"
#include "base/wr.h"
#include "config/config.h"
#include "sandbox/sandbox.h"

/* All zeros is one that was not entered. */
struct server_guard {
    bool entered; /* Sandbox is true */
    struct sandbox_reach reach;
    struct sandbox_state state;
};

/* Gives up everything that this configuration does not need, unless its Sandbox is false. `socket` is the control
 * socket, or NULL. Before any thread is started, with every socket bound. False with *err: no memory. */
bool server_guard_enter(struct server_guard *guard, const struct config *config, const char *socket, struct err *err);
void server_guard_fini(struct server_guard *guard);

/* Says in the log what is on and what is not: one line. */
void server_guard_log(const struct server_guard *guard);

/* The same for people, a line a protection (`mwl serve --check`). */
void server_guard_print(const struct server_guard *guard, struct wr *out);

/* Whether a configuration that is read later can be followed without a restart. False with *err: a path of it lies
 * where nothing can be read any more. */
bool server_guard_admits(const struct server_guard *guard, const struct config *config, struct err *err);

/* Whether what stands at a path may be read; `guard` is a struct server_guard. */
bool server_guard_may_read(const void *guard, const char *path);

#endif
