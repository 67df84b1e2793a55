/* receive.c -- bytes into PDUs, PDUs into events of the state machine.
 *
 * A header is judged as soon as its six bytes are there. The body is kept only if the action of Table 9-10 will look
 * at it and its length is within our bounds; any other is passed over as it comes, without memory. The buffer grows
 * with what has arrived, never by what a header announces. */
#include "ul/item.h"
#include "ul/machine.h"

#define APPLICATION_CONTEXT_NAME "1.2.840.10008.3.1.1.1" /* PS3.7 A.2.1 */

/* The PDU types of 9.3.1 with their events, and the ones whose body is four bytes. */
static const struct {
    enum ul_event_number event; /* 0: no such type */
    bool short_body;
} pdus[] = {
    [UL_A_ASSOCIATE_RQ] = { EVT_6, false }, [UL_A_ASSOCIATE_AC] = { EVT_3, false },
    [UL_A_ASSOCIATE_RJ] = { EVT_4, true },  [UL_P_DATA_TF] = { EVT_10, false },
    [UL_A_RELEASE_RQ] = { EVT_12, true },   [UL_A_RELEASE_RP] = { EVT_13, true },
    [UL_A_ABORT] = { EVT_16, true },
};

/* What else calls on a port that should hear DICOM, by its first byte. */
static const char *other_protocol(uint8_t first)
{
    switch (first) {
    case 0x16:
        return ", but the beginning of TLS, and DICOM in clear text is due here";
    case 'G':
    case 'H':
    case 'P':
    case 'O':
        return ", but perhaps the beginning of HTTP";
    default:
        return "";
    }
}

/* Evt19 unless another event is named: the peer is aborted, and the user told `what` of a->fault. */
static void refuse(struct ul_association *a, enum ul_event_number event, uint8_t reason)
{
    ul_machine_run(a, event, &(struct ul_cause){ .reason = reason });
}

static void reject(struct ul_association *a, enum ul_reject why)
{
    ul_machine_run(a, EVT_6, &(struct ul_cause){ .rejected = true, .why = why });
}

/* After the association nobody hears of faults any more (AA-6, AA-7). */
static struct err *fault_of(struct ul_association *a)
{
    return a->state == STA_13 ? NULL : &a->fault;
}

static void refuse_length(struct ul_association *a, uint8_t type, uint32_t length, uint32_t bound)
{
    err_set(fault_of(a), type == UL_P_DATA_TF ? ERR_SYNTAX : ERR_LIMIT, 0, 0,
            "a PDU of type %02XH with a length of %u, where %u is the most", type, length, bound);
    if (type == UL_A_ASSOCIATE_RQ)
        reject(a, UL_REJECT_LOCAL_LIMIT);
    else /* a P-DATA-TF above the length that we announced breaks D.1; an A-ASSOCIATE-AC only our own bound */
        refuse(a, EVT_19, type == UL_P_DATA_TF ? UL_ABORT_INVALID_PARAMETER : UL_ABORT_NOT_SPECIFIED);
}

/* True if the action uses what is in the PDU; the others abort or ignore whatever it is. */
static bool looks_inside(unsigned char action)
{
    return action != AA_1 && action != AA_6 && action != AA_7 && action != AA_8;
}

/* Judges the six bytes of a header; true if the body is wanted. */
static bool header(struct ul_association *a, uint8_t type, uint32_t length)
{
    if (type >= sizeof pdus / sizeof *pdus || !pdus[type].event) {
        err_set(fault_of(a), ERR_SYNTAX, 0, 0, "%02XH is not a PDU type%s", type,
                a->state == STA_2 ? other_protocol(type) : "");
        refuse(a, EVT_19, UL_ABORT_UNRECOGNISED_PDU);
        return false;
    }
    if (pdus[type].short_body && length != 4) {
        err_set(fault_of(a), ERR_SYNTAX, 0, 0, "a PDU of type %02XH with a length of %u instead of 4", type, length);
        refuse(a, EVT_19, UL_ABORT_INVALID_PARAMETER);
        return false;
    }
    if (!looks_inside(ul_fsm_cell(pdus[type].event, a->state).action)) {
        err_set(fault_of(a), ERR_SYNTAX, 0, 0, "a PDU of type %02XH is not expected in Sta%d", type, a->state);
        refuse(a, pdus[type].event, UL_ABORT_UNEXPECTED_PDU);
        return false;
    }
    uint32_t bound = type == UL_P_DATA_TF ? a->receive_max : a->limits->associate_bytes;
    if (!pdus[type].short_body && length > bound) {
        refuse_length(a, type, length, bound);
        return false;
    }
    return true;
}

/* Reads an A-ASSOCIATE body from a copy that lives as long as the association; the buffer of the PDU is given up, as
 * those that follow are mostly smaller. */
static bool read_associate(struct ul_association *a, enum ul_pdu_type type, struct span body, uint8_t *abort_reason)
{
    *abort_reason = UL_ABORT_NOT_SPECIFIED;
    struct span copy = arena_copy(&a->arena, body);
    wr_fini(&a->in);
    if (!copy.p)
        return err_set(&a->fault, ERR_MEMORY, 0, 0, "no memory for an A-ASSOCIATE PDU");
    a->peer_known = ul_associate_read(type, copy, a->limits, &a->arena, &a->peer, abort_reason, &a->fault);
    return a->peer_known;
}

/* What makes an A-ASSOCIATE-RQ not acceptable by the service provider (AE-6); UL_REJECT_COUNT if nothing does. */
static enum ul_reject unacceptable(const struct ul_associate *rq)
{
    if (!rq->protocol_version_1)
        return UL_REJECT_PROTOCOL_VERSION;
    if (!span_is(rq->application_context, APPLICATION_CONTEXT_NAME))
        return UL_REJECT_APPLICATION_CONTEXT;
    if (!rq->called_ae.n) /* sixteen spaces are no title (9.3.2) */
        return UL_REJECT_CALLED_AE;
    if (!rq->calling_ae.n)
        return UL_REJECT_CALLING_AE;
    return UL_REJECT_COUNT;
}

static void associate_rq(struct ul_association *a, struct span body)
{
    uint8_t abort_reason;
    if (!read_associate(a, UL_A_ASSOCIATE_RQ, body, &abort_reason)) {
        if (a->fault.code == ERR_LIMIT) {
            reject(a, UL_REJECT_LOCAL_LIMIT);
        } else if (a->fault.code == ERR_MEMORY) {
            reject(a, UL_REJECT_CONGESTION);
        } else {
            /* An RQ was recognised, Evt6; what is wrong inside it is Evt19 in Sta3, whose AA-8 tells the peer the
             * reason, which the AA-1 of Sta2 could not. The indication of AE-6 gives way to that of AA-8. */
            ul_machine_run(a, EVT_6, &(struct ul_cause){ 0 });
            refuse(a, EVT_19, abort_reason);
        }
        return;
    }
    enum ul_reject why = unacceptable(&a->peer);
    if (why != UL_REJECT_COUNT) {
        err_set(&a->fault, ERR_UNSUPPORTED, 0, 0, "the association was rejected: %s", ul_reject_info(why)->text);
        reject(a, why);
        return;
    }
    ul_machine_run(a, EVT_6, &(struct ul_cause){ 0 });
}

static void associate_ac(struct ul_association *a, struct span body)
{
    uint8_t abort_reason;
    if (!read_associate(a, UL_A_ASSOCIATE_AC, body, &abort_reason)) {
        refuse(a, EVT_19, abort_reason);
        return;
    }
    for (uint32_t i = 0; i < a->peer.context_count; i++) {
        const struct ul_context *c = &a->peer.contexts[i];
        if (c->result != UL_CONTEXT_ACCEPTED || ul_machine_accept(a, &a->ours, c))
            continue;
        err_set(&a->fault, ERR_SYNTAX, 0, 0, "presentation context %u was accepted in a way not proposed", c->id);
        refuse(a, EVT_19, UL_ABORT_INVALID_PARAMETER);
        return;
    }
    ul_machine_run(a, EVT_3, &(struct ul_cause){ 0 });
}

/* A P-DATA-TF is judged as a whole, before any of its PDVs is given out. */
static bool pdvs_are_good(struct ul_association *a, struct rd rd)
{
    if (rd_left(&rd) == 0)
        return err_set(&a->fault, ERR_SYNTAX, 0, 0, "a P-DATA-TF PDU without a PDV");
    struct ul_pdv pdv;
    while (ul_pdv_next(&rd, &pdv, &a->fault)) {
        if (!ul_machine_accepted(a, pdv.context_id))
            return err_set(&a->fault, ERR_SYNTAX, 0, 0, "a PDV on presentation context %u, which was not accepted",
                           pdv.context_id);
        a->empty_pdvs = pdv.fragment.n ? 0 : a->empty_pdvs + 1;
        if (a->empty_pdvs > a->limits->empty_pdvs)
            return err_set(&a->fault, ERR_LIMIT, 0, 0, "more than %u PDVs without a byte in a row",
                           a->limits->empty_pdvs);
    }
    return a->fault.code == ERR_NONE;
}

static void data(struct ul_association *a, struct span body)
{
    struct rd pdvs = rd_of(body);
    if (!pdvs_are_good(a, pdvs)) {
        refuse(a, EVT_19, UL_ABORT_INVALID_PARAMETER);
        return;
    }
    a->pdvs = pdvs;
    ul_machine_run(a, EVT_10, &(struct ul_cause){ 0 });
}

/* The three bytes that A-ASSOCIATE-RJ and A-ABORT have to say, the first of them reserved in an A-ABORT. */
static void reasons(struct ul_association *a, enum ul_event_number event, struct span body)
{
    struct rd rd = rd_of(body);
    rd_skip(&rd, 1);
    struct ul_cause cause = { .result = rd_u8(&rd) };
    cause.source = rd_u8(&rd);
    cause.reason = rd_u8(&rd);
    ul_machine_run(a, event, &cause);
}

static void whole_pdu(struct ul_association *a)
{
    struct span pdu = wr_done(&a->in);
    uint8_t type = pdu.p[0]; /* NOLINT(clang-analyzer-core.NullDereference): its header is there */
    struct span body = { pdu.p + UL_PDU_HEADER, pdu.n - UL_PDU_HEADER };
    switch (type) {
    case UL_A_ASSOCIATE_RQ:
        associate_rq(a, body);
        break;
    case UL_A_ASSOCIATE_AC:
        associate_ac(a, body);
        break;
    case UL_P_DATA_TF:
        data(a, body);
        break;
    case UL_A_ASSOCIATE_RJ:
    case UL_A_ABORT:
        reasons(a, pdus[type].event, body);
        break;
    default: /* A-RELEASE-RQ and -RP say nothing more */
        ul_machine_run(a, pdus[type].event, &(struct ul_cause){ 0 });
    }
}

/* Passes over at most n bytes of a PDU that is not wanted. */
static size_t pass_over(struct ul_association *a, size_t n)
{
    if (n > a->skip)
        n = a->skip;
    a->skip -= (uint32_t)n;
    return n;
}

/* Takes what belongs to the PDU at hand, and deals with it when it is whole. */
static size_t take(struct ul_association *a, struct span bytes)
{
    if (a->state == STA_1) /* nobody is here any more */
        return bytes.n;
    if (a->skip)
        return pass_over(a, bytes.n);
    if (a->in.n == 0)
        a->pdu_serial = ++a->starts;
    size_t wanted = (a->in.n < UL_PDU_HEADER ? UL_PDU_HEADER : a->in_length) - a->in.n;
    size_t n = bytes.n < wanted ? bytes.n : wanted;
    wr_bytes(&a->in, bytes.p, n);
    if (a->in.failed) {
        wr_reset(&a->in);
        err_set(fault_of(a), ERR_MEMORY, 0, 0, "no memory for a PDU that arrives");
        refuse(a, EVT_19, UL_ABORT_NOT_SPECIFIED);
        return bytes.n;
    }
    if (a->in.n == UL_PDU_HEADER) {
        struct rd rd = rd_of(wr_done(&a->in));
        uint8_t type = rd_u8(&rd);
        rd_skip(&rd, 1);
        uint32_t length = rd_u32be(&rd);
        a->in_length = UL_PDU_HEADER + (size_t)length;
        if (!header(a, type, length)) {
            a->skip = length;
            wr_reset(&a->in);
            return n;
        }
    }
    if (a->in.n >= UL_PDU_HEADER && a->in.n == a->in_length) {
        whole_pdu(a);
        wr_reset(&a->in); /* the bytes stay where they are until the next PDU begins, for the PDVs */
    }
    return n;
}

size_t ul_association_receive(struct ul_association *a, struct span bytes)
{
    size_t taken = 0;
    while (taken < bytes.n && a->event.type == UL_EVENT_NONE && rd_left(&a->pdvs) == 0)
        taken += take(a, (struct span){ bytes.p + taken, bytes.n - taken });
    return taken;
}
