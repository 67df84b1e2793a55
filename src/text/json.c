/* json.c -- one pass over the text; the open arrays and objects are the parents of the value at hand. */
#include "text/json.h"

#include "base/utf8.h"
#include "base/wr.h"

struct parser {
    struct span rest;
    const uint8_t *start;
    struct arena *arena;
    uint32_t count, depth;
    struct err *err;
};

static uint64_t position(const struct parser *p)
{
    return (uint64_t)(p->rest.p - p->start);
}

static bool fail(const struct parser *p, const char *what)
{
    return err_set(p->err, ERR_SYNTAX, position(p), 0, "%s", what);
}

static void skip(struct parser *p, size_t n)
{
    p->rest = span_of(p->rest.p + n, p->rest.n - n);
}

/* The next byte behind white space; 0 at the end. */
static uint8_t peek(struct parser *p)
{
    while (p->rest.n && memchr(" \t\r\n", p->rest.p[0], 4))
        skip(p, 1);
    return p->rest.n ? p->rest.p[0] : 0;
}

static bool take_hex(struct parser *p, uint32_t *out)
{
    *out = 0;
    if (p->rest.n < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        uint8_t c = p->rest.p[i], letter = c | 0x20;
        bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && !(letter >= 'a' && letter <= 'f'))
            return false;
        *out = *out << 4 | (uint32_t)(is_digit ? c - '0' : letter - 'a' + 10);
    }
    skip(p, 4);
    return true;
}

/* What follows "\u": a character, or the two halves of one beyond the first 65,536. */
static bool take_code_point(struct parser *p, uint32_t *out)
{
    uint32_t low;
    if (!take_hex(p, out))
        return false;
    if (*out < 0xD800 || *out > 0xDFFF)
        return true;
    if (*out > 0xDBFF || p->rest.n < 2 || p->rest.p[0] != '\\' || p->rest.p[1] != 'u')
        return false;
    skip(p, 2);
    if (!take_hex(p, &low) || low < 0xDC00 || low > 0xDFFF)
        return false;
    *out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static bool take_escape(struct parser *p, struct wr *out)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    skip(p, 1);
    const char *letter = p->rest.n && p->rest.p[0] ? strchr(letters, p->rest.p[0]) : NULL;
    if (letter) {
        wr_u8(out, (uint8_t)meanings[letter - letters]);
        skip(p, 1);
        return true;
    }
    uint32_t c;
    if (p->rest.n == 0 || p->rest.p[0] != 'u')
        return fail(p, "no escape sequence of JSON begins like this");
    skip(p, 1);
    if (!take_code_point(p, &c))
        return fail(p, "\\u wants four hexadecimal digits, and characters above FFFF two of them");
    utf8_put(out, c);
    return true;
}

/* The rest of a string that has an escape in it; `start` is what came before. */
static bool take_escaped(struct parser *p, struct span start, struct span *out)
{
    struct wr text;
    wr_init(&text, start.n + p->rest.n);
    wr_span(&text, start);
    bool is_right = true;
    while (is_right && p->rest.n && p->rest.p[0] != '"' && p->rest.p[0] >= ' ') {
        if (p->rest.p[0] == '\\') {
            is_right = take_escape(p, &text);
            continue;
        }
        wr_u8(&text, p->rest.p[0]);
        skip(p, 1);
    }
    if (is_right && text.failed)
        is_right = err_set(p->err, ERR_MEMORY, position(p), 0, "no memory");
    *out = arena_copy(p->arena, wr_done(&text));
    wr_fini(&text);
    return is_right;
}

/* A string; the next byte is its quotation mark. */
static bool take_string(struct parser *p, struct span *out, uint64_t *pos)
{
    size_t n = 0;
    skip(p, 1);
    *pos = position(p);
    while (n < p->rest.n && p->rest.p[n] != '"' && p->rest.p[n] != '\\' && p->rest.p[n] >= ' ')
        n++;
    *out = span_of(p->rest.p, n);
    skip(p, n);
    if (p->rest.n && p->rest.p[0] == '\\' && !take_escaped(p, *out, out))
        return false;
    if (p->rest.n == 0 || p->rest.p[0] != '"')
        return fail(p, "a quotation mark is missing here, where a string should end");
    skip(p, 1);
    return true;
}

static size_t count_digits(struct span s, size_t from)
{
    size_t n = from;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n - from;
}

/* -0.5e+3: no plus sign, no leading zeros, digits around the point. 0 if there is no number. */
static size_t measure_number(struct span s)
{
    size_t n = s.n && s.p[0] == '-', digits = count_digits(s, n);
    if (digits == 0 || (digits > 1 && s.p[n] == '0'))
        return 0;
    n += digits;
    if (n < s.n && s.p[n] == '.') {
        digits = count_digits(s, n + 1);
        if (digits == 0)
            return 0;
        n += 1 + digits;
    }
    if (n < s.n && (s.p[n] | 0x20) == 'e') {
        size_t sign = n + 1 < s.n && (s.p[n + 1] == '-' || s.p[n + 1] == '+');
        digits = count_digits(s, n + 1 + sign);
        if (digits == 0)
            return 0;
        n += 1 + sign + digits;
    }
    return n;
}

static bool take_word(struct parser *p, struct json_value *value)
{
    static const struct {
        const char *word;
        enum json_type type;
    } words[] = { { "null", JSON_NULL }, { "false", JSON_FALSE }, { "true", JSON_TRUE } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (p->rest.n >= n && memcmp(p->rest.p, words[i].word, n) == 0) {
            value->type = words[i].type;
            skip(p, n);
            return true;
        }
    }
    size_t n = measure_number(p->rest);
    if (n == 0)
        return fail(p, "a value of JSON is missing here: a string in quotation marks, a number, null, [ or {");
    value->type = JSON_NUMBER;
    value->text = span_of(p->rest.p, n);
    skip(p, n);
    return true;
}

static struct json_value *new_value(struct parser *p, struct json_value *parent)
{
    if (p->count == TEXT_JSON_VALUES) {
        err_set(p->err, ERR_LIMIT, position(p), 0, "more than %d values", TEXT_JSON_VALUES);
        return NULL;
    }
    struct json_value *value = arena_alloc(p->arena, sizeof *value);
    if (!value) {
        err_set(p->err, ERR_MEMORY, position(p), 0, "no memory");
        return NULL;
    }
    p->count++;
    value->parent = parent;
    if (parent && parent->last)
        parent->last->next = value;
    else if (parent)
        parent->first = value;
    if (parent)
        parent->last = value;
    return value;
}

static bool take_name(struct parser *p, struct json_value *value)
{
    if (peek(p) != '"')
        return fail(p, "the name of a member, in quotation marks, is missing here");
    if (!take_string(p, &value->name, &value->name_pos))
        return false;
    if (peek(p) != ':')
        return fail(p, "\":\" is missing here, between a name and its value");
    skip(p, 1);
    return true;
}

/* A value, or the beginning of one. */
static bool take_value(struct parser *p, struct json_value *value)
{
    uint8_t first = peek(p);
    value->pos = position(p);
    if (first == '"') {
        value->type = JSON_STRING;
        return take_string(p, &value->text, &value->pos);
    }
    if (first != '[' && first != '{')
        return take_word(p, value);
    if (p->depth == TEXT_JSON_DEPTH)
        return err_set(p->err, ERR_LIMIT, position(p), 0, "more than %d arrays and objects inside each other",
                       TEXT_JSON_DEPTH);
    value->type = first == '[' ? JSON_ARRAY : JSON_OBJECT;
    p->depth++;
    skip(p, 1);
    return true;
}

/* Closes what ends here; *open is then what is still open, or NULL. */
static bool close_ended(struct parser *p, struct json_value **open)
{
    while (*open) {
        uint8_t end = (*open)->type == JSON_ARRAY ? ']' : '}';
        uint8_t next = peek(p);
        if (next == ',' && (*open)->last) {
            skip(p, 1);
            return true;
        }
        if (next != end)
            return (*open)->last
                       ? fail(p, end == ']' ? "\",\" or \"]\" is missing here" : "\",\" or \"}\" is missing here")
                       : true;
        skip(p, 1);
        p->depth--;
        *open = (*open)->parent;
    }
    return true;
}

struct json_value *text_json_parse(const struct text_source *source, struct arena *arena, struct err *err)
{
    struct parser p = { .rest = source->text, .start = source->text.p, .arena = arena, .err = err };
    if (!utf8_valid(source->text)) {
        err_set(err, ERR_SYNTAX, 0, 0, "JSON is text in UTF-8, which this is not");
        return NULL;
    }
    if (p.rest.n >= 3 && memcmp(p.rest.p, "\xEF\xBB\xBF", 3) == 0)
        skip(&p, 3);
    struct json_value *top = NULL, *open = NULL;
    do {
        struct json_value *value = new_value(&p, open);
        if (!value || (open && open->type == JSON_OBJECT && !take_name(&p, value)) || !take_value(&p, value))
            return NULL;
        top = top ? top : value;
        if (value->type >= JSON_ARRAY)
            open = value;
        if (!close_ended(&p, &open))
            return NULL;
    } while (open);
    if (peek(&p) || p.rest.n) {
        fail(&p, "nothing may follow the value");
        return NULL;
    }
    return top;
}
