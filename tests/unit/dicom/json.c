/* What the log says of a data set: nothing that a terminal obeys, nothing of a patient in the one line. */
#include "../check.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "dicom/json.h"
#include "dicom/parse.h"

/* Parses Explicit VR Little Endian and prints it; the text is of the caller's wr. */
static struct span print(struct span bytes, void (*print_set)(struct dicom_set, struct wr *), struct wr *out)
{
    struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                           .max_bytes = 1 << 20,
                                           .limits = &limits_default };
    struct err err = { 0 };
    struct dicom_block *block = dicom_parse(bytes, &options, NULL, &err);
    if (!block)
        fail_msg("%s", err.what);
    wr_reset(out);
    print_set(dicom_block_set(block), out);
    dicom_block_free(&block);
    return wr_done(out);
}

static void assert_prints(struct span bytes, void (*print_set)(struct dicom_set, struct wr *), const char *expected)
{
    struct wr out;
    wr_init(&out, 1 << 20);
    struct span text = print(bytes, print_set, &out);
    if (!span_is(text, expected))
        fail_msg("\n%.*s\nnot\n%s", SPAN_FMT(text), expected);
    wr_fini(&out);
}

/* A query as scanners send it. */
#define QUERY                                                                                                          \
    "\x08\x00\x05\x00"                                                                                                 \
    "CS\x0A\x00"                                                                                                       \
    "ISO_IR 100"                                                                                                       \
    "\x08\x00\x50\x00"                                                                                                 \
    "SH\x02\x00"                                                                                                       \
    "* " /* Accession Number */                                                                                        \
    "\x08\x00\x10\x11"                                                                                                 \
    "SQ\x00\x00\x00\x00\x00\x00" /* Referenced Study Sequence, no item */                                              \
    "\x09\x00\x01\x10"                                                                                                 \
    "UN\x00\x00\x04\x00\x00\x00"                                                                                       \
    "DOE!" /* private, without a creator */                                                                            \
    "\x10\x00\x10\x00"                                                                                                 \
    "PN\x0A\x00"                                                                                                       \
    "M\xFCller^Eva" /* Patient's Name */                                                                               \
    "\x10\x00\xC0\x21"                                                                                                 \
    "US\x02\x00"                                                                                                       \
    "\x04\x00"         /* Pregnancy Status */                                                                          \
    "\x40\x00\x00\x01" /* Scheduled Procedure Step Sequence */                                                         \
    "SQ\x00\x00\xFF\xFF\xFF\xFF"                                                                                       \
    "\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF"                                                                                 \
    "\x08\x00\x60\x00"                                                                                                 \
    "CS\x02\x00"                                                                                                       \
    "CT"                                                                                                               \
    "\x40\x00\x01\x00"                                                                                                 \
    "AE\x0A\x00"                                                                                                       \
    "CT 1\\CT\"2 "                                                                                                     \
    "\x40\x00\x02\x00"                                                                                                 \
    "DA\x12\x00"                                                                                                       \
    "20250101-20250102 "                                                                                               \
    "\x40\x00\x03\x00"                                                                                                 \
    "TM\x00\x00"                                                                                                       \
    "\x40\x00\x06\x00"                                                                                                 \
    "PN\x04\x00"                                                                                                       \
    "Doe "                                                                                                             \
    "\xFE\xFF\x0D\xE0\x00\x00\x00\x00"                                                                                 \
    "\xFE\xFF\xDD\xE0\x00\x00\x00\x00"

static void a_query_prints_as_orthanc_prints_it(void **state)
{
    (void)state;
    assert_prints(BYTES(QUERY), dicom_json_short,
                  "{\n"
                  "   \"0008,0005\" : \"ISO_IR 100\",\n"
                  "   \"0008,0050\" : \"*\",\n"
                  "   \"0008,1110\" : [],\n"
                  "   \"0009,1001\" : \"<4 bytes>\",\n"
                  "   \"0010,0010\" : \"M\xC3\xBCller^Eva\",\n"
                  "   \"0010,21c0\" : \"4\",\n"
                  "   \"0040,0100\" : [\n"
                  "      {\n"
                  "         \"0008,0060\" : \"CT\",\n"
                  "         \"0040,0001\" : \"CT 1\\\\CT\\\"2\",\n"
                  "         \"0040,0002\" : \"20250101-20250102\",\n"
                  "         \"0040,0003\" : \"\",\n"
                  "         \"0040,0006\" : \"Doe\"\n"
                  "      }\n"
                  "   ]\n"
                  "}");
}

static void the_one_line_says_nothing_of_the_patient(void **state)
{
    (void)state;
    assert_prints(BYTES(QUERY), dicom_json_brief,
                  "SpecificCharacterSet=<10> AccessionNumber=<1> ReferencedStudySequence[] (0009,1001)=<4> "
                  "PatientName=<10> PregnancyStatus=<2> ScheduledProcedureStepSequence[Modality=CT "
                  "ScheduledStationAETitle=\"CT 1\\\\CT\\\"2\" "
                  "ScheduledProcedureStepStartDate=20250101-20250102 ScheduledProcedureStepStartTime=<0> "
                  "ScheduledPerformingPhysicianName=<3>]");
    struct wr out;
    wr_init(&out, 1 << 20);
    struct span whole = print(BYTES(QUERY), dicom_json_keys, &out); /* for who may see it */
    if (!memmem(whole.p, whole.n, "PatientName=\"", 13) || memmem(whole.p, whole.n, "PatientName=<", 13))
        fail_msg("%.*s", SPAN_FMT(whole));
    wr_fini(&out);
}

static void several_items_stand_side_by_side(void **state)
{
    (void)state;
    static const char bytes[] = "\x40\x00\x00\x01"
                                "SQ\x00\x00\x1A\x00\x00\x00"
                                "\xFE\xFF\x00\xE0\x0A\x00\x00\x00"
                                "\x08\x00\x60\x00"
                                "CS\x02\x00"
                                "CT"
                                "\xFE\xFF\x00\xE0\x00\x00\x00\x00";
    assert_prints(BYTES(bytes), dicom_json_short,
                  "{\n"
                  "   \"0040,0100\" : [\n"
                  "      {\n"
                  "         \"0008,0060\" : \"CT\"\n"
                  "      },\n"
                  "      {}\n"
                  "   ]\n"
                  "}");
    assert_prints(BYTES(bytes), dicom_json_brief, "ScheduledProcedureStepSequence[Modality=CT][]");
    assert_prints(BYTES(""), dicom_json_short, "{}");
    assert_prints(BYTES(""), dicom_json_brief, "");
}

static void nothing_reaches_the_terminal(void **state)
{
    (void)state;
    /* ISO_IR 192 with ESC [ 2 J, C1 CSI, a right-to-left override, a line separator */
    assert_prints(BYTES("\x08\x00\x05\x00"
                        "CS\x0A\x00"
                        "ISO_IR 192"
                        "\x08\x00\x60\x00"
                        "CS\x04\x00"
                        "\x1B[2J"
                        "\x10\x00\x10\x00"
                        "PN\x0A\x00"
                        "\xC2\x9B\xE2\x80\xAE\xE2\x80\xA8\x7F\x01"
                        "\x10\x00\x00\x40"
                        "LT\x06\x00"
                        "a\r\n\tb "),
                  dicom_json_short,
                  "{\n"
                  "   \"0008,0005\" : \"ISO_IR 192\",\n"
                  "   \"0008,0060\" : \"\\u001b[2J\",\n"
                  "   \"0010,0010\" : \"\\u009b\\u202e\\u2028\\u007f\\u0001\",\n"
                  "   \"0010,4000\" : \"a\\r\\n\\tb\"\n"
                  "}");
    /* bytes that no set decodes */
    assert_prints(BYTES("\x08\x00\x05\x00"
                        "CS\x0A\x00"
                        "ISO_IR 300"
                        "\x10\x00\x10\x00"
                        "PN\x04\x00"
                        "\xC4\xE9\xEF\x6E"),
                  dicom_json_short,
                  "{\n"
                  "   \"0008,0005\" : \"ISO_IR 300\",\n"
                  "   \"0010,0010\" : \"\\\\xC4\\\\xE9\\\\xEFn\"\n"
                  "}");
    /* a value that would forge a key, one that would forge a line */
    assert_prints(BYTES("\x08\x00\x60\x00"
                        "CS\x12\x00"
                        "CT PatientName=<0>"
                        "\x40\x00\x01\x00"
                        "AE\x04\x00"
                        "A\n\xFF\x80"),
                  dicom_json_brief, "Modality=\"CT PatientName=<0>\" ScheduledStationAETitle=\"A\\n\\\\xFF\\\\x80\"");
}

/* One element written as Explicit VR Little Endian. */
static void put(struct wr *w, uint32_t tag, const char *vr, const void *value, size_t n)
{
    wr_u16le(w, (uint16_t)(tag >> 16));
    wr_u16le(w, (uint16_t)tag);
    wr_str(w, vr);
    if (strcmp(vr, "UT") == 0 || strcmp(vr, "OW") == 0) {
        wr_u16le(w, 0);
        wr_u32le(w, (uint32_t)n);
    } else {
        wr_u16le(w, (uint16_t)n);
    }
    wr_bytes(w, value, n);
}

static void long_values_are_cut_between_characters(void **state)
{
    (void)state;
    struct wr in, out;
    wr_init(&in, 1 << 20);
    wr_init(&out, 1 << 20);
    char text[300];
    for (size_t n = 250; n <= 262; n++) {
        wr_reset(&in);
        put(&in, 0x00080005, "CS", "ISO_IR 192", 10);
        memset(text, 'x', sizeof text);
        memcpy(text + n - 2, "\xC3\xBC", 2); /* u with two dots at the end */
        put(&in, 0x00104000, "LT", text, n);
        struct span s = print(wr_done(&in), dicom_json_short, &out);
        assert_true(utf8_valid(s));
        bool cut = memmem(s.p, s.n, "...", 3) != NULL;
        assert_int_equal(cut, n > 256);
        const char *end = cut ? "x...\"\n}" : "\xC3\xBC\"\n}";
        assert_memory_equal(s.p + s.n - strlen(end), end, strlen(end));
    }
    /* a station title of 64 and of 65 bytes */
    memset(text, 'A', sizeof text);
    wr_reset(&in);
    put(&in, 0x00400001, "AE", text, 64);
    struct span brief = print(wr_done(&in), dicom_json_brief, &out);
    assert_null(memmem(brief.p, brief.n, "...", 3));
    wr_reset(&in);
    put(&in, 0x00400001, "AE", text, 65);
    brief = print(wr_done(&in), dicom_json_brief, &out);
    assert_non_null(memmem(brief.p, brief.n, "A...\"", 5));
    wr_fini(&in);
    wr_fini(&out);
}

static void numbers_are_joined_and_cut(void **state)
{
    (void)state;
    struct wr in, out;
    wr_init(&in, 1 << 20);
    wr_init(&out, 1 << 20);
    put(&in, 0x00280009, "AT", "\x08\x00\x50\x00\x10\x00\x20\x00", 8); /* Frame Increment Pointer */
    put(&in, 0x00281201, "OW", "\x01\x00\xFF\xFF", 4);                 /* Red Palette Color Lookup Table Data */
    assert_prints(wr_done(&in), dicom_json_short,
                  "{\n"
                  "   \"0028,0009\" : \"0008,0050\\\\0010,0020\",\n"
                  "   \"0028,1201\" : \"1\\\\65535\"\n"
                  "}");
    static const uint8_t zeros[60000];
    wr_reset(&in);
    put(&in, 0x00281201, "OW", zeros, sizeof zeros);
    struct span s = print(wr_done(&in), dicom_json_short, &out);
    assert_true(s.n < 300);
    assert_memory_equal(s.p + s.n - 6, "...\"\n}", 6);
    wr_fini(&in);
    wr_fini(&out);
}

static void the_one_line_has_an_end(void **state)
{
    (void)state;
    struct wr in, out;
    wr_init(&in, 1 << 20);
    wr_init(&out, 1 << 20);
    for (uint16_t element = 0; element < 1000; element++)
        put(&in, 0x00190000u | (0x1000u + element), "LO", "DOE^JOHN", 8);
    struct span s = print(wr_done(&in), dicom_json_brief, &out);
    assert_in_range(s.n, 900, 1003);
    assert_memory_equal(s.p + s.n - 7, "=<8>...", 7);
    assert_null(memmem(s.p, s.n, "DOE", 3));
    wr_fini(&in);
    wr_fini(&out);
}

/* A full writer fails, and what was written is the beginning of the whole. */
static void a_full_writer_ends_the_work(void **state)
{
    (void)state;
    static void (*const forms[])(struct dicom_set, struct wr *) = { dicom_json_short, dicom_json_brief,
                                                                    dicom_json_keys };
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        struct wr whole;
        wr_init(&whole, 1 << 20);
        print(BYTES(QUERY), forms[form], &whole);
        for (size_t cap = 0; cap < whole.n; cap++) {
            struct wr out;
            wr_init(&out, cap);
            print(BYTES(QUERY), forms[form], &out);
            assert_true(out.failed);
            assert_true(out.n <= cap);
            assert_true(out.n == 0 || memcmp(out.p, whole.p, out.n) == 0);
            wr_fini(&out);
        }
        wr_fini(&whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_prints_as_orthanc_prints_it),
        cmocka_unit_test(the_one_line_says_nothing_of_the_patient),
        cmocka_unit_test(several_items_stand_side_by_side),
        cmocka_unit_test(nothing_reaches_the_terminal),
        cmocka_unit_test(long_values_are_cut_between_characters),
        cmocka_unit_test(numbers_are_joined_and_cut),
        cmocka_unit_test(the_one_line_has_an_end),
        cmocka_unit_test(a_full_writer_ends_the_work),
    };
    return cmocka_run_group_tests_name("dicom/json", tests, NULL, NULL);
}
