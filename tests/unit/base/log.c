/* The log: lines that cannot be forged, a writer that never makes a caller wait. */
#include "../check.h"

#include <pthread.h>
#include <stdio.h>

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

/* Lines of the text that hold `what`. */
static unsigned count_of(struct taken *t, const char *what)
{
    unsigned count = 0;
    for (const char *at = (const char *)t->text.p; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static void a_peer_causes_so_many_lines_of_a_kind(void **state)
{
    (void)state;
    struct taken t;
    start(&t);
    for (int i = 0; i < 5 * LOG_PEER_LINES; i++)
        log_peer_line(LOG_WARNING, "base/log", "192.0.2.1", "this is number %d", i);
    log_peer_line(LOG_WARNING, "base/log", "192.0.2.1", "another kind");
    log_peer_line(LOG_WARNING, "base/log", "192.0.2.2", "this is number %d", -1);
    log_peer_line(LOG_TRACE, "base/log", "192.0.2.3", "not at this level");
    log_stop();
    wr_u8(&t.text, 0);
    assert_int_equal(count_of(&t, "this is number"), LOG_PEER_LINES + 1);
    assert_int_equal(count_of(&t, "this is number -1"), 1);
    assert_int_equal(count_of(&t, "another kind"), 1);
    assert_int_equal(count_of(&t, "not at this level"), 0);
    wr_fini(&t.text);
}

/* Peers without number share the memory of what they caused; what was left out of it is told, not lost. */
static void what_was_left_out_is_told(void **state)
{
    (void)state;
    struct taken t;
    char peer[16];
    start(&t);
    for (int i = 0; i < 5000; i++) {
        snprintf(peer, sizeof peer, "10.0.%d.%d", i / 256, i % 256);
        for (int j = 0; j <= LOG_PEER_LINES; j++)
            log_peer_line(LOG_WARNING, "base/log", peer, "a flood");
    }
    log_stop();
    wr_u8(&t.text, 0);
    assert_true(count_of(&t, "base/log] 1 lines like this were left out before") > 1000);
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
        cmocka_unit_test(a_peer_causes_so_many_lines_of_a_kind),
        cmocka_unit_test(what_was_left_out_is_told),
        cmocka_unit_test(text_of_a_peer_is_escaped),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
