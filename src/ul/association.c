/* association.c -- one association, as its owner sees it: the requests of the service user, the output, the timers. */
#include "ul/association.h"

#include <stdlib.h>

#include "ul/item.h"
#include "ul/machine.h"

enum {
    SENT_WORTH_MOVING = 64 << 10,
    OUTPUT_RESERVE = 64 /* P-DATA leaves room for the release and the abort that may follow */
};

/* The largest legal RQ and AC within our limits, twice over: the bytes, and the arrays that point into them. */
static size_t arena_cap(const struct limits *limits)
{
    size_t context = sizeof(struct ul_context) + ((size_t)limits->transfer_syntaxes + 4) * sizeof(struct span);
    return 2 * ((size_t)limits->associate_bytes + UL_CONTEXTS * context + 1024);
}

/* What waits to be sent is held back by whoever makes it, at output_bytes; this only has to be above that by one
 * whole message and what the protocol itself says. */
static size_t output_cap(const struct limits *limits)
{
    size_t message = limits->file_bytes > limits->identifier_bytes ? limits->file_bytes : limits->identifier_bytes;
    return (size_t)limits->output_bytes + 2 * message + 2 * (size_t)limits->associate_bytes + limits->pdu_bytes;
}

static struct ul_association *association_new(const struct limits *limits, bool requestor)
{
    struct ul_association *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->limits = limits;
    a->requestor = requestor;
    a->state = STA_1;
    a->receive_max = limits->pdu_bytes;
    size_t body = limits->associate_bytes > limits->pdu_bytes ? limits->associate_bytes : limits->pdu_bytes;
    wr_init(&a->in, UL_PDU_HEADER + (body < 4 ? 4 : body));
    wr_init(&a->out, output_cap(limits));
    arena_init(&a->arena, arena_cap(limits));
    return a;
}

struct ul_association *ul_association_acceptor_new(const struct limits *limits)
{
    struct ul_association *a = association_new(limits, false);
    if (a)
        ul_machine_run(a, EVT_5, &(struct ul_cause){ 0 });
    return a;
}

struct ul_association *ul_association_requestor_new(const struct limits *limits)
{
    return association_new(limits, true);
}

void ul_association_free(struct ul_association **association)
{
    struct ul_association *a = *association;
    *association = NULL;
    if (!a)
        return;
    wr_fini(&a->in);
    wr_fini(&a->out);
    arena_fini(&a->arena);
    free(a);
}

/* We never announce more than we take (D.1). */
static uint32_t announced(const struct ul_association *a, uint32_t max_length)
{
    return max_length && max_length < a->limits->pdu_bytes ? max_length : a->limits->pdu_bytes;
}

/* Keeps a copy of what is proposed by reading back what would be sent, which also proves that it can be read. */
static bool keep_proposal(struct ul_association *a, const struct ul_associate *rq)
{
    struct wr wr;
    wr_init(&wr, UL_PDU_HEADER + (size_t)a->limits->associate_bytes);
    ul_associate_write(&wr, UL_A_ASSOCIATE_RQ, rq);
    struct span body = { NULL, 0 };
    if (!wr.failed)
        body = arena_copy(&a->arena, (struct span){ wr.p + UL_PDU_HEADER, wr.n - UL_PDU_HEADER });
    wr_fini(&wr);
    uint8_t reason;
    return body.p && ul_associate_read(UL_A_ASSOCIATE_RQ, body, a->limits, &a->arena, &a->ours, &reason, NULL);
}

bool ul_association_request(struct ul_association *a, const struct ul_associate *associate)
{
    if (!a->requestor || a->ended || a->state != STA_1)
        return false;
    struct ul_associate rq = *associate;
    rq.max_length = a->receive_max = announced(a, associate->max_length);
    if (!keep_proposal(a, &rq))
        return false;
    struct ul_cause cause = { .associate = &rq };
    return ul_machine_run(a, EVT_1, &cause) && ul_machine_run(a, EVT_2, &cause) && a->state == STA_5;
}

void ul_association_accept(struct ul_association *a, const struct ul_associate *answer)
{
    if (a->state != STA_3)
        return;
    struct ul_associate ac = *answer;
    ac.echo = a->peer.echo;
    ac.max_length = a->receive_max = announced(a, answer->max_length);
    for (uint32_t i = 0; i < ac.context_count; i++)
        if (ac.contexts[i].result == UL_CONTEXT_ACCEPTED)
            ul_machine_accept(a, &a->peer, &ac.contexts[i]);
    ul_machine_run(a, EVT_7, &(struct ul_cause){ .associate = &ac });
}

void ul_association_reject(struct ul_association *a, enum ul_reject why)
{
    ul_machine_run(a, EVT_8, &(struct ul_cause){ .why = why });
}

struct ul_event ul_association_next(struct ul_association *a)
{
    struct ul_event event = a->event;
    a->event = (struct ul_event){ .type = UL_EVENT_NONE };
    if (event.type == UL_EVENT_NONE && ul_pdv_next(&a->pdvs, &event.pdv, NULL))
        event.type = UL_EVENT_PDV;
    return event;
}

const struct ul_associate *ul_association_peer(const struct ul_association *a)
{
    return a->peer_known ? &a->peer : NULL;
}

bool ul_association_context(const struct ul_association *a, uint8_t id, struct span *abstract_syntax,
                            struct span *transfer_syntax)
{
    if (!ul_machine_accepted(a, id))
        return false;
    *abstract_syntax = a->accepted[id / 2].abstract_syntax;
    *transfer_syntax = a->accepted[id / 2].transfer_syntax;
    return true;
}

/* Fragments are of even length (PS3.8 Annex E): an odd maximum leaves a byte unused. */
size_t ul_association_fragment_max(const struct ul_association *a)
{
    uint32_t max = a->limits->pdu_bytes;
    if (a->peer.max_length && a->peer.max_length < max)
        max = a->peer.max_length;
    return max < UL_SMALLEST_MAX_LENGTH ? 0 : (max - UL_PDV_HEADER) & ~(size_t)1;
}

bool ul_association_can_send(const struct ul_association *a)
{
    return ul_fsm_cell(EVT_9, a->state).action != ACTION_NONE;
}

/* Moves what is still to be sent to the front of the buffer, when that is cheap against what was sent. */
static void forget_sent(struct ul_association *a)
{
    wr_consume(&a->out, a->out_sent);
    a->out_sent = 0;
}

bool ul_association_send(struct ul_association *a, uint8_t context_id, uint8_t control, struct span fragment)
{
    size_t pdu = UL_PDU_HEADER + UL_PDV_HEADER + fragment.n;
    if (!ul_machine_accepted(a, context_id) || fragment.n > ul_association_fragment_max(a))
        return false;
    if (pdu + OUTPUT_RESERVE > a->out.cap - a->out.n)
        forget_sent(a);
    if (pdu + OUTPUT_RESERVE > a->out.cap - a->out.n)
        return false;
    struct ul_cause cause = { .pdv = { context_id, control, fragment } };
    return ul_machine_run(a, EVT_9, &cause) && a->state != STA_1;
}

void ul_association_release(struct ul_association *a)
{
    ul_machine_run(a, EVT_11, &(struct ul_cause){ 0 });
}

void ul_association_release_reply(struct ul_association *a)
{
    if (a->state == STA_10) /* its turn comes after the peer's (AR-10) */
        a->release_reply_waiting = true;
    else
        ul_machine_run(a, EVT_14, &(struct ul_cause){ 0 });
}

void ul_association_abort(struct ul_association *a, uint8_t source, uint8_t reason)
{
    if (ul_machine_run(a, EVT_15, &(struct ul_cause){ .source = source, .reason = reason }))
        a->event = (struct ul_event){ .type = UL_EVENT_NONE }; /* the user wants to hear no more */
}

void ul_association_closed(struct ul_association *a)
{
    ul_machine_run(a, EVT_17, &(struct ul_cause){ 0 });
}

void ul_association_artim_expired(struct ul_association *a)
{
    if (a->state == STA_2)
        err_set(&a->fault, ERR_LIMIT, 0, 0, "no A-ASSOCIATE-RQ came in time");
    ul_machine_run(a, EVT_18, &(struct ul_cause){ 0 });
}

struct span ul_association_output(const struct ul_association *a)
{
    if (a->out.n == a->out_sent)
        return (struct span){ NULL, 0 };
    return (struct span){ a->out.p + a->out_sent, a->out.n - a->out_sent };
}

void ul_association_sent(struct ul_association *a, size_t n)
{
    a->out_sent += n < a->out.n - a->out_sent ? n : a->out.n - a->out_sent;
    if (a->out_sent == a->out.n) {
        wr_reset(&a->out);
        a->out_sent = 0;
    } else if (a->out_sent >= SENT_WORTH_MOVING && a->out_sent >= a->out.n / 2) {
        forget_sent(a);
    }
}

enum ul_timer ul_association_timer(const struct ul_association *a, uint32_t *serial)
{
    *serial = 0;
    if (a->artim) {
        *serial = a->artim_serial;
        return UL_TIMER_ARTIM;
    }
    if (a->in.n == 0 || a->state == STA_1)
        return UL_TIMER_NONE;
    *serial = a->pdu_serial;
    return UL_TIMER_PDU;
}

bool ul_association_done(const struct ul_association *a)
{
    return a->ended;
}

enum ul_state ul_association_state(const struct ul_association *a)
{
    return a->state;
}
