/* explain.h -- why a query got what it got: every entry of its worklist compared with each of its keys.
 *
 * Work for when nobody waits: the query had its final response before. It is done in small steps, on the version of
 * the worklist that the query saw. */
#ifndef MWL_SERVICE_EXPLAIN_H
#define MWL_SERVICE_EXPLAIN_H

#include "base/limits.h"
#include "catalog/catalog.h"
#include "match/explain.h"

struct service_explain;

struct service_explain_parts {
    struct dicom_block *identifier; /* owned, as the next two */
    struct match_plan *plan;
    struct catalog_snapshot *snapshot;
    const struct limits *limits;   /* borrowed until service_explain_free() */
    const char *calling_ae, *peer; /* fit for a log line; copied */
};

/* Takes what is owned in *parts, also on failure. NULL: no memory. */
struct service_explain *service_explain_new(const struct service_explain_parts *parts);
void service_explain_free(struct service_explain **explain);

/* Compares for about `budget_us` microseconds. True when all entries were compared, or the worklist has changed so much
 * that it is given up: then the result is of those that were. */
bool service_explain_step(struct service_explain *explain, uint32_t budget_us);

const struct match_explain *service_explain_result(const struct service_explain *explain);
const struct match_plan *service_explain_plan(const struct service_explain *explain);

/* Says in the log the one most useful thing. Values of keys about patients and orders are not in it. */
void service_explain_log(const struct service_explain *explain);

/* Appends that, in one line without its end:
 *
 *     0 of 57 entries; 3 would match without ScheduledStationAETitle = "CT1" (they are for "CT01"): nearly the same ...
 *
 * `all_values`: those of patients too. */
void service_explain_line(const struct match_explain *explain, const struct match_plan *plan, bool all_values,
                          struct wr *out);

/* Appends ": " and what match_miss_words() says, or nothing. */
void service_explain_words(const struct match_miss *miss, struct wr *out);

/* Appends a line for each key of a plan that its query has not sent: `ScheduledStationAETitle = "CT1", which
 * FilterIssuerAet adds`. */
void service_explain_added(const struct match_plan *plan, struct wr *out);

#endif
