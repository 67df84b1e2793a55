/* JSON: every form of a value with its place, and everything that only looks like JSON. */
#include "text/json.h"

#include "../check.h"
#include "base/wr.h"

static void parts(void **state)
{
    (void)state;
    const struct text_source source = {
        "a",
        span_str("\xEF\xBB\xBF { \"a\\u00e4\" : [1.5e3, \"x\\n\\ud83d\\ude00\", null, {}, []],\n\"b\":\"\xC3\xA4\"}"),
        false
    };
    struct arena arena;
    struct err err = { 0 };
    arena_init(&arena, 1 << 20);
    struct json_value *top = text_json_parse(&source, &arena, &err);
    if (!top)
        fail_msg("%s", err.what);
    assert_int_equal(top->type, JSON_OBJECT);
    struct json_value *a = top->first, *b = a->next;
    assert_span(a->name, "a\xC3\xA4");
    assert_int_equal(a->type, JSON_ARRAY);
    assert_span(a->first->text, "1.5e3");
    assert_int_equal(a->first->pos, 19);
    assert_span(a->first->next->text, "x\n\xF0\x9F\x98\x80");
    assert_int_equal(a->first->next->next->type, JSON_NULL);
    assert_null(a->last->first);
    assert_span(b->text, "\xC3\xA4");
    assert_ptr_equal(b->text.p, source.text.p + b->pos);
    assert_null(b->next);
    arena_fini(&arena);
}

static void faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t pos;
        const char *what;
    } rows[] = {
        { "", 0, "a value of JSON is missing" },
        { "[1,]", 3, "a value of JSON is missing" },
        { "[1 2]", 3, "\",\" or \"]\" is missing" },
        { "{\"a\":1,}", 7, "the name of a member" },
        { "{\"a\" 1}", 5, "\":\" is missing" },
        { "{\"a\":1", 6, "\",\" or \"}\" is missing" },
        { "[1}", 2, "\",\" or \"]\" is missing" },
        { "1 2", 2, "nothing may follow" },
        { "01", 0, "a value of JSON is missing" },
        { "[+1]", 1, "a value of JSON is missing" },
        { "1.", 0, "a value of JSON is missing" },
        { "1e", 0, "a value of JSON is missing" },
        { "nul", 0, "a value of JSON is missing" },
        { "\"a", 2, "a quotation mark is missing" },
        { "\"a\nb\"", 2, "a quotation mark is missing" },
        { "\"\\x\"", 2, "no escape sequence" },
        { "\"\\u12g4\"", 3, "four hexadecimal digits" },
        { "\"\\ud83d\"", 7, "two of them" },
        { "\"\\ude00\"", 7, "two of them" },
        { "\"\xFF\"", 0, "text in UTF-8" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct text_source source = { "a", span_str(rows[i].text), false };
        struct arena arena;
        struct err err = { 0 };
        arena_init(&arena, 1 << 20);
        if (text_json_parse(&source, &arena, &err))
            fail_msg("%s was taken", rows[i].text);
        if (err.code != ERR_SYNTAX || err.pos != rows[i].pos || !strstr(err.what, rows[i].what))
            fail_msg("%s: at %d: %s", rows[i].text, (int)err.pos, err.what);
        arena_fini(&arena);
    }
}

static void limits(void **state)
{
    (void)state;
    static const struct {
        const char *piece;
        size_t times;
    } rows[] = { { "[", 100000 }, { "{\"a\":", 100000 }, { "1,", TEXT_JSON_VALUES + 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr text;
        struct arena arena;
        struct err err = { 0 };
        wr_init(&text, 1 << 20);
        arena_init(&arena, 64 << 20);
        wr_str(&text, "[");
        for (size_t k = 0; k < rows[i].times; k++)
            wr_str(&text, rows[i].piece);
        const struct text_source source = { "a", wr_done(&text), false };
        assert_null(text_json_parse(&source, &arena, &err));
        assert_int_equal(err.code, ERR_LIMIT);
        arena_fini(&arena);
        wr_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(parts), cmocka_unit_test(faults), cmocka_unit_test(limits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
