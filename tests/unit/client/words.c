/* What a person is told when a server refuses. */
#include "../check.h"

#include "client/words.h"

static void an_end_is_named(void **state)
{
    (void)state;
    static const struct err fault = { .code = ERR_SYNTAX, .what = "not a PDU type" };
    static const struct {
        struct ul_event event;
        const char *words;
    } rows[] = {
        { { .type = UL_EVENT_ASSOCIATE_RJ, .result = 1, .source = 1, .reason = 7 },
          "the association was rejected for good: called AE title not recognised (result 1, source 1, reason 7)" },
        { { .type = UL_EVENT_ABORTED, .source = 2, .reason = 1 },
          "the server aborted the association (source 2, reason 1)" },
        { { .type = UL_EVENT_FAULT, .fault = &fault }, "the server does not speak DICOM as it should: not a PDU type" },
        { { .type = UL_EVENT_CLOSED }, "the server closed the connection" },
        { { .type = UL_EVENT_RELEASE_RQ }, "the server ended the association before it had answered" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        assert_false(client_say_end(&rows[i].event, &err));
        assert_string_equal(err.what, rows[i].words);
    }
}

static void a_status_comes_with_its_comment(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct dimse_command response = { .status = 0xA900,
                                      .comment = span_str("no\x1B[2J such day "),
                                      .offending = 0x00400002 };
    assert_false(client_say_status(&response, &err));
    assert_string_equal(err.what, "the server answered with status A900, Error: Identifier does not match SOP Class: "
                                  "no\\x1B[2J such day, attribute (0040,0002)");
    assert_int_equal(err.tag, 0x00400002);
}

static void every_refusal_has_words(void **state)
{
    (void)state;
    for (unsigned result = 0; result < 256; result++)
        assert_true(strlen(client_refusal((uint8_t)result)) > 5);
    assert_string_not_equal(client_refusal(UL_CONTEXT_ABSTRACT_SYNTAX), client_refusal(UL_CONTEXT_TRANSFER_SYNTAXES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_is_named),
        cmocka_unit_test(a_status_comes_with_its_comment),
        cmocka_unit_test(every_refusal_has_words),
    };
    return cmocka_run_group_tests_name("client/words", tests, NULL, NULL);
}
