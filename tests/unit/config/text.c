/* Comments, variables, and the way back from JSON to a line and column. */
#include "../check.h"

#include "config/text.h"

static void assert_json(const char *file, const char *json)
{
    struct config_text t;
    struct err err = { 0 };
    bool done = config_text_init(&t, "a.json", span_str(file), &err);
    assert_string_equal(err.what, "");
    assert_true(done);
    assert_int_equal(t.json.n, strlen(json));
    assert_memory_equal(t.json.p, json, t.json.n);
    config_text_fini(&t);
}

static void assert_refused(const char *file, const char *what)
{
    struct config_text t;
    struct err err = { 0 };
    assert_false(config_text_init(&t, "a.json", span_str(file), &err));
    assert_string_equal(err.what, what);
    config_text_fini(&t);
}

static void what_is_not_json_becomes_blank(void **state)
{
    (void)state;
    assert_json("{ // one \"\n 1/**two\n**/}", "{         \n 1      \n   }");
    assert_json("[ \"//\", \"/*\\\"*/\" ] // end", "[ \"//\", \"/*\\\"*/\" ]       ");
    assert_json("{ \"a\": [1, /* x */ ], \"b\": \",}\", }", "{ \"a\": [1          ], \"b\": \",}\"  }");
    assert_json("[1,\"\"]", "[1,\"\"]");
    assert_json("[1,,]", "[1, ]"); /* still wrong, and left to the parser */
    assert_json("\xEF\xBB\xBF{}", "{}");
    assert_json("/* \xE9 */{}", "       {}"); /* a comment in Latin-1 */
    assert_json("\"never ends // ,}", "\"never ends // ,}");
    assert_json("/", "/");
    assert_json("", "");
    assert_refused("{\n  /* never ends *",
                   "a.json:2:3: a comment begins with /* here and does not end: write */ behind it");
    assert_refused("/*/", "a.json:1:1: a comment begins with /* here and does not end: write */ behind it");
}

static void variables_come_from_the_environment(void **state)
{
    (void)state;
    setenv("MWL_TEST_PORT", "104", 1);
    setenv("MWL_TEST_EMPTY", "", 1);
    unsetenv("MWL_TEST_UNSET");
    assert_json("{\"p\":${MWL_TEST_PORT},\"a\":\"<${MWL_TEST_PORT}>\"}", "{\"p\":104,\"a\":\"<104>\"}");
    assert_json("${MWL_TEST_UNSET:-1 ${MWL_TEST_PORT:-2}", "${MWL_TEST_UNSET:-1 104");
    assert_json("${MWL_TEST_UNSET:-\"x:-y\"}|${MWL_TEST_UNSET:-}|", "\"x:-y\"||");
    assert_json("\"${MWL_TEST_UNSET:-http://h}\"", "\"http://h\"");
    assert_json("<${MWL_TEST_EMPTY:-default}>", "<>"); /* set, to nothing */
    assert_json("/*${MWL_TEST_UNSET}*/$ ${ $", "                     $ ${ $");
    assert_refused("{\n \"DicomAet\" : \"${MWL_TEST_UNSET}\" }",
                   "a.json:2:16: the environment variable MWL_TEST_UNSET is not set: set it, or write "
                   "${MWL_TEST_UNSET:-a default}");
}

static void assert_place(const struct config_text *t, size_t offset, uint32_t line, uint32_t column)
{
    struct config_place at = config_text_place(t, offset);
    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
}

static void places_are_those_of_the_file(void **state)
{
    (void)state;
    setenv("MWL_TEST_LONG", "a\nb\nc\nd", 1);
    struct config_text t;
    /* JSON: "é" a LF b LF c LF d x LF a..d y */
    assert_true(config_text_init(&t, "a.json", span_str("\"\xC3\xA9\"${MWL_TEST_LONG}x\n${MWL_TEST_LONG}y"), NULL));
    assert_place(&t, 0, 1, 1);
    assert_place(&t, 3, 1, 3);   /* the second quotation mark: a character is one column */
    assert_place(&t, 4, 1, 4);   /* the value's first byte is where the variable begins */
    assert_place(&t, 11, 1, 20); /* x, behind ${...} of 16 characters */
    assert_place(&t, 12, 1, 21);
    assert_place(&t, 13, 2, 1);
    assert_place(&t, 20, 2, 17); /* y */
    assert_place(&t, 1000, 2, 18);
    config_text_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_becomes_blank),
        cmocka_unit_test(variables_come_from_the_environment),
        cmocka_unit_test(places_are_those_of_the_file),
    };
    return cmocka_run_group_tests_name("config/text", tests, NULL, NULL);
}
