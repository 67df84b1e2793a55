/* Numbers by their value, everything else by its bytes. */
#include "sets.h"

#include <stdio.h>

#include "dicom/dictionary.h"
#include "dicom/value.h"

static void equal_numbers_are_equal(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientWeight=70.50", "PatientWeight= 70.5", true },
        { "PatientWeight=7.05e1", "PatientWeight=70.5", true },
        { "PatientWeight=70", "PatientWeight=70.5", false },
        { "PatientWeight=70\\80", "PatientWeight=80.0", true },
        { "PatientWeight=70", "PatientWeight=", false },
        { "PatientWeight=70", "PatientWeight=heavy", false }, /* a stored fault fails its key, nothing else */
        { "PregnancyStatus=4", "PregnancyStatus=4", true },
        { "PregnancyStatus=4", "PregnancyStatus=3", false },
        { "PregnancyStatus=42", "PregnancyStatus=3", false }, /* 2AH 00H is no "*" */
        { "PregnancyStatus=42", "PregnancyStatus=42", true },
        { "AcquisitionDuration=1.5", "AcquisitionDuration=1.5", true },
        { "SelectorATValue=0010,0020", "SelectorATValue=0010,0010\\0010,0020", true },
        { "SelectorATValue=0010,0020", "SelectorATValue=0020,0010", false },
        { "SelectorSSValue=-1", "SelectorSSValue=-1", true },
        { "SelectorULValue=65535\\7", "SelectorULValue=7", true },
        /* all 64 bits count, and so do all 16 characters of a DS */
        { "SelectorSVValue=9007199254740993", "SelectorSVValue=9007199254740992", false },
        { "SelectorSVValue=9007199254740993", "SelectorSVValue=1\\9007199254740993", true },
        { "SelectorUVValue=18446744073709551615", "SelectorUVValue=18446744073709551614", false },
        { "PatientWeight=9007199254740993", "PatientWeight=9007199254740992", false },
        /* text where the dictionary has a number, as it was sent */
        { "PregnancyStatus=4", "0010,21C0:IS=4", true },
        { "0010,21C0:IS=4", "PregnancyStatus=4", true },
        { "0010,21C0:IS=4", "PregnancyStatus=3", false },
    };
    SETS_CHECK(rows);
    static const struct sets_fault faults[] = {
        { "PatientWeight=heavy", ERR_SYNTAX, TAG_PatientWeight, "Not a number" },
        { "PatientWeight=7*", ERR_SYNTAX, TAG_PatientWeight, "No wild cards in VR DS" },
        { "0010,21C0:IS=x", ERR_SYNTAX, TAG_PregnancyStatus, "Not a number" },
    };
    SETS_CHECK_FAULTS(faults);
}

static void a_star_alone_is_universal_in_every_vr(void **state)
{
    (void)state;
    static const char *const values[] = { "*", "**", "*   " };
    for (int vr = 0; vr < VR_COUNT; vr++) {
        for (size_t i = 0; vr != VR_SQ && i < sizeof values / sizeof *values; i++) {
            char key[64];
            snprintf(key, sizeof key, "0009,0010:LO=ACME;0009,1001:%.2s=%s", dicom_vr_info((enum dicom_vr)vr)->code,
                     values[i]);
            bool is_binary = dicom_value_count(span_of(NULL, 64), (enum dicom_vr)vr) > 0;
            if (is_binary && i < 2)
                continue; /* 2A00H and 2A2AH are numbers */
            struct sets_row row = { key, "PatientID=x", true };
            sets_check(&row, 1, false);
        }
    }
    static const struct sets_row rows[] = {
        { "StudyDate=*;StudyTime=*;StudyInstanceUID=*;PatientSize=*;PregnancyStatus=* ", "PatientID=x", true },
        { "StudyDate=**;StudyTime=** ;StudyInstanceUID=**;PatientSize=**", "PatientID=x", true },
        { "0010,21C0:CS=*", "PatientID=x", true },
    };
    SETS_CHECK(rows);
}

static void bytes_are_compared_as_bytes(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "0009,0010:LO=ACME;0009,1001:UN=a*c", "0009,0010:LO=ACME;0009,1001:UN=a*c ", true },
        { "0009,0010:LO=ACME;0009,1001:UN=a*c", "0009,0010:LO=ACME;0009,1001:UN=abc", false },
        { "0009,0010:LO=ACME;0009,1001:UN=abc", "0009,0010:LO=ACME;0009,1001:LO=abc", true },
        { "0009,0010:LO=ACME;0009,1001:LO=a*c", "0009,0010:LO=ACME;0009,1001:UN=abc", true },
        { "0009,0010:LO=ACME;0009,1001:UN=*", "PatientID=1", true },
        { "EncapsulatedDocument=abcd", "EncapsulatedDocument=abcd", true },
        { "EncapsulatedDocument=abcd", "EncapsulatedDocument=abce", false },
    };
    SETS_CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_numbers_are_equal),
        cmocka_unit_test(a_star_alone_is_universal_in_every_vr),
        cmocka_unit_test(bytes_are_compared_as_bytes),
    };
    return cmocka_run_group_tests_name("match/number", tests, NULL, NULL);
}
