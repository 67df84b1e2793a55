/* status.c -- what a status means. */
#include "dimse/status.h"

const char *dimse_status_text(uint16_t status)
{
    switch (status) {
#define STATUS(id, code, text, when)                                                                                   \
    case code:                                                                                                         \
        return text;
#include "dimse/status.def"
#undef STATUS
    default:
        return "unknown status";
    }
}
