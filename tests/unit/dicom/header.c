/* Headers in the three encodings, and cut off after every byte. */
#include "../check.h"

#include "dicom/header.h"

static void check(enum dicom_encoding encoding, struct span bytes, struct dicom_header expected)
{
    struct rd r = rd_of(bytes);
    struct dicom_header h;
    assert_int_equal(dicom_header_read(&r, encoding, &h), HEADER_OK);
    assert_int_equal(h.tag, expected.tag);
    assert_int_equal(h.vr, expected.vr);
    assert_int_equal(h.length, expected.length);
    assert_int_equal(h.unknown_vr, expected.unknown_vr);
    assert_int_equal(rd_left(&r), 0);
    for (size_t n = 0; n < bytes.n; n++) {
        r = rd_of(span_of(bytes.p, n));
        assert_int_equal(dicom_header_read(&r, encoding, &h), HEADER_TRUNCATED);
    }
}

static void every_form(void **state)
{
    (void)state;
    check(ENCODING_IMPLICIT_LE, BYTES("\x10\0\x20\0\x04\x03\x02\x01"),
          (struct dicom_header){ .tag = 0x00100020, .vr = VR_NONE, .length = 0x01020304 });
    check(ENCODING_EXPLICIT_LE, BYTES("\x10\0\x20\0LO\x04\x03"),
          (struct dicom_header){ .tag = 0x00100020, .vr = VR_LO, .length = 0x0304 });
    check(ENCODING_EXPLICIT_LE, BYTES("\x40\0\0\x01SQ\xAA\xBB\xFF\xFF\xFF\xFF"), /* reserved bytes say nothing */
          (struct dicom_header){ .tag = 0x00400100, .vr = VR_SQ, .length = LENGTH_UNDEFINED });
    check(ENCODING_EXPLICIT_BE, BYTES("\0\x10\0\x20LO\x03\x04"),
          (struct dicom_header){ .tag = 0x00100020, .vr = VR_LO, .length = 0x0304 });
    check(ENCODING_EXPLICIT_BE, BYTES("\0\x40\xA1\x60UT\0\0\x01\x02\x03\x04"),
          (struct dicom_header){ .tag = 0x0040A160, .vr = VR_UT, .length = 0x01020304 });
    /* A VR of the future has the long form. */
    check(ENCODING_EXPLICIT_LE, BYTES("\x10\0\x20\0QQ\0\0\x04\x03\x02\x01"),
          (struct dicom_header){ .tag = 0x00100020, .vr = VR_UN, .length = 0x01020304, .unknown_vr = true });
    /* Items have no VR in any encoding (PS3.5 7.5). */
    check(ENCODING_EXPLICIT_LE, BYTES("\xFE\xFF\0\xE0\x04\x03\x02\x01"),
          (struct dicom_header){ .tag = 0xFFFEE000, .vr = VR_NONE, .length = 0x01020304 });
    check(ENCODING_EXPLICIT_BE, BYTES("\xFF\xFE\xE0\x0D\x01\x02\x03\x04"),
          (struct dicom_header){ .tag = 0xFFFEE00D, .vr = VR_NONE, .length = 0x01020304 });
}

static void no_vr_is_told(void **state)
{
    (void)state;
    static const char *const letters[] = { "lo", "L1", " L", "\x04", "@A", "[Z" };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        uint8_t bytes[8] = { 0x10, 0, 0x20, 0, (uint8_t)letters[i][0], (uint8_t)letters[i][1], 0, 0 };
        struct rd r = rd_of(span_of(bytes, sizeof bytes));
        struct dicom_header h;
        assert_int_equal(dicom_header_read(&r, ENCODING_EXPLICIT_LE, &h), HEADER_NO_VR);
        assert_int_equal(h.tag, 0x00100020);
        assert_memory_equal(h.letters, letters[i], 2);
    }
}

static void positions_count_from_the_start(void **state)
{
    (void)state;
    struct rd r = rd_of(BYTES("\x10\0\x20\0\0\0\0\0\x10\0\x30\0\0\0\0\0"));
    struct dicom_header h;
    assert_int_equal(dicom_header_read(&r, ENCODING_IMPLICIT_LE, &h), HEADER_OK);
    assert_int_equal(dicom_header_read(&r, ENCODING_IMPLICIT_LE, &h), HEADER_OK);
    assert_int_equal(h.pos, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form),
        cmocka_unit_test(no_vr_is_told),
        cmocka_unit_test(positions_count_from_the_start),
    };
    return cmocka_run_group_tests_name("dicom/header", tests, NULL, NULL);
}
