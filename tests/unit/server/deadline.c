/* The limits of time, made short: each ends what it is for, and nothing else. Where a peer must be quicker than one, it
 * has a second. */
#include "world.h"

static void parked_query_has_its_time_and_no_idle_one(void **state)
{
    struct world *w = *state;
    w->settings->limits.idle_ms = 1000;
    w->settings->limits.query_ms = 2000;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    hear_found(&p, 1, 0, DIMSE_STATUS_OUT_OF_RESOURCES);
    assert_hears(&p, UL_EVENT_ABORTED); /* idle now */
    hang_up(&p);
}

static void peer_that_reads_nothing_is_left(void **state)
{
    struct world *w = *state;
    w->settings->limits.write_stall_ms = 50;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    wait_for(&p, 0); /* POLLHUP alone */
    hang_up(&p);
}

/* It reads little at a time, and for longer than it might be idle. */
static void slow_reader_is_not_idle(void **state)
{
    struct world *w = *state;
    w->settings->limits.idle_ms = 1000;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    usleep(1500 * 1000);
    hear_found(&p, 1, MANY_FILES * STEPS + 1, DIMSE_STATUS_SUCCESS);
    assert_hears(&p, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void caller_that_says_nothing_is_left(void **state)
{
    struct world *w = *state;
    w->settings->limits.associate_ms = 50;
    struct peer p = call_as(w, CENSUS_WELCOME);
    uint8_t byte;
    wait_for(&p, POLLIN);
    assert_int_equal(recv(p.fd, &byte, 1, 0), 0);
    hang_up(&p);
}

static void pdu_that_does_not_end_is_an_abort(void **state)
{
    struct world *w = *state;
    w->settings->limits.pdu_ms = 50;
    struct peer p = call(w);
    assert_int_equal(send(p.fd, "\x04\x00\x00\x00\x10\x00\x00", 7, MSG_NOSIGNAL), 7);
    assert_hears(&p, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void peer_that_does_not_close_after_a_release_is_left(void **state)
{
    struct world *w = *state;
    w->settings->limits.associate_ms = 1000;
    struct peer p = call(w);
    ul_association_release(p.association);
    assert_hears(&p, UL_EVENT_RELEASED);
    wait_for(&p, 0); /* POLLHUP alone */
    hang_up(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(parked_query_has_its_time_and_no_idle_one),
        TEST(peer_that_reads_nothing_is_left),
        TEST(slow_reader_is_not_idle),
        TEST(caller_that_says_nothing_is_left),
        TEST(pdu_that_does_not_end_is_an_abort),
        TEST(peer_that_does_not_close_after_a_release_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
