/* The life of an association: both roles wired to each other in memory, bytes split wherever they can be. */
#include "peers.h"

struct pair {
    struct ul_association *rq, *ac;
    struct wr rq_log, ac_log;
};

static int setup(void **state)
{
    struct pair *p = calloc(1, sizeof *p);
    p->rq = ul_association_requestor_new(&limits_default);
    p->ac = ul_association_acceptor_new(&limits_default);
    wr_init(&p->rq_log, 1 << 20);
    wr_init(&p->ac_log, 1 << 20);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct pair *p = *state;
    ul_association_free(&p->rq);
    ul_association_free(&p->ac);
    assert_null(p->rq);
    wr_fini(&p->rq_log);
    wr_fini(&p->ac_log);
    free(p);
    return 0;
}

static void carry(struct pair *p, bool obliging)
{
    exchange(p->rq, &p->rq_log, p->ac, &p->ac_log, 1000, obliging);
}

/* As `carry` does for all of it, with the logs emptied. */
static void associate(struct pair *p)
{
    assert_true(ul_association_request(p->rq, proposal()));
    carry(p, true);
    assert_int_equal(ul_association_state(p->rq), STA_6);
    assert_int_equal(ul_association_state(p->ac), STA_6);
    wr_reset(&p->rq_log);
    wr_reset(&p->ac_log);
}

/* An acceptor hears a whole association, cut in two at `cut` and then in pieces of at most `chunk`. */
static void hear(struct span stream, size_t cut, size_t chunk, struct wr *log, struct wr *said)
{
    struct ul_association *a = ul_association_acceptor_new(&limits_default);
    feed(a, (struct span){ stream.p, cut }, chunk, log, true);
    feed(a, (struct span){ stream.p + cut, stream.n - cut }, chunk, log, true);
    collect(a, said);
    wr_fmt(log, "Sta%d\n", ul_association_state(a));
    ul_association_free(&a);
}

static void a_stream_split_at_every_byte_says_the_same(void **state)
{
    (void)state;
    struct wr stream, log, said, first_said;
    wr_init(&stream, 10000);
    wr_init(&log, 10000);
    wr_init(&said, 10000);
    wr_init(&first_said, 10000);
    put_rq(&stream);
    wr_span(&stream, DATA);
    wr_span(&stream, BYTES("\x04\x00\x00\x00\x00\x16" /* P-DATA-TF with three PDVs */
                           "\x00\x00\x00\x05\x01\x01"
                           "abc"                      /*   a command goes on */
                           "\x00\x00\x00\x02\x01\x03" /*   and ends with an empty fragment */
                           "\x00\x00\x00\x03\x01\x02"
                           "d")); /*   data */
    wr_span(&stream, RELEASE_RQ);
    wr_span(&stream, BYTES("\x09\x00\x00\x00\x00\x03junk")); /* after the release nobody listens */
    static const char expected[] = "associate-rq\npdv 1 3 hi\npdv 1 1 abc\npdv 1 3 \npdv 1 2 d\nrelease\nSta13\n";

    hear(wr_done(&stream), 0, stream.n, &log, &first_said);
    assert_span(wr_done(&log), "associate-rq\npdv 1 3 hi\npdv 1 1 abc\npdv 1 3 \npdv 1 2 d\nrelease\nSta13\n");
    for (size_t i = 0; i <= stream.n + 2; i++) {
        wr_reset(&log);
        wr_reset(&said);
        size_t chunk = i > stream.n ? i - stream.n : stream.n;
        hear(wr_done(&stream), i > stream.n ? 0 : i, chunk, &log, &said);
        assert_int_equal(log.n, sizeof expected - 1);
        assert_memory_equal(log.p, expected, sizeof expected - 1);
        assert_int_equal(said.n, first_said.n);
        assert_memory_equal(said.p, first_said.p, said.n);
    }
    wr_fini(&stream);
    wr_fini(&log);
    wr_fini(&said);
    wr_fini(&first_said);
}

static void both_know_what_was_negotiated(void **state)
{
    struct pair *p = *state;
    assert_null(ul_association_peer(p->ac));
    assert_true(ul_association_request(p->rq, proposal()));
    assert_false(ul_association_request(p->rq, proposal()));
    carry(p, true);
    assert_span(wr_done(&p->ac_log), "associate-rq\n");
    assert_span(wr_done(&p->rq_log), "associate-ac\n");
    const struct ul_associate *peer = ul_association_peer(p->ac);
    assert_span(peer->called_ae, "MWL");
    assert_span(peer->calling_ae, "CT1");
    assert_int_equal(peer->max_length, limits_default.pdu_bytes);
    peer = ul_association_peer(p->rq);
    assert_span(peer->implementation_class_uid, "1.8");
    assert_span(peer->implementation_version, "MWL");
    assert_int_equal(peer->contexts[1].result, UL_CONTEXT_ABSTRACT_SYNTAX);

    struct ul_association *both[] = { p->rq, p->ac };
    for (int i = 0; i < 2; i++) {
        struct span abstract, transfer;
        assert_true(ul_association_context(both[i], 1, &abstract, &transfer));
        assert_span(abstract, MWL_FIND);
        assert_span(transfer, EXPLICIT_LE);
        assert_false(ul_association_context(both[i], 3, &abstract, &transfer)); /* refused */
        assert_false(ul_association_context(both[i], 0, &abstract, &transfer));
        assert_false(ul_association_context(both[i], 255, &abstract, &transfer));
        assert_false(ul_association_send(both[i], 3, UL_PDV_COMMAND, BYTES("x")));
        assert_true(ul_association_can_send(both[i]));
    }
}

/* Data both ways at once, in every chunk size that could matter, then a release by either side. */
static void data_goes_both_ways_and_either_side_releases(void **state)
{
    (void)state;
    static const size_t chunks[] = { 1, 2, 5, 6, 7, 13, 1 << 20 };
    for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++) {
        for (int acceptor_releases = 0; acceptor_releases < 2; acceptor_releases++) {
            void *fixture;
            setup(&fixture);
            struct pair *p = fixture;
            associate(p);
            assert_true(ul_association_send(p->rq, 1, UL_PDV_COMMAND, BYTES("as")));
            assert_true(ul_association_send(p->rq, 1, UL_PDV_COMMAND | UL_PDV_LAST, BYTES("k!")));
            assert_true(ul_association_send(p->ac, 1, UL_PDV_COMMAND | UL_PDV_LAST, BYTES("told")));
            assert_true(ul_association_send(p->ac, 1, UL_PDV_LAST, BYTES("")));
            ul_association_release(acceptor_releases ? p->ac : p->rq);
            assert_false(ul_association_send(acceptor_releases ? p->ac : p->rq, 1, UL_PDV_LAST, BYTES("")));
            exchange(p->rq, &p->rq_log, p->ac, &p->ac_log, chunks[c], true);
            if (acceptor_releases) {
                assert_span(wr_done(&p->ac_log), "pdv 1 1 as\npdv 1 3 k!\nreleased\n");
                assert_span(wr_done(&p->rq_log), "pdv 1 3 told\npdv 1 2 \nrelease\n");
            } else {
                assert_span(wr_done(&p->ac_log), "pdv 1 1 as\npdv 1 3 k!\nrelease\n");
                assert_span(wr_done(&p->rq_log), "pdv 1 3 told\npdv 1 2 \nreleased\n");
            }
            struct ul_association *first = acceptor_releases ? p->ac : p->rq,
                                  *second = acceptor_releases ? p->rq : p->ac;
            assert_true(ul_association_done(first));
            assert_int_equal(ul_association_state(second), STA_13);
            ul_association_closed(second);
            assert_true(ul_association_done(second));
            assert_int_equal(ul_association_next(second).type, UL_EVENT_NONE);
            teardown(&fixture);
        }
    }
}

/* Sta8: answers that were under way are still sent (AR-7), and taken by who waits in Sta7 (AR-6). */
static void answers_still_go_out_before_the_release_is_answered(void **state)
{
    struct pair *p = *state;
    associate(p);
    ul_association_release(p->rq);
    carry(p, false);
    assert_span(wr_done(&p->ac_log), "release\n");
    assert_true(ul_association_can_send(p->ac));
    assert_true(ul_association_send(p->ac, 1, UL_PDV_LAST, BYTES("late")));
    ul_association_release_reply(p->ac);
    assert_false(ul_association_can_send(p->ac));
    carry(p, false);
    assert_span(wr_done(&p->rq_log), "pdv 1 2 late\nreleased\n");
}

/* Both ask at once: requestor 7, 9, 11, 1; acceptor 7, 10, 12, 13 (Table 9-10), whichever answers first. */
static void a_release_collision_ends_well(void **state)
{
    for (int early = 0; early < 2; early++) {
        struct pair *p = *state;
        associate(p);
        ul_association_release(p->rq);
        ul_association_release(p->ac);
        carry(p, false);
        assert_int_equal(ul_association_state(p->rq), STA_9);
        assert_int_equal(ul_association_state(p->ac), STA_10);
        assert_span(wr_done(&p->rq_log), "release\n");
        assert_span(wr_done(&p->ac_log), "release\n");
        if (early) { /* the acceptor's user answers before its turn */
            ul_association_release_reply(p->ac);
            assert_int_equal(ul_association_state(p->ac), STA_10);
            assert_int_equal(ul_association_output(p->ac).n, 0);
        }
        ul_association_release_reply(p->rq);
        assert_int_equal(ul_association_state(p->rq), STA_11);
        carry(p, false);
        assert_span(wr_done(&p->ac_log), "release\nreleased\n");
        if (!early) {
            assert_int_equal(ul_association_state(p->ac), STA_12);
            ul_association_release_reply(p->ac);
            carry(p, false);
        }
        assert_int_equal(ul_association_state(p->ac), STA_13);
        assert_span(wr_done(&p->rq_log), "release\nreleased\n");
        assert_true(ul_association_done(p->rq));
        if (!early) {
            teardown(state);
            setup(state);
        }
    }
}

static void either_side_aborts(void **state)
{
    struct pair *p = *state;
    associate(p);
    ul_association_abort(p->ac, UL_ABORT_PROVIDER, UL_ABORT_UNEXPECTED_PARAMETER);
    ul_association_abort(p->rq, UL_ABORT_USER, UL_ABORT_UNEXPECTED_PARAMETER);
    struct wr wire;
    wr_init(&wire, 100);
    collect(p->ac, &wire);
    assert_span(wr_done(&wire), "\x07\x00\x00\x00\x00\x04\x00\x00\x02\x05");
    wr_reset(&wire);
    collect(p->rq, &wire);
    assert_span(wr_done(&wire), "\x07\x00\x00\x00\x00\x04\x00\x00\x00\x00");
    wr_fini(&wire);

    teardown(state);
    setup(state);
    p = *state;
    associate(p);
    ul_association_abort(p->ac, UL_ABORT_PROVIDER, UL_ABORT_UNEXPECTED_PARAMETER);
    carry(p, false);
    assert_span(wr_done(&p->rq_log), "aborted 2 5\n");
    assert_true(ul_association_done(p->rq));
    assert_int_equal(p->ac_log.n, 0);
    assert_int_equal(ul_association_state(p->ac), STA_13);
}

/* What was received but not yet taken is of no interest to who aborts. */
static void an_abort_drops_what_was_not_taken(void **state)
{
    struct pair *p = *state;
    associate(p);
    assert_int_equal(ul_association_receive(p->ac, DATA), DATA.n);
    assert_int_equal(ul_association_receive(p->ac, DATA), 0); /* first take what is there */
    ul_association_abort(p->ac, UL_ABORT_USER, 0);
    assert_int_equal(ul_association_next(p->ac).type, UL_EVENT_NONE);
}

static void the_user_rejects_with_every_reason(void **state)
{
    (void)state;
    for (int why = 0; why < UL_REJECT_COUNT; why++) {
        void *fixture;
        setup(&fixture);
        struct pair *p = fixture;
        assert_true(ul_association_request(p->rq, proposal()));
        carry(p, false);
        assert_span(wr_done(&p->ac_log), "associate-rq\n");
        ul_association_reject(p->ac, (enum ul_reject)why);
        carry(p, false);
        const struct ul_reject_info *info = ul_reject_info((enum ul_reject)why);
        char expected[40];
        int n =
            snprintf(expected, sizeof expected, "associate-rj %u %u %u\n", info->result, info->source, info->reason);
        assert_int_equal(p->rq_log.n, n);
        assert_memory_equal(p->rq_log.p, expected, (size_t)n);
        assert_true(ul_association_done(p->rq));
        assert_int_equal(ul_association_state(p->ac), STA_13);
        teardown(&fixture);
    }
}

static void fragments_fit_both_sides(void **state)
{
    (void)state;
    static const struct {
        uint32_t theirs, ours;
        size_t fragment;
    } rows[] = {
        { 8, 65536, 2 },        { 9, 65536, 2 },       { 4096, 65536, 4090 }, { UINT32_MAX, 65536, 65530 },
        { 131072, 4096, 4090 }, { 4096, 16384, 4090 }, { 16000, 8, 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct limits theirs = limits_default, ours = limits_default;
        theirs.pdu_bytes = rows[i].theirs == UINT32_MAX ? 1 << 20 : rows[i].theirs;
        ours.pdu_bytes = rows[i].ours;
        struct ul_association *rq = ul_association_requestor_new(&theirs), *ac = ul_association_acceptor_new(&ours);
        struct wr log;
        wr_init(&log, 1000);
        assert_true(ul_association_request(rq, proposal()));
        exchange(rq, &log, ac, &log, 1000, true);
        assert_int_equal(ul_association_fragment_max(ac), rows[i].fragment);
        assert_int_equal(ul_association_fragment_max(rq), rows[i].fragment);
        uint8_t *bytes = calloc(1, rows[i].fragment + 1);
        assert_false(ul_association_send(ac, 1, 0, span_of(bytes, rows[i].fragment + 1)));
        assert_int_equal(ul_association_output(ac).n, 0);
        assert_true(ul_association_send(ac, 1, 0, span_of(bytes, rows[i].fragment)));
        assert_int_equal(ul_association_output(ac).n, rows[i].fragment + 12);
        free(bytes);
        wr_fini(&log);
        ul_association_free(&rq);
        ul_association_free(&ac);
    }
}

/* The output is taken in pieces of odd size while more is added, and never mixes up. */
static void output_is_taken_in_any_pieces(void **state)
{
    struct pair *p = *state;
    associate(p);
    struct wr wire, log;
    wr_init(&wire, 8 << 20);
    wr_init(&log, 8 << 20);
    char fragment[5000];
    for (int i = 0; i < 400; i++) {
        memset(fragment, 'a' + i % 26, sizeof fragment);
        assert_true(ul_association_send(p->ac, 1, UL_PDV_LAST, span_of(fragment, sizeof fragment)));
        struct span out = ul_association_output(p->ac);
        size_t n = out.n < 4999 ? out.n : 4999;
        wr_bytes(&wire, out.p, n);
        ul_association_sent(p->ac, n);
    }
    collect(p->ac, &wire);
    assert_int_equal(ul_association_output(p->ac).n, 0);
    assert_int_equal(wire.n, 400 * 5012);
    feed(p->rq, wr_done(&wire), 70000, &log, false);
    assert_int_equal(log.n, 400 * (sizeof "pdv 1 2 \n" - 1 + 5000));
    for (size_t i = 0; i < 400; i++)
        assert_int_equal(log.p[i * 5009 + 8 + 4999], 'a' + i % 26);
    wr_fini(&wire);
    wr_fini(&log);
}

/* A peer that reads nothing costs one buffer; the abort still has room in it. */
static void output_is_capped(void **state)
{
    struct pair *p = *state;
    associate(p);
    static const uint8_t fragment[65530];
    size_t sent = 0;
    while (ul_association_send(p->ac, 1, 0, span_of(fragment, sizeof fragment)))
        assert_true(++sent < 1000);
    assert_true(sent > limits_default.output_bytes / sizeof fragment);
    assert_int_equal(ul_association_output(p->ac).n, sent * (sizeof fragment + 12)); /* no half PDU */
    assert_int_equal(ul_association_state(p->ac), STA_6);
    ul_association_abort(p->ac, UL_ABORT_USER, 0);
    assert_int_equal(ul_association_output(p->ac).n, sent * (sizeof fragment + 12) + 10);
    assert_int_equal(ul_association_state(p->ac), STA_13);
}

static void timers_follow_the_states(void **state)
{
    struct pair *p = *state;
    uint32_t serial, again;
    assert_int_equal(ul_association_timer(p->rq, &serial), UL_TIMER_NONE);
    assert_int_equal(ul_association_timer(p->ac, &serial), UL_TIMER_ARTIM);
    struct wr rq;
    wr_init(&rq, 1000);
    put_rq(&rq);
    /* bytes that trickle in restart nothing */
    feed(p->ac, (struct span){ rq.p, 20 }, 1, &p->ac_log, false);
    assert_int_equal(ul_association_timer(p->ac, &again), UL_TIMER_ARTIM);
    assert_int_equal(again, serial);
    feed(p->ac, (struct span){ rq.p + 20, rq.n - 20 }, 1000, &p->ac_log, false);
    assert_int_equal(ul_association_timer(p->ac, &again), UL_TIMER_NONE);
    accept_mwl(p->ac);
    wr_fini(&rq);

    ul_association_receive(p->ac, (struct span){ DATA.p, 1 });
    assert_int_equal(ul_association_timer(p->ac, &serial), UL_TIMER_PDU);
    ul_association_receive(p->ac, (struct span){ DATA.p + 1, 7 });
    assert_int_equal(ul_association_timer(p->ac, &again), UL_TIMER_PDU);
    assert_int_equal(again, serial);
    feed(p->ac, (struct span){ DATA.p + 8, DATA.n - 8 }, 1000, &p->ac_log, false);
    assert_int_equal(ul_association_timer(p->ac, &again), UL_TIMER_NONE);
    ul_association_receive(p->ac, (struct span){ DATA.p, 1 });
    assert_int_equal(ul_association_timer(p->ac, &again), UL_TIMER_PDU);
    assert_int_not_equal(again, serial);

    ul_association_abort(p->ac, UL_ABORT_USER, 0);
    assert_int_equal(ul_association_timer(p->ac, &again), UL_TIMER_ARTIM);
    ul_association_artim_expired(p->ac);
    assert_int_equal(ul_association_timer(p->ac, &again), UL_TIMER_NONE);
    assert_true(ul_association_done(p->ac));
}

/* A request that would break PS3.8 is not sent. */
static void a_request_must_be_readable(void **state)
{
    struct pair *p = *state;
    struct ul_associate rq = *proposal();
    rq.context_count = 0;
    assert_false(ul_association_request(p->rq, &rq));
    assert_int_equal(ul_association_output(p->rq).n, 0);
    assert_false(ul_association_request(p->ac, proposal()));
    assert_true(ul_association_request(p->rq, proposal()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_split_at_every_byte_says_the_same),
        cmocka_unit_test(data_goes_both_ways_and_either_side_releases),
        cmocka_unit_test_setup_teardown(a_release_collision_ends_well, setup, teardown),
        cmocka_unit_test_setup_teardown(answers_still_go_out_before_the_release_is_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(both_know_what_was_negotiated, setup, teardown),
        cmocka_unit_test_setup_teardown(either_side_aborts, setup, teardown),
        cmocka_unit_test_setup_teardown(an_abort_drops_what_was_not_taken, setup, teardown),
        cmocka_unit_test(the_user_rejects_with_every_reason),
        cmocka_unit_test(fragments_fit_both_sides),
        cmocka_unit_test_setup_teardown(output_is_taken_in_any_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(output_is_capped, setup, teardown),
        cmocka_unit_test_setup_teardown(timers_follow_the_states, setup, teardown),
        cmocka_unit_test_setup_teardown(a_request_must_be_readable, setup, teardown),
    };
    return cmocka_run_group_tests_name("ul/association", tests, NULL, NULL);
}
