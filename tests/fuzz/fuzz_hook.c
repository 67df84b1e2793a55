/* Query tables of Lua scripts, in and out (hook/table.c).
 *
 * The first byte says what the rest is, and the transfer syntax (its next two bits). Of a data set, pushed as a table
 * and read back: what comes out reads again and is, from then on, the same. Or choices of which a table is built that
 * no script should return: whatever it holds, an identifier or one error. */
#include "fuzz.h"

#include <lauxlib.h>
#include <lua.h>

#include "choices.h"
#include "dicom/parse.h"
#include "hook/state.h"
#include "text/draft.h"
#include "text/write.h"

enum { CAP = 16 << 20 };

static struct dicom_block *parse(struct span bytes, enum dicom_syntax syntax)
{
    struct dicom_parse_options options = { .syntax = syntax, .max_bytes = CAP, .limits = &limits_default };
    struct err err = { .code = ERR_NONE };
    return dicom_parse(bytes, &options, NULL, &err);
}

/* The table on top of the stack, as a script's result is taken; it is popped. */
static bool take(lua_State *lua, struct dicom_set like, enum dicom_syntax syntax, struct wr *out)
{
    struct text_source source = { "the script's result", { NULL, 0 }, true };
    const struct text_source *at = NULL;
    struct err err = { .code = ERR_NONE };
    struct text_draft draft;
    int before = lua_gettop(lua);
    text_draft_init(&draft, &limits_default);
    bool done =
        hook_read_table(lua, like, &draft, &source, &err) && text_write_identifier(&draft, syntax, CAP, out, &at, &err);
    DEMAND(lua_gettop(lua) == before);
    if (!done)
        demand_words(&err, 0);
    text_draft_fini(&draft);
    lua_pop(lua, 1);
    return done;
}

/* ---- a data set and back ---- */

static int push(lua_State *lua)
{
    struct dicom_set *set = lua_touserdata(lua, 1);
    hook_push_set(lua, *set);
    return 1;
}

static bool through(lua_State *lua, const struct dicom_block *block, enum dicom_syntax syntax, struct wr *out)
{
    struct dicom_set set = dicom_block_set(block);
    wr_init(out, CAP);
    lua_pushcfunction(lua, push);
    lua_pushlightuserdata(lua, &set);
    DEMAND(lua_pcall(lua, 1, 1, 0) == LUA_OK);
    return take(lua, set, syntax, out);
}

static void check_set(lua_State *lua, struct span bytes, enum dicom_syntax syntax)
{
    struct wr once, twice;
    struct dicom_block *block = parse(bytes, syntax);
    if (block && through(lua, block, syntax, &once)) {
        struct dicom_block *again = parse(wr_done(&once), syntax);
        DEMAND(again && through(lua, again, syntax, &twice));
        DEMAND(span_eq(wr_done(&once), wr_done(&twice)));
        wr_fini(&twice);
        dicom_block_free(&again);
    }
    if (block)
        wr_fini(&once);
    dicom_block_free(&block);
}

/* ---- a table of anything ---- */

static const char *const keys[] = {
    "0008,0005", "0008,0060", "0010,0010", "0010,0020", "0010,0040", "0010,1030", "0020,000d", "0028,0010",
    "0032,1064", "0040,0100", "0040,0002", "0040,0001", "0009,0010", "0009,1001", "0008,0000", "0002,0010",
    "7fe0,0010", "fffe,e000", "0040,a121", "0072,0026", "0010,21c0", "0008,001a",
};
static const char *const texts[] = { "", "*", "CT", "20260101-", "1\\2", "1.2.3", "\xC3\x89", "\xFF", "ISO_IR 192" };

static void push_scalar(lua_State *lua, struct choices *c)
{
    struct span raw;
    switch (choices_below(c, 8)) {
    case 0:
        lua_pushinteger(lua, (lua_Integer)choices_u16(c) - 1000);
        break;
    case 1:
        lua_pushnumber(lua, (lua_Number)choices_byte(c) / 7.0 * (choices_byte(c) == 255 ? 1e300 : 1));
        break;
    case 2:
        lua_pushboolean(lua, choices_byte(c) & 1);
        break;
    case 3:
        lua_pushlightuserdata(lua, lua);
        break;
    case 4:
    case 5:
        raw = choices_span(c, choices_byte(c));
        lua_pushlstring(lua, raw.n ? (const char *)raw.p : "", raw.n);
        break;
    default:
        lua_pushstring(lua, texts[choices_below(c, sizeof texts / sizeof *texts)]);
    }
}

static void push_table(lua_State *lua, struct choices *c, int depth);

static void push_value(lua_State *lua, struct choices *c, int depth)
{
    if (choices_below(c, 3) || depth > 20) {
        push_scalar(lua, c);
        return;
    }
    lua_newtable(lua);
    for (lua_Integer i = 1, n = choices_below(c, 4); i <= n; i++) {
        if (choices_below(c, 8))
            push_table(lua, c, depth + 1);
        else
            push_scalar(lua, c);
        lua_rawseti(lua, -2, i);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): at most 20 deep */
static void push_table(lua_State *lua, struct choices *c, int depth)
{
    lua_newtable(lua);
    for (uint32_t n = choices_below(c, 6); n && choices_left(c); n--) {
        if (choices_below(c, 16))
            lua_pushstring(lua, keys[choices_below(c, sizeof keys / sizeof *keys)]);
        else
            push_scalar(lua, c);
        push_value(lua, c, depth);
        if (lua_isnil(lua, -2) || (lua_isnumber(lua, -2) && lua_tonumber(lua, -2) != lua_tonumber(lua, -2)))
            lua_pop(lua, 2);
        else
            lua_rawset(lua, -3);
    }
}

static int build(lua_State *lua)
{
    luaL_checkstack(lua, 200, "");
    push_table(lua, lua_touserdata(lua, 1), 0);
    return 1;
}

static void check_table(lua_State *lua, struct choices choices, enum dicom_syntax syntax)
{
    struct wr out;
    wr_init(&out, CAP);
    lua_pushcfunction(lua, build);
    lua_pushlightuserdata(lua, &choices);
    DEMAND(lua_pcall(lua, 1, 1, 0) == LUA_OK);
    if (take(lua, (struct dicom_set){ 0 }, syntax, &out)) {
        struct dicom_block *block = parse(wr_done(&out), syntax);
        DEMAND(block);
        dicom_block_free(&block);
    }
    wr_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 16)
        return 0;
    lua_State *lua = luaL_newstate();
    DEMAND(lua);
    enum dicom_syntax syntax = (enum dicom_syntax)(data[0] >> 1 & 3);
    if (data[0] & 1)
        check_table(lua, choices_of(data + 1, size - 1), syntax);
    else
        check_set(lua, span_of(data + 1, size - 1), syntax);
    lua_close(lua);
    return 0;
}
