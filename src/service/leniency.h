/* leniency.h -- what has to be forgiven to each device, counted, and named in the log once.
 *
 * A tolerance (a row of a tolerance.def) that a device needs for the first time is one line of LOG_INFO; from then on
 * it is counted, and a line of LOG_TRACE tells how often. A device is its calling AE title and its address. There is
 * room for LENIENCY_DEVICES of them; those that come later are counted together, so that nobody who calls himself
 * something else each time can fill the memory or the log. Every function may be called from any thread. */
#ifndef MWL_SERVICE_LENIENCY_H
#define MWL_SERVICE_LENIENCY_H

#include <stdint.h>

#include "dicom/parse.h"
#include "match/plan.h"

enum { LENIENCY_DEVICES = 1024 };

struct service_leniency;

/* NULL: no memory. */
struct service_leniency *service_leniency_new(void);
void service_leniency_free(struct service_leniency **leniency);

/* Counts what is done for a device and is no tolerance, without a line: how often by now; 0 if nobody counts. */
uint64_t service_leniency_count(struct service_leniency *leniency, const char *calling_ae, const char *peer,
                                const char *what, uint32_t times);

/* A device needed a tolerance so many times; nothing happens at 0, or without a table. `calling_ae` and `peer` are fit
 * for a log line; `what` is the text of the row, which is not copied. */
void service_leniency_note(struct service_leniency *leniency, const char *calling_ae, const char *peer,
                           const char *what, uint32_t times);

/* Every tolerance that an identifier, or the plan that was made of it, needed. */
void service_leniency_note_parse(struct service_leniency *leniency, const char *calling_ae, const char *peer,
                                 const struct dicom_tolerances *used);
void service_leniency_note_plan(struct service_leniency *leniency, const char *calling_ae, const char *peer,
                                const struct match_tolerances *used);

#endif
