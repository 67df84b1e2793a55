/* What is answered in which order, and what a peer may do in the middle of it. */
#include "world.h"

/* With hardly any room for output every message fills it, so each request must be taken up again by itself. */
static void requests_are_answered_in_order_whatever_the_room(void **state)
{
    struct world *w = *state;
    w->settings->limits.output_bytes = 2;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    say_echo(&p, 2);
    say_find(&p, 3);
    say_echo(&p, 4);
    say_find(&p, 5);
    end_writing(w);
    hear_found(&p, 1, 2, DIMSE_STATUS_SUCCESS);
    hear_response(&p, DIMSE_C_ECHO_RSP, 2, DIMSE_STATUS_SUCCESS);
    hear_found(&p, 3, 2, DIMSE_STATUS_SUCCESS);
    hear_response(&p, DIMSE_C_ECHO_RSP, 4, DIMSE_STATUS_SUCCESS);
    hear_found(&p, 5, 2, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void a_query_that_comes_while_the_folder_is_read_is_refused_or_gets_a_part(void **state)
{
    struct world *w = *state;
    source_folder_close(&w->settings->folder);
    begin_writing(w);
    open_folder(w, 1);
    struct peer p = call(w);
    say_find(&p, 1);
    hear_found(&p, 1, 0, DIMSE_STATUS_OUT_OF_RESOURCES);
    w->settings->config->answer_while_loading = true;
    say_find(&p, 2);
    hear_found(&p, 2, 0, DIMSE_STATUS_SUCCESS);
    end_writing(w);
    assert_true(source_folder_await(w->settings->folder, PATIENCE_MS));
    say_find(&p, 3);
    hear_found(&p, 3, 2, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void one_request_too_many_is_an_abort(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    for (uint16_t i = 0; i <= ours->pipelined; i++)
        say_echo(&p, 2 + i);
    assert_hears(&p, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void what_cannot_be_done_gets_its_status(void **state)
{
    struct world *w = *state;
    const struct span find = span_str(UID_ModalityWorklistInformationModelFind), echo = span_str(UID_Verification);
    const struct span none = { NULL, 0 };
    struct peer p = call(w);
    say(&p, FIND, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 1, .sop_class = echo }, none);
    hear_response(&p, DIMSE_C_FIND_RSP, 1, DIMSE_STATUS_SOP_CLASS_NOT_SUPPORTED);
    say(&p, ECHO, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 2, .sop_class = echo }, none);
    hear_response(&p, DIMSE_C_FIND_RSP, 2, DIMSE_STATUS_UNRECOGNIZED_OPERATION);
    say(&p, FIND, &(struct dimse_command){ .field = 0x0001, .message_id = 3, .sop_class = find }, none);
    hear_response(&p, 0x8001, 3, DIMSE_STATUS_UNRECOGNIZED_OPERATION);
    say(&p, FIND, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 4 }, none);
    hear_response(&p, DIMSE_C_FIND_RSP, 4, DIMSE_STATUS_MISTYPED_ARGUMENT);
    say(&p, FIND, &(struct dimse_command){ .field = DIMSE_C_FIND_RQ, .message_id = 5, .sop_class = find }, none);
    hear_found(&p, 5, 0, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH);
    begin_writing(w);
    say_find(&p, 6);
    say_find(&p, 6);
    hear_response(&p, DIMSE_C_FIND_RSP, 6, DIMSE_STATUS_DUPLICATE_INVOCATION);
    say_echo(&p, 6);
    hear_response(&p, DIMSE_C_ECHO_RSP, 6, DIMSE_STATUS_DUPLICATE_INVOCATION);
    end_writing(w);
    hear_found(&p, 6, 2, DIMSE_STATUS_SUCCESS);
    say_find(&p, 6); /* once it is over its ID is free */
    hear_found(&p, 6, 2, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void class_too_long_to_be_sent_back_is_an_abort(void **state)
{
    struct world *w = *state;
    char uid[1000];
    memset(uid, '1', sizeof uid);
    struct peer p = call(w);
    /* What dimse_send() would not write: a command set by hand. */
    struct wr command;
    wr_init(&command, 2000);
    wr_bytes(&command, "\0\0\x02\0\xE8\x03\0\0", 8); /* (0000,0002), 1000 bytes */
    wr_bytes(&command, uid, sizeof uid);
    wr_bytes(&command,
             "\0\0\0\x01\x02\0\0\0\x30\0" /* C-ECHO-RQ */ "\0\0\x10\x01\x02\0\0\0\x01\0"
             "\0\0\0\x08\x02\0\0\0\x01\x01",
             30);
    assert_true(ul_association_send(p.association, ECHO, UL_PDV_COMMAND | UL_PDV_LAST, wr_done(&command)));
    wr_fini(&command);
    assert_hears(&p, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void parked_query_can_be_cancelled(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    say_find(&p, 2);
    say_cancel(&p, 99); /* nobody asked that */
    say_cancel(&p, 2);
    say_cancel(&p, 1);
    hear_found(&p, 1, 0, DIMSE_STATUS_CANCEL);
    hear_found(&p, 2, 0, DIMSE_STATUS_CANCEL);
    say_cancel(&p, 1); /* too late */
    say_echo(&p, 3);
    hear_response(&p, DIMSE_C_ECHO_RSP, 3, DIMSE_STATUS_SUCCESS);
    release(&p);
    end_writing(w);
}

static void parked_query_ends_with_its_peer(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer released = call(w), aborted = call(w), gone = call(w), stays = call(w);
    say_find(&released, 1);
    say_find(&aborted, 1);
    say_find(&gone, 1);
    say_find(&stays, 1);
    release(&released);
    ul_association_abort(aborted.association, UL_ABORT_USER, 0);
    send_all(&aborted);
    assert_hears(&aborted, UL_EVENT_CLOSED);
    hang_up(&aborted);
    hang_up(&gone);
    end_writing(w);
    hear_found(&stays, 1, 2, DIMSE_STATUS_SUCCESS);
    release(&stays);
}

static void parked_query_ends_with_its_worker(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer p = call(w);
    say_find(&p, 1);
    say_echo(&p, 1); /* its refusal proves that the query has begun */
    hear_response(&p, DIMSE_C_ECHO_RSP, 1, DIMSE_STATUS_DUPLICATE_INVOCATION);
    hang_up(&p);
}

static void cancel_is_seen_behind_a_full_socket(void **state)
{
    struct world *w = *state;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    wait_for(&p, POLLIN);
    say_cancel(&p, 1);
    say_echo(&p, 2);
    struct answers all = hear_answers(&p, 1);
    assert_int_equal(all.status, DIMSE_STATUS_CANCEL);
    assert_true(all.pending < MANY_FILES * STEPS);
    hear_response(&p, DIMSE_C_ECHO_RSP, 2, DIMSE_STATUS_SUCCESS);
    release(&p);
}

static void release_is_answered_behind_a_full_socket(void **state)
{
    struct world *w = *state;
    put_many(w);
    struct peer p = call(w);
    say_find(&p, 1);
    wait_for(&p, POLLIN);
    ul_association_release(p.association);
    struct dimse_message m;
    unsigned pending = 0;
    enum ul_event_type e;
    while ((e = hear(&p, &m)) == UL_EVENT_PDV) {
        assert_int_equal(m.command.status, DIMSE_STATUS_PENDING);
        pending++;
    }
    assert_int_equal(e, UL_EVENT_RELEASED);
    assert_true(pending < MANY_FILES * STEPS);
    hang_up(&p);
}

/* What waits for a peer that only asks stays bounded. */
static void peer_that_asks_without_reading_is_aborted(void **state)
{
    struct world *w = *state;
    w->settings->limits.output_bytes = 10000;
    struct peer p = call(w);
    for (uint16_t id = 0; id < 20000; id++)
        say_echo(&p, id);
    struct dimse_message m;
    enum ul_event_type e;
    while ((e = hear(&p, &m)) == UL_EVENT_PDV)
        assert_int_equal(m.command.status, DIMSE_STATUS_SUCCESS);
    assert_int_equal(e, UL_EVENT_ABORTED);
    hang_up(&p);
}

static void drain_finishes_what_runs(void **state)
{
    struct world *w = *state;
    begin_writing(w);
    struct peer idle = call(w), busy = call(w);
    say_find(&busy, 1);
    say_echo(&busy, 2);
    say_echo(&busy, 1); /* its refusal proves that the query has begun */
    hear_response(&busy, DIMSE_C_ECHO_RSP, 1, DIMSE_STATUS_DUPLICATE_INVOCATION);
    server_worker_drain(&w->worker);
    assert_hears(&idle, UL_EVENT_ABORTED);
    hang_up(&idle);
    end_writing(w);
    hear_found(&busy, 1, 2, DIMSE_STATUS_SUCCESS);
    hear_response(&busy, DIMSE_C_ECHO_RSP, 2, DIMSE_STATUS_SUCCESS);
    assert_hears(&busy, UL_EVENT_ABORTED);
    hang_up(&busy);
}

static void last_association_gives_old_settings_back(void **state)
{
    struct world *w = *state;
    struct peer p = call(w);
    assert_false(server_settings_release(w->settings)); /* as a reload does */
    say_find(&p, 1);
    hear_found(&p, 1, 1, DIMSE_STATUS_SUCCESS);
    release(&p);
    server_worker_drain(&w->worker);
    pthread_join(w->worker.thread, NULL);
    w->worker.started = false;
    assert_int_equal(w->retired, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(requests_are_answered_in_order_whatever_the_room),
        TEST(a_query_that_comes_while_the_folder_is_read_is_refused_or_gets_a_part),
        TEST(one_request_too_many_is_an_abort),
        TEST(what_cannot_be_done_gets_its_status),
        TEST(class_too_long_to_be_sent_back_is_an_abort),
        TEST(parked_query_can_be_cancelled),
        TEST(parked_query_ends_with_its_peer),
        TEST(parked_query_ends_with_its_worker),
        TEST(cancel_is_seen_behind_a_full_socket),
        TEST(release_is_answered_behind_a_full_socket),
        TEST(peer_that_asks_without_reading_is_aborted),
        TEST(drain_finishes_what_runs),
        TEST(last_association_gives_old_settings_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
