/* What is forgiven is told once for each device, and counted; many devices take bounded room. */
#include "../check.h"

#include <stdio.h>

#include "base/log.h"
#include "service/leniency.h"

static char told[1 << 20];

static void take(void *arg, enum log_level level, const char *line, size_t n, const char *text)
{
    (void)level;
    (void)line;
    (void)n;
    size_t *length = arg, rest = sizeof told - *length;
    int written = snprintf(told + *length, rest, "%s", text);
    assert_in_range(written, 1, rest - 1);
    *length += (size_t)written;
}

static size_t count_lines(const char *holding)
{
    size_t lines = 0;
    for (const char *at = told; (at = strstr(at, holding)); at++)
        lines++;
    return lines;
}

static void each_device_is_told_of_once(void **state)
{
    (void)state;
    size_t length = 0;
    assert_true(log_start(take, &length));
    struct service_leniency *l = service_leniency_new();
    assert_non_null(l);
    service_leniency_note(l, "CT1", "192.0.2.7", "this", 2);
    service_leniency_note(l, "CT1", "192.0.2.7", "this", 1);
    service_leniency_note(l, "CT1", "192.0.2.7", "that", 0); /* was not needed */
    service_leniency_note(l, "CT1", "192.0.2.8", "this", 1); /* the same title elsewhere is another device */
    service_leniency_note(l, "CT1", "192.0.2.7", "that", 1);
    log_set_level(LOG_TRACE);
    service_leniency_note(l, "CT1", "192.0.2.7", "this", 4);
    log_set_level(LOG_INFO);
    service_leniency_note(NULL, "CT1", "192.0.2.7", "this", 1);
    service_leniency_free(&l);
    assert_null(l);
    service_leniency_free(&l);
    log_stop();
    assert_string_equal(told, "CT1 at 192.0.2.7 is forgiven this; told once, counted from now on\n"
                              "CT1 at 192.0.2.8 is forgiven this; told once, counted from now on\n"
                              "CT1 at 192.0.2.7 is forgiven that; told once, counted from now on\n"
                              "CT1 at 192.0.2.7 is forgiven this; 7 times by now\n");
}

/* What is no tolerance is counted as well, and whoever counts it tells it. */
static void counts_alone(void **state)
{
    (void)state;
    size_t length = 0;
    memset(told, 0, sizeof told);
    assert_true(log_start(take, &length));
    struct service_leniency *l = service_leniency_new();
    assert_int_equal(service_leniency_count(l, "CT1", "192.0.2.7", "x", 3), 3);
    assert_int_equal(service_leniency_count(l, "CT2", "192.0.2.7", "x", 1), 1);
    assert_int_equal(service_leniency_count(l, "CT1", "192.0.2.7", "x", 4), 7);
    assert_int_equal(service_leniency_count(NULL, "CT1", "192.0.2.7", "x", 4), 0);
    service_leniency_free(&l);
    log_stop();
    assert_string_equal(told, "");
}

static void many_names_fill_neither_memory_nor_log(void **state)
{
    (void)state;
    size_t length = 0;
    assert_true(log_start(take, &length));
    struct service_leniency *l = service_leniency_new();
    for (int i = 0; i < 5 * LENIENCY_DEVICES; i++) {
        char name[16];
        snprintf(name, sizeof name, "AE%d", i);
        service_leniency_note(l, name, "192.0.2.7", "this", 1);
        if (i % 512 == 0) { /* the writer thread keeps up: no line is dropped */
            log_stop();
            assert_true(log_start(take, &length));
        }
    }
    service_leniency_note(l, "AE0", "192.0.2.7", "this", 1); /* known, and so not told again */
    service_leniency_free(&l);
    log_stop();
    assert_int_equal(count_lines("is forgiven this"), LENIENCY_DEVICES + 1);
    assert_int_equal(count_lines("one of more than 1024 devices"), 1);
    assert_int_equal(count_lines("AE0 at"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_device_is_told_of_once),
        cmocka_unit_test(counts_alone),
        cmocka_unit_test(many_names_fill_neither_memory_nor_log),
    };
    return cmocka_run_group_tests_name("service/leniency", tests, NULL, NULL);
}
