/* VRs by their code and back, and the facts that the parser and writer lean on. */
#include "../check.h"

#include "dicom/vr.h"

static void every_code_finds_its_row(void **state)
{
    (void)state;
    for (int vr = 0; vr < VR_COUNT; vr++) {
        const char *code = dicom_vr_info((enum dicom_vr)vr)->code;
        assert_int_equal(dicom_vr_from_code((uint8_t)code[0], (uint8_t)code[1]), vr);
    }
}

static void unknown_letters_are_none(void **state)
{
    (void)state;
    assert_int_equal(dicom_vr_from_code('Z', 'Z'), VR_NONE);
    assert_int_equal(dicom_vr_from_code('p', 'n'), VR_NONE);
    assert_int_equal(dicom_vr_from_code(0, 0), VR_NONE);
    assert_string_equal(dicom_vr_info(VR_NONE)->code, "??");
    assert_false(dicom_vr_has(VR_NONE, VR_STRING));
}

/* PS3.5 7.1.2: these and no others have a 32-bit length. */
static void long_forms_are_those_of_the_standard(void **state)
{
    (void)state;
    static const char list[] = "OBODOFOLOVOWSQSVUCUNURUTUV";
    int n = 0;
    for (int vr = 0; vr < VR_COUNT; vr++)
        n += dicom_vr_has((enum dicom_vr)vr, VR_LONG);
    assert_int_equal(n, (sizeof list - 1) / 2);
    for (size_t i = 0; list[i]; i += 2)
        assert_true(dicom_vr_has(dicom_vr_from_code((uint8_t)list[i], (uint8_t)list[i + 1]), VR_LONG));
}

static void flags_are_tested_together(void **state)
{
    (void)state;
    assert_true(dicom_vr_has(VR_PN, VR_STRING | VR_TEXT));
    assert_false(dicom_vr_has(VR_CS, VR_STRING | VR_TEXT));
    assert_int_equal(dicom_vr_info(VR_UI)->pad, 0);
    assert_int_equal(dicom_vr_info(VR_FD)->unit, 8);
    assert_int_equal(dicom_vr_info(VR_AT)->unit, 2); /* two 16-bit numbers: group, element */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_finds_its_row),
        cmocka_unit_test(unknown_letters_are_none),
        cmocka_unit_test(long_forms_are_those_of_the_standard),
        cmocka_unit_test(flags_are_tested_together),
    };
    return cmocka_run_group_tests_name("dicom/vr", tests, NULL, NULL);
}
