/* Some lines from each address, and then few; nobody keeps another from being told of. */
#include "../check.h"

#include <stdio.h>

#include "base/log.h"
#include "server/refusal.h"

static struct {
    int lines;
    char last[512];
} seen;

static void sink(void *arg, enum log_level level, const char *line, size_t n, const char *text)
{
    (void)arg;
    (void)level;
    (void)line;
    (void)n;
    seen.lines++;
    snprintf(seen.last, sizeof seen.last, "%s", text);
}

static void a_flood_is_told_in_few_lines(void **state)
{
    (void)state;
    struct server_refusals r;
    server_refusals_init(&r);
    assert_true(log_start(sink, NULL));
    for (int i = 0; i < 1000; i++)
        server_refusal_log(&r, "test", "TLS refused to", "192.0.2.1", "no reason");
    server_refusal_log(&r, "test", "TLS refused to", "192.0.2.2", "another");
    log_stop();
    /* A machine that needs long for a thousand may have seen some seconds pass. */
    assert_in_range(seen.lines, REFUSAL_BURST + 1, REFUSAL_BURST + 200);
    assert_string_equal(seen.last, "TLS refused to 192.0.2.2: another\n");
    server_refusals_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_flood_is_told_in_few_lines) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
