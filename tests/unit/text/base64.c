/* Base64: the examples of RFC 4648, and what is none. */
#include "text/base64.h"

#include "../check.h"

static void good_and_bad(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes; /* NULL: refused */
    } rows[] = {
        { "", "" },           { "Zg==", "f" },         { "Zm8=", "fo" },
        { "Zm9v", "foo" },    { "Zm9vYmE=", "fooba" }, { "+/+/", "\xFB\xFF\xBF" },
        { "Zg=", NULL },      { "Zg", NULL },          { "Z===", NULL },
        { "Zg==Zg==", NULL }, { "Zm 9", NULL },        { "-_-_", NULL },
        { "=Zm9", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr out;
        wr_init(&out, 100);
        bool is_right = text_base64_decode(span_str(rows[i].text), &out);
        if (is_right != (rows[i].bytes != NULL))
            fail_msg("%s", rows[i].text);
        if (is_right)
            assert_true(span_is(wr_done(&out), rows[i].bytes));
        wr_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(good_and_bad) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
