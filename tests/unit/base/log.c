/* The log: lines that cannot be forged, a writer that never makes a caller wait. */
#include "../check.h"

#include <pthread.h>

#include "base/log.h"
#include "base/wr.h"

struct taken {
    pthread_mutex_t lock; /* held: the sink is stuck */
    struct wr text;
    size_t said; /* bytes of it behind the heads of its lines */
};

static void take(void *arg, enum log_level level, const char *line, size_t n, const char *text)
{
    (void)level;
    struct taken *t = arg;
    pthread_mutex_lock(&t->lock);
    t->said += strlen(text);
    wr_bytes(&t->text, line, n);
    pthread_mutex_unlock(&t->lock);
}

static void start(struct taken *t)
{
    pthread_mutex_init(&t->lock, NULL);
    t->said = 0;
    wr_init(&t->text, 16 << 20);
    assert_true(log_start(take, t));
}

static void a_line_has_orthancs_form(void **state)
{
    (void)state;
    struct taken t;
    start(&t);
    log_line(LOG_WARNING, "source/folder", "one\ntwo\x1b[31m %d", 7);
    log_line(LOG_TRACE, "base/log", "not at this level");
    log_stop();
    wr_u8(&t.text, 0);
    const char *line = (const char *)t.text.p;
    assert_int_equal(line[0], 'W');
    assert_non_null(strstr(line, " source/folder] one two?[31m 7\n"));
    assert_null(strstr(line, "not at this level"));
    assert_int_equal(t.said, strlen("one two?[31m 7\n"));
    wr_fini(&t.text);
}

static void a_stuck_sink_drops_and_counts(void **state)
{
    (void)state;
    struct taken t;
    start(&t);
    uint64_t before = log_dropped();
    pthread_mutex_lock(&t.lock);
    for (int i = 0; i < 30000; i++)
        log_line(LOG_INFO, "base/log", "%0100d", i);
    assert_true(log_dropped() > before);
    pthread_mutex_unlock(&t.lock);
    log_stop();
    wr_u8(&t.text, 0);
    assert_non_null(strstr((const char *)t.text.p, "log lines were dropped"));
    wr_fini(&t.text);
}

/* Longer than what is made ready without asking for memory, and than any line may be. */
static void a_long_line_is_whole_up_to_its_limit(void **state)
{
    (void)state;
    struct taken t;
    start(&t);
    log_line(LOG_INFO, "base/log", "%05000d", 1);
    log_line(LOG_INFO, "base/log", "%0*d", 2 * LOG_LINE_MAX, 1);
    log_stop();
    assert_int_equal(t.said, 5001 + LOG_LINE_MAX + 1);
    wr_fini(&t.text);
}

static void text_of_a_peer_is_escaped(void **state)
{
    (void)state;
    char out[16];
    assert_string_equal(log_text(BYTES("A\n\\\xFF"), out, sizeof out), "A\\x0A\\x5C\\xFF");
    assert_string_equal(log_text(BYTES("0123456789ABCDEFG"), out, sizeof out), "0123456789ABCDE");
    assert_string_equal(log_text(BYTES("0123456789ABC\n"), out, sizeof out), "0123456789ABC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_orthancs_form),
        cmocka_unit_test(a_stuck_sink_drops_and_counts),
        cmocka_unit_test(a_long_line_is_whole_up_to_its_limit),
        cmocka_unit_test(text_of_a_peer_is_escaped),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
