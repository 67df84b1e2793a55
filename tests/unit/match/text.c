/* Text and UIDs: single values, wild cards, several values, padding. */
#include "sets.h"

#include <stdio.h>

#include "dicom/dictionary.h"

static void what_padding_means_is_a_matter_of_vr(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientComments= a", "PatientComments=a", false }, /* LT: a leading space is text */
        { "PatientComments= a", "PatientComments= a ", true },
        { "PatientID= 123 ", "PatientID=123", true }, /* LO: it is not */
        { "PatientID=123", "PatientID=  123", true },
        { "StationAETitle=", "StationAETitle=", true },
        { "StudyInstanceUID=1.2.3 ", "StudyInstanceUID=1.2.3", true }, /* a space in place of the NUL */
        { "PatientAge=040Y", "PatientAge=040Y", true },
        { "PatientAge=040Y", "PatientAge=40Y ", false },
        { "PatientID=SMITH* ", "PatientID=SMITHY", true }, /* padding is no part of a pattern */
        { "PatientID=a b", "PatientID=a  b", false },
    };
    SETS_CHECK(rows);
}

static void case_counts(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientID=abc", "PatientID=ABC", false },
        { "Modality=ct", "Modality=CT", false },
        { "PatientID=a*", "PatientID=ABC", false },
    };
    SETS_CHECK(rows);
}

static void any_stored_value_meets_any_value_of_the_key(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "ScheduledStationAETitle=AA33", "ScheduledStationAETitle=AA32\\AA33", true },
        { "ScheduledStationAETitle=AA3", "ScheduledStationAETitle=AA32\\AA33", false },
        { "ScheduledStationAETitle=AA32\\AA33", "ScheduledStationAETitle=AA33", true },
        { "ScheduledStationAETitle=AA32\\AA33", "ScheduledStationAETitle=AA34", false },
        { "ScheduledStationAETitle=AA32\\", "ScheduledStationAETitle=AA34", false }, /* an empty one asks nothing */
        { "ScheduledStationAETitle=\\", "ScheduledStationAETitle=AA34", true },
        { "ScheduledStationAETitle=AA32\\*", "ScheduledStationAETitle=", true },
        { "ScheduledStationAETitle=AA32", "ScheduledStationAETitle=\\ AA32 ", true },
        { "PatientComments=a\\b", "PatientComments=a", false }, /* 5CH is text in LT */
        { "PatientComments=a\\b", "PatientComments=a\\b", true },
        { "PatientComments=a*", "PatientComments=xa\\ab", false },
        { "StudyInstanceUID=1.2\\1.3", "StudyInstanceUID=1.3", true },
        { "StudyInstanceUID=1.2\\1.3", "StudyInstanceUID=1.33", false },
    };
    SETS_CHECK(rows);
}

static void wild_cards_are_for_text(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientID=A?C", "PatientID=ABC", true },
        { "PatientID=A?C", "PatientID=ABBC", false },
        { "PatientID=*?", "PatientID=", false }, /* an empty value fails all but "*" */
        { "AccessionNumber=*1*", "AccessionNumber=0010", true },
        { "StationAETitle=A*", "StationAETitle=AA32", true },
        { "Modality=C?", "Modality=CT", true },
        { "SpecificCharacterSet=ISO_IR 192;PatientID=M?LLER", "SpecificCharacterSet=ISO_IR 192;PatientID=M\xC3\x9CLLER",
          true }, /* one character of two bytes */
        { "SpecificCharacterSet=ISO_IR 192;PatientID=M\xC3\x9CLLER",
          "SpecificCharacterSet=ISO_IR 100;PatientID=M\xDCLLER", true }, /* the same in two sets */
        { "SpecificCharacterSet=ISO_IR 192;PatientID=E\xCC\x81", "SpecificCharacterSet=ISO_IR 192;PatientID=\xC3\x89",
          true }, /* the same in two spellings */
        { "SpecificCharacterSet=ISO_IR 192;PatientID=\xC3\xA9", "SpecificCharacterSet=ISO_IR 192;PatientID=\xC3\x89",
          false },
    };
    SETS_CHECK(rows);
    static const struct sets_fault faults[] = {
        { "StudyInstanceUID=1.2.*", ERR_SYNTAX, TAG_StudyInstanceUID, "No wild cards in VR UI" },
        { "PatientAge=0??Y", ERR_SYNTAX, TAG_PatientAge, "No wild cards in VR AS" },
    };
    SETS_CHECK_FAULTS(faults);
}

/* PS3.4 C.2.2.2.4: ten VRs have wild cards. In all others a pattern is nothing that could match, or only text. */
static void ten_vrs_have_wild_cards(void **state)
{
    (void)state;
    static const char *const wild = "AE CS LO LT PN SH ST UC UR UT";
    static const char *const refused = "AS DA DS DT IS TM UI";
    uint32_t seen = 0;
    for (int vr = 0; vr < VR_COUNT; vr++) {
        const char *code = dicom_vr_info((enum dicom_vr)vr)->code;
        char key[64], stored[64], other[64];
        snprintf(key, sizeof key, "0009,0010:LO=ACME;0009,1001:%.2s=A?C*", code);
        snprintf(stored, sizeof stored, "0009,0010:LO=ACME;0009,1001:%.2s=ABCD", code);
        snprintf(other, sizeof other, "0009,0010:LO=ACME;0009,1001:%.2s=ABD", code);
        const struct sets_row rows[] = { { key, stored, true }, { key, other, false } };
        struct sets_fault fault = { key, ERR_SYNTAX, 0x00091001, "No wild cards in VR" };
        if (strstr(wild, code))
            sets_check(rows, 2, false);
        else if (strstr(refused, code))
            sets_check_faults(&fault, 1);
        else
            continue;
        seen++;
    }
    assert_int_equal(seen, 17);
}

/* PS3.4 C.2.2.2: a key may be longer than its VR allows, and have more values than its VM. */
static void a_key_may_be_longer_than_its_vr(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "Modality=CT*???????????????????????????", "Modality=CT", false },
        { "Modality=*C***********************T*", "Modality=CT", true },                            /* CS: 16 */
        { "AccessionNumber=A12345678901234567890", "AccessionNumber=A12345678901234567890", true }, /* SH: 16 */
        { "AccessionNumber=A12345678901234567890", "AccessionNumber=A1234567890123456789", false },
        { "PatientBirthDate=20240101 - 20241231 ", "PatientBirthDate=20240601", true }, /* DA: 8, a range 18 */
        { "StudyTime=100000.000000-120000.999999", "StudyTime=120000.999999", true },   /* TM: 14, a range 28 */
        { "PatientSex=M\\F\\O\\M\\F\\O", "PatientSex=O", true },                        /* VM 1 */
    };
    SETS_CHECK(rows);
}

/* PS3.4 C.2.2.2.7: Empty Value Matching is not negotiated, so that two quotation marks are two quotation marks. */
static void quotation_marks_are_text(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "AccessionNumber=\"\"", "AccessionNumber=", false },
        { "AccessionNumber=\"\"", "PatientID=1", false },
        { "AccessionNumber=\"\"", "AccessionNumber=\"\"", true },
    };
    SETS_CHECK(rows);
    static const struct sets_fault faults[] = {
        { "PatientBirthDate=\"\"", ERR_SYNTAX, TAG_PatientBirthDate, "Neither a date" },
    };
    SETS_CHECK_FAULTS(faults);
}

static void a_wild_card_key_has_a_length(void **state)
{
    (void)state;
    char key[2048] = "PatientComments=";
    size_t start = strlen(key);
    memset(key + start, 'a', 1024);
    key[start] = '*';
    struct sets_row row = { key, "PatientComments=b", false };
    sets_check(&row, 1, false); /* 1,024 characters */
    key[start + 1024] = 'a';
    struct sets_fault fault = { key, ERR_LIMIT, TAG_PatientComments, "longer than 1024" };
    sets_check_faults(&fault, 1);
    strcpy(key, "PatientID=");
    for (size_t at = strlen(key), i = 0; i < 300; i++, at += 4)
        memcpy(key + at, "*a?\\", 5);
    struct sets_fault many = { key, ERR_LIMIT, TAG_PatientID, "longer than 1024" }; /* many short ones count as one */
    sets_check_faults(&many, 1);
    strcpy(key, "PatientComments=");
    memset(key + start, 'a', 1025);
    key[start + 1025] = 0;
    /* without a wild card it is only text */
    sets_check(&row, 1, false);
    memset(key + start, '*', 1025); /* stars alone are one */
    struct sets_row stars = { key, "PatientComments=", true };
    sets_check(&stars, 1, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_padding_means_is_a_matter_of_vr),
        cmocka_unit_test(case_counts),
        cmocka_unit_test(any_stored_value_meets_any_value_of_the_key),
        cmocka_unit_test(wild_cards_are_for_text),
        cmocka_unit_test(ten_vrs_have_wild_cards),
        cmocka_unit_test(a_key_may_be_longer_than_its_vr),
        cmocka_unit_test(quotation_marks_are_text),
        cmocka_unit_test(a_wild_card_key_has_a_length),
    };
    return cmocka_run_group_tests_name("match/text", tests, NULL, NULL);
}
