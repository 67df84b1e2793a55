/* json.h -- JSON (RFC 8259) with the place of every value, which an error about what it means needs. Inside this room
 * only. */
#ifndef MWL_TEXT_JSON_H
#define MWL_TEXT_JSON_H

#include "base/arena.h"
#include "text/source.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum { TEXT_JSON_DEPTH = 64, TEXT_JSON_VALUES = 65536 };

struct json_value {
    enum json_type type;
    struct span text; /* of a string, as UTF-8 without escapes; of a number, as written */
    struct span name; /* of a member of an object */
    uint64_t pos;     /* of a string, that of its first character */
    uint64_t name_pos;
    struct json_value *first, *last; /* of an array or object */
    struct json_value *parent, *next;
};

/* All of the source as one value, in the arena; strings without escapes are borrowed from the source. NULL with *err:
 * ERR_SYNTAX; ERR_LIMIT for deeper nesting or more values than above; ERR_MEMORY. Without recursion. */
struct json_value *text_json_parse(const struct text_source *source, struct arena *arena, struct err *err);

#endif
