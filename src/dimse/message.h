/* message.h -- DIMSE messages out of PDVs, and into them (PS3.7 6.3, PS3.8 Annex E).
 *
 * A message is a command set and, where that says so, a data set, each cut into fragments of one presentation
 * context. Messages do not interleave. */
#ifndef MWL_DIMSE_MESSAGE_H
#define MWL_DIMSE_MESSAGE_H

#include "base/limits.h"
#include "dimse/command.h"
#include "ul/association.h"

struct dimse_message {
    uint8_t context_id;
    struct dimse_command command;
    struct span data_set; /* encoded in the context's transfer syntax; empty if the command has none */
    bool too_large;       /* the data set was longer than limits.identifier_bytes, and was thrown away */
};

/* Puts fragments together; lives in its owner. */
struct dimse_assembler {
    const struct limits *limits; /* borrowed */
    struct wr command_bytes, data_bytes;
    struct dimse_message message; /* borrows from the two */
    bool in_data;                 /* the command set is complete, its data set is not */
    bool begun;                   /* at least one fragment of the present message has come */
};

void dimse_assembler_init(struct dimse_assembler *a, const struct limits *limits);
void dimse_assembler_fini(struct dimse_assembler *a);

enum dimse_step { DIMSE_MORE, DIMSE_MESSAGE, DIMSE_FAULT };

/* Takes the next fragment. DIMSE_MESSAGE: *out is complete, and good until the next call. DIMSE_FAULT with *err: the
 * peer broke PS3.8 Annex E or sent a command set that cannot be answered; the association is to be aborted. */
enum dimse_step dimse_assemble(struct dimse_assembler *a, const struct ul_pdv *pdv, struct dimse_message *out,
                               struct err *err);

/* Queues a whole message as P-DATA-TF PDUs of one PDV each: the command set, then (command->has_data_set) the data set.
 * False if the state of the association does not allow it, or its output is full. */
bool dimse_send(struct ul_association *association, uint8_t context_id, const struct dimse_command *command,
                struct span data_set);

/* The same for a command set that dimse_command_write() made before, with a data set: the many answers to one query
 * have one command set. */
bool dimse_send_written(struct ul_association *association, uint8_t context_id, struct span command_set,
                        struct span data_set);

#endif
