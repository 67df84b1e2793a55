/* machine.c -- what the actions of PS3.8 9.2.2 do (Tables 9-6 to 9-9), one `case` each.
 *
 * Which action, and which state follows, is fsm.def's business. Opening and closing the transport connection is the
 * owner's: he sees Sta1 as ul_association_done(). */
#include "ul/machine.h"

static void indicate(struct ul_association *a, enum ul_event_type type)
{
    a->event = (struct ul_event){ .type = type };
}

/* An indication that carries what the peer gave as reason. */
static void indicate_reason(struct ul_association *a, enum ul_event_type type, const struct ul_cause *cause)
{
    a->event =
        (struct ul_event){ .type = type, .result = cause->result, .source = cause->source, .reason = cause->reason };
}

/* A fault is told once, whatever the action; only AA-8 has an indication for it in the standard (A-P-ABORT). */
static void indicate_fault(struct ul_association *a)
{
    if (a->fault.code == ERR_NONE || a->fault_told)
        return;
    a->event = (struct ul_event){ .type = UL_EVENT_FAULT, .fault = &a->fault };
    a->fault_told = true;
}

static void start_artim(struct ul_association *a)
{
    a->artim = true;
    a->artim_serial = ++a->starts;
}

static void stop_artim(struct ul_association *a)
{
    a->artim = false;
}

/* True if the second choice of the next state is taken. */
static bool act(struct ul_association *a, enum ul_action action, const struct ul_cause *cause)
{
    switch (action) {
    case ACTION_NONE:
        break;

    /* Table 9-6, association establishment */
    case AE_1: /* the owner has opened the transport connection already */
        break;
    case AE_2:
        ul_associate_write(&a->out, UL_A_ASSOCIATE_RQ, cause->associate);
        break;
    case AE_3:
        indicate(a, UL_EVENT_ASSOCIATE_AC);
        break;
    case AE_4:
        indicate_reason(a, UL_EVENT_ASSOCIATE_RJ, cause);
        break;
    case AE_5:
        start_artim(a);
        break;
    case AE_6:
        stop_artim(a);
        if (!cause->rejected) {
            indicate(a, UL_EVENT_ASSOCIATE_RQ);
            break;
        }
        ul_reject_write(&a->out, cause->why);
        start_artim(a);
        indicate_fault(a);
        return true;
    case AE_7:
        ul_associate_write(&a->out, UL_A_ASSOCIATE_AC, cause->associate);
        break;
    case AE_8:
        ul_reject_write(&a->out, cause->why);
        start_artim(a);
        break;

    /* Table 9-7, data transfer: the PDVs are given out from a->pdvs */
    case DT_1:
    case AR_7:
        ul_data_write(&a->out, cause->pdv.context_id, cause->pdv.control, cause->pdv.fragment);
        break;
    case DT_2:
    case AR_6:
        break;

    /* Table 9-8, release */
    case AR_1:
        ul_release_rq_write(&a->out);
        break;
    case AR_2:
        indicate(a, UL_EVENT_RELEASE_RQ);
        break;
    case AR_3:
    case AR_10:
        indicate(a, UL_EVENT_RELEASED);
        break;
    case AR_4:
        ul_release_rp_write(&a->out);
        start_artim(a);
        break;
    case AR_5:
        stop_artim(a);
        break;
    case AR_8:
        indicate(a, UL_EVENT_RELEASE_RQ);
        return !a->requestor;
    case AR_9:
        ul_release_rp_write(&a->out);
        break;

    /* Table 9-9, abort */
    case AA_1:
        ul_abort_write(&a->out, cause->source, cause->reason);
        start_artim(a);
        indicate_fault(a);
        break;
    case AA_2:
        stop_artim(a);
        indicate_fault(a);
        break;
    case AA_3:
        indicate_reason(a, UL_EVENT_ABORTED, cause);
        break;
    case AA_4:
        indicate(a, UL_EVENT_CLOSED);
        break;
    case AA_5:
        stop_artim(a);
        break;
    case AA_6:
        break;
    case AA_7: /* to a peer that takes nothing, no queue of them */
        if (a->out.n == a->out_sent)
            ul_abort_write(&a->out, UL_ABORT_PROVIDER, cause->reason);
        break;
    case AA_8:
        ul_abort_write(&a->out, UL_ABORT_PROVIDER, cause->reason);
        start_artim(a);
        indicate_fault(a);
        break;
    }
    return false;
}

/* What each state implies for what is on its way. */
static void enter(struct ul_association *a, enum ul_state state)
{
    a->state = state;
    if (state != STA_6 && state != STA_7)
        a->pdvs = (struct rd){ 0 };
    if (state == STA_1) {
        a->ended = true;
        stop_artim(a);
        wr_fini(&a->in);
        wr_fini(&a->out);
        a->out_sent = 0;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): once at most, since EVT_14 leads out of STA_12 */
bool ul_machine_run(struct ul_association *a, enum ul_event_number event, const struct ul_cause *cause)
{
    struct ul_transition cell = ul_fsm_cell(event, a->state);
    if (cell.action == ACTION_NONE)
        return false;
    bool other = act(a, (enum ul_action)cell.action, cause);
    enter(a, (enum ul_state)(other ? cell.other_next : cell.next));
    if (a->out.failed) { /* a PDU of which a part is missing cannot be sent, nor anything after it */
        err_set(&a->fault, ERR_MEMORY, 0, 0, "no memory for a PDU to be sent");
        indicate_fault(a);
        enter(a, STA_1);
    }
    /* Acceptor's side of a release collision: the user's response waited for the peer's. */
    if (a->state == STA_12 && a->release_reply_waiting) {
        a->release_reply_waiting = false;
        ul_machine_run(a, EVT_14, cause);
    }
    return true;
}

bool ul_machine_accept(struct ul_association *a, const struct ul_associate *proposed, const struct ul_context *answer)
{
    for (uint32_t i = 0; i < proposed->context_count; i++) {
        const struct ul_context *c = &proposed->contexts[i];
        if (c->id != answer->id)
            continue;
        for (uint32_t t = 0; t < c->transfer_syntax_count; t++) {
            if (!span_eq(c->transfer_syntaxes[t], answer->transfer_syntaxes[0]))
                continue;
            a->accepted[c->id / 2].abstract_syntax = c->abstract_syntax;
            a->accepted[c->id / 2].transfer_syntax = c->transfer_syntaxes[t];
            return true;
        }
    }
    return false;
}

bool ul_machine_accepted(const struct ul_association *a, uint8_t id)
{
    return id % 2 == 1 && a->accepted[id / 2].transfer_syntax.n > 0;
}
