/* fsm.h -- the state machine of PS3.8 9.2 as a table (fsm.def): event and state give an action and the next state.
 *
 * Nothing but the table: what an action does is in association.c. Names are the standard's own. */
#ifndef MWL_UL_FSM_H
#define MWL_UL_FSM_H

enum ul_state {
    STA_1 = 1, /* idle */
    STA_2,     /* transport open, awaiting A-ASSOCIATE-RQ */
    STA_3,     /* awaiting the local A-ASSOCIATE response */
    STA_4,     /* awaiting the transport connection */
    STA_5,     /* awaiting A-ASSOCIATE-AC or -RJ */
    STA_6,     /* association established, data transfer */
    STA_7,     /* awaiting A-RELEASE-RP */
    STA_8,     /* awaiting the local A-RELEASE response */
    STA_9,     /* release collision, requestor: awaiting the local A-RELEASE response */
    STA_10,    /* release collision, acceptor: awaiting A-RELEASE-RP */
    STA_11,    /* release collision, requestor: awaiting A-RELEASE-RP */
    STA_12,    /* release collision, acceptor: awaiting the local A-RELEASE response */
    STA_13     /* awaiting the close of the transport connection */
};

enum ul_event_number {
    EVT_1 = 1, /* A-ASSOCIATE request (local user) */
    EVT_2,     /* transport connect confirm */
    EVT_3,     /* A-ASSOCIATE-AC PDU received */
    EVT_4,     /* A-ASSOCIATE-RJ PDU received */
    EVT_5,     /* transport connect indication */
    EVT_6,     /* A-ASSOCIATE-RQ PDU received */
    EVT_7,     /* A-ASSOCIATE response: accept */
    EVT_8,     /* A-ASSOCIATE response: reject */
    EVT_9,     /* P-DATA request */
    EVT_10,    /* P-DATA-TF PDU received */
    EVT_11,    /* A-RELEASE request */
    EVT_12,    /* A-RELEASE-RQ PDU received */
    EVT_13,    /* A-RELEASE-RP PDU received */
    EVT_14,    /* A-RELEASE response */
    EVT_15,    /* A-ABORT request */
    EVT_16,    /* A-ABORT PDU received */
    EVT_17,    /* transport connection closed */
    EVT_18,    /* ARTIM timer expired */
    EVT_19     /* unrecognised or invalid PDU received */
};

enum ul_action {
    ACTION_NONE, /* the event cannot happen in this state */
    AE_1,
    AE_2,
    AE_3,
    AE_4,
    AE_5,
    AE_6,
    AE_7,
    AE_8,
    DT_1,
    DT_2,
    AR_1,
    AR_2,
    AR_3,
    AR_4,
    AR_5,
    AR_6,
    AR_7,
    AR_8,
    AR_9,
    AR_10,
    AA_1,
    AA_2,
    AA_3,
    AA_4,
    AA_5,
    AA_6,
    AA_7,
    AA_8
};

struct ul_transition {
    unsigned char action;     /* enum ul_action */
    unsigned char next;       /* enum ul_state */
    unsigned char other_next; /* the second choice of "Sta3 or Sta13" and "Sta9 or Sta10", made by the action; else 0 */
};

/* The cell of Table 9-10; action ACTION_NONE where the table is empty. */
struct ul_transition ul_fsm_cell(enum ul_event_number event, enum ul_state state);

/* "AE-6", as the standard writes it. */
const char *ul_action_name(enum ul_action action);

#endif
