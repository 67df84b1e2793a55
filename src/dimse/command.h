/* command.h -- command sets: group 0000, always Implicit VR Little Endian (PS3.7 6.3.1, 9.3, Annex E). */
#ifndef MWL_DIMSE_COMMAND_H
#define MWL_DIMSE_COMMAND_H

#include "base/err.h"
#include "base/span.h"
#include "base/wr.h"

enum dimse_field {
#define COMMAND(id, field, name, needs) DIMSE_##id = (field),
#include "dimse/command.def"
#undef COMMAND
};

/* The bit of a Command Field that makes it a response. */
enum { DIMSE_RESPONSE = 0x8000 };

/* Command Data Set Type (0000,0800) of a message without a data set; every other value means that one follows. */
enum { DIMSE_NO_DATA_SET = 0x0101 };

/* Error Comment (0000,0902) is an LO. */
enum { DIMSE_COMMENT_MAX = 64, DIMSE_COMMAND_MAX = 512 /* bytes of any command set that is written */ };

struct dimse_command {
    uint16_t field;        /* enum dimse_field, or one that we do not know */
    uint16_t message_id;   /* (0000,0110) of a request; (0000,0120) of a response and of C-CANCEL-RQ */
    uint16_t priority;     /* (0000,0700) */
    bool has_data_set;     /* (0000,0800) */
    uint16_t status;       /* (0000,0900), responses */
    struct span sop_class; /* (0000,0002), trimmed; borrowed */
    uint32_t offending;    /* (0000,0901), one tag; 0: absent */
    struct span comment;   /* (0000,0902); borrowed; cut to DIMSE_COMMENT_MAX when written */
    const char *missing;   /* on receipt: a mandatory element that is not there (status 0212); NULL if complete */
};

/* Reads a whole command set. A wrong group length and unknown elements of group 0000 are passed over. False with *err
 * for what cannot be answered at all: truncated elements, another group, no Command Field or no message ID. */
bool dimse_command_read(struct span bytes, struct dimse_command *out, struct err *err);

/* Appends the command set, its group length right and its elements ascending. */
void dimse_command_write(struct wr *wr, const struct dimse_command *command);

/* "C-FIND-RQ"; "unknown command" for a field without a row. */
const char *dimse_command_name(uint16_t field);

#endif
