/* UIDs and transfer syntaxes, padded as the wire pads them. */
#include "../check.h"

#include "dicom/uid.h"

static void padding_is_ignored(void **state)
{
    (void)state;
    assert_string_equal(dicom_uid_find(BYTES("1.2.840.10008.1.1\0"))->keyword, "Verification");
    assert_string_equal(dicom_uid_find(BYTES("1.2.840.10008.1.1 "))->dcmtk, "VerificationSOPClass");
    assert_null(dicom_uid_find(BYTES("")));
    assert_null(dicom_uid_find(BYTES("1.2.840.10008.1")));
    assert_null(dicom_uid_find(BYTES("1.2.840.10008.1.1.9")));
    assert_null(dicom_uid_find(BYTES("1.2.840.10008.1.1\0.9")));
}

static void names_for_people(void **state)
{
    (void)state;
    assert_string_equal(dicom_uid_name(span_str(UID_ModalityWorklistInformationModelFind)),
                        "Modality Worklist Information Model - FIND");
    assert_string_equal(dicom_uid_name(BYTES("1.2.3")), "unknown UID");
}

static void syntaxes_by_uid(void **state)
{
    (void)state;
    assert_int_equal(dicom_syntax_from_uid(span_str(UID_ImplicitVRLittleEndian)), SYNTAX_IMPLICIT_LE);
    assert_int_equal(dicom_syntax_from_uid(BYTES("1.2.840.10008.1.2.1.99\0")), SYNTAX_DEFLATED_LE);
    assert_int_equal(dicom_syntax_from_uid(BYTES("1.2.840.10008.1.2.2 ")), SYNTAX_EXPLICIT_BE);
    assert_int_equal(dicom_syntax_from_uid(BYTES("1.2.840.10008.1.2.4.50")), SYNTAX_NONE); /* JPEG */
    assert_true(dicom_syntax_info(SYNTAX_EXPLICIT_BE)->big_endian);
    assert_true(dicom_syntax_info(SYNTAX_DEFLATED_LE)->deflated && dicom_syntax_info(SYNTAX_DEFLATED_LE)->explicit_vr);
    assert_false(dicom_syntax_info(SYNTAX_IMPLICIT_LE)->explicit_vr);
    assert_null(dicom_syntax_info(SYNTAX_NONE));
    for (int i = 0; i < SYNTAX_COUNT; i++) {
        const char *uid = dicom_syntax_info((enum dicom_syntax)i)->uid;
        assert_int_equal(dicom_syntax_from_uid(span_str(uid)), i);
        assert_non_null(dicom_uid_find(span_str(uid)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(padding_is_ignored),
        cmocka_unit_test(names_for_people),
        cmocka_unit_test(syntaxes_by_uid),
    };
    return cmocka_run_group_tests_name("dicom/uid", tests, NULL, NULL);
}
