/* Files as tools write them, and what lies in a folder beside them. */
#include "data_set.h"

#include "dicom/file.h"
#include "dicom/write.h"

#define META_VERSION "\x02\0\x01\0OB\0\0\x02\0\0\0\0\x01"
#define META_SYNTAX  "\x02\0\x10\0UI"
#define META_LENGTH  "\x02\0\0\0UL\x04\0\0\0\0\0" /* wrong, and not needed */

#define DATA_IMPLICIT MODALITY "\x02\0\0\0CT" NAME "\x02\0\0\0Ab"
#define DATA_EXPLICIT MODALITY "CS\x02\0CT" NAME "PN\x02\0Ab"
#define DATA_BIG                                                                                                       \
    "\0\x08\0\x60"                                                                                                     \
    "CS\0\x02"                                                                                                         \
    "CT\0\x10\0\x10PN\0\x02"                                                                                           \
    "Ab"

/* Parses the bytes behind a preamble of 128 zeros, if one is wanted. */
static struct dicom_block *parse_file(bool preamble, struct span bytes)
{
    struct wr file;
    wr_init(&file, 4000);
    wr_fill(&file, 0, preamble ? 128 : 0);
    wr_span(&file, bytes);
    struct dicom_parse_options options = options_as(SYNTAX_NONE);
    err = (struct err){ .code = ERR_NONE };
    used = (struct dicom_tolerances){ 0 };
    struct dicom_block *block = dicom_file_parse(wr_done(&file), &options, &used, &err);
    wr_fini(&file);
    return block;
}

static void assert_parsed(struct dicom_block *block)
{
    if (!block)
        assert_string_equal(err.what, "");
    struct dicom_set set = dicom_block_set(block);
    assert_int_equal(set.count, 2); /* without group 0002 */
    assert_span(dicom_set_get(set, TAG_Modality), "CT");
    assert_span(dicom_set_get(set, TAG_PatientName), "Ab");
    dicom_block_free(&block);
}

static void the_form_of_the_standard(void **state)
{
    (void)state;
    assert_parsed(parse_file(true, BYTES("DICM" META_LENGTH META_VERSION META_SYNTAX "\x14\0"
                                         "1.2.840.10008.1.2.1\0" DATA_EXPLICIT)));
    assert_int_equal(used.no_preamble + used.implicit_meta + used.guessed_syntax + used.low_group, 0);
    assert_parsed(parse_file(true, BYTES("DICM" META_SYNTAX "\x12\0"
                                         "1.2.840.10008.1.2\0" DATA_IMPLICIT)));
    assert_parsed(parse_file(true, BYTES("DICM" META_SYNTAX "\x14\0"
                                         "1.2.840.10008.1.2.2\0" DATA_BIG)));
}

static void what_is_begun_here_is_opened_here(void **state)
{
    (void)state;
    struct wr file;
    struct span data_set;
    enum dicom_syntax syntax;
    wr_init(&file, 4000);
    dicom_file_begin(&file, SYNTAX_IMPLICIT_LE);
    size_t before = file.n;
    wr_span(&file, BYTES(DATA_IMPLICIT));
    assert_false(file.failed);
    used = (struct dicom_tolerances){ 0 };
    assert_true(dicom_file_open(wr_done(&file), &syntax, &data_set, &used, &err));
    assert_int_equal(syntax, SYNTAX_IMPLICIT_LE);
    assert_int_equal(data_set.p - file.p, before);
    assert_int_equal(used.no_preamble + used.implicit_meta + used.guessed_syntax, 0);
    /* The group length counts what stands behind it (PS3.10 Table 7.1-1): 128 + 4 + 12 bytes before. */
    assert_int_equal(file.p[140] | file.p[141] << 8, before - 144);
    assert_parsed(parse_file(false, wr_done(&file)));
    wr_fini(&file);
}

/* Only what follows group 0002 is deflated. */
static void deflated(void **state)
{
    (void)state;
    struct wr file;
    wr_init(&file, 1000);
    wr_span(&file, BYTES("DICM" META_SYNTAX "\x16\0"
                         "1.2.840.10008.1.2.1.99"));
    assert_true(dicom_deflate(BYTES(DATA_EXPLICIT), &file));
    assert_parsed(parse_file(true, wr_done(&file)));
    wr_truncate(&file, 37); /* three bytes of the stream */
    assert_refused(parse_file(true, wr_done(&file)), ERR_SYNTAX, 0, 128 + 37, "ends too early");
    wr_fini(&file);
}

static void what_tools_leave_out(void **state)
{
    (void)state;
    /* No preamble, but "DICM"; no "DICM", but group 0002; group 0002 in Implicit VR. */
    assert_parsed(parse_file(false, BYTES("DICM" META_SYNTAX "\x14\0"
                                          "1.2.840.10008.1.2.1\0" DATA_EXPLICIT)));
    assert_int_equal(used.no_preamble, 1);
    assert_parsed(parse_file(false, BYTES(META_SYNTAX "\x14\0"
                                                      "1.2.840.10008.1.2.2\0" DATA_BIG)));
    assert_int_equal(used.no_preamble, 1);
    assert_parsed(parse_file(true, BYTES("DICM\x02\0\x10\0\x14\0\0\0"
                                         "1.2.840.10008.1.2.1\0" DATA_EXPLICIT)));
    assert_int_equal(used.implicit_meta, 1);
    /* Nothing names the transfer syntax. */
    assert_parsed(parse_file(true, BYTES("DICM" META_VERSION DATA_IMPLICIT)));
    assert_int_equal(used.guessed_syntax, 1);
    assert_parsed(parse_file(true, BYTES("DICM" DATA_EXPLICIT)));
    assert_parsed(parse_file(false, BYTES(DATA_IMPLICIT)));
    assert_parsed(parse_file(false, BYTES(DATA_EXPLICIT)));
    assert_parsed(parse_file(false, BYTES(DATA_BIG)));
    assert_parsed(parse_file(false, BYTES("\x08\0\0\0\x04\0\0\0\x0A\0\0\0" DATA_IMPLICIT)));
    assert_int_equal(used.guessed_syntax, 1);
    assert_int_equal(used.no_preamble, 1);
}

static void what_is_no_dicom_file(void **state)
{
    (void)state;
    assert_refused(parse_file(false, (struct span){ NULL, 0 }), ERR_SYNTAX, 0, 0, "not a DICOM file: it is empty");
    assert_refused(parse_file(false, BYTES("hello")), ERR_SYNTAX, 0, 0,
                   "not a DICOM file: no data element begins at byte 0 of 5, and no \"DICM\" stands at byte 128");
    assert_refused(parse_file(false, BYTES("{ \"Modality\": \"CT\" }")), ERR_SYNTAX, 0, 0, "not a DICOM file");
    assert_refused(parse_file(false, BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR")), ERR_SYNTAX, 0, 0, "not a DICOM file");
    assert_refused(parse_file(false, BYTES("<?xml version=\"1.0\"?>")), ERR_SYNTAX, 0, 0, "not a DICOM file");
    assert_refused(parse_file(true, BYTES("")), ERR_SYNTAX, 0, 0, "not a DICOM file"); /* 128 zeros */
    assert_refused(parse_file(true, BYTES("DICM")), ERR_SYNTAX, 0, 132, "no data element begins at byte 132 of 132");
    assert_refused(parse_file(true, BYTES("DICMjunk and more")), ERR_SYNTAX, 0, 132, "not a DICOM file");
}

static void positions_are_those_of_the_file(void **state)
{
    (void)state;
    assert_refused(parse_file(true, BYTES("DICM" META_SYNTAX "\x14\0"
                                          "1.2.840.10008.1.2.1\0" MODALITY "CS\x02\0CT" NAME "PN\x04\0Ab")),
                   ERR_SYNTAX, TAG_PatientName, 132 + 28 + 10, "reaches beyond the end of the data set");
    assert_refused(parse_file(true, BYTES("DICM" META_SYNTAX "\x12\0"
                                          "1.2.840.10008.1.2\0" NAME "\0\0\0\0" NAME "\0\0\0\0")),
                   ERR_SYNTAX, TAG_PatientName, 132 + 26 + 8, "first at byte 158");
    assert_refused(parse_file(true, BYTES("DICM" META_SYNTAX "\x14\0"
                                          "1.2")),
                   ERR_SYNTAX, TAG_TransferSyntaxUID, 132,
                   "File Meta Information (0002,0010): its length reaches beyond the end of the file (3 bytes remain)");
    assert_refused(parse_file(true, BYTES("DICM" META_VERSION "\x02\0\x10\0U")), ERR_SYNTAX, TAG_TransferSyntaxUID,
                   132 + 14, "the file ends in the middle of this header (5 bytes remain)");
    assert_refused(parse_file(true, BYTES("DICM" META_VERSION "\x02\0\x10\0\x14\0\0\0")), ERR_SYNTAX,
                   TAG_TransferSyntaxUID, 132 + 14, "no VR where one should be");
}

static void transfer_syntaxes_that_are_not_read(void **state)
{
    (void)state;
    assert_refused(parse_file(true, BYTES("DICM" META_SYNTAX "\x16\0"
                                          "1.2.840.10008.1.2.4.50" DATA_EXPLICIT)),
                   ERR_UNSUPPORTED, TAG_TransferSyntaxUID, 0, "transfer syntax 1.2.840.10008.1.2.4.50 (JPEG Baseline");
    assert_refused(parse_file(true, BYTES("DICM" META_SYNTAX "\x04\0"
                                          "1.\n2" DATA_EXPLICIT)),
                   ERR_UNSUPPORTED, TAG_TransferSyntaxUID, 0, "transfer syntax 1.\\x0A2 (unknown UID)");
}

static void too_large_a_file(void **state)
{
    (void)state;
    struct dicom_parse_options options = options_as(SYNTAX_NONE);
    options.max_bytes = 19;
    err = (struct err){ .code = ERR_NONE };
    assert_refused(dicom_file_parse(BYTES(DATA_EXPLICIT), &options, NULL, &err), ERR_LIMIT, 0, 0,
                   "a file of 20 bytes, more than the 19 that are taken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_of_the_standard),
        cmocka_unit_test(what_is_begun_here_is_opened_here),
        cmocka_unit_test(deflated),
        cmocka_unit_test(what_tools_leave_out),
        cmocka_unit_test(what_is_no_dicom_file),
        cmocka_unit_test(positions_are_those_of_the_file),
        cmocka_unit_test(transfer_syntaxes_that_are_not_read),
        cmocka_unit_test(too_large_a_file),
    };
    return cmocka_run_group_tests_name("dicom/file", tests, NULL, NULL);
}
