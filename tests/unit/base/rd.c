/* The bounded reader: a read beyond the end is seen once and forever. */
#include "../check.h"

#include "base/rd.h"

static void reads_both_byte_orders(void **state)
{
    (void)state;
    struct rd r = rd_of(BYTES("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D"));
    assert_int_equal(rd_u16be(&r), 0x0102);
    assert_int_equal(rd_u16le(&r), 0x0403);
    assert_int_equal(rd_u32be(&r), 0x05060708);
    assert_int_equal(rd_u32le(&r), 0x0C0B0A09);
    assert_int_equal(rd_pos(&r), 12);
    assert_int_equal(rd_u8(&r), 0x0D);
    assert_int_equal(rd_left(&r), 0);
    assert_false(r.failed);
}

static void failure_is_sticky_and_reads_zero(void **state)
{
    (void)state;
    struct rd r = rd_of(BYTES("\x01\x02\x03"));
    assert_int_equal(rd_u32le(&r), 0);
    assert_true(r.failed);
    assert_int_equal(rd_left(&r), 0);
    assert_int_equal(rd_u8(&r), 0);
    assert_int_equal(rd_bytes(&r, SIZE_MAX).n, 0);
}

static void a_sub_reader_cannot_leave_its_length(void **state)
{
    (void)state;
    struct rd r = rd_of(BYTES("\xAA\x01\x02\x03"));
    rd_skip(&r, 1);
    struct rd sub = rd_sub(&r, 2);
    assert_int_equal(rd_pos(&sub), 1);
    assert_int_equal(rd_u16be(&sub), 0x0102);
    assert_int_equal(rd_u8(&sub), 0);
    assert_true(sub.failed);
    assert_false(r.failed);
    assert_int_equal(rd_u8(&r), 3);
    struct rd none = rd_sub(&r, 1);
    assert_true(r.failed && none.failed);
}

static void nothing_at_all_can_be_read(void **state)
{
    (void)state;
    struct rd r = rd_of((struct span){ NULL, 0 });
    assert_int_equal(rd_left(&r), 0);
    assert_int_equal(rd_bytes(&r, 0).n, 0);
    assert_false(r.failed);
    assert_int_equal(rd_u8(&r), 0);
    assert_true(r.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_byte_orders),
        cmocka_unit_test(failure_is_sticky_and_reads_zero),
        cmocka_unit_test(a_sub_reader_cannot_leave_its_length),
        cmocka_unit_test(nothing_at_all_can_be_read),
    };
    return cmocka_run_group_tests_name("base/rd", tests, NULL, NULL);
}
