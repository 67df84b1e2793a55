/* The upper layer: whatever a peer says, in any pieces, is answered by whole PDUs, tells the same events, and ends.
 *
 * The first byte says how the association begins and how large the pieces are; the rest is what the peer says. */
#include "fuzz.h"

#include "../unit/ul/peers.h"

enum beginning { ACCEPTOR_STA_2, ACCEPTOR_STA_6, REQUESTOR_STA_5, REQUESTOR_STA_6 };

static struct ul_association *begin(enum beginning how)
{
    static const enum ul_state states[] = { STA_2, STA_6, STA_5, STA_6 };
    return bring(states[how], how >= REQUESTOR_STA_5, &limits_default);
}

/* What was read can be written, and then be read again. The UID that an SCU may lack we never do. */
static void check_round_trip(const struct ul_associate *peer)
{
    if (peer->tolerated.no_implementation_class)
        return;
    struct wr wr;
    wr_init(&wr, 1 << 20);
    ul_associate_write(&wr, UL_A_ASSOCIATE_RQ, peer);
    struct arena arena;
    arena_init(&arena, 4 << 20);
    struct ul_associate again;
    uint8_t reason;
    if (!wr.failed) {
        struct span body = { wr.p + UL_PDU_HEADER, wr.n - UL_PDU_HEADER };
        DEMAND(ul_associate_read(UL_A_ASSOCIATE_RQ, body, &limits_default, &arena, &again, &reason, NULL));
        DEMAND(again.context_count == peer->context_count && again.max_length == peer->max_length);
        DEMAND(span_eq(again.called_ae, peer->called_ae) && span_eq(again.calling_ae, peer->calling_ae));
        for (uint32_t i = 0; i < again.context_count; i++)
            DEMAND(span_eq(again.contexts[i].abstract_syntax, peer->contexts[i].abstract_syntax)
                   && again.contexts[i].transfer_syntax_count == peer->contexts[i].transfer_syntax_count);
    }
    arena_fini(&arena);
    wr_fini(&wr);
}

static void check_pdv(struct ul_association *a, const struct ul_pdv *pdv)
{
    struct span abstract, transfer;
    DEMAND(ul_association_context(a, pdv->context_id, &abstract, &transfer));
    DEMAND(abstract.n && transfer.n && pdv->control <= 3);
    enum ul_state state = ul_association_state(a);
    DEMAND(state == STA_6 || state == STA_7);
    if (ul_association_can_send(a))
        DEMAND(ul_association_send(a, pdv->context_id, UL_PDV_COMMAND, span_str("an")));
    if (pdv->fragment.n && pdv->fragment.p[0] == 'R') /* so that a release of ours can meet one of the peer's */
        ul_association_release(a);
}

static void check_event(struct ul_association *a, const struct ul_event *e)
{
    switch (e->type) {
    case UL_EVENT_ASSOCIATE_RQ:
        check_round_trip(ul_association_peer(a));
        accept_mwl(a);
        break;
    case UL_EVENT_RELEASE_RQ:
        ul_association_release_reply(a);
        break;
    case UL_EVENT_PDV:
        check_pdv(a, &e->pdv);
        break;
    case UL_EVENT_FAULT:
        demand_words(e->fault, UINT64_MAX);
        break;
    default:
        break;
    }
}

/* What is sent is whole PDUs, which we could read ourselves. */
static void check_output(struct span out)
{
    struct rd rd = rd_of(out);
    while (rd_left(&rd)) {
        uint8_t type = rd_u8(&rd);
        rd_skip(&rd, 1);
        struct rd body = rd_sub(&rd, rd_u32be(&rd));
        DEMAND(!rd.failed && type >= UL_A_ASSOCIATE_RQ && type <= UL_A_ABORT);
        if (type != UL_P_DATA_TF)
            continue;
        struct ul_pdv pdv;
        struct err err = { 0 };
        DEMAND(ul_pdv_next(&body, &pdv, &err));
        DEMAND(!ul_pdv_next(&body, &pdv, &err) && err.code == ERR_NONE);
    }
}

static void check_ends(struct ul_association *a)
{
    uint32_t serial;
    enum ul_timer timer = ul_association_timer(a, &serial);
    enum ul_state state = ul_association_state(a);
    DEMAND((timer == UL_TIMER_ARTIM) == (state == STA_2 || state == STA_13));
    DEMAND(ul_association_done(a) == (state == STA_1));
    if (state == STA_1)
        DEMAND(ul_association_output(a).n == 0);
    check_output(ul_association_output(a));
}

/* One life: the types of its events in order, and all that it said. */
struct life {
    struct wr events, said;
};

static void live(enum beginning how, struct span bytes, size_t piece, struct life *life)
{
    struct ul_association *a = begin(how);
    wr_init(&life->events, 1 << 20);
    wr_init(&life->said, 8 << 20);
    while (bytes.n) {
        size_t n = ul_association_receive(a, (struct span){ bytes.p, bytes.n < piece ? bytes.n : piece });
        DEMAND(n > 0 && n <= bytes.n); /* all events were taken: there must be progress */
        bytes.p += n;
        bytes.n -= n;
        for (struct ul_event e; (e = ul_association_next(a)).type != UL_EVENT_NONE;) {
            wr_u8(&life->events, (uint8_t)e.type);
            check_event(a, &e);
        }
    }
    check_ends(a);
    wr_u8(&life->events, (uint8_t)ul_association_state(a));
    wr_span(&life->said, ul_association_output(a));
    ul_association_closed(a);
    DEMAND(ul_association_done(a));
    check_ends(a);
    ul_association_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    enum beginning how = (enum beginning)(data[0] & 3);
    struct span bytes = { data + 1, size - 1 };
    struct life whole, pieces;
    live(how, bytes, size, &whole);
    live(how, bytes, (size_t)(data[0] >> 2) + 1, &pieces);
    DEMAND(span_eq(wr_done(&whole.events), wr_done(&pieces.events)));
    DEMAND(span_eq(wr_done(&whole.said), wr_done(&pieces.said)));
    wr_fini(&whole.events);
    wr_fini(&whole.said);
    wr_fini(&pieces.events);
    wr_fini(&pieces.said);
    return 0;
}
