/* The parser against what devices send, and against what nobody should. */
#include "data_set.h"

static struct span text_of(struct dicom_set set, uint32_t tag)
{
    const struct dicom_element *e = dicom_set_find(set, tag);
    assert_non_null(e);
    return dicom_set_text(set, e);
}

static struct dicom_set item_of(struct dicom_set set, uint32_t tag, uint32_t index)
{
    const struct dicom_element *e = dicom_set_find(set, tag);
    assert_non_null(e);
    assert_int_equal(e->vr, VR_SQ);
    assert_true(index < e->length);
    return dicom_set_item(set, e, index);
}

/* All four mixtures of defined and undefined lengths of sequence and item (PS3.5 7.5), one after another, then an
 * element behind them that shows that the place was kept. */
static void sequences_of_any_length_form(void **state)
{
    (void)state;
    static const char *const sequences[] = {
        "\x12\0\0\0" ITEM "\x0A\0\0\0" MODALITY "\x02\0\0\0CT",
        "\x1A\0\0\0" ITEM UNDEFINED MODALITY "\x02\0\0\0CT" ITEM_END,
        UNDEFINED ITEM "\x0A\0\0\0" MODALITY "\x02\0\0\0CT" SQ_END,
        UNDEFINED ITEM UNDEFINED MODALITY "\x02\0\0\0CT" ITEM_END SQ_END,
    };
    static const size_t lengths[] = { 22, 30, 30, 38 };
    for (size_t i = 0; i < 4; i++) {
        struct wr w;
        wr_init(&w, 1000);
        wr_bytes(&w, SPS, 4);
        wr_bytes(&w, sequences[i], lengths[i]);
        wr_bytes(&w, "\x40\0\x01\x10\x02\0\0\0P1", 10); /* Requested Procedure ID */
        struct dicom_block *block = parse_as(SYNTAX_IMPLICIT_LE, wr_done(&w));
        assert_non_null(block);
        struct dicom_set set = dicom_block_set(block);
        assert_int_equal(set.count, 2);
        assert_span(dicom_set_get(item_of(set, TAG_ScheduledProcedureStepSequence, 0), TAG_Modality), "CT");
        assert_span(dicom_set_get(set, TAG_RequestedProcedureID), "P1");
        dicom_block_free(&block);
        assert_null(block);
        wr_fini(&w);
    }
}

static void empty_sequences_and_items(void **state)
{
    (void)state;
    struct dicom_block *block = IMPLICIT(SPS "\0\0\0\0");
    assert_int_equal(dicom_set_find(dicom_block_set(block), TAG_ScheduledProcedureStepSequence)->length, 0);
    dicom_block_free(&block);
    block = IMPLICIT(SPS UNDEFINED ITEM "\0\0\0\0" ITEM UNDEFINED ITEM_END SQ_END);
    assert_int_equal(dicom_set_find(dicom_block_set(block), TAG_ScheduledProcedureStepSequence)->length, 2);
    assert_int_equal(item_of(dicom_block_set(block), TAG_ScheduledProcedureStepSequence, 1).count, 0);
    dicom_block_free(&block);
    block = parse_as(SYNTAX_IMPLICIT_LE, (struct span){ NULL, 0 });
    assert_int_equal(dicom_block_set(block).count, 0);
    assert_null(dicom_set_find(dicom_block_set(block), TAG_PatientName));
    dicom_block_free(&block);
}

/* UN stands for what a sender did not know; its items are implicit little endian (PS3.5 6.2.2), also inside a big
 * endian data set, also for a tag that we know to be a sequence, also with a length. */
static void unknown_holds_an_implicit_sequence(void **state)
{
    (void)state;
    struct dicom_block *block = EXPLICIT(SPS "UN\0\0" UNDEFINED ITEM UNDEFINED MODALITY "\x02\0\0\0MR" ITEM_END SQ_END
                                             "\x40\0\x01\x10SH\x02\0P1");
    struct dicom_set set = dicom_block_set(block);
    assert_span(dicom_set_get(item_of(set, TAG_ScheduledProcedureStepSequence, 0), TAG_Modality), "MR");
    assert_span(dicom_set_get(set, TAG_RequestedProcedureID), "P1");
    assert_int_equal(dicom_set_find(set, TAG_ScheduledProcedureStepSequence)->wire_vr, VR_UN);
    assert_int_equal(used.vr_differs, 1);
    dicom_block_free(&block);

    block = BIG("\x00\x40\x01\x00UN\0\0\0\0\0\x12" ITEM "\x0A\0\0\0" MODALITY "\x02\0\0\0MR"
                "\x00\x40\x10\x01SH\0\x02P1");
    set = dicom_block_set(block);
    assert_span(dicom_set_get(item_of(set, TAG_ScheduledProcedureStepSequence, 0), TAG_Modality), "MR");
    assert_span(dicom_set_get(set, TAG_RequestedProcedureID), "P1");
    dicom_block_free(&block);

    /* A private one: a sequence only by its undefined length. */
    block = EXPLICIT("\x09\0\x01\x10UN\0\0" UNDEFINED ITEM "\0\0\0\0" SQ_END "\x09\0\x02\x10UN\0\0\x08\0\0\0" ITEM
                     "\0\0\0\0");
    set = dicom_block_set(block);
    assert_int_equal(dicom_set_find(set, 0x00091001)->vr, VR_SQ);
    assert_int_equal(dicom_set_find(set, 0x00091002)->vr, VR_UN);
    assert_int_equal(used.vr_differs, 0);
    dicom_block_free(&block);
}

static void implicit_takes_the_dictionary_vr(void **state)
{
    (void)state;
    struct dicom_block *block = IMPLICIT("\x09\0\x10\0\x04\0\0\0ACME" /* private creator */
                                         "\x09\0\x01\x10\x02\0\0\0xy" /* private element */
                                         "\x09\0\x02\x10" UNDEFINED SQ_END NAME "\x02\0\0\0Ab");
    struct dicom_set set = dicom_block_set(block);
    assert_int_equal(dicom_set_find(set, 0x00090010)->vr, VR_LO);
    assert_int_equal(dicom_set_find(set, 0x00091001)->vr, VR_UN);
    assert_int_equal(dicom_set_find(set, 0x00091002)->vr, VR_SQ);
    assert_int_equal(dicom_set_find(set, TAG_PatientName)->vr, VR_PN);
    assert_int_equal(dicom_set_find(set, TAG_PatientName)->wire_vr, VR_PN);
    dicom_block_free(&block);
}

static void another_vr_than_the_dictionary_is_counted(void **state)
{
    (void)state;
    struct dicom_block *block = EXPLICIT(MODALITY "LO\x02\0CT" NAME "UN\0\0\x02\0\0\0Ab");
    struct dicom_set set = dicom_block_set(block);
    const struct dicom_element *e = dicom_set_find(set, TAG_Modality);
    assert_int_equal(e->vr, VR_CS);
    assert_int_equal(e->wire_vr, VR_LO);
    assert_int_equal(e->flags, ELEMENT_VR_DIFFERS);
    assert_int_equal(used.vr_differs, 2);
    dicom_block_free(&block);
    /* Where PS3.6 leaves a choice the wire decides. */
    block = EXPLICIT("\x28\0\x06\x01SS\x02\0\xFE\xFF");
    assert_int_equal(dicom_set_find(dicom_block_set(block), TAG_SmallestImagePixelValue)->vr, VR_SS);
    assert_int_equal(used.vr_differs, 0);
    dicom_block_free(&block);
    /* A VR of the future has a 32-bit length. */
    block = EXPLICIT("\x09\0\x01\x10ZZ\0\0\x02\0\0\0xy");
    assert_int_equal(dicom_set_find(dicom_block_set(block), 0x00091001)->vr, VR_UN);
    assert_span(dicom_set_get(dicom_block_set(block), 0x00091001), "xy");
    assert_int_equal(used.unknown_vr, 1);
    dicom_block_free(&block);
}

static void sequence_or_not_must_agree(void **state)
{
    (void)state;
    assert_refused(EXPLICIT(SPS "LO\x02\0xy"), ERR_SYNTAX, TAG_ScheduledProcedureStepSequence, 0,
                   "Scheduled Procedure Step Sequence (0040,0100): sent as VR LO, which is no sequence");
    assert_refused(EXPLICIT(MODALITY "CS\x02\0CT" NAME "SQ\0\0\0\0\0\0"), ERR_SYNTAX, TAG_PatientName, 10,
                   "Patient's Name (0010,0010): sent as VR SQ, which is a sequence, but PS3.6 has VR PN");
    assert_refused(EXPLICIT(NAME "UN\0\0" UNDEFINED SQ_END), ERR_SYNTAX, TAG_PatientName, 0, "VR UN");
}

/* Group lengths at all levels, groups of commands and file meta information, padding. */
static void what_means_nothing_is_dropped(void **state)
{
    (void)state;
    struct dicom_block *block =
        EXPLICIT("\0\0\0\0UL\x04\0\xFF\xFF\xFF\xFF"
                 "\x02\0\x10\0UI\x02\0"
                 "1\0"
                 "\x07\0\0\x10SQ\0\0" UNDEFINED ITEM "\0\0\0\0" SQ_END "\x08\0\0\0UL\x04\0\x12\x34\x56\x78" SPS
                 "SQ\0\0" UNDEFINED ITEM UNDEFINED "\x08\0\0\0UL\x04\0\0\0\0\0" MODALITY "CS\x02\0CT" ITEM_END SQ_END
                 "\x40\0\0\0UL\x04\0\0\0\0\0" /* out of order, yet dropped */
                 "\xFC\xFF\xFC\xFFOB\0\0\x02\0\0\0\0\0");
    assert_non_null(block);
    struct dicom_set set = dicom_block_set(block);
    assert_int_equal(set.count, 1);
    assert_int_equal(item_of(set, TAG_ScheduledProcedureStepSequence, 0).count, 1);
    assert_int_equal(used.low_group, 3);
    assert_int_equal(used.out_of_order, 0);
    dicom_block_free(&block);
}

static void odd_lengths_are_taken_exactly(void **state)
{
    (void)state;
    struct dicom_block *block = EXPLICIT(NAME "PN\x03\0Abc" ID "LO\x01\0X");
    assert_span(text_of(dicom_block_set(block), TAG_PatientName), "Abc");
    assert_span(text_of(dicom_block_set(block), TAG_PatientID), "X");
    assert_int_equal(used.odd_length, 2);
    dicom_block_free(&block);
}

/* Spaces fill text and NULs fill UIDs (PS3.5 6.2); devices take either for the other. Spaces in front are no padding.
 */
static void the_wrong_padding_is_taken_and_counted(void **state)
{
    (void)state;
    struct dicom_block *block = IMPLICIT("\x08\0\x18\0\x04\0\0\0"
                                         "1.2 " MODALITY "\x04\0\0\0"
                                         "CT\0\0" NAME "\x04\0\0\0"
                                         "Abc " ID "\x02\0\0\0"
                                         " 1"
                                         "\x20\0\x0D\0\x04\0\0\0"
                                         "1.2\0");
    struct dicom_set set = dicom_block_set(block);
    assert_span(dicom_set_get(set, TAG_Modality), "CT");
    assert_span(dicom_set_get(set, TAG_SOPInstanceUID), "1.2");
    assert_int_equal(used.wrong_padding, 2);
    dicom_block_free(&block);
}

static void order_is_made_and_doubles_refused(void **state)
{
    (void)state;
    struct dicom_block *block = IMPLICIT(ID "\x02\0\0\0id" MODALITY "\x02\0\0\0CT" NAME "\x02\0\0\0Ab");
    struct dicom_set set = dicom_block_set(block);
    assert_int_equal(set.elements[0].tag, TAG_Modality);
    assert_int_equal(set.elements[2].tag, TAG_PatientID);
    assert_span(dicom_set_get(set, TAG_PatientID), "id");
    assert_int_equal(used.out_of_order, 1);
    dicom_block_free(&block);
    assert_refused(IMPLICIT(ID "\x02\0\0\0id" NAME "\x02\0\0\0Ab" ID "\x02\0\0\0id"), ERR_SYNTAX, TAG_PatientID, 20,
                   "Patient ID (0010,0020): it is there twice, first at byte 0");
    /* The same tag at two levels is no double. */
    block = IMPLICIT(NAME "\0\0\0\0" SPS UNDEFINED ITEM "\x08\0\0\0" NAME "\0\0\0\0" ITEM "\x08\0\0\0" NAME
                          "\0\0\0\0" SQ_END);
    assert_non_null(block);
    dicom_block_free(&block);
}

static void numbers_become_little_endian(void **state)
{
    (void)state;
    struct dicom_block *block = BIG("\0\x10\x21\xC0US\0\x04\x12\x34\x56\x78" /* Pregnancy Status */
                                    "\0\x28\0\x09"
                                    "AT\0\x04\0\x18\x10\x63" /* Frame Increment Pointer */
                                    "\0\x40\xA1\x60UT\0\0\0\0\0\x02hi"
                                    "\0\x40\xA1\x61"
                                    "FD\0\x0A\x3F\xF0\0\0\0\0\0\0\x01\x02"); /* one double, two bytes more */
    assert_non_null(block);
    struct dicom_set set = dicom_block_set(block);
    assert_span(dicom_set_bytes(set, dicom_set_find(set, TAG_PregnancyStatus)), "\x34\x12\x78\x56");
    assert_span(dicom_set_bytes(set, dicom_set_find(set, TAG_FrameIncrementPointer)), "\x18\0\x63\x10");
    assert_span(text_of(set, TAG_TextValue), "hi");
    assert_span(dicom_set_bytes(set, dicom_set_find(set, TAG_FloatingPointValue)), "\0\0\0\0\0\0\xF0\x3F\x01\x02");
    dicom_block_free(&block);
}

/* A private creator sent as a number is text all the same, with its bytes as they came. */
static void text_sent_as_a_number_is_not_turned(void **state)
{
    (void)state;
    struct dicom_block *block = BIG("\0\x09\0\x10US\0\x04"
                                    "ACME");
    const struct dicom_element *e = dicom_set_find(dicom_block_set(block), 0x00090010);
    assert_int_equal(e->vr, VR_LO);
    assert_int_equal(e->flags, ELEMENT_VR_DIFFERS);
    assert_span(text_of(dicom_block_set(block), 0x00090010), "ACME");
    dicom_block_free(&block);
}

/* (0008,0005) governs its item and the items inside, whatever comes first (PS3.5 7.5.3). */
static void text_is_decoded_by_the_set_in_force(void **state)
{
    (void)state;
    struct dicom_block *block = EXPLICIT(
        NAME "PN\x04\0M\xFCl "       /* before its character set */
        CHARSET "CS\x0A\0ISO_IR 100" /* Latin-1 */
        ID "LO\x02\0AB" SPS "SQ\0\0" UNDEFINED ITEM UNDEFINED CHARSET "CS\x0A\0ISO_IR 192" NAME "PN\x04\0M\xC3\xBCl" SPS
             "SQ\0\0" UNDEFINED ITEM UNDEFINED NAME "PN\x02\0\xC3\xBC" ITEM_END SQ_END ITEM_END ITEM UNDEFINED NAME
             "PN\x02\0M\xFC" CHARSET "CS\0\0" ITEM_END SQ_END);
    assert_non_null(block);
    struct dicom_set set = dicom_block_set(block);
    assert_span(text_of(set, TAG_PatientName), "M\xC3\xBCl ");
    const struct dicom_element *e = dicom_set_find(set, TAG_PatientName);
    assert_int_equal(e->flags, ELEMENT_DECODED);
    assert_span(dicom_set_bytes(set, e), "M\xFCl "); /* the bytes stay */
    assert_int_equal(dicom_set_find(set, TAG_PatientID)->flags, 0);
    struct dicom_set own = item_of(set, TAG_ScheduledProcedureStepSequence, 0);
    assert_span(text_of(own, TAG_PatientName), "M\xC3\xBCl");
    struct dicom_set inner = item_of(own, TAG_ScheduledProcedureStepSequence, 0);
    assert_span(text_of(inner, TAG_PatientName), "\xC3\xBC");
    /* The next item is back in Latin-1; an empty character set says nothing. */
    struct dicom_set next = item_of(set, TAG_ScheduledProcedureStepSequence, 1);
    assert_span(text_of(next, TAG_PatientName), "M\xC3\xBC");
    dicom_block_free(&block);
}

static void text_that_cannot_be_decoded_keeps_its_bytes(void **state)
{
    (void)state;
    struct dicom_block *block = EXPLICIT(NAME "PN\x02\0\xFC " ID "LO\x02\0\xFC!");
    struct dicom_set set = dicom_block_set(block);
    const struct dicom_element *e = dicom_set_find(set, TAG_PatientName);
    assert_int_equal(e->flags, ELEMENT_DECODED | ELEMENT_UNDECODED);
    assert_span(dicom_set_bytes(set, e), "\xFC ");
    assert_span(text_of(set, TAG_PatientName), "\xF4\x8F\xBF\xBC ");
    assert_span(text_of(set, TAG_PatientID), "\xF4\x8F\xBF\xBC!");
    assert_int_equal(used.undecodable_text, 2);
    dicom_block_free(&block);

    /* A set that nobody knows, and one whose escape sequences come unannounced. */
    block = EXPLICIT(CHARSET "CS\x08\0klingon " NAME "PN\x04\0\x1B(BA" ID "LO\x08\0\x1B$B;3\x1B(B");
    set = dicom_block_set(block);
    assert_span(text_of(set, TAG_PatientName), "A");
    assert_span(text_of(set, TAG_PatientID), "\xE5\xB1\xB1");
    assert_int_equal(used.charset_unknown, 1);
    assert_int_equal(used.charset_undeclared, 1);
    assert_int_equal(used.charset_misspelt, 0);
    dicom_block_free(&block);

    struct dicom_parse_options options = options_as(SYNTAX_EXPLICIT_LE);
    options.default_charset = dicom_charset_from_value(span_str("ISO_IR 100"), NULL);
    block = dicom_parse(BYTES(NAME "PN\x02\0\xFC "), &options, NULL, NULL);
    assert_span(text_of(dicom_block_set(block), TAG_PatientName), "\xC3\xBC ");
    dicom_block_free(&block);
}

static void lengths_beyond_their_holder(void **state)
{
    (void)state;
    assert_refused(EXPLICIT(NAME "PN\x06\0Abcd"), ERR_SYNTAX, TAG_PatientName, 0,
                   "Patient's Name (0010,0010): its length 6 reaches beyond the end of the data set (4 bytes remain)");
    assert_refused(IMPLICIT(NAME "\xFE\xFF\xFF\xFF"), ERR_SYNTAX, TAG_PatientName, 0, "its length 4294967294");
    /* The value ends inside the data set, but beyond its item; the item beyond its sequence. */
    assert_refused(IMPLICIT(SPS UNDEFINED ITEM "\x0A\0\0\0" MODALITY "\x04\0\0\0CTCT" SQ_END), ERR_SYNTAX, TAG_Modality,
                   16, "beyond the end of its item (2 bytes remain)");
    assert_refused(IMPLICIT(SPS "\x0A\0\0\0" ITEM "\x04\0\0\0" MODALITY "\0\0\0\0"), ERR_SYNTAX,
                   TAG_ScheduledProcedureStepSequence, 8,
                   "Item (FFFE,E000) of Scheduled Procedure Step Sequence (0040,0100): its length 4 reaches beyond "
                   "the end of its sequence (2 bytes remain)");
    assert_refused(EXPLICIT(NAME "PN"), ERR_SYNTAX, TAG_PatientName, 0,
                   "the data set ends in the middle of a header (6 bytes remain)");
    assert_refused(EXPLICIT("\x10\x00\x10"), ERR_SYNTAX, 0, 0, "the data set ends in the middle of a header (3 bytes");
    assert_refused(EXPLICIT(NAME "UN\0\0\0\0"), ERR_SYNTAX, TAG_PatientName, 0, "(10 bytes remain)");
    /* An item of defined length ends before the sequence in it has its delimiter. */
    assert_refused(IMPLICIT(SPS UNDEFINED ITEM "\x08\0\0\0" SPS UNDEFINED ITEM "\0\0\0\0"), ERR_SYNTAX,
                   TAG_ScheduledProcedureStepSequence, 24,
                   "it began at byte 16, and its item ends before its delimiter");
}

static void delimiters_where_none_belong(void **state)
{
    (void)state;
    assert_refused(IMPLICIT(ITEM_END), ERR_SYNTAX, 0xFFFEE00D, 0, "Item Delimitation Item (FFFE,E00D): it does not");
    assert_refused(IMPLICIT(ITEM "\0\0\0\0"), ERR_SYNTAX, TAG_Item, 0, "in the data set itself");
    assert_refused(IMPLICIT(SPS UNDEFINED ITEM_END), ERR_SYNTAX, TAG_ScheduledProcedureStepSequence, 8,
                   "of Scheduled Procedure Step Sequence (0040,0100): it does not belong here, in a sequence");
    assert_refused(IMPLICIT(SPS "\x08\0\0\0" SQ_END), ERR_SYNTAX, TAG_ScheduledProcedureStepSequence, 8,
                   "it does not belong here");
    assert_refused(IMPLICIT(SPS UNDEFINED ITEM "\x08\0\0\0" ITEM_END SQ_END), ERR_SYNTAX,
                   TAG_ScheduledProcedureStepSequence, 16, "it does not belong here, in an item");
    assert_refused(IMPLICIT(SPS UNDEFINED "\xFE\xFF\xDD\xE0\x02\0\0\0xx"), ERR_SYNTAX,
                   TAG_ScheduledProcedureStepSequence, 8, "the length of a delimiter is 2, not 0");
    assert_refused(IMPLICIT(SPS UNDEFINED NAME "\0\0\0\0"), ERR_SYNTAX, TAG_PatientName, 8,
                   "it stands where an item of the sequence (0040,0100) should begin");
    assert_refused(EXPLICIT(NAME "\x02\0\0\0Ab"), ERR_SYNTAX, TAG_PatientName, 0,
                   "bytes 02 00 where an explicit VR should be");
    assert_refused(IMPLICIT(NAME UNDEFINED SQ_END), ERR_SYNTAX, TAG_PatientName, 0,
                   "undefined length, which VR PN cannot have");
}

static void a_last_delimiter_may_miss(void **state)
{
    (void)state;
    struct dicom_block *block = IMPLICIT(SPS UNDEFINED ITEM UNDEFINED MODALITY "\x02\0\0\0CT");
    assert_span(dicom_set_get(item_of(dicom_block_set(block), TAG_ScheduledProcedureStepSequence, 0), TAG_Modality),
                "CT");
    assert_int_equal(used.missing_delimiter, 2);
    dicom_block_free(&block);
}

/* 10,000 sequences inside each other: refused at the limit, in the same time as a flat data set. */
static void nesting_stops_at_the_limit(void **state)
{
    (void)state;
    struct wr w;
    wr_init(&w, 1u << 20);
    for (int i = 0; i < 10000; i++)
        wr_bytes(&w, SPS UNDEFINED ITEM UNDEFINED, 16);
    assert_refused(parse_as(SYNTAX_IMPLICIT_LE, wr_done(&w)), ERR_LIMIT, TAG_ScheduledProcedureStepSequence,
                   16 * limits_default.depth, "more than 16 sequences inside each other");
    /* One less is fine. */
    struct dicom_block *block = parse_as(SYNTAX_IMPLICIT_LE, span_of(w.p, 16u * limits_default.depth));
    assert_non_null(block);
    dicom_block_free(&block);
    wr_fini(&w);
}

static void limits_hold(void **state)
{
    (void)state;
    struct limits limits = limits_default;
    limits.elements = 3;
    limits.value_bytes = 4;
    struct dicom_parse_options options = options_as(SYNTAX_IMPLICIT_LE);
    options.limits = &limits;
    options.max_bytes = 40;
    err = (struct err){ .code = ERR_NONE };
    assert_refused(
        dicom_parse(BYTES(MODALITY "\0\0\0\0" NAME "\0\0\0\0" ID "\0\0\0\0" SPS "\0\0\0\0"), &options, NULL, &err),
        ERR_LIMIT, TAG_ScheduledProcedureStepSequence, 24, "more than 3 elements and items");
    err = (struct err){ .code = ERR_NONE };
    assert_refused(dicom_parse(BYTES(NAME "\x06\0\0\0Abcdef"), &options, NULL, &err), ERR_LIMIT, TAG_PatientName, 0,
                   "its length 6 is more than the 4 that are taken");
    err = (struct err){ .code = ERR_NONE };
    assert_refused(dicom_parse(BYTES("0123456789012345678901234567890123456789x"), &options, NULL, &err), ERR_LIMIT, 0,
                   0, "41 bytes, more than the 40");
    struct dicom_block *block =
        dicom_parse(BYTES(MODALITY "\0\0\0\0" NAME "\x04\0\0\0Abcd" SPS "\0\0\0\0"), &options, NULL, NULL);
    assert_non_null(block);
    dicom_block_free(&block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_of_any_length_form),
        cmocka_unit_test(empty_sequences_and_items),
        cmocka_unit_test(unknown_holds_an_implicit_sequence),
        cmocka_unit_test(implicit_takes_the_dictionary_vr),
        cmocka_unit_test(another_vr_than_the_dictionary_is_counted),
        cmocka_unit_test(sequence_or_not_must_agree),
        cmocka_unit_test(what_means_nothing_is_dropped),
        cmocka_unit_test(odd_lengths_are_taken_exactly),
        cmocka_unit_test(the_wrong_padding_is_taken_and_counted),
        cmocka_unit_test(order_is_made_and_doubles_refused),
        cmocka_unit_test(numbers_become_little_endian),
        cmocka_unit_test(text_sent_as_a_number_is_not_turned),
        cmocka_unit_test(text_is_decoded_by_the_set_in_force),
        cmocka_unit_test(text_that_cannot_be_decoded_keeps_its_bytes),
        cmocka_unit_test(lengths_beyond_their_holder),
        cmocka_unit_test(delimiters_where_none_belong),
        cmocka_unit_test(a_last_delimiter_may_miss),
        cmocka_unit_test(nesting_stops_at_the_limit),
        cmocka_unit_test(limits_hold),
    };
    return cmocka_run_group_tests_name("dicom/parse", tests, NULL, NULL);
}
