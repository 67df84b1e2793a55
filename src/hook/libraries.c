/* libraries.c -- what scripts can call: the parts of Lua's libraries that reach nothing of the system, and what Orthanc
 * adds to them. */
#include <lauxlib.h>
#include <lualib.h>

#include "base/log.h"
#include "hook/state.h"

static const char who[] = "hook";

enum { LOG_MOST = 8192 };

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

int hook_open_libraries(lua_State *lua)
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
