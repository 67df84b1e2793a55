/* The arena: aligned, zeroed, capped. */
#include "../check.h"

#include <stdalign.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t n = 1; n < 3000; n += 7) {
        uint8_t *p = arena_alloc(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xEE, n);
    }
    assert_string_equal(arena_str(&a, BYTES("abc")), "abc");
    assert_span(arena_copy(&a, BYTES("a\0b")), "a\0b");
    arena_fini(&a);
}

static void the_cap_holds_and_is_sticky(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 100);
    assert_non_null(arena_alloc(&a, 60));
    assert_null(arena_alloc(&a, 60));
    assert_true(a.failed);
    assert_null(arena_alloc(&a, 1));
    assert_null(arena_array(&a, SIZE_MAX, 2));
    arena_fini(&a);
    assert_false(a.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(the_cap_holds_and_is_sticky),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
