/* state.h -- the Lua state: what scripts may use, and queries in and out of it. Inside this room, on its thread. */
#ifndef MWL_HOOK_STATE_H
#define MWL_HOOK_STATE_H

#include <stdatomic.h>

#include "hook/hook.h"

typedef struct lua_State lua_State; /* lua.h */

enum { HOOK_MEMORY = 64 << 20 };

/* The functions of a script, as Orthanc names them. */
#define HOOK_QUERY_FILTER  "IncomingWorklistRequestFilter"
#define HOOK_ANSWER_FILTER "OutgoingWorklistAnswerFilter"

struct hook_state {
    lua_State *lua;
    size_t used; /* bytes of memory */
    struct limits limits;
    uint64_t deadline_us;                  /* of the running call, clock_mono_us() */
    atomic_bool *stop;                     /* ends it at once; borrowed */
    bool filters_queries, filters_answers; /* the scripts have the functions */
    bool unreadable;                       /* a script is */
};

/* A state that has run all scripts; limits may be its own already. False with *err, ERR_IO if a script cannot be read;
 * fini() in any case. */
bool hook_state_init(struct hook_state *state, const struct hook_options *options, atomic_bool *stop, struct err *err);
void hook_state_fini(struct hook_state *state);

/* Whether its variables leave less than half of its memory. */
bool hook_state_is_full(struct hook_state *state);

/* Calls the filter of the query, or of its answer; without such a function it stays as it is. Appends what came out. */
enum hook_result hook_state_filter(struct hook_state *state, const struct hook_query *query, struct wr *out,
                                   struct err *err);

/* libraries.c: the globals of a state; protected, since everything in it may raise an error. */
int hook_open_libraries(lua_State *lua);

/* table.c: pushes a data set as a table. On no memory it raises a Lua error, as lua_* do. */
void hook_push_set(lua_State *lua, struct dicom_set set);

struct text_draft;
struct text_source;

/* table.c: the table on top of the stack, made a draft; VRs that no dictionary knows are those of `like`. False with
 * *err. Raises no error. */
bool hook_read_table(lua_State *lua, struct dicom_set like, struct text_draft *draft, const struct text_source *source,
                     struct err *err);

#endif
