/* status.h -- the statuses that a response can carry (PS3.7 9.1, Annex C); the rows are in status.def. */
#ifndef MWL_DIMSE_STATUS_H
#define MWL_DIMSE_STATUS_H

#include <stdint.h>

enum dimse_status {
#define STATUS(id, code, text, when) DIMSE_STATUS_##id = (code),
#include "dimse/status.def"
#undef STATUS
};

/* What a status means, for a log line; "unknown status" for one without a row. */
const char *dimse_status_text(uint16_t status);

#endif
