/* state.c -- a Lua state that can do no harm: bounded in memory and time, and with nothing of the system in reach. */
#include "hook/state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/parse.h"
#include "text/draft.h"
#include "text/write.h"

static const char who[] = "hook";
static const char query_filter[] = "IncomingWorklistRequestFilter";
static const char answer_filter[] = "OutgoingWorklistAnswerFilter";

enum { LOG_MOST = 8192, STEPS = 1000, ANSWER_MOST = 4 << 20 };

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

/* ---- what scripts can call ---- */

static int print(lua_State *lua)
{
    int count = lua_gettop(lua);
    luaL_Buffer line; /* on the stack of Lua: an error on the way loses nothing */
    luaL_buffinit(lua, &line);
    for (int i = 1; i <= count; i++) {
        size_t n;
        if (i > 1)
            luaL_addstring(&line, ", ");
        const char *text = luaL_tolstring(lua, i, &n);
        if (n > LOG_MOST) {
            lua_pushlstring(lua, text, LOG_MOST);
            lua_remove(lua, -2);
        }
        luaL_addvalue(&line);
    }
    luaL_pushresult(&line);
    log_line(LOG_WARNING, who, "Lua says: %.*s", LOG_MOST, lua_tostring(lua, -1));
    return 0;
}

/* What Orthanc's toolbox has under this name: a line for each value, tables with the way to it in brackets. */
static const char toolbox[] = "function PrintRecursive(value, limit, indent)\n"
                              "  limit, indent = limit or 100, indent or ''\n"
                              "  if limit < 1 then print('ERROR: Item limit reached.') return limit - 1 end\n"
                              "  local kind = type(value)\n"
                              "  if kind == 'table' then print(indent, kind) else print(indent, kind, value) end\n"
                              "  if kind ~= 'table' then return limit - 1 end\n"
                              "  for key, inner in pairs(value) do\n"
                              "    limit = PrintRecursive(inner, limit, indent .. ' [' .. tostring(key) .. ']')\n"
                              "    if limit < 0 then break end\n"
                              "  end\n"
                              "  return limit\n"
                              "end\n";

/* An object with __gc would be finalized where no hook is called, and so nothing could end it. */
static int set_metatable(lua_State *lua)
{
    if (lua_istable(lua, 2)) {
        lua_pushliteral(lua, "__gc");
        if (lua_rawget(lua, 2) != LUA_TNIL)
            return luaL_error(lua, "__gc is not possible here");
        lua_pop(lua, 1);
    }
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, 1);
    return 1;
}

static const luaL_Reg libraries[] = {
    { LUA_GNAME, luaopen_base },       { LUA_STRLIBNAME, luaopen_string }, { LUA_TABLIBNAME, luaopen_table },
    { LUA_MATHLIBNAME, luaopen_math }, { LUA_UTF8LIBNAME, luaopen_utf8 },  { LUA_OSLIBNAME, luaopen_os },
};

/* What in these reaches out of the state: files, processes, other chunks of code. */
static const char *const taken[] = { "dofile", "loadfile", "load", "require", "collectgarbage" };
static const char *const clocks[] = { "time", "date", "clock", "difftime" };

static void keep_clocks(lua_State *lua)
{
    lua_getglobal(lua, LUA_OSLIBNAME);
    lua_newtable(lua);
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        lua_getfield(lua, -2, clocks[i]);
        lua_setfield(lua, -2, clocks[i]);
    }
    lua_setglobal(lua, LUA_OSLIBNAME);
    lua_pop(lua, 1);
}

/* Protected: everything here may raise an error. */
static int open_libraries(lua_State *lua)
{
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(lua, libraries[i].name, libraries[i].func, 1);
        lua_pop(lua, 1);
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        lua_pushnil(lua);
        lua_setglobal(lua, taken[i]);
    }
    keep_clocks(lua);
    lua_getglobal(lua, "setmetatable");
    lua_pushcclosure(lua, set_metatable, 1);
    lua_setglobal(lua, "setmetatable");
    lua_pushnil(lua); /* package.loaded has the libraries whole */
    lua_setfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushcfunction(lua, print);
    lua_setglobal(lua, "print");
    if (luaL_dostring(lua, toolbox) != LUA_OK)
        lua_error(lua);
    return 0;
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
    s->filters_queries = is_function(lua, query_filter);
    s->filters_answers = is_function(lua, answer_filter);
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
    lua_pushcfunction(s->lua, open_libraries);
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
    return call->query->is_answer ? answer_filter : query_filter;
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
