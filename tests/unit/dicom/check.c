/* check.c -- values of every VR: the longest and oddest that are right, and those that are just not. */
#include "dicom/check.h"

#include "../check.h"

static enum dicom_vr vr_of(const char *code)
{
    return dicom_vr_from_code((uint8_t)code[0], (uint8_t)code[1]);
}

#define X16 "ABCDEFGHIJKLMNOP"
#define X64 X16 X16 X16 X16

static void right(void **state)
{
    (void)state;
    static const struct {
        const char *vr, *value;
    } rows[] = {
        { "AE", "A" },
        { "AE", " ct-1.Room~{2} " },
        { "AE", X16 "\\" X16 },
        { "AS", "018M" },
        { "CS", "ISO_IR 100" },
        { "CS", "\\ISO 2022 IR 87" },
        { "DA", "20240229" },
        { "DA", "20240229 " },
        { "DS", " -1.5e-3\\+.5\\5." },
        { "DS", "1234567890123456" },
        { "DT", "2025" },
        { "DT", "20250314091500.123456+1400" },
        { "IS", "-2147483648\\+2147483647\\007" },
        { "LO", X64 "\\" X64 " " },
        { "LT", "a\r\n\tb\f\\c" },
        { "PN", "A^B^C^D^E=F^G=H" },
        { "PN", "=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E=" },
        { "PN", X64 "=" X64 "=" X64 },
        { "SH", "\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84" }, /* 20 bytes */
        { "TM", "09" },
        { "TM", "235960" },
        { "TM", "091500.123456" },
        { "UI", "1.2.840.10008.5.1.4.31" },
        { "UI", "0.0" },
        { "UR", "https://example.org/a?b=c%20d" },
        { "US", "\x01\x02" },
        { "AT", "\x10\x20\x30\x40" },
        { "OB", "\x01" },
        { "UN", "\x01" },
        { "DA", "" },
        { "US", "" },
        { "DA", "\\" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        if (!dicom_check_value(vr_of(rows[i].vr), span_str(rows[i].value), &err))
            fail_msg("%s %s: %s", rows[i].vr, rows[i].value, err.what);
    }
    assert_true(dicom_check_value(VR_UI, BYTES("1.2.3\0"), NULL));
    assert_true(dicom_check_value(VR_DA, (struct span){ NULL, 0 }, NULL));
    assert_true(dicom_check_value(VR_NONE, span_str("x"), NULL));
}

static void wrong(void **state)
{
    (void)state;
    static const struct {
        const char *vr, *value;
        enum err_code code;
        uint64_t pos;
        const char *what;
    } rows[] = {
        { "AE", X16 "Q", ERR_LIMIT, 0, "\"" X16 "Q\" has 17 characters; 16 are allowed" },
        { "AE", "CT\tA", ERR_SYNTAX, 0, "has other characters than" },
        { "AE", "C\xC3\xA4", ERR_SYNTAX, 0, "\"C\\xC3\\xA4\" has other" },
        { "AS", "18Y", ERR_SYNTAX, 0, "three digits" },
        { "AS", "018J", ERR_SYNTAX, 0, "three digits" },
        { "CS", "ct", ERR_SYNTAX, 0, "\"ct\" has other characters than A-Z" },
        { "CS", "CT\\MR\\" X16 "Q", ERR_LIMIT, 6, "17 characters" },
        { "DA", "1678-03-04", ERR_SYNTAX, 0, "\"1678-03-04\" is not YYYYMMDD" },
        { "DA", "20250229", ERR_SYNTAX, 0, "is not YYYYMMDD" },
        { "DA", "2025.02.28", ERR_SYNTAX, 0, "is not YYYYMMDD" },
        { "DA", "20250101-20250131", ERR_SYNTAX, 0, "is not YYYYMMDD" },
        { "DA", "20250101\\2025", ERR_SYNTAX, 9, "\"2025\" is not YYYYMMDD" },
        { "DS", "1,5", ERR_SYNTAX, 0, "no decimal" },
        { "DS", "12345678901234567", ERR_LIMIT, 0, "17 characters" },
        { "DT", "2025-03-14", ERR_SYNTAX, 0, "is not YYYYMMDDHHMMSS" },
        { "IS", "2147483648", ERR_SYNTAX, 0, "no whole number" },
        { "IS", "1.0", ERR_SYNTAX, 0, "no whole number" },
        { "IS", "-", ERR_SYNTAX, 0, "no whole number" },
        { "IS", "0000000000001", ERR_LIMIT, 0, "13 characters" },
        { "LO", X64 "Q", ERR_LIMIT, 0, "65 characters" },
        { "LO", "a\nb", ERR_SYNTAX, 0, "\"a\\x0Ab\" has control characters" },
        { "LO", "a\xC2\x85", ERR_SYNTAX, 0, "control characters" },
        { "ST", "a\x1B", ERR_SYNTAX, 0, "beside tab" },
        { "UT", "a\xFF", ERR_SYNTAX, 0, "beside tab" },
        { "PN", "A^B^C^D^E^F", ERR_SYNTAX, 0, "6 components" },
        { "PN", "A=B=C=D", ERR_SYNTAX, 0, "more than 3 groups" },
        { "PN", "A\\=" X64 "Q", ERR_LIMIT, 2, "65 characters in a group" },
        { "TM", "9", ERR_SYNTAX, 0, "is not HHMMSS" },
        { "TM", "09:15", ERR_SYNTAX, 0, "is not HHMMSS" },
        { "TM", "091500.", ERR_SYNTAX, 0, "is not HHMMSS" },
        { "TM", "2400", ERR_SYNTAX, 0, "is not HHMMSS" },
        { "UI", "1.02.3", ERR_SYNTAX, 0, "\"1.02.3\" is no UID: numbers without leading zeros" },
        { "UI", "1..2", ERR_SYNTAX, 0, "no UID" },
        { "UI", "1.2.", ERR_SYNTAX, 0, "no UID" },
        { "UI", "1.12345678901234567890123456789012345678901234567890123456789.123", ERR_LIMIT, 0, "65 characters" },
        { "UR", "https://example.org/a b", ERR_SYNTAX, 0, "no URI" },
        { "US", "\x01", ERR_SYNTAX, 0, "1 bytes are no whole number of values, which take 2 each" },
        { "AT", "\x01\x02", ERR_SYNTAX, 0, "which take 4 each" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        if (dicom_check_value(vr_of(rows[i].vr), span_str(rows[i].value), &err))
            fail_msg("%s %s was taken", rows[i].vr, rows[i].value);
        if (err.code != rows[i].code || err.pos != rows[i].pos || !strstr(err.what, rows[i].what))
            fail_msg("%s %s: %d at %d: %s", rows[i].vr, rows[i].value, (int)err.code, (int)err.pos, err.what);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(right), cmocka_unit_test(wrong) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
