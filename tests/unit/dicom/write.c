/* The writer: golden bytes in each syntax, and what was read comes back. */
#include "data_set.h"

#include "dicom/write.h"

/* One element of each kind of header, and a sequence of two items, the first empty. */
static void write_sample(struct dicom_writer *w)
{
    dicom_write_element(w, TAG_PatientName, VR_PN, BYTES("Abc"));          /* padded with a space */
    dicom_write_element(w, TAG_PatientID, VR_LO, BYTES(""));               /* empty */
    dicom_write_element(w, TAG_PregnancyStatus, VR_US, BYTES("\x04\x00")); /* a number */
    dicom_write_begin_sequence(w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(w);
    dicom_write_end_item(w);
    dicom_write_begin_item(w);
    dicom_write_element(w, TAG_StudyInstanceUID, VR_UI, BYTES("1.2")); /* padded with NUL */
    dicom_write_end_item(w);
    dicom_write_end_sequence(w);
}

static void golden(enum dicom_syntax syntax, struct span expected)
{
    struct wr wr;
    wr_init(&wr, 1000);
    struct dicom_writer w;
    dicom_write_init(&w, &wr, syntax);
    write_sample(&w);
    assert_false(wr.failed);
    assert_int_equal(wr.n, expected.n);
    assert_memory_equal(wr.p, expected.p, expected.n);
    wr_fini(&wr);
}

static void bytes_of_each_syntax(void **state)
{
    (void)state;
    golden(SYNTAX_IMPLICIT_LE, BYTES("\x10\0\x10\0\x04\0\0\0Abc "
                                     "\x10\0\x20\0\0\0\0\0"
                                     "\x10\0\xC0\x21\x02\0\0\0\x04\0"
                                     "\x40\0\0\x01\x1C\0\0\0"
                                     "\xFE\xFF\0\xE0\0\0\0\0"
                                     "\xFE\xFF\0\xE0\x0C\0\0\0"
                                     "\x20\0\x0D\0\x04\0\0\0"
                                     "1.2\0"));
    golden(SYNTAX_EXPLICIT_LE, BYTES("\x10\0\x10\0PN\x04\0Abc "
                                     "\x10\0\x20\0LO\0\0"
                                     "\x10\0\xC0\x21US\x02\0\x04\0"
                                     "\x40\0\0\x01SQ\0\0\x1C\0\0\0"
                                     "\xFE\xFF\0\xE0\0\0\0\0"
                                     "\xFE\xFF\0\xE0\x0C\0\0\0"
                                     "\x20\0\x0D\0UI\x04\0"
                                     "1.2\0"));
    golden(SYNTAX_EXPLICIT_BE, BYTES("\0\x10\0\x10PN\0\x04"
                                     "Abc "
                                     "\0\x10\0\x20LO\0\0"
                                     "\0\x10\x21\xC0US\0\x02\0\x04"
                                     "\0\x40\x01\0SQ\0\0\0\0\0\x1C"
                                     "\xFF\xFE\xE0\0\0\0\0\0"
                                     "\xFF\xFE\xE0\0\0\0\0\x0C"
                                     "\0\x20\0\x0DUI\0\x04"
                                     "1.2\0"));
}

static void write_as(enum dicom_syntax syntax, const struct dicom_block *block, struct wr *out)
{
    struct wr plain;
    wr_init(&plain, 1u << 20);
    struct dicom_writer w;
    dicom_write_init(&w, &plain, syntax);
    dicom_write_set(&w, dicom_block_set(block));
    assert_false(plain.failed);
    wr_init(out, 1u << 20);
    if (dicom_syntax_info(syntax)->deflated)
        assert_true(dicom_deflate(wr_done(&plain), out));
    else
        wr_span(out, wr_done(&plain));
    wr_fini(&plain);
}

/* What was read with undefined lengths, out of order and with groups that go, comes back from each syntax as it went
 * in. */
static void what_was_read_comes_back(void **state)
{
    (void)state;
    struct dicom_block *first =
        EXPLICIT("\x08\0\0\0UL\x04\0\0\0\0\0" ID "LO\x02\0id" CHARSET "CS\x0A\0ISO_IR 100" NAME "PN\x04\0M\xFCl " SPS
                 "SQ\0\0" UNDEFINED ITEM UNDEFINED MODALITY "CS\x02\0CT" SPS "SQ\0\0" UNDEFINED ITEM UNDEFINED NAME
                 "PN\x02\0\xFC " ITEM_END ITEM "\0\0\0\0" SQ_END ITEM_END SQ_END "\x10\0\xC0\x21US\x04\0\x01\0\x02\0"
                 "\x28\0\x09\0"
                 "AT\x04\0\x18\0\x63\x10");
    assert_non_null(first);
    struct wr expected;
    write_as(SYNTAX_EXPLICIT_LE, first, &expected);
    for (int syntax = 0; syntax < SYNTAX_COUNT; syntax++) {
        struct wr written, again;
        write_as((enum dicom_syntax)syntax, first, &written);
        assert_int_equal(written.n % 2, 0);
        struct dicom_block *second = parse_as((enum dicom_syntax)syntax, wr_done(&written));
        assert_non_null(second);
        assert_int_equal(used.out_of_order + used.vr_differs + used.odd_length + used.deflate_trailer, 0);
        assert_int_equal(dicom_block_size(second), dicom_block_size(first));
        write_as(SYNTAX_EXPLICIT_LE, second, &again);
        assert_int_equal(again.n, expected.n);
        assert_memory_equal(again.p, expected.p, expected.n);
        dicom_block_free(&second);
        wr_fini(&written);
        wr_fini(&again);
    }
    wr_fini(&expected);
    dicom_block_free(&first);
}

static void undefined_lengths_end_with_delimiters(void **state)
{
    (void)state;
    struct wr wr;
    struct dicom_writer w;
    wr_init(&wr, 1000);
    dicom_write_init(&w, &wr, SYNTAX_EXPLICIT_LE);
    dicom_write_begin_open_sequence(&w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_open_item(&w);
    dicom_write_end_item(&w);
    dicom_write_begin_item(&w);
    dicom_write_end_item(&w);
    dicom_write_end_sequence(&w);
    assert_span(wr_done(&wr), "\x40\0\0\x01SQ\0\0\xFF\xFF\xFF\xFF"
                              "\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF"
                              "\xFE\xFF\x0D\xE0\0\0\0\0"
                              "\xFE\xFF\0\xE0\0\0\0\0"
                              "\xFE\xFF\xDD\xE0\0\0\0\0");
    wr_fini(&wr);
}

/* Without a VR nothing but the undefined length makes a private element a sequence. */
static void implicit_private_sequences_stay_sequences(void **state)
{
    (void)state;
    struct dicom_block *block =
        EXPLICIT("\x09\0\x01\x10SQ\0\0" UNDEFINED ITEM "\x0A\0\0\0" MODALITY "CS\x02\0CT" SQ_END);
    struct wr out;
    write_as(SYNTAX_IMPLICIT_LE, block, &out);
    assert_span(wr_done(&out), "\x09\0\x01\x10" UNDEFINED ITEM "\x0A\0\0\0" MODALITY "\x02\0\0\0CT" SQ_END);
    dicom_block_free(&block);
    wr_fini(&out);
}

static void one_element_of_a_set_is_copied(void **state)
{
    (void)state;
    struct dicom_block *block =
        IMPLICIT(NAME "\x02\0\0\0Ab" SPS "\x12\0\0\0" ITEM "\x0A\0\0\0" MODALITY "\x02\0\0\0CT");
    struct dicom_set set = dicom_block_set(block);
    struct wr out;
    wr_init(&out, 100);
    struct dicom_writer w;
    dicom_write_init(&w, &out, SYNTAX_IMPLICIT_LE);
    dicom_write_copy(&w, set, dicom_set_find(set, TAG_ScheduledProcedureStepSequence));
    assert_span(wr_done(&out), SPS "\x12\0\0\0" ITEM "\x0A\0\0\0" MODALITY "\x02\0\0\0CT");
    dicom_block_free(&block);
    wr_fini(&out);
}

/* A 16-bit length holds no more than 65,534: what is longer goes as UN, little endian even in big (PS3.5 6.2.2). */
static void long_values_go_as_unknown(void **state)
{
    (void)state;
    static uint8_t value[65536];
    value[0] = 1;
    struct wr out;
    wr_init(&out, 1u << 20);
    struct dicom_writer w;
    dicom_write_init(&w, &out, SYNTAX_EXPLICIT_BE);
    dicom_write_element(&w, TAG_PregnancyStatus, VR_US, span_of(value, sizeof value));
    assert_int_equal(out.n, 12 + sizeof value);
    assert_memory_equal(out.p, "\0\x10\x21\xC0UN\0\0\0\x01\0\0\x01\0", 14);
    wr_reset(&out);
    dicom_write_element(&w, TAG_PregnancyStatus, VR_US, span_of(value, 65534));
    assert_memory_equal(out.p, "\0\x10\x21\xC0US\xFF\xFE\0\x01", 10);
    wr_reset(&out);
    dicom_write_init(&w, &out, SYNTAX_IMPLICIT_LE);
    dicom_write_element(&w, TAG_PregnancyStatus, VR_US, span_of(value, sizeof value));
    assert_memory_equal(out.p, "\x10\0\xC0\x21\0\0\x01\0\x01\0", 10);
    wr_fini(&out);
}

/* Devices send numbers of odd length; the pad makes a whole number of what is left, which is then turned too. */
static void odd_numbers_come_back_from_big_endian(void **state)
{
    (void)state;
    struct wr out;
    wr_init(&out, 100);
    struct dicom_writer w;
    dicom_write_init(&w, &out, SYNTAX_EXPLICIT_BE);
    dicom_write_element(&w, TAG_PregnancyStatus, VR_US, BYTES("\x01\x02\x03"));
    assert_span(wr_done(&out), "\0\x10\x21\xC0US\0\x04\x02\x01\0\x03");
    struct dicom_block *block = parse_as(SYNTAX_EXPLICIT_BE, wr_done(&out));
    struct dicom_set set = dicom_block_set(block);
    assert_span(dicom_set_bytes(set, dicom_set_find(set, TAG_PregnancyStatus)), "\x01\x02\x03\0");
    dicom_block_free(&block);
    wr_fini(&out);
}

static void too_deep_and_too_much_fail_the_wr(void **state)
{
    (void)state;
    struct wr out;
    wr_init(&out, 1u << 20);
    struct dicom_writer w;
    dicom_write_init(&w, &out, SYNTAX_EXPLICIT_LE);
    for (int i = 0; i < DICOM_WRITE_DEPTH / 2; i++) {
        dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
        dicom_write_begin_item(&w);
    }
    assert_false(out.failed);
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    assert_true(out.failed);
    dicom_write_end_sequence(&w);
    wr_fini(&out);

    wr_init(&out, 11);
    dicom_write_init(&w, &out, SYNTAX_EXPLICIT_LE);
    dicom_write_element(&w, TAG_PatientName, VR_PN, BYTES("Abcd"));
    assert_true(out.failed);
    wr_fini(&out);
}

/* More levels than the writer has: a set that only larger limits let in. */
static void a_set_deeper_than_the_writer_fails_the_wr(void **state)
{
    (void)state;
    struct wr in, out;
    wr_init(&in, 1u << 20);
    for (int i = 0; i < DICOM_WRITE_DEPTH; i++)
        wr_bytes(&in, SPS UNDEFINED ITEM UNDEFINED, 16);
    struct limits limits = limits_default;
    limits.depth = 100;
    struct dicom_parse_options options = options_as(SYNTAX_IMPLICIT_LE);
    options.limits = &limits;
    struct dicom_block *block = dicom_parse(wr_done(&in), &options, NULL, NULL);
    assert_non_null(block);
    wr_init(&out, 1u << 20);
    struct dicom_writer w;
    dicom_write_init(&w, &out, SYNTAX_IMPLICIT_LE);
    dicom_write_set(&w, dicom_block_set(block));
    assert_true(out.failed);
    dicom_block_free(&block);
    wr_fini(&in);
    wr_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_each_syntax),
        cmocka_unit_test(what_was_read_comes_back),
        cmocka_unit_test(undefined_lengths_end_with_delimiters),
        cmocka_unit_test(implicit_private_sequences_stay_sequences),
        cmocka_unit_test(one_element_of_a_set_is_copied),
        cmocka_unit_test(long_values_go_as_unknown),
        cmocka_unit_test(odd_numbers_come_back_from_big_endian),
        cmocka_unit_test(too_deep_and_too_much_fail_the_wr),
        cmocka_unit_test(a_set_deeper_than_the_writer_fails_the_wr),
    };
    return cmocka_run_group_tests_name("dicom/write", tests, NULL, NULL);
}
