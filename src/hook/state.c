/* state.c -- a Lua state that can do no harm: bounded in memory and time, and with nothing of the system in reach
 * (libraries.c). */
#include "hook/state.h"

#include <lauxlib.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/parse.h"
#include "text/draft.h"
#include "text/write.h"

enum { STEPS = 1000, ANSWER_MOST = 4 << 20 };

/* ---- memory ---- */

static void *allocate(void *arg, void *old, size_t old_size, size_t size)
{
    struct hook_state *s = arg;
    size_t before = old ? old_size : 0; /* of a new block it is the kind */
    if (size == 0) {
        s->used -= before;
        free(old);
        return NULL;
    }
    if (size > before && size - before > HOOK_MEMORY - s->used)
        return NULL;
    void *fresh = realloc(old, size);
    if (!fresh && size <= before)
        fresh = old; /* Lua relies on it that a block can be made smaller */
    if (fresh)
        s->used += size - before;
    return fresh;
}

/* ---- time ---- */

static struct hook_state *state_of(lua_State *lua)
{
    return *(struct hook_state **)lua_getextraspace(lua);
}

/* Once the time is up, at each instruction: a script that catches the error gets the next one. */
static void on_steps(lua_State *lua, lua_Debug *debug)
{
    (void)debug;
    struct hook_state *s = state_of(lua);
    if (!atomic_load(s->stop) && clock_mono_us() < s->deadline_us)
        return;
    lua_sethook(lua, on_steps, LUA_MASKCOUNT, 1);
    luaL_error(lua, "took longer than LuaTimeout");
}

/* The error on top of the stack, as a line; takes it off. */
static void describe(lua_State *lua, struct err *err, enum err_code code, const char *before)
{
    size_t n = 0;
    const char *text = lua_type(lua, -1) == LUA_TSTRING ? lua_tolstring(lua, -1, &n) : "an error that is no text";
    char safe[200];
    err_set(err, code, 0, 0, "%s%s", before, log_text(span_str(text), safe, sizeof safe));
    lua_pop(lua, 1);
}

static void begin_time(struct hook_state *s, uint32_t ms)
{
    s->deadline_us = clock_mono_us() + (uint64_t)ms * 1000;
    lua_sethook(s->lua, on_steps, LUA_MASKCOUNT, STEPS);
}

/* Protected: memory may end while the name of the file is pushed, already. */
static int load_and_run(lua_State *lua)
{
    int status = luaL_loadfilex(lua, lua_touserdata(lua, 1), "t");
    state_of(lua)->unreadable = status == LUA_ERRFILE;
    if (status != LUA_OK)
        lua_error(lua);
    lua_call(lua, 0, 0);
    return 0;
}

static bool run_script(struct hook_state *s, const char *path, uint32_t timeout_ms, struct err *err)
{
    begin_time(s, timeout_ms);
    lua_pushcfunction(s->lua, load_and_run);
    lua_pushlightuserdata(s->lua, (void *)path);
    if (lua_pcall(s->lua, 1, 0, 0) == LUA_OK)
        return true;
    describe(s->lua, err, s->unreadable ? ERR_IO : ERR_CONFIG, "LuaScripts: ");
    return false;
}

/* Past a metatable of the globals, which may raise an error for a name that nobody has declared. */
static bool is_function(lua_State *lua, const char *name)
{
    lua_pushglobaltable(lua);
    lua_pushstring(lua, name);
    return lua_rawget(lua, -2) == LUA_TFUNCTION;
}

/* Protected. */
static int find_filters(lua_State *lua)
{
    struct hook_state *s = state_of(lua);
    s->filters_queries = is_function(lua, HOOK_QUERY_FILTER);
    s->filters_answers = is_function(lua, HOOK_ANSWER_FILTER);
    return 0;
}

bool hook_state_init(struct hook_state *s, const struct hook_options *options, atomic_bool *stop, struct err *err)
{
    struct limits limits = *options->limits;
    *s = (struct hook_state){ .limits = limits, .stop = stop };
    s->lua = lua_newstate(allocate, s);
    if (!s->lua)
        return err_set(err, ERR_MEMORY, 0, 0, "no memory for scripts");
    *(struct hook_state **)lua_getextraspace(s->lua) = s;
    lua_pushcfunction(s->lua, hook_open_libraries);
    if (lua_pcall(s->lua, 0, 0, 0) != LUA_OK) {
        describe(s->lua, err, ERR_MEMORY, "Lua: ");
        return false;
    }
    for (uint32_t i = 0; i < options->script_count; i++)
        if (!run_script(s, options->scripts[i], options->timeout_ms, err))
            return false;
    lua_pushcfunction(s->lua, find_filters);
    if (lua_pcall(s->lua, 0, 0, 0) == LUA_OK)
        return true;
    describe(s->lua, err, ERR_MEMORY, "Lua: ");
    return false;
}

void hook_state_fini(struct hook_state *s)
{
    if (s->lua)
        lua_close(s->lua); /* there are no finalizers */
    s->lua = NULL;
}

bool hook_state_is_full(struct hook_state *s)
{
    lua_gc(s->lua, LUA_GCCOLLECT);
    return s->used > HOOK_MEMORY / 2;
}

/* ---- a call ---- */

struct call {
    const struct hook_query *query;
    struct dicom_set set, answer; /* the latter, where there is one, is what is filtered */
};

static const char *function_of(const struct call *call)
{
    return call->query->is_answer ? HOOK_ANSWER_FILTER : HOOK_QUERY_FILTER;
}

static void set_text(lua_State *lua, const char *name, struct span text)
{
    lua_pushlstring(lua, text.n ? (const char *)text.p : "", text.n);
    lua_setfield(lua, -2, name);
}

static void push_origin(lua_State *lua, const struct hook_query *query)
{
    lua_newtable(lua);
    set_text(lua, "RemoteAet", query->remote_aet);
    set_text(lua, "RemoteIp", span_str(query->remote_ip));
    set_text(lua, "CalledAet", query->called_aet);
    set_text(lua, "Manufacturer", span_str("Generic"));
}

/* Protected: pushes the arguments and calls the filter; leaves its one result. */
static int call_filter(lua_State *lua)
{
    const struct call *call = lua_touserdata(lua, 1);
    int before = lua_gettop(lua) + 1;
    lua_getglobal(lua, function_of(call));
    if (call->query->is_answer)
        hook_push_set(lua, call->answer);
    hook_push_set(lua, call->set);
    push_origin(lua, call->query);
    lua_call(lua, lua_gettop(lua) - before, 1);
    return 1;
}

static bool write_result(struct hook_state *s, const struct call *call, struct wr *out, struct err *err)
{
    struct text_source source = { "the script's result", { NULL, 0 }, true };
    const struct text_source *at = NULL;
    struct text_draft draft;
    struct dicom_set like = call->query->is_answer ? call->answer : call->set;
    text_draft_init(&draft, &s->limits);
    bool done = hook_read_table(s->lua, like, &draft, &source, err)
                && text_write_identifier(&draft, call->query->syntax, (uint32_t)out->cap, out, &at, err);
    text_draft_fini(&draft);
    return done;
}

static enum hook_result run_filter(struct hook_state *s, const struct call *call, struct wr *out, struct err *err)
{
    enum hook_result result = HOOK_FAILED;
    lua_pushcfunction(s->lua, call_filter);
    lua_pushlightuserdata(s->lua, (void *)call);
    if (lua_pcall(s->lua, 1, 1, 0) != LUA_OK) {
        describe(s->lua, err, ERR_SYNTAX, "");
        return HOOK_FAILED;
    }
    if (call->query->is_answer && !lua_toboolean(s->lua, -1))
        result = HOOK_DROPPED;
    else if (!lua_istable(s->lua, -1))
        err_set(err, ERR_SYNTAX, 0, 0, "%s returned no table", function_of(call));
    else if (write_result(s, call, out, err))
        result = HOOK_FILTERED;
    lua_settop(s->lua, 0);
    return result;
}

static struct dicom_block *parse(const struct hook_state *s, struct span bytes, enum dicom_syntax syntax,
                                 struct err *err)
{
    struct dicom_parse_options options = { .syntax = syntax, .max_bytes = ANSWER_MOST, .limits = &s->limits };
    return dicom_parse(bytes, &options, NULL, err);
}

enum hook_result hook_state_filter(struct hook_state *s, const struct hook_query *query, struct wr *out,
                                   struct err *err)
{
    if (!(query->is_answer ? s->filters_answers : s->filters_queries)) {
        wr_span(out, query->is_answer ? query->answer : query->identifier);
        return HOOK_FILTERED;
    }
    enum hook_result result = HOOK_FAILED;
    struct dicom_block *block = parse(s, query->identifier, query->syntax, err), *answer = NULL;
    if (block && query->is_answer)
        answer = parse(s, query->answer, query->syntax, err);
    if (block && (answer || !query->is_answer)) {
        struct call call = { query, dicom_block_set(block), { 0 } };
        if (answer)
            call.answer = dicom_block_set(answer);
        lua_sethook(s->lua, on_steps, LUA_MASKCOUNT, STEPS);
        result = run_filter(s, &call, out, err);
    }
    dicom_block_free(&answer);
    dicom_block_free(&block);
    return result;
}
