/* Table 9-10 through the real code: every event that can be provoked from outside, in every state that can be reached,
 * in both roles; the state after it, the PDU sent, the event told and the ARTIM timer are those of the action. */
#include "peers.h"

/* What an action shows: the PDU type it sends, with the source if an A-ABORT; the event it tells; ARTIM after it. */
static const struct {
    uint8_t pdu, source;
    enum ul_event_type tells;
    bool starts_artim;
} shows[] = {
    [AE_3] = { .tells = UL_EVENT_ASSOCIATE_AC },
    [AE_4] = { .tells = UL_EVENT_ASSOCIATE_RJ },
    [AE_6] = { .tells = UL_EVENT_ASSOCIATE_RQ },
    [AE_7] = { .pdu = UL_A_ASSOCIATE_AC },
    [AE_8] = { .pdu = UL_A_ASSOCIATE_RJ, .starts_artim = true },
    [DT_1] = { .pdu = UL_P_DATA_TF },
    [DT_2] = { .tells = UL_EVENT_PDV },
    [AR_1] = { .pdu = UL_A_RELEASE_RQ },
    [AR_2] = { .tells = UL_EVENT_RELEASE_RQ },
    [AR_3] = { .tells = UL_EVENT_RELEASED },
    [AR_4] = { .pdu = UL_A_RELEASE_RP, .starts_artim = true },
    [AR_6] = { .tells = UL_EVENT_PDV },
    [AR_7] = { .pdu = UL_P_DATA_TF },
    [AR_8] = { .tells = UL_EVENT_RELEASE_RQ },
    [AR_9] = { .pdu = UL_A_RELEASE_RP },
    [AR_10] = { .tells = UL_EVENT_RELEASED },
    [AA_1] = { .pdu = UL_A_ABORT, .source = UL_ABORT_USER, .starts_artim = true },
    [AA_3] = { .tells = UL_EVENT_ABORTED },
    [AA_4] = { .tells = UL_EVENT_CLOSED },
    [AA_7] = { .pdu = UL_A_ABORT, .source = UL_ABORT_PROVIDER },
    [AA_8] = { .pdu = UL_A_ABORT, .source = UL_ABORT_PROVIDER, .tells = UL_EVENT_FAULT, .starts_artim = true },
};

/* The answer that an acceptor gives to proposal(), as bytes. */
static void put_ac(struct wr *wr)
{
    struct ul_association *a = bring(STA_3, false, &limits_default);
    accept_mwl(a);
    collect(a, wr);
    ul_association_free(&a);
}

/* Returns the first event told. */
static struct ul_event provoke(struct ul_association *a, enum ul_event_number event)
{
    struct wr wr;
    wr_init(&wr, 10000);
    switch (event) {
    case EVT_3:
        put_ac(&wr);
        break;
    case EVT_4:
        wr_span(&wr, REJECTION);
        break;
    case EVT_6:
        put_rq(&wr);
        break;
    case EVT_7:
        if (ul_association_peer(a))
            accept_mwl(a);
        break;
    case EVT_8:
        ul_association_reject(a, UL_REJECT_CALLED_AE);
        break;
    case EVT_9:
        ul_association_send(a, 1, UL_PDV_LAST, BYTES("x"));
        break;
    case EVT_10:
        wr_span(&wr, DATA);
        break;
    case EVT_11:
        ul_association_release(a);
        break;
    case EVT_12:
        wr_span(&wr, RELEASE_RQ);
        break;
    case EVT_13:
        wr_span(&wr, RELEASE_RP);
        break;
    case EVT_14:
        ul_association_release_reply(a);
        break;
    case EVT_15:
        ul_association_abort(a, UL_ABORT_USER, 0);
        break;
    case EVT_16:
        wr_span(&wr, ABORT);
        break;
    case EVT_17:
        ul_association_closed(a);
        break;
    case EVT_18:
        ul_association_artim_expired(a);
        break;
    case EVT_19:
        wr_span(&wr, BYTES("\x08\x00\x00\x00\x00\x03xyz"));
        break;
    default: /* EVT_1, EVT_2 and EVT_5 are how an association begins: bring() has been through them */
        break;
    }
    size_t n = ul_association_receive(a, wr_done(&wr));
    struct ul_event told = ul_association_next(a);
    if (n < wr.n)
        n += ul_association_receive(a, (struct span){ wr.p + n, wr.n - n });
    assert_int_equal(n, wr.n);
    wr_fini(&wr);
    return told;
}

static void check_cell(enum ul_event_number event, enum ul_state state, bool requestor)
{
    struct ul_association *a = bring(state, requestor, &limits_default);
    struct ul_transition cell = ul_fsm_cell(event, state);
    uint32_t before, after;
    enum ul_timer timer_before = ul_association_timer(a, &before);
    struct ul_event told = provoke(a, event);
    enum ul_timer timer = ul_association_timer(a, &after);

    enum ul_state next = state;
    if (cell.action != ACTION_NONE)
        next = (enum ul_state)(cell.action == AR_8 && !requestor ? cell.other_next : cell.next);
    assert_int_equal(ul_association_state(a), next);
    assert_int_equal(ul_association_done(a), next == STA_1 && state != STA_1);

    enum ul_event_type tells = shows[cell.action].tells;
    if (state == STA_2 && (cell.action == AA_1 || event == EVT_18))
        tells = UL_EVENT_FAULT; /* no indication of the standard's, but a line for the log */
    assert_int_equal(told.type, tells);
    if (tells == UL_EVENT_FAULT)
        assert_int_not_equal(told.fault->code, ERR_NONE);
    assert_int_equal(ul_association_next(a).type, UL_EVENT_NONE);

    struct span out = ul_association_output(a);
    if (shows[cell.action].pdu) {
        assert_true(out.n >= 10);
        assert_int_equal(out.p[0], shows[cell.action].pdu);
        if (shows[cell.action].pdu == UL_A_ABORT) {
            assert_int_equal(out.n, 10);
            assert_int_equal(out.p[8], shows[cell.action].source);
            if (out.p[8] == UL_ABORT_PROVIDER)
                assert_int_equal(out.p[9], event == EVT_19 ? UL_ABORT_UNRECOGNISED_PDU : UL_ABORT_UNEXPECTED_PDU);
        }
    } else {
        assert_int_equal(out.n, 0);
    }

    if (shows[cell.action].starts_artim) {
        assert_int_equal(timer, UL_TIMER_ARTIM);
        assert_int_not_equal(before, after);
    } else if (next == STA_2 || next == STA_13) {
        assert_int_equal(timer, timer_before);
        assert_int_equal(before, after);
    } else {
        assert_int_equal(timer, UL_TIMER_NONE);
    }
    ul_association_free(&a);
}

static void every_cell_does_what_its_action_says(void **state)
{
    (void)state;
    int cells = 0;
    for (int s = STA_1; s <= STA_13; s++) {
        if (s == STA_4)
            continue;
        for (int requestor = 0; requestor < 2; requestor++) {
            if ((requestor && (s == STA_2 || s == STA_3 || s == STA_10 || s == STA_12))
                || (!requestor && (s == STA_1 || s == STA_5 || s == STA_9 || s == STA_11)))
                continue;
            for (int e = EVT_3; e <= EVT_19; e++) {
                if (e == EVT_5)
                    continue;
                check_cell((enum ul_event_number)e, (enum ul_state)s, requestor);
                cells++;
            }
        }
    }
    assert_int_equal(cells, 16 * (8 + 4 * 2));
}

/* After the end nothing wakes it. */
static void an_ended_association_stays_so(void **state)
{
    (void)state;
    for (int e = EVT_3; e <= EVT_19; e++) {
        struct ul_association *a = bring(STA_6, true, &limits_default);
        ul_association_closed(a);
        assert_int_equal(ul_association_next(a).type, UL_EVENT_CLOSED);
        assert_int_equal(provoke(a, (enum ul_event_number)e).type, UL_EVENT_NONE);
        assert_false(ul_association_request(a, proposal()));
        assert_true(ul_association_done(a));
        assert_int_equal(ul_association_next(a).type, UL_EVENT_NONE);
        assert_int_equal(ul_association_output(a).n, 0);
        ul_association_free(&a);
    }
}

/* Sta13: a peer that goes on with junk and reads nothing gets one A-ABORT, not a queue of them. */
static void aborts_do_not_queue_up(void **state)
{
    (void)state;
    struct ul_association *a = bring(STA_13, false, &limits_default);
    for (int i = 0; i < 100; i++)
        provoke(a, EVT_19);
    assert_int_equal(ul_association_output(a).n, 10);
    ul_association_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_does_what_its_action_says),
        cmocka_unit_test(an_ended_association_stays_so),
        cmocka_unit_test(aborts_do_not_queue_up),
    };
    return cmocka_run_group_tests_name("ul/machine", tests, NULL, NULL);
}
