/* Lines: what is indented how far, and what an item says of itself. */
#include "text/line.h"

#include "../check.h"

static void one_after_another(void **state)
{
    (void)state;
    const struct text_source source = { "a",
                                        span_str("# c\n"
                                                 "\t (fffe,e000) na (Item with undefined length #=0)\n"
                                                 "(0010,0010)PN[A]\n"
                                                 "(0010,0020) LO # nothing\n"
                                                 "(0010,0030) (no value available)\n"
                                                 "(0010,0040) 1...\n"
                                                 "(0010,0050) abc=def"),
                                        false };
    static const struct {
        uint32_t tag, indent;
        const char *vr;
        enum text_value_form form;
        uint64_t pos, value_pos;
        const char *value;
    } rows[] = {
        { 0xFFFEE000, 2, "na", VALUE_SEQUENCE, 6, 21, "" },   { 0x00100010, 0, "PN", VALUE_BRACKETS, 54, 68, "A" },
        { 0x00100020, 0, "LO", VALUE_NONE, 71, 86, "" },      { 0x00100030, 0, "", VALUE_NONE, 96, 108, "" },
        { 0x00100040, 0, "", VALUE_NOT_SHOWN, 129, 141, "" }, { 0x00100050, 0, "", VALUE_BARE, 146, 158, "abc=def" },
    };
    struct span rest = source.text;
    struct text_line line;
    struct err err = { 0 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(text_line_next(&source, &rest, &line, &err));
        assert_int_equal(line.tag, rows[i].tag);
        assert_int_equal(line.indent, rows[i].indent);
        assert_string_equal(line.vr, rows[i].vr);
        assert_int_equal(line.form, rows[i].form);
        assert_int_equal(line.pos, rows[i].pos);
        assert_int_equal(line.value_pos, rows[i].value_pos);
        assert_int_equal(line.is_delimited && line.is_empty, i == 0);
        if (rows[i].form == VALUE_BRACKETS || rows[i].form == VALUE_BARE)
            assert_true(span_is(line.value, rows[i].value));
    }
    assert_false(text_line_next(&source, &rest, &line, &err));
    assert_int_equal(err.code, ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(one_after_another) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
