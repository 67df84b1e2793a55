/* check.h -- cmocka with the headers that it wants before it, in one line. */
#ifndef MWL_TESTS_UNIT_CHECK_H
#define MWL_TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/span.h"

/* The bytes of a span are exactly these of a string literal, which may hold NULs. */
#define assert_span(s, literal)                                                                                        \
    do {                                                                                                               \
        struct span check_span_ = (s);                                                                                 \
        assert_int_equal(check_span_.n, sizeof(literal) - 1);                                                          \
        assert_memory_equal(check_span_.p, literal, sizeof(literal) - 1);                                              \
    } while (0)

/* A span over a string literal, without its final NUL. */
#define BYTES(literal) span_of((literal), sizeof(literal) - 1)

#endif
