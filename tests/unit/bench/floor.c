/* The floor: as many bytes as it was told go each way, for any number of clients. */
#include "../check.h"

#include "bench/floor.h"

static void the_bytes_of_a_conversation_are_exchanged(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct bench_request request;
    assert_true(bench_request_init(&request, BENCH_BY_ALL, "A", "B", span_of(NULL, 0), &err));
    struct bench_sizes sizes = { .received = { 200, 1000000, 10 } };
    for (int i = 0; i < BENCH_PARTS; i++)
        sizes.sent[i] = request.parts[i].n;
    for (int fresh = 0; fresh < 2; fresh++) {
        struct bench_load load = {
            .request = &request, .floor = &sizes, .clients = 3, .count = 5, .seconds = 60, .fresh = fresh, .expect = -1
        };
        struct bench_result result;
        assert_true(bench_floor_run(&load, &result, &err));
        assert_int_equal(result.requests, 15);
        assert_memory_equal(&result.sizes, &sizes, sizeof sizes);
        assert_true(result.least_ns > 0 && result.least_ns <= result.median_ns && result.median_ns <= result.p99_ns);
    }
    bench_request_fini(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_bytes_of_a_conversation_are_exchanged) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
