/* JSON out of data sets: what JSON has no words for, and what would break it. */
#include "../check.h"

#include <math.h>

#include "dicom/parse.h"
#include "dicom/write.h"
#include "text/print_json.h"

enum { CAP = 1 << 16 };

static void check(uint32_t tag, enum dicom_vr vr, struct span value, enum text_json_form form, const char *expected)
{
    struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE, .max_bytes = CAP, .limits = &limits_default };
    struct dicom_writer writer;
    struct wr bytes, out;
    struct err err = { 0 };
    wr_init(&bytes, CAP);
    wr_init(&out, CAP);
    dicom_write_init(&writer, &bytes, SYNTAX_EXPLICIT_LE);
    dicom_write_element(&writer, tag, vr, value);
    struct dicom_block *block = dicom_parse(wr_done(&bytes), &options, NULL, &err);
    assert_non_null(block);
    text_print_json(dicom_block_set(block), form, &out);
    struct span got = wr_done(&out);
    if (!span_is(got, expected))
        fail_msg("%.*s, not %s", SPAN_FMT(got), expected);
    dicom_block_free(&block);
    wr_fini(&bytes);
    wr_fini(&out);
}

#define MODEL(tag, vr, value, expected)                                                                                \
    check(0x##tag, VR_##vr, value, TEXT_JSON_MODEL, "{\n  \"" #tag "\" : { \"vr\" : \"" #vr "\"" expected " }\n}")
#define SIMPLE(tag, vr, value, expected) check(0x##tag, VR_##vr, value, TEXT_JSON_SIMPLE, "{\n  " expected "\n}")

static void strings(void **state)
{
    (void)state;
    MODEL(00100020, LO, BYTES("a\"b\\c"), ", \"Value\" : [ \"a\\\"b\", \"c\" ]");
    MODEL(00104000, LT, BYTES("C:\\new\nline\x01"), ", \"Value\" : [ \"C:\\\\new\\u000aline\\u0001\" ]");
    MODEL(00100020, LO, BYTES("a\\\\b "), ", \"Value\" : [ \"a\", null, \"b\" ]");
    MODEL(00100020, LO, BYTES("\xFF"), ", \"Value\" : [ \"\xEF\xBF\xBD\" ]"); /* in no character set */
    MODEL(00100020, LO, BYTES("  "), "");
    MODEL(00100010, PN, BYTES("A^B=\\=X==Z\\=C"),
          ", \"Value\" : [ { \"Alphabetic\" : \"A^B\" }, { \"Ideographic\" : \"X\" }, { \"Ideographic\" : \"C\" } ]");
    MODEL(00100010, PN, BYTES("A\\ =\\ = \\B= "),
          ", \"Value\" : [ { \"Alphabetic\" : \"A\" }, null, null, { \"Alphabetic\" : \"B\" } ]");
    MODEL(00100010, PN, BYTES("  = "), "");
    MODEL(00100010, PN, BYTES("A, =="), ", \"Value\" : [ { \"Alphabetic\" : \"A,\" } ]");
    SIMPLE(00100020, LO, BYTES("a\\b "), "\"PatientID\" : \"a\\\\b\"");
    SIMPLE(00091001, LO, BYTES("x "), "\"0009,1001\" : \"x\"");
}

static void numbers(void **state)
{
    (void)state;
    MODEL(00101030, DS, BYTES("70.50 \\ 1e3\\+5\\.5\\01\\-0"),
          ", \"Value\" : [ 70.50, 1e3, \"+5\", \".5\", \"01\", -0 ]");
    MODEL(00280010, US, BYTES("\x01\x00\xFF\xFF"), ", \"Value\" : [ 1, 65535 ]");
    MODEL(00720082, SV, BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"), ", \"Value\" : [ \"9223372036854775807\" ]");
    MODEL(00720082, SV, BYTES("\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), ", \"Value\" : [ -2 ]");
    MODEL(00281203, OW, BYTES("\x01\x02\xFF\x04"), ", \"InlineBinary\" : \"AQL/BA==\"");
    MODEL(00209165, AT, BYTES("\x10\x00\x20\x00"), ", \"Value\" : [ \"00100020\" ]");
    float third = 1.0f / 3;
    double infinite = -(double)INFINITY;
    MODEL(00189073, FD, span_of(&infinite, 8), ", \"Value\" : [ \"-Infinity\" ]");
    MODEL(0018605A, FL, span_of(&third, 4), ", \"Value\" : [ 0.3333333432674408 ]");
    SIMPLE(00280010, US, BYTES("\x01\x00\x02\x00"), "\"Rows\" : \"1\\\\2\"");
    SIMPLE(00281203, OW, BYTES("\x01\x02"), "\"BluePaletteColorLookupTableData\" : null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(numbers),
    };
    return cmocka_run_group_tests_name("text/print_json", tests, NULL, NULL);
}
