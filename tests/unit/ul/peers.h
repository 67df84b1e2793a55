/* peers.h -- associations brought into a given state, what they say as text, and both roles wired to each other. */
#ifndef MWL_TESTS_UNIT_UL_PEERS_H
#define MWL_TESTS_UNIT_UL_PEERS_H

#include "../check.h"

#include <stdio.h>

#include "bytes.h"
#include "ul/association.h"
#include "ul/negotiate.h"

#define RELEASE_RQ BYTES("\x05\x00\x00\x00\x00\x04\x00\x00\x00\x00")
#define RELEASE_RP BYTES("\x06\x00\x00\x00\x00\x04\x00\x00\x00\x00")
#define ABORT      BYTES("\x07\x00\x00\x00\x00\x04\x00\x00\x02\x01")
#define REJECTION  BYTES("\x03\x00\x00\x00\x00\x04\x00\x01\x01\x07")
/* One command PDV, the last one, on context 1. */
#define DATA BYTES("\x04\x00\x00\x00\x00\x08\x00\x00\x00\x04\x01\x03hi")

/* MWL in context 1 in both syntaxes, Verification in 3; the titles are "MWL" and "CT1". */
static inline const struct ul_associate *proposal(void)
{
    static struct span both[] = { { (const uint8_t *)IMPLICIT_LE, 17 }, { (const uint8_t *)EXPLICIT_LE, 19 } };
    static struct ul_context contexts[] = {
        { 1, 0, { (const uint8_t *)MWL_FIND, 22 }, both, 2 },
        { 3, 0, { (const uint8_t *)VERIFICATION, 17 }, both, 1 },
    };
    static struct ul_associate rq;
    rq = (struct ul_associate){
        .called_ae = span_str("MWL"),
        .calling_ae = span_str("CT1"),
        .application_context = span_str(APPLICATION_CONTEXT),
        .contexts = contexts,
        .context_count = 2,
        .implementation_class_uid = span_str("1.9"),
    };
    return &rq;
}

/* The same as bytes. */
static inline void put_rq(struct wr *wr)
{
    ul_associate_write(wr, UL_A_ASSOCIATE_RQ, proposal());
}

/* MWL is offered in Explicit VR before Implicit, Verification not at all. */
static inline void accept_mwl(struct ul_association *a)
{
    static const struct ul_offer offers[] = { { MWL_FIND, true } };
    static const char *const syntaxes[] = { EXPLICIT_LE, IMPLICIT_LE };
    static const struct ul_acceptor acceptor = { offers, 1, syntaxes, 2, 0, "1.8", "MWL", 0 };
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct ul_associate answer;
    uint32_t refused;
    ul_negotiate(&acceptor, ul_association_peer(a), &arena, &answer, &refused);
    ul_association_accept(a, &answer);
    arena_fini(&arena);
}

/* Appends what one event says, in one line. */
static inline void put_event(struct wr *log, const struct ul_event *e)
{
    static const char *const names[] = { "",        "associate-rq", "associate-ac", "associate-rj", "pdv",
                                         "release", "released",     "aborted",      "fault",        "closed" };
    wr_str(log, names[e->type]);
    if (e->type == UL_EVENT_PDV)
        wr_fmt(log, " %u %u %.*s", e->pdv.context_id, e->pdv.control, SPAN_FMT(e->pdv.fragment));
    if (e->type == UL_EVENT_ASSOCIATE_RJ)
        wr_fmt(log, " %u %u %u", e->result, e->source, e->reason);
    if (e->type == UL_EVENT_ABORTED)
        wr_fmt(log, " %u %u", e->source, e->reason);
    wr_str(log, "\n");
}

/* Takes all events; an association is accepted, and a release answered, where `obliging`. */
static inline void drain(struct ul_association *a, struct wr *log, bool obliging)
{
    for (;;) {
        struct ul_event e = ul_association_next(a);
        if (e.type == UL_EVENT_NONE)
            return;
        put_event(log, &e);
        if (obliging && e.type == UL_EVENT_ASSOCIATE_RQ)
            accept_mwl(a);
        if (obliging && e.type == UL_EVENT_RELEASE_RQ)
            ul_association_release_reply(a);
    }
}

/* Hands over bytes, at most `chunk` at a time. */
static inline void feed(struct ul_association *a, struct span bytes, size_t chunk, struct wr *log, bool obliging)
{
    while (bytes.n) {
        size_t n = ul_association_receive(a, (struct span){ bytes.p, bytes.n < chunk ? bytes.n : chunk });
        drain(a, log, obliging);
        bytes.p += n;
        bytes.n -= n;
    }
}

/* Takes what is to be sent into `out`. */
static inline void collect(struct ul_association *a, struct wr *out)
{
    struct span s = ul_association_output(a);
    wr_span(out, s);
    ul_association_sent(a, s.n);
}

/* Carries bytes both ways until none are left. */
static inline void exchange(struct ul_association *a, struct wr *a_log, struct ul_association *b, struct wr *b_log,
                            size_t chunk, bool obliging)
{
    struct wr wire;
    wr_init(&wire, 16 << 20);
    while (ul_association_output(a).n || ul_association_output(b).n) {
        wr_reset(&wire);
        collect(a, &wire);
        feed(b, wr_done(&wire), chunk, b_log, obliging);
        wr_reset(&wire);
        collect(b, &wire);
        feed(a, wr_done(&wire), chunk, a_log, obliging);
    }
    wr_fini(&wire);
}

/* An association in a state that it has reached through its own calls, with no event and no output waiting. Sta9 and
 * Sta11 are a requestor's, Sta10 and Sta12 an acceptor's; Sta4 exists only within ul_association_request(). */
static inline struct ul_association *bring(enum ul_state state, bool requestor, const struct limits *limits)
{
    struct wr junk;
    wr_init(&junk, 1 << 20);
    struct ul_association *a = ul_association_requestor_new(limits), *b = ul_association_acceptor_new(limits);
    assert_true(state == STA_1 || ul_association_request(a, proposal()));
    if (state != STA_1 && state != STA_5 && state != STA_2)
        exchange(a, &junk, b, &junk, 1000, state != STA_3);
    bool wants_requestor = state == STA_1 || state == STA_5 || state == STA_9 || state == STA_11
                           || (requestor && state >= STA_6 && state != STA_10 && state != STA_12);
    struct ul_association *it = wants_requestor ? a : b, *other = wants_requestor ? b : a;
    ul_association_free(&other);

    if (state == STA_13)
        ul_association_abort(it, UL_ABORT_USER, 0);
    if (state == STA_8)
        feed(it, RELEASE_RQ, 10, &junk, false);
    if (state == STA_7 || (state >= STA_9 && state <= STA_12))
        ul_association_release(it);
    if (state >= STA_9 && state <= STA_12)
        feed(it, RELEASE_RQ, 10, &junk, false);
    if (state == STA_11)
        ul_association_release_reply(it);
    if (state == STA_12)
        feed(it, RELEASE_RP, 10, &junk, false);
    collect(it, &junk);
    wr_fini(&junk);
    assert_int_equal(ul_association_state(it), state);
    return it;
}

#endif
