/* table.c -- a data set as a Lua table, and back. */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "dicom/dictionary.h"
#include "dicom/path.h"
#include "dicom/value.h"
#include "dicom/walk.h"
#include "hook/state.h"
#include "text/draft.h"

enum { KEY_ROOM = 16, NUMBERS_CAP = 65536 };

/* ---- out of DICOM ---- */

/* Numbers as decimals, between backslashes. */
static void push_numbers(lua_State *lua, struct span bytes, enum dicom_vr vr)
{
    luaL_Buffer buffer;
    luaL_buffinit(lua, &buffer);
    size_t count = dicom_value_count(bytes, vr);
    for (size_t i = 0; i < count; i++) {
        uint8_t room[64];
        struct wr one;
        wr_init(&one, sizeof room);
        dicom_value_print(bytes, vr, i, &one);
        size_t n = one.n < sizeof room ? one.n : sizeof room;
        if (n)
            memcpy(room, one.p, n);
        wr_fini(&one); /* before anything may raise an error */
        if (i)
            luaL_addchar(&buffer, '\\');
        luaL_addlstring(&buffer, (const char *)room, n);
    }
    luaL_pushresult(&buffer);
}

static void push_value(lua_State *lua, struct dicom_set set, const struct dicom_element *element)
{
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    if (dicom_vr_has(vr, VR_STRING)) {
        struct span text = span_trim_end(dicom_set_text(set, element));
        lua_pushlstring(lua, text.n ? (const char *)text.p : "", text.n);
    } else if (element->length && !dicom_value_count(dicom_set_bytes(set, element), vr)) {
        lua_pushnil(lua); /* bytes are no text */
    } else {
        push_numbers(lua, dicom_set_bytes(set, element), vr);
    }
}

static void push_key(lua_State *lua, uint32_t tag)
{
    char key[KEY_ROOM];
    int n = snprintf(key, sizeof key, "%04x,%04x", tag >> 16, tag & 0xFFFF);
    lua_pushlstring(lua, key, (size_t)n);
}

/* On the stack: for each open level its table, and above it, inside a sequence, key and array of that. */
void hook_push_set(lua_State *lua, struct dicom_set set)
{
    struct dicom_walk walk;
    lua_newtable(lua);
    dicom_walk_init(&walk, set);
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END;) {
        luaL_checkstack(lua, 8, "a query too deep");
        switch (event) {
        case WALK_ELEMENT:
            push_key(lua, walk.element->tag);
            push_value(lua, walk.set, walk.element);
            lua_rawset(lua, -3);
            break;
        case WALK_SEQUENCE:
            push_key(lua, walk.element->tag);
            lua_newtable(lua);
            break;
        case WALK_ITEM:
            lua_newtable(lua);
            break;
        case WALK_ITEM_END:
            lua_rawseti(lua, -2, (lua_Integer)lua_rawlen(lua, -2) + 1);
            break;
        default:
            lua_rawset(lua, -3);
        }
    }
}

/* ---- into DICOM ---- */

struct reader {
    lua_State *lua;
    struct dicom_set like;
    struct text_draft *draft;
    const struct text_source *source;
    struct err *err;
};

static bool read_table(struct reader *r, struct text_level *level);

static enum dicom_vr vr_of(const struct reader *r, uint32_t tag)
{
    enum dicom_vr vr = dicom_dictionary_vr(tag);
    const struct dicom_element *like = vr == VR_UN ? dicom_set_find(r->like, tag) : NULL;
    if (like)
        return (enum dicom_vr)like->vr;
    return vr == VR_UN ? VR_LO : vr;
}

/* NOLINTBEGIN(misc-no-recursion) as deep as the draft, which limits.depth bounds */

/* The array on top of the stack. */
static bool read_items(struct reader *r, struct text_level *level, struct text_element *sequence)
{
    lua_Unsigned count = lua_rawlen(r->lua, -1);
    for (lua_Unsigned i = 1; i <= count; i++) {
        struct text_level *item = text_draft_add_item(r->draft, level, sequence, r->err);
        if (!item)
            return false;
        lua_rawgeti(r->lua, -1, (lua_Integer)i);
        if (!lua_istable(r->lua, -1))
            return err_set(r->err, ERR_SYNTAX, 0, sequence->tag, TAG_FMT " is a sequence, and item %llu of it no table",
                           TAG_ARGS(sequence->tag), (unsigned long long)i);
        if (!read_table(r, item))
            return false;
        lua_pop(r->lua, 1);
    }
    return true;
}

/* Key and value on top of the stack. */
static bool read_member(struct reader *r, struct text_level *level)
{
    uint32_t tag;
    size_t n = 0;
    const char *key = lua_type(r->lua, -2) == LUA_TSTRING ? lua_tolstring(r->lua, -2, &n) : NULL;
    struct span rest = span_of(key, n);
    if (!key || !dicom_tag_take(&rest, &tag) || rest.n)
        return err_set(r->err, ERR_SYNTAX, 0, 0, "a key of the returned table is no \"gggg,eeee\"");
    if (tag >> 16 < 8 || (tag & 0xFFFF) == 0)
        return true; /* Orthanc's tables have them, and they mean nothing in a query */
    struct text_element *element = text_draft_add(r->draft, level, tag, r->source, 0, r->err);
    if (!element)
        return false;
    element->vr = vr_of(r, tag);
    if (lua_istable(r->lua, -1)) {
        element->vr = VR_SQ;
        return read_items(r, level, element);
    }
    int type = lua_type(r->lua, -1);
    if (type != LUA_TSTRING && type != LUA_TNUMBER)
        return err_set(r->err, ERR_SYNTAX, 0, tag, TAG_FMT " is a %s: a string or a table should stand there",
                       TAG_ARGS(tag), lua_typename(r->lua, type));
    if (element->vr == VR_SQ)
        return (type == LUA_TSTRING && lua_rawlen(r->lua, -1) == 0)
               || err_set(r->err, ERR_SYNTAX, 0, tag, TAG_FMT " is a sequence: an array of tables should stand there",
                          TAG_ARGS(tag));
    lua_pushvalue(r->lua, -1); /* a number is made text in its place, which must not be the table's */
    const char *text = lua_tolstring(r->lua, -1, &n);
    element->value = arena_copy(&r->draft->arena, span_of(text, n));
    lua_pop(r->lua, 1);
    return !r->draft->arena.failed || err_set(r->err, ERR_MEMORY, 0, 0, "no memory");
}

/* The table on top of the stack. */
static bool read_table(struct reader *r, struct text_level *level)
{
    if (!lua_checkstack(r->lua, 8))
        return err_set(r->err, ERR_LIMIT, 0, 0, "the returned table is too deep");
    lua_pushnil(r->lua);
    while (lua_next(r->lua, -2)) {
        if (!read_member(r, level))
            return false;
        lua_pop(r->lua, 1);
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */

struct protected_read {
    struct reader reader;
    bool done;
};

/* Numbers as text take memory, of which there may be no more. */
static int read_protected(lua_State *lua)
{
    struct protected_read *p = lua_touserdata(lua, 2);
    lua_settop(lua, 1);
    p->done = read_table(&p->reader, &p->reader.draft->top);
    return 0;
}

bool hook_read_table(lua_State *lua, struct dicom_set like, struct text_draft *draft, const struct text_source *source,
                     struct err *err)
{
    struct protected_read p = { { lua, like, draft, source, err }, false };
    lua_pushcfunction(lua, read_protected);
    lua_pushvalue(lua, -2);
    lua_pushlightuserdata(lua, &p);
    if (lua_pcall(lua, 2, 0, 0) != LUA_OK) {
        lua_pop(lua, 1);
        return err_set(err, ERR_LIMIT, 0, 0, "memory or time ended while the returned table was read");
    }
    return p.done;
}
