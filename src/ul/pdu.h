/* pdu.h -- the seven PDUs of the upper layer, read and written (PS3.8 9.3, Annex D; PS3.7 Annex D).
 *
 * Reading checks what PS3.8 says and what struct limits allows; reserved fields are never tested (9.3.1). Writing
 * sends reserved fields as zeros. */
#ifndef MWL_UL_PDU_H
#define MWL_UL_PDU_H

#include "base/err.h"
#include "base/limits.h"
#include "base/rd.h"
#include "base/wr.h"

enum ul_pdu_type {
    UL_A_ASSOCIATE_RQ = 0x01,
    UL_A_ASSOCIATE_AC = 0x02,
    UL_A_ASSOCIATE_RJ = 0x03,
    UL_P_DATA_TF = 0x04,
    UL_A_RELEASE_RQ = 0x05,
    UL_A_RELEASE_RP = 0x06,
    UL_A_ABORT = 0x07
};

enum {
    UL_PDU_HEADER = 6, /* type, reserved, 32-bit length */
    UL_PDV_HEADER = 6, /* 32-bit length, context ID, message control header */
    UL_AE_LENGTH = 16,
    UL_UID_LENGTH = 64,
    UL_CONTEXTS = 128 /* odd IDs 1..255 (9.3.2.2) */
};

/* PDV message control header (PS3.8 E.2). */
enum { UL_PDV_COMMAND = 1, UL_PDV_LAST = 2 };

/* A-ABORT source and reason (9.3.8). */
enum { UL_ABORT_USER = 0, UL_ABORT_PROVIDER = 2 };
enum {
    UL_ABORT_NOT_SPECIFIED = 0,
    UL_ABORT_UNRECOGNISED_PDU = 1,
    UL_ABORT_UNEXPECTED_PDU = 2,
    UL_ABORT_UNRECOGNISED_PARAMETER = 4,
    UL_ABORT_UNEXPECTED_PARAMETER = 5,
    UL_ABORT_INVALID_PARAMETER = 6
};

/* Why an association is rejected: one row each of the table of 9.3.4, see reject.def. */
enum ul_reject {
#define REJECT(id, result, source, reason, text) UL_REJECT_##id,
#include "ul/reject.def"
#undef REJECT
    UL_REJECT_COUNT
};

struct ul_reject_info {
    uint8_t result, source, reason;
    const char *text;
};

const struct ul_reject_info *ul_reject_info(enum ul_reject why);

/* What a result, source and reason received from a peer mean, for a person. */
const char *ul_reject_text(uint8_t result, uint8_t source, uint8_t reason);

/* Result of a presentation context (9.3.3.2). */
enum ul_context_result {
    UL_CONTEXT_ACCEPTED = 0,
    UL_CONTEXT_USER_REJECTION = 1,
    UL_CONTEXT_NO_REASON = 2,
    UL_CONTEXT_ABSTRACT_SYNTAX = 3,
    UL_CONTEXT_TRANSFER_SYNTAXES = 4
};

struct ul_context {
    uint8_t id;
    uint8_t result;                 /* enum ul_context_result; in an RQ always 0 */
    struct span abstract_syntax;    /* trimmed; in an AC empty */
    struct span *transfer_syntaxes; /* trimmed; in an AC one; in the arena */
    uint32_t transfer_syntax_count;
};

/* What reading one PDU forgave, a row each of tolerance.def: how many times. */
struct ul_tolerances {
#define TOLERANCE(id, text) uint32_t id;
#include "ul/tolerance.def"
#undef TOLERANCE
};

/* An A-ASSOCIATE-RQ or -AC, as read or to be written. Spans are borrowed from the PDU or from whoever fills it in;
 * arrays live in the arena given to ul_associate_read(). */
struct ul_associate {
    struct span called_ae, calling_ae; /* trimmed of spaces, at most 16 bytes; empty if all spaces */
    struct span echo;                  /* both titles and the reserved field (64 bytes) as they came in an RQ, which an
                                          AC sends back unchanged (9.3.3); empty: written from the titles */
    struct span application_context;
    struct ul_context *contexts;
    uint32_t context_count;
    uint32_t max_length; /* of P-DATA-TF PDUs that the sender of this PDU takes; 0: no limit (D.1) */
    struct span implementation_class_uid;
    struct span implementation_version; /* empty if absent */
    bool protocol_version_1;            /* bit 0 of the protocol version (9.3.2) */
    bool has_async_window;              /* PS3.7 D.3.3.3 */
    uint16_t invoked, performed;
    bool has_user_identity; /* PS3.7 D.3.3.7 */
    uint8_t user_identity_type;
    struct span extended_mwl; /* service class application information of the Modality Worklist (56H), not trimmed;
                                 p NULL if absent */
    struct ul_tolerances tolerated; /* not written */
};

struct arena;

/* Reads the body (without the 6 byte header) of an A-ASSOCIATE-RQ or -AC. False with *err: ERR_SYNTAX for what
 * PS3.8 does not allow, ERR_LIMIT for a bound of ours, ERR_MEMORY; *abort_reason is then the A-ABORT reason to send.
 * Unknown items and sub-items are passed over (9.3.1). Of an RQ whose protocol_version_1 is false only the titles are
 * read, as another version may have other items. */
bool ul_associate_read(enum ul_pdu_type type, struct span body, const struct limits *limits, struct arena *arena,
                       struct ul_associate *out, uint8_t *abort_reason, struct err *err);

/* Appends a whole A-ASSOCIATE-RQ or -AC. User identity is only read, never written. */
void ul_associate_write(struct wr *wr, enum ul_pdu_type type, const struct ul_associate *associate);

void ul_reject_write(struct wr *wr, enum ul_reject why);
void ul_release_rq_write(struct wr *wr);
void ul_release_rp_write(struct wr *wr);
void ul_abort_write(struct wr *wr, uint8_t source, uint8_t reason);

/* One P-DATA-TF PDU with one PDV. */
void ul_data_write(struct wr *wr, uint8_t context_id, uint8_t control, struct span fragment);

/* One PDV out of the body of a P-DATA-TF. */
struct ul_pdv {
    uint8_t context_id;
    uint8_t control; /* UL_PDV_COMMAND | UL_PDV_LAST */
    struct span fragment;
};

/* Takes the next PDV off the body; the bits of the control header without a meaning are cleared (E.2). False at the
 * end, or with *err if its length is below 2 or reaches beyond the PDU (9.3.5.1). */
bool ul_pdv_next(struct rd *body, struct ul_pdv *out, struct err *err);

#endif
