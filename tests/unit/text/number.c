/* Numbers of every VR at the ends of their ranges, and one beyond. */
#include "text/number.h"

#include "../check.h"

static enum dicom_vr vr_of(const char *code)
{
    return dicom_vr_from_code((uint8_t)code[0], (uint8_t)code[1]);
}

static void bytes_of_each_vr(void **state)
{
    (void)state;
    static const struct {
        const char *vr, *text;
        struct span bytes;
    } rows[] = {
        { "US", "0\\65535", { (const uint8_t *)"\0\0\xFF\xFF", 4 } },
        { "SS", "-32768\\32767", { (const uint8_t *)"\0\x80\xFF\x7F", 4 } },
        { "UL", " 4294967295 ", { (const uint8_t *)"\xFF\xFF\xFF\xFF", 4 } },
        { "SL", "-1", { (const uint8_t *)"\xFF\xFF\xFF\xFF", 4 } },
        { "UV", "18446744073709551615", { (const uint8_t *)"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8 } },
        { "SV", "-9223372036854775808", { (const uint8_t *)"\0\0\0\0\0\0\0\x80", 8 } },
        { "OV", "1", { (const uint8_t *)"\1\0\0\0\0\0\0\0", 8 } },
        { "OL", "1.0", { (const uint8_t *)"\1\0\0\0", 4 } },
        { "FL", "1.5\\-inf", { (const uint8_t *)"\0\0\xC0\x3F\0\0\x80\xFF", 8 } },
        { "OF", "1", { (const uint8_t *)"\0\0\x80\x3F", 4 } },
        { "FD", "-2", { (const uint8_t *)"\0\0\0\0\0\0\0\xC0", 8 } },
        { "OD", "Infinity", { (const uint8_t *)"\0\0\0\0\0\0\xF0\x7F", 8 } },
        { "AT", "(0010,0020)\\0018,106A\\00400100", { (const uint8_t *)"\x10\0\x20\0\x18\0\x6A\x10\x40\0\0\x01", 12 } },
        { "OB", "00\\fF", { (const uint8_t *)"\0\xFF", 2 } },
        { "UN", "61", { (const uint8_t *)"a", 1 } },
        { "OW", "0201\\0403", { (const uint8_t *)"\1\2\3\4", 4 } },
        { "US", "  ", { (const uint8_t *)"", 0 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr out;
        struct err err = { 0 };
        wr_init(&out, 100);
        if (!text_numbers(vr_of(rows[i].vr), span_str(rows[i].text), &out, &err))
            fail_msg("%s: %s", rows[i].vr, err.what);
        if (!span_eq(wr_done(&out), rows[i].bytes))
            fail_msg("%s %s", rows[i].vr, rows[i].text);
        wr_fini(&out);
    }
}

static void what_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *vr, *text;
        uint64_t pos;
        const char *what;
    } rows[] = {
        { "US", "65536", 0, "\"65536\" is no whole number from 0 to 65535" },
        { "US", "1\\-1", 2, "\"-1\" is no whole number from 0 to 65535" },
        { "SS", "-32769", 0, "\"-32769\" is no whole number from -32768 to 32767" },
        { "SV", "9223372036854775808", 0, "\"9223372036854775808\" is no whole number from -9223372036854775808 to" },
        { "UL", "1.5", 0, "is no whole number" },
        { "UL", "1\\\\2", 2, "\"\" is no whole number" },
        { "FL", "1e39", 0, "\"1e39\" is no number of 4 bytes" },
        { "FD", "1e309", 0, "\"1e309\" is no number of 8 bytes" },
        { "FD", "one", 0, "\"one\" is no number of 8 bytes" },
        { "AT", "(0010,0020)x", 0, "is no tag" },
        { "OB", "0", 0, "\"0\" is not 2 hexadecimal digits" },
        { "OW", "01\\02", 0, "\"01\" is not 4 hexadecimal digits" },
        { "UN", "gg", 0, "\"gg\" is not 2 hexadecimal digits" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr out;
        struct err err = { 0 };
        wr_init(&out, 100);
        if (text_numbers(vr_of(rows[i].vr), span_str(rows[i].text), &out, &err))
            fail_msg("%s %s was taken", rows[i].vr, rows[i].text);
        if (err.code != ERR_SYNTAX || err.pos != rows[i].pos || !strstr(err.what, rows[i].what))
            fail_msg("%s %s: at %d: %s", rows[i].vr, rows[i].text, (int)err.pos, err.what);
        wr_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(bytes_of_each_vr), cmocka_unit_test(what_is_none) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
