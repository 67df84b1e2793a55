/* The data dictionary: both ways of looking up, and the tags that no row spells out. */
#include "../check.h"

#include "dicom/dictionary.h"

static void repeating_groups_are_found_by_mask(void **state)
{
    (void)state;
    assert_string_equal(dicom_dictionary_find(0x60000010)->keyword, "OverlayRows");
    assert_string_equal(dicom_dictionary_find(0x601E0010)->keyword, "OverlayRows");
    assert_int_equal(dicom_dictionary_find(0x601E0010)->tag, TAG_OverlayRows);
    assert_null(dicom_dictionary_find(0x60010010)); /* an odd group is private */
    /* A tag of its own wins over a family that would hold it too: 7Fxx,0010. */
    assert_string_equal(dicom_dictionary_find(0x7FE00010)->keyword, "PixelData");
    assert_string_equal(dicom_dictionary_find(0x7F020010)->keyword, "VariablePixelData");
}

static void tags_are_found(void **state)
{
    (void)state;
    const struct dicom_dictionary_entry *e = dicom_dictionary_find(TAG_PatientName);
    assert_int_equal(e->tag, 0x00100010);
    assert_int_equal(e->vr, VR_PN);
    assert_string_equal(e->vm, "1");
    assert_string_equal(e->name, "Patient's Name");
    assert_false(e->ambiguous || e->retired);
    assert_int_equal(dicom_dictionary_find(0x00000000)->tag, 0);
    assert_string_equal(dicom_dictionary_find(0xFFFEE0DD)->keyword, "SequenceDelimitationItem");
    assert_int_equal(dicom_dictionary_find(0xFFFEE0DD)->vr, VR_NONE);
    assert_null(dicom_dictionary_find(0x00100019));
    assert_null(dicom_dictionary_find(0xFFFFFFFF));
    assert_null(dicom_dictionary_find(0x00091001));
    assert_true(dicom_dictionary_find(0x00080001)->retired); /* Length to End */
}

static void keywords_are_found(void **state)
{
    (void)state;
    assert_int_equal(dicom_dictionary_keyword(span_str("ScheduledProcedureStepSequence"))->tag, 0x00400100);
    assert_int_equal(dicom_dictionary_keyword(span_str("OverlayRows"))->tag, 0x60000010);
    assert_null(dicom_dictionary_keyword(span_str("patientname")));
    assert_null(dicom_dictionary_keyword(span_str("PatientNam")));
    assert_null(dicom_dictionary_keyword(span_str("PatientNameX")));
    assert_null(dicom_dictionary_keyword(span_str("")));
}

static void implicit_streams_mean_these_vrs(void **state)
{
    (void)state;
    assert_int_equal(dicom_dictionary_vr(TAG_PatientID), VR_LO);
    assert_int_equal(dicom_dictionary_vr(0x00400000), VR_UL); /* a group length without a row */
    assert_int_equal(dicom_dictionary_vr(0x00090000), VR_UL);
    assert_int_equal(dicom_dictionary_vr(0x00090010), VR_LO); /* private creator */
    assert_int_equal(dicom_dictionary_vr(0x000900FF), VR_LO);
    assert_int_equal(dicom_dictionary_vr(0x00090001), VR_UN);
    assert_int_equal(dicom_dictionary_vr(0x00091001), VR_UN);
    assert_int_equal(dicom_dictionary_vr(0x00100019), VR_UN);
    assert_int_equal(dicom_dictionary_vr(TAG_PixelData), VR_OW);
    assert_true(dicom_dictionary_find(TAG_SmallestImagePixelValue)->ambiguous); /* US or SS */
    assert_int_equal(dicom_dictionary_vr(TAG_SmallestImagePixelValue), VR_US);
}

static void private_blocks_know_their_creator(void **state)
{
    (void)state;
    assert_int_equal(dicom_tag_creator(0x00091001), 0x00090010);
    assert_int_equal(dicom_tag_creator(0x0009FF00), 0x000900FF);
    assert_int_equal(dicom_tag_creator(0x00090010), 0); /* itself a creator */
    assert_int_equal(dicom_tag_creator(0x00081001), 0);
}

static void a_misspelt_keyword_is_guessed(void **state)
{
    (void)state;
    assert_string_equal(dicom_dictionary_nearest(span_str("PatientNmae")), "PatientName");
    assert_string_equal(dicom_dictionary_nearest(span_str("PatientsName")), "PatientName");
    assert_string_equal(dicom_dictionary_nearest(span_str("patientid")), "PatientID");
    assert_null(dicom_dictionary_nearest(span_str("Frobnication")));
    assert_null(dicom_dictionary_nearest((struct span){ NULL, 0 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeating_groups_are_found_by_mask),
        cmocka_unit_test(a_misspelt_keyword_is_guessed),
        cmocka_unit_test(tags_are_found),
        cmocka_unit_test(keywords_are_found),
        cmocka_unit_test(implicit_streams_mean_these_vrs),
        cmocka_unit_test(private_blocks_know_their_creator),
    };
    return cmocka_run_group_tests_name("dicom/dictionary", tests, NULL, NULL);
}
