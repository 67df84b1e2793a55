/* status.h -- the statuses that a response can carry (PS3.7 9.1, Annex C); the rows are in status.def. */
#ifndef MWL_DIMSE_STATUS_H
#define MWL_DIMSE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

enum dimse_status {
#define STATUS(id, code, text) DIMSE_STATUS_##id = (code),
#include "dimse/status.def"
#undef STATUS
};

/* What a status means, for a log line; "unknown status" for one without a row. */
const char *dimse_status_text(uint16_t status);

/* Whether further responses follow one with this status (PS3.7 9.1.2.1). */
static inline bool dimse_status_is_pending(uint16_t status)
{
    return status == DIMSE_STATUS_PENDING || status == DIMSE_STATUS_PENDING_WARNING;
}

#endif
