/* Command sets: golden bytes both ways, what is forgiven and what is not (PS3.7 6.3.1, 9.3). */
#include "../check.h"

#include "dimse/command.h"
#include "dimse/status.h"

/* The C-FIND-RQ that findscu sends. */
#define FIND_RQ                                                                                                        \
    "\0\0\0\0\4\0\0\0\x46\0\0\0" /* (0000,0000) UL 70 */                                                               \
    "\0\0\2\0\x16\0\0\0"         /* (0000,0002) UI */                                                                  \
    "1.2.840.10008.5.1.4.31"     /* Modality Worklist */                                                               \
    "\0\0\0\1\2\0\0\0\x20\0"     /* (0000,0100) US 0020 */                                                             \
    "\0\0\x10\1\2\0\0\0\1\0"     /* (0000,0110) US 1 */                                                                \
    "\0\0\0\7\2\0\0\0\0\0"       /* (0000,0700) US 0 MEDIUM */                                                         \
    "\0\0\0\x08\2\0\0\0\1\0"     /* (0000,0800) US 1 */

static void a_request_is_read(void **state)
{
    (void)state;
    struct dimse_command c;
    struct err err = { 0 };
    assert_true(dimse_command_read(BYTES(FIND_RQ), &c, &err));
    assert_int_equal(c.field, DIMSE_C_FIND_RQ);
    assert_int_equal(c.message_id, 1);
    assert_true(c.has_data_set);
    assert_span(c.sop_class, "1.2.840.10008.5.1.4.31");
    assert_null(c.missing);
}

static void a_request_is_written(void **state)
{
    (void)state;
    struct dimse_command c = {
        .field = DIMSE_C_FIND_RQ, .message_id = 1, .has_data_set = true, .sop_class = BYTES("1.2.840.10008.5.1.4.31")
    };
    struct wr wr;
    wr_init(&wr, 512);
    dimse_command_write(&wr, &c);
    assert_span(wr_done(&wr), FIND_RQ);
    wr_fini(&wr);
}

static void a_refusal_says_why(void **state)
{
    (void)state;
    struct dimse_command c = { .field = DIMSE_C_FIND_RSP,
                               .message_id = 7,
                               .status = DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH,
                               .offending = 0x00400002,
                               .comment = BYTES("not a date") };
    struct wr wr;
    wr_init(&wr, 512);
    dimse_command_write(&wr, &c);
    assert_span(wr_done(&wr), "\0\0\0\0\4\0\0\0\x46\0\0\0"   /* (0000,0000) UL 70 */
                              "\0\0\0\1\2\0\0\0\x20\x80"     /* (0000,0100) US 8020 */
                              "\0\0\x20\1\2\0\0\0\7\0"       /* (0000,0120) US 7 */
                              "\0\0\0\x08\2\0\0\0\1\1"       /* (0000,0800) US 0101 */
                              "\0\0\0\x09\2\0\0\0\0\xA9"     /* (0000,0900) US A900 */
                              "\0\0\1\x09\4\0\0\0\x40\0\2\0" /* (0000,0901) AT (0040,0002) */
                              "\0\0\2\x09\x0A\0\0\0not a date" /* (0000,0902) LO */);
    wr_fini(&wr);
}

static void a_long_comment_is_cut(void **state)
{
    (void)state;
    char comment[100];
    memset(comment, 'x', sizeof comment);
    struct dimse_command c = { .field = DIMSE_C_FIND_RSP, .comment = span_of(comment, sizeof comment) };
    struct wr wr;
    wr_init(&wr, 512);
    dimse_command_write(&wr, &c);
    struct dimse_command back;
    struct err err = { 0 };
    assert_true(dimse_command_read(wr_done(&wr), &back, &err));
    assert_int_equal(back.comment.n, DIMSE_COMMENT_MAX);
    wr_fini(&wr);
}

/* A wrong group length, an unknown element, MEDIUM spelled 0102 for "a data set follows". */
static void what_is_forgiven(void **state)
{
    (void)state;
    struct dimse_command c;
    struct err err = { 0 };
    assert_true(dimse_command_read(BYTES("\0\0\0\0\4\0\0\0\xFF\xFF\0\0"            /* group length, wrong */
                                         "\0\0\2\0\x12\0\0\0001.2.840.10008.1.1\0" /* padded UID */
                                         "\0\0\0\1\2\0\0\0\x30\0"                  /* C-ECHO-RQ */
                                         "\0\0\x10\1\2\0\0\0\0\0"                  /* message ID 0 is legal */
                                         "\0\0\0\x08\2\0\0\0\2\1"                  /* 0102: every value but 0101 */
                                         "\0\0\xFF\x0F\2\0\0\0\1\0" /* (0000,0FFF): nobody knows it */),
                                   &c, &err));
    assert_span(c.sop_class, "1.2.840.10008.1.1");
    assert_true(c.has_data_set);
    assert_int_equal(c.message_id, 0);
}

struct bad {
    struct span bytes;
    const char *what;
};

static void what_cannot_be_answered(void **state)
{
    (void)state;
    const struct bad rows[] = {
        { BYTES(""), "a command set without Command Field (0000,0100)" },
        { BYTES("\0\0\0\1\2\0\0\0\x20\0"), "C-FIND-RQ without a message ID" },
        { BYTES("\0\0\0\1\2\0\0\0\xFF\x0F"), "C-CANCEL-RQ without a message ID" },
        { BYTES("\0\0\0\1\2\0\0"), "the command set ends inside element (0000,0100)" },
        { BYTES("\0\0\0\1\xFF\xFF\xFF\xFF\x20\0"), "the command set ends inside element (0000,0100)" },
        { BYTES("\x08\0\x50\0\0\0\0\0"), "element (0008,0050) in a command set, which is group 0000 alone" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dimse_command c;
        struct err err = { 0 };
        assert_false(dimse_command_read(rows[i].bytes, &c, &err));
        assert_string_equal(err.what, rows[i].what);
    }
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    struct dimse_command c;
    struct err err = { 0 };
    assert_true(dimse_command_read(BYTES("\0\0\0\1\2\0\0\0\x20\0"
                                         "\0\0\x10\1\2\0\0\0\1\0"
                                         "\0\0\0\x08\2\0\0\0\1\0"),
                                   &c, &err));
    assert_string_equal(c.missing, "Affected SOP Class UID (0000,0002)");
    /* A command that we do not know is not measured by our tables. */
    assert_true(dimse_command_read(BYTES("\0\0\0\1\2\0\0\0\1\0"
                                         "\0\0\x10\1\2\0\0\0\1\0"),
                                   &c, &err));
    assert_null(c.missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read),        cmocka_unit_test(a_request_is_written),
        cmocka_unit_test(a_refusal_says_why),       cmocka_unit_test(a_long_comment_is_cut),
        cmocka_unit_test(what_is_forgiven),         cmocka_unit_test(what_cannot_be_answered),
        cmocka_unit_test(what_is_missing_is_named),
    };
    return cmocka_run_group_tests_name("dimse/command", tests, NULL, NULL);
}
