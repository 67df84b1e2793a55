/* association.h -- one association of the upper layer, acceptor or requestor: bytes in, bytes and events out.
 *
 * Knows no socket, no clock and no data set. Whoever owns the transport
 *   - hands over what arrived with ul_association_receive(), and takes events with ul_association_next() until there
 *     is none;
 *   - sends what ul_association_output() holds and tells how much with ul_association_sent();
 *   - watches ul_association_timer(): when it says ARTIM is running, ul_association_artim_expired() is due
 *     `associate_ms` after it started; when it says a PDU has begun, the rest is due within `pdu_ms`;
 *   - closes the connection when ul_association_done() says so.
 *
 * Every call first runs the state machine of PS3.8 9.2 (fsm.h). A peer's fault is answered with the A-ABORT or
 * A-ASSOCIATE-RJ that the standard names; the event that tells of it carries the reason for the log. */
#ifndef MWL_UL_ASSOCIATION_H
#define MWL_UL_ASSOCIATION_H

#include "ul/fsm.h"
#include "ul/pdu.h"

struct ul_association;

enum ul_event_type {
    UL_EVENT_NONE,         /* nothing more until bytes arrive */
    UL_EVENT_ASSOCIATE_RQ, /* acceptor: decide with ul_association_accept() or _reject() (A-ASSOCIATE indication) */
    UL_EVENT_ASSOCIATE_AC, /* requestor: the association stands, see ul_association_peer() */
    UL_EVENT_ASSOCIATE_RJ, /* requestor: rejected; result, source, reason */
    UL_EVENT_PDV,          /* a fragment on an accepted context (P-DATA indication) */
    UL_EVENT_RELEASE_RQ,   /* the peer wants to release: answer with ul_association_release_reply() */
    UL_EVENT_RELEASED,     /* the peer confirmed our release */
    UL_EVENT_ABORTED,      /* the peer aborted: source, reason */
    UL_EVENT_FAULT,        /* the peer broke the protocol, or ARTIM expired in Sta2: `fault` says how. The peer was
                              answered as PS3.8 says. Told once */
    UL_EVENT_CLOSED        /* the transport went away in the middle of an association */
};

struct ul_event {
    enum ul_event_type type;
    struct ul_pdv pdv;              /* PDV: borrowed, until the next call of _next(), _receive() or _closed() */
    uint8_t result, source, reason; /* ASSOCIATE_RJ, ABORTED */
    const struct err *fault;        /* FAULT; borrowed from the association */
};

/* An acceptor in Sta2, its transport open (AE-5), or a requestor in Sta1. `limits` is borrowed. NULL: no memory. */
struct ul_association *ul_association_acceptor_new(const struct limits *limits);
struct ul_association *ul_association_requestor_new(const struct limits *limits);
void ul_association_free(struct ul_association **association);

/* Requestor: sends an A-ASSOCIATE-RQ (AE-1, AE-2) on a transport connection that its owner has opened; everything in
 * it is copied. A maximum length of 0 or above limits.pdu_bytes is announced as limits.pdu_bytes. False if it breaks
 * PS3.8 or the limits, or was called before. */
bool ul_association_request(struct ul_association *a, const struct ul_associate *associate);

/* Bytes that arrived. Takes all of them or, while a complete PDU waits in events not yet taken, fewer: the return
 * value says how many; offer the rest again after taking the events. Never keeps more than one PDU. */
size_t ul_association_receive(struct ul_association *a, struct span bytes);

/* The next thing that happened. */
struct ul_event ul_association_next(struct ul_association *a);

/* What the peer said of itself in its A-ASSOCIATE-RQ (acceptor) or -AC (requestor); good while the association is.
 * NULL before it came. */
const struct ul_associate *ul_association_peer(const struct ul_association *a);

/* Acceptor: answers the A-ASSOCIATE indication. `contexts` holds one row for each proposed one, with the result and,
 * where accepted, the one transfer syntax chosen; see negotiate.h, which fills it in. The titles go back as they came,
 * the maximum length as in ul_association_request(). Rejections by the service provider (protocol version, application
 * context, empty titles, our limits) never get here: they are sent at once and told as UL_EVENT_FAULT. */
void ul_association_accept(struct ul_association *a, const struct ul_associate *answer);
void ul_association_reject(struct ul_association *a, enum ul_reject why);

/* The accepted context of an ID: its abstract and transfer syntax; false if there is none such. Works in both roles. */
bool ul_association_context(const struct ul_association *a, uint8_t id, struct span *abstract_syntax,
                            struct span *transfer_syntax);

/* The most bytes that one PDV fragment may carry to this peer: its maximum length and ours, less the PDV header. */
size_t ul_association_fragment_max(const struct ul_association *a);

/* Whether P-DATA may be sent now (Sta6, or Sta8 by AR-7). */
bool ul_association_can_send(const struct ul_association *a);

/* Appends one P-DATA-TF with one PDV (DT-1, AR-7). The fragment must not exceed ul_association_fragment_max(). False,
 * and nothing is appended, if the state does not allow it, the context was not accepted, or so much output waits
 * already that this could not have been held back at limits.output_bytes. */
bool ul_association_send(struct ul_association *a, uint8_t context_id, uint8_t control, struct span fragment);

void ul_association_release(struct ul_association *a); /* A-RELEASE request (AR-1) */

/* A-RELEASE response (AR-4, AR-9). In Sta10 it is kept until the peer's own response has come (AR-10). */
void ul_association_release_reply(struct ul_association *a);

/* A-ABORT request (AA-1) of the service user; `source` UL_ABORT_PROVIDER for a fault that the layer above found. No
 * more events come. */
void ul_association_abort(struct ul_association *a, uint8_t source, uint8_t reason);

void ul_association_closed(struct ul_association *a);        /* transport connection closed (Evt17) */
void ul_association_artim_expired(struct ul_association *a); /* Evt18 */

/* What is to be sent, oldest first, and how much of it was. */
struct span ul_association_output(const struct ul_association *a);
void ul_association_sent(struct ul_association *a, size_t n);

enum ul_timer { UL_TIMER_NONE, UL_TIMER_ARTIM, UL_TIMER_PDU };

/* Which timer the owner of the clock should have running now. Stays the same value while the same one runs: restart
 * only when `*serial` changes. Bytes that trickle in never restart one. */
enum ul_timer ul_association_timer(const struct ul_association *a, uint32_t *serial);

/* True once the connection is to be closed (Sta1 after an end). There is no output then: where something is still to
 * be said, the association waits in Sta13, ARTIM running, for the peer to close first. */
bool ul_association_done(const struct ul_association *a);

enum ul_state ul_association_state(const struct ul_association *a);

#endif
