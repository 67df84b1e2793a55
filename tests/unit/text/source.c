/* Places: the columns of characters that take several bytes, and offsets that are no places. */
#include "text/source.h"

#include "../check.h"

static void assert_explained(const struct text_source *source, uint64_t pos, const char *expected)
{
    struct err err = { .code = ERR_SYNTAX, .pos = pos, .what = "wrong" };
    struct wr out;
    wr_init(&out, 1000);
    text_source_explain(source, &err, &out);
    wr_u8(&out, 0);
    assert_string_equal((const char *)out.p, expected);
    wr_fini(&out);
}

static void places(void **state)
{
    (void)state;
    const struct text_source file = { "a.txt", span_str("one\n\xC3\xA4\xE5\xB1\xB1z\n"), false };
    assert_explained(&file, 0, "a.txt:1:1: wrong\n");
    assert_explained(&file, 3, "a.txt:1:4: wrong\n");
    assert_explained(&file, 4, "a.txt:2:1: wrong\n");
    assert_explained(&file, 9, "a.txt:2:3: wrong\n");
    assert_explained(&file, 11, "a.txt:3:1: wrong\n");
    assert_explained(&file, UINT64_MAX, "a.txt:3:1: wrong\n");
    const struct text_source empty = { "b.txt", { NULL, 0 }, false };
    assert_explained(&empty, 0, "b.txt:1:1: wrong\n");
    const struct text_source argument = { "-k", span_str("A=\nB"), true };
    assert_explained(&argument, 3, "-k A=\\nB:4: wrong\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(places) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
