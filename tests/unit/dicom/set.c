/* Reading a block: elements found or not, values, and items that stand apart. */
#include "data_set.h"

static void elements_are_found_at_their_level(void **state)
{
    (void)state;
    struct dicom_block *block =
        IMPLICIT(MODALITY "\x02\0\0\0XX" NAME "\x06\0\0\0Ab \0 \0" SPS UNDEFINED ITEM "\x0A\0\0\0" MODALITY "\x02\0\0\0"
                          "CT" ITEM "\x14\0\0\0" MODALITY "\x02\0\0\0"
                          "MR" ID "\x02\0\0\0ID" SQ_END);
    struct dicom_set set = dicom_block_set(block);
    assert_int_equal(set.count, 3);
    for (uint32_t i = 0; i < set.count; i++)
        assert_ptr_equal(dicom_set_find(set, set.elements[i].tag), &set.elements[i]);
    assert_null(dicom_set_find(set, 0));
    assert_null(dicom_set_find(set, TAG_PatientID)); /* only inside an item */
    assert_null(dicom_set_find(set, 0xFFFFFFFF));

    const struct dicom_element *steps = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
    assert_int_equal(steps->length, 2);
    assert_int_equal(dicom_set_item(set, steps, 0).count, 1);
    assert_span(dicom_set_get(dicom_set_item(set, steps, 0), TAG_Modality), "CT");
    assert_span(dicom_set_get(dicom_set_item(set, steps, 1), TAG_Modality), "MR");
    assert_span(dicom_set_get(dicom_set_item(set, steps, 1), TAG_PatientID), "ID");
    assert_span(dicom_set_get(set, TAG_Modality), "XX");
    dicom_block_free(&block);
}

static void values_keep_their_padding_unless_asked(void **state)
{
    (void)state;
    struct dicom_block *block = IMPLICIT(NAME "\x06\0\0\0Ab \0 \0" ID "\0\0\0\0" SPS "\0\0\0\0");
    struct dicom_set set = dicom_block_set(block);
    const struct dicom_element *name = dicom_set_find(set, TAG_PatientName);
    assert_span(dicom_set_bytes(set, name), "Ab \0 \0");
    assert_span(dicom_set_text(set, name), "Ab \0 \0");
    assert_span(dicom_set_get(set, TAG_PatientName), "Ab");
    assert_int_equal(dicom_set_get(set, TAG_PatientID).n, 0);
    assert_int_equal(dicom_set_get(set, TAG_Modality).n, 0);
    assert_int_equal(dicom_set_get(set, TAG_ScheduledProcedureStepSequence).n, 0);
    dicom_block_free(&block);
}

/* The size is what was allocated. */
static void size_counts_everything(void **state)
{
    (void)state;
    struct dicom_block *block = IMPLICIT(NAME "\x02\0\0\0Ab" ID "\x04\0\0\0ABCD");
    size_t size = dicom_block_size(block);
    dicom_block_free(&block);
    block = IMPLICIT(NAME "\x02\0\0\0Ab" ID "\x06\0\0\0ABCDEF");
    assert_int_equal(dicom_block_size(block), size + 2);
    dicom_block_free(&block);
    dicom_block_free(&block); /* nothing left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_found_at_their_level),
        cmocka_unit_test(values_keep_their_padding_unless_asked),
        cmocka_unit_test(size_counts_everything),
    };
    return cmocka_run_group_tests_name("dicom/set", tests, NULL, NULL);
}
