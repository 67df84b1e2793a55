/* operation.c -- messages become operations: C-ECHO, C-FIND, C-CANCEL, and refusals for all others (PS3.7 chapter 9).
 *
 * One C-FIND runs at a time on an association; a few requests may wait behind it, since some devices send the next
 * without waiting though no asynchronous window was negotiated. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/uid.h"
#include "dimse/status.h"
#include "server/connection.h"

/* Answers between two looks at the clock: each takes a microsecond or two. */
enum { STEPS_A_LOOK = 4 };

static const char who[] = "server/operation";

static void abort_association(struct server_connection *c, const char *why)
{
    log_peer_line(LOG_WARNING, who, c->peer, "%s at %s: %s: aborted", c->calling_ae, c->peer, why);
    server_record_end(c, why);
    server_operation_end(c);
    ul_association_abort(c->association, UL_ABORT_PROVIDER, UL_ABORT_UNEXPECTED_PARAMETER);
}

/* True if more may be encoded for a peer that has not taken what it got. */
static bool has_room(const struct server_connection *c)
{
    return ul_association_can_send(c->association)
           && ul_association_output(c->association).n < c->settings->limits.output_bytes / 2;
}

void server_operation_respond(struct server_connection *c, uint8_t context_id, const struct dimse_command *rq,
                              uint16_t status, const char *comment)
{
    struct dimse_command rsp = { .field = rq->field | DIMSE_RESPONSE,
                                 .message_id = rq->message_id,
                                 .sop_class = rq->sop_class,
                                 .status = status,
                                 .comment = span_str(comment) };
    if (ul_association_output(c->association).n > c->settings->limits.output_bytes
        || !dimse_send(c->association, context_id, &rsp, (struct span){ NULL, 0 }))
        abort_association(c, "a response could not be queued");
}

static struct server_request *copy_request(const struct dimse_message *m)
{
    struct server_request *rq = calloc(1, sizeof *rq + m->data_set.n);
    if (!rq)
        return NULL;
    rq->context_id = m->context_id;
    rq->command = m->command;
    rq->too_large = m->too_large;
    size_t n = m->command.sop_class.n < sizeof rq->uid ? m->command.sop_class.n : sizeof rq->uid;
    if (n)
        memcpy(rq->uid, m->command.sop_class.p, n);
    rq->command.sop_class = span_of(rq->uid, n);
    rq->data_set_length = m->data_set.n;
    if (m->data_set.n)
        memcpy(rq->data_set, m->data_set.p, m->data_set.n);
    return rq;
}

void server_operation_end(struct server_connection *c)
{
    if (c->find)
        server_record_query(c);
    else if (c->request)
        server_record_cut_off(c);
    if (c->request)
        server_query_end(c);
    while (c->first) {
        struct server_request *rq = c->first;
        c->first = rq->next;
        free(rq);
    }
    c->last = &c->first;
    c->waiting = 0;
    c->waiting_bytes = 0;
}

static bool is_outstanding(const struct server_connection *c, uint16_t message_id)
{
    if (c->request && c->request->command.message_id == message_id)
        return true;
    for (const struct server_request *rq = c->first; rq; rq = rq->next)
        if (rq->command.message_id == message_id)
            return true;
    return false;
}

/* Performs a request now; takes it over. */
static void perform(struct server_connection *c, struct server_request *rq)
{
    if (rq->command.field == DIMSE_C_FIND_RQ) {
        server_query_begin(c, rq);
        return;
    }
    server_operation_respond(c, rq->context_id, &rq->command, DIMSE_STATUS_SUCCESS, "");
    log_line(LOG_TRACE, who, "%s at %s: C-ECHO", c->calling_ae, c->peer);
    free(rq);
}

/* What is to be said of a request before it is even looked at: 0000 to go on. */
static uint16_t judge(const struct server_connection *c, const struct dimse_message *m, const char **comment)
{
    struct span abstract, transfer;
    *comment = "";
    if (m->command.field != DIMSE_C_FIND_RQ && m->command.field != DIMSE_C_ECHO_RQ)
        return DIMSE_STATUS_UNRECOGNIZED_OPERATION;
    if (m->command.missing) {
        *comment = m->command.missing;
        return DIMSE_STATUS_MISTYPED_ARGUMENT;
    }
    if (is_outstanding(c, m->command.message_id))
        return DIMSE_STATUS_DUPLICATE_INVOCATION;
    /* The SOP class must be the one of the context, and the operation one of its service (PS3.7 9.1.2.1.1). */
    if (!ul_association_context(c->association, m->context_id, &abstract, &transfer)
        || !span_eq(abstract, m->command.sop_class))
        return DIMSE_STATUS_SOP_CLASS_NOT_SUPPORTED;
    bool is_find = m->command.field == DIMSE_C_FIND_RQ;
    if (span_is(abstract, UID_ModalityWorklistInformationModelFind) != is_find)
        return DIMSE_STATUS_UNRECOGNIZED_OPERATION;
    return DIMSE_STATUS_SUCCESS;
}

/* Performs what waits, in the order in which it came, until a C-FIND runs. */
static void perform_waiting(struct server_connection *c)
{
    while (!c->request && c->first && has_room(c)) {
        struct server_request *rq = c->first;
        c->first = rq->next;
        if (!c->first)
            c->last = &c->first;
        c->waiting--;
        c->waiting_bytes -= rq->data_set_length;
        rq->next = NULL;
        perform(c, rq);
    }
}

static void take_request(struct server_connection *c, const struct dimse_message *m)
{
    const char *comment;
    uint16_t status = judge(c, m, &comment);
    if (status != DIMSE_STATUS_SUCCESS) {
        log_peer_line(LOG_WARNING, who, c->peer, "%s at %s sent %s: status %04X %s %s", c->calling_ae, c->peer,
                      dimse_command_name(m->command.field), status, dimse_status_text(status), comment);
        server_operation_respond(c, m->context_id, &m->command, status, comment);
        return;
    }
    if (c->waiting == c->settings->limits.pipelined) {
        abort_association(c, "sends requests faster than they are answered");
        return;
    }
    /* Together no more than one may have: some devices send small queries ahead, none large ones. */
    if (c->waiting_bytes + m->data_set.n > c->settings->limits.identifier_bytes) {
        log_peer_line(LOG_WARNING, who, c->peer, "%s at %s: identifiers of %zu bytes wait already: refused",
                      c->calling_ae, c->peer, c->waiting_bytes);
        server_operation_respond(c, m->context_id, &m->command, DIMSE_STATUS_OUT_OF_RESOURCES,
                                 "too much waits before this query");
        return;
    }
    struct server_request *rq = copy_request(m);
    if (!rq) {
        server_operation_respond(c, m->context_id, &m->command, DIMSE_STATUS_OUT_OF_RESOURCES, "out of memory");
        return;
    }
    *c->last = rq;
    c->last = &rq->next;
    c->waiting++;
    c->waiting_bytes += rq->data_set_length;
    perform_waiting(c);
}

/* Each of them comes with an Identifier (PS3.7 9.1.2.1.5), be there nothing in it. */
static bool is_pending(uint16_t status)
{
    return status == DIMSE_STATUS_PENDING || status == DIMSE_STATUS_PENDING_WARNING;
}

static bool send_step(struct server_connection *c, const struct service_answer *answer, struct span identifier)
{
    const struct dimse_command *rq = &c->request->command; /* a query that runs has its request */
    struct dimse_command rsp = { .field = DIMSE_C_FIND_RSP,
                                 .message_id = rq->message_id, /* NOLINT(clang-analyzer-core.NullDereference) */
                                 .sop_class = rq->sop_class,
                                 .has_data_set = is_pending(answer->status),
                                 .status = answer->status,
                                 .offending = answer->offending,
                                 .comment = answer->comment };
    bool sent;
    if (rsp.has_data_set) {
        if (c->pending.n == 0) /* one query has one status for all its answers */
            dimse_command_write(&c->pending, &rsp);
        sent = !c->pending.failed
               && dimse_send_written(c->association, c->request->context_id, wr_done(&c->pending), identifier);
    } else {
        sent = dimse_send(c->association, c->request->context_id, &rsp, identifier);
    }
    if (sent)
        return true;
    abort_association(c, "an answer could not be queued");
    return false;
}

bool server_operation_answer(struct server_connection *c, uint16_t status, struct span answer)
{
    return send_step(c, &(struct service_answer){ .status = status }, answer);
}

/* Queues one step of the running query. False if it gave nothing now. */
static bool step(struct server_connection *c, uint32_t budget_us)
{
    struct service_answer answer;
    if (c->over)
        return false;
    enum service_step got = service_find_next(c->find, budget_us, &answer);
    if (got == SERVICE_AGAIN)
        return false;
    if (got == SERVICE_ANSWER && server_query_filters_answers(c)) {
        server_query_filter_answer(c, answer.status, answer.identifier);
        return !c->call && c->find;
    }
    if (!send_step(c, &answer, got == SERVICE_ANSWER ? answer.identifier : (struct span){ NULL, 0 }))
        return false;
    c->over = got == SERVICE_FINAL;
    return !c->over;
}

void server_operation_settle(struct server_connection *c)
{
    if (!c->over)
        return;
    server_record_query(c);
    server_explain(c);
    server_query_end(c);
}

/* A cancel for what is finished or was never asked is ignored: it crossed our last response on its way (PS3.7
 * 9.3.2.3). The final response is queued at once, also behind answers that the peer does not take: nothing of the query
 * is to outlive it. */
static void take_cancel(struct server_connection *c, uint16_t message_id)
{
    bool runs = c->request && c->request->command.message_id == message_id;
    if (runs && c->find) {
        server_query_unpark(c);
        service_find_cancel(c->find);
        step(c, 0);
    } else if (runs) {
        server_query_refuse(c, DIMSE_STATUS_CANCEL, "");
    }
    for (struct server_request *rq = c->first; rq; rq = rq->next)
        if (rq->command.message_id == message_id)
            rq->cancelled = true;
}

void server_operation_fragment(struct server_connection *c, const struct ul_pdv *pdv)
{
    struct dimse_message m;
    struct err err = { 0 };
    switch (dimse_assemble(&c->assembler, pdv, &m, &err)) {
    case DIMSE_MORE:
        return;
    case DIMSE_FAULT:
        abort_association(c, err.what);
        return;
    case DIMSE_MESSAGE:
        break;
    }
    if (m.command.field == DIMSE_C_CANCEL_RQ)
        take_cancel(c, m.command.message_id);
    else if (m.command.field & DIMSE_RESPONSE)
        abort_association(c, "a response to something that was never asked");
    else
        take_request(c, &m);
}

void server_operation_expire(struct server_connection *c)
{
    if (c->find) {
        server_query_unpark(c);
        service_find_expire(c->find);
        step(c, 0);
    }
}

void server_operation_pump(struct server_connection *c)
{
    uint64_t now = clock_mono_us(), end = now + c->settings->limits.slice_us;
    for (uint32_t steps = 0; has_room(c); steps++) {
        perform_waiting(c);
        if (steps % STEPS_A_LOOK == 0)
            now = clock_mono_us();
        if (!c->find || c->call || now >= end || !step(c, (uint32_t)(end - now)))
            return;
    }
}

bool server_operation_is_ready(const struct server_connection *c)
{
    return c->request ? c->find && !c->parked : c->first != NULL;
}
