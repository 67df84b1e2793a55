/* Walking a data set: every element once, in order, and no deeper than the stack. */
#include "../check.h"

#include "base/limits.h"
#include "base/wr.h"
#include "dicom/parse.h"
#include "dicom/walk.h"

static struct dicom_block *parse(struct span bytes, uint32_t depth)
{
    struct limits limits = limits_default;
    limits.depth = depth;
    struct dicom_parse_options options = { .syntax = SYNTAX_IMPLICIT_LE, .max_bytes = 1 << 20, .limits = &limits };
    struct err err = { 0 };
    struct dicom_block *block = dicom_parse(bytes, &options, NULL, &err);
    if (!block)
        fail_msg("%s", err.what);
    return block;
}

/* The events of a data set, a letter each: e element, S sequence, I item, i and s their ends. */
static void assert_events(struct span bytes, const char *expected)
{
    static const char letters[] = {
        [WALK_ELEMENT] = 'e', [WALK_SEQUENCE] = 'S', [WALK_ITEM] = 'I', [WALK_ITEM_END] = 'i', [WALK_SEQUENCE_END] = 's'
    };
    struct dicom_block *block = parse(bytes, 16);
    struct dicom_walk walk;
    dicom_walk_init(&walk, dicom_block_set(block));
    struct wr seen;
    wr_init(&seen, 100);
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END;) {
        wr_u8(&seen, (uint8_t)letters[event]);
        /* the set is the one that holds the element */
        assert_ptr_equal(dicom_set_find(walk.set, walk.element->tag), walk.element);
        assert_int_equal(walk.element->vr == VR_SQ, event != WALK_ELEMENT);
    }
    assert_int_equal(dicom_walk_next(&walk), WALK_END);
    if (!span_is(wr_done(&seen), expected))
        fail_msg("%.*s, not %s", SPAN_FMT(wr_done(&seen)), expected);
    wr_fini(&seen);
    dicom_block_free(&block);
}

static void every_element_comes_once(void **state)
{
    (void)state;
    assert_events(BYTES(""), "");
    assert_events(BYTES("\x08\x00\x50\x00\x00\x00\x00\x00"), "e");
    /* Scheduled Procedure Step Sequence: none, one empty item */
    assert_events(BYTES("\x40\x00\x00\x01\x00\x00\x00\x00"), "Ss");
    assert_events(BYTES("\x40\x00\x00\x01\x08\x00\x00\x00"
                        "\xFE\xFF\x00\xE0\x00\x00\x00\x00"),
                  "SIis");
    assert_events(BYTES("\x08\x00\x50\x00\x00\x00\x00\x00"   /* Accession Number */
                        "\x40\x00\x00\x01\x48\x00\x00\x00"   /* Scheduled Procedure Step Sequence */
                        "\xFE\xFF\x00\xE0\x10\x00\x00\x00"   /* first item */
                        "\x08\x00\x60\x00\x00\x00\x00\x00"   /* Modality */
                        "\x40\x00\x01\x00\x00\x00\x00\x00"   /* Scheduled Station AE Title */
                        "\xFE\xFF\x00\xE0\x28\x00\x00\x00"   /* second item */
                        "\x40\x00\x08\x00\x18\x00\x00\x00"   /* Scheduled Protocol Code Sequence */
                        "\xFE\xFF\x00\xE0\x08\x00\x00\x00"   /* its item */
                        "\x08\x00\x00\x01\x00\x00\x00\x00"   /* Code Value */
                        "\xFE\xFF\x00\xE0\x00\x00\x00\x00"   /* another, empty */
                        "\x40\x00\x09\x00\x00\x00\x00\x00"   /* Scheduled Procedure Step ID */
                        "\x40\x00\x01\x10\x00\x00\x00\x00"), /* Requested Procedure ID */
                  "eSIeeiISIeiIiseise");
}

/* Sequences in each other, the innermost item with an Accession Number. */
static struct span nested(uint32_t depth, struct wr *w)
{
    for (uint32_t i = 0; i < depth; i++) {
        wr_bytes(w, "\x40\x00\x00\x01\xFF\xFF\xFF\xFF", 8);
        wr_bytes(w, "\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 8);
    }
    wr_bytes(w, "\x08\x00\x50\x00\x00\x00\x00\x00", 8);
    for (uint32_t i = 0; i < depth; i++) {
        wr_bytes(w, "\xFE\xFF\x0D\xE0\x00\x00\x00\x00", 8);
        wr_bytes(w, "\xFE\xFF\xDD\xE0\x00\x00\x00\x00", 8);
    }
    return wr_done(w);
}

static void what_is_too_deep_is_passed_over(void **state)
{
    (void)state;
    static const uint32_t depths[] = { DICOM_WALK_DEPTH - 1, DICOM_WALK_DEPTH, DICOM_WALK_DEPTH + 1, 200 };
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        struct wr w;
        wr_init(&w, 1 << 20);
        struct dicom_block *block = parse(nested(depths[i], &w), 1000);
        struct dicom_walk walk;
        dicom_walk_init(&walk, dicom_block_set(block));
        uint32_t of[WALK_SEQUENCE_END + 1] = { 0 };
        for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END;)
            of[event]++;
        bool whole = depths[i] < DICOM_WALK_DEPTH;
        assert_int_equal(of[WALK_ELEMENT], whole);
        assert_int_equal(of[WALK_ITEM], DICOM_WALK_DEPTH - 1);
        assert_int_equal(of[WALK_ITEM_END], of[WALK_ITEM]);
        assert_int_equal(of[WALK_SEQUENCE], of[WALK_ITEM] + !whole);
        assert_int_equal(of[WALK_SEQUENCE_END], of[WALK_SEQUENCE]);
        dicom_block_free(&block);
        wr_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_element_comes_once),
        cmocka_unit_test(what_is_too_deep_is_passed_over),
    };
    return cmocka_run_group_tests_name("dicom/walk", tests, NULL, NULL);
}
