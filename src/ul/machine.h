/* machine.h -- inside of one association, for the files of this room that share it: machine.c runs the state machine,
 * receive.c turns bytes into its events, association.c is what the rest of the tree sees. */
#ifndef MWL_UL_MACHINE_H
#define MWL_UL_MACHINE_H

#include "base/arena.h"
#include "ul/association.h"

struct ul_association {
    const struct limits *limits; /* borrowed */
    bool requestor;
    enum ul_state state;
    bool ended; /* Sta1 at the end of a life, not before it */

    /* arriving */
    struct wr in;     /* the PDU that has begun */
    size_t in_length; /* of the whole PDU, header included; known once the header has come */
    uint32_t skip;    /* bytes to come of a PDU whose body nobody will look at */
    struct rd pdvs;   /* of the last P-DATA-TF, those not yet given out; they lie in `in` */
    uint32_t empty_pdvs;
    uint32_t receive_max; /* P-DATA-TF length that we announced */

    /* leaving */
    struct wr out;
    size_t out_sent; /* how much at the front of `out` is gone already */

    /* told to the user */
    struct ul_event event; /* type UL_EVENT_NONE: none waits */
    struct err fault;
    bool fault_told;

    /* timers: each start has a number of its own */
    bool artim;
    uint32_t artim_serial, pdu_serial, starts;

    /* negotiated */
    struct arena arena;         /* holds both A-ASSOCIATE bodies and what was read from them */
    struct ul_associate peer;   /* what the peer sent */
    struct ul_associate ours;   /* requestor: what we proposed */
    bool peer_known;            /* `peer` is filled in */
    bool release_reply_waiting; /* said in Sta10, to be done in Sta12 */
    struct {
        struct span abstract_syntax, transfer_syntax;
    } accepted[UL_CONTEXTS]; /* by ID / 2; empty spans: not accepted */
};

/* What an action needs beyond the association itself; only the fields of its event are set. */
struct ul_cause {
    const struct ul_associate *associate; /* AE-2, AE-7: to be sent */
    bool rejected;                        /* AE-6: the RQ is not acceptable by the service provider, because of */
    enum ul_reject why;                   /* AE-6, AE-8 */
    struct ul_pdv pdv;                    /* DT-1, AR-7 */
    uint8_t result, source, reason;       /* AE-4, AA-3: as received; AA-1, AA-7, AA-8: to be sent */
};

/* Runs one event through Table 9-10. False, and nothing happens, if its cell is empty. */
bool ul_machine_run(struct ul_association *a, enum ul_event_number event, const struct ul_cause *cause);

/* Notes an accepted context of `proposed`. False if that did not propose it, or not with this transfer syntax. */
bool ul_machine_accept(struct ul_association *a, const struct ul_associate *proposed, const struct ul_context *answer);

/* True if P-DATA may travel on the context of this ID. */
bool ul_machine_accepted(const struct ul_association *a, uint8_t id);

#endif
