/* find_log.c -- a query in the log: as it came, with --verbose, and how it ended. */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/json.h"
#include "dimse/status.h"
#include "service/find_inside.h"

static const char who[] = "service/find";

enum { BRIEF_MAX = 2048, JSON_MAX = 256 * 1024 };

void service_find_log_query(const struct service_find *f)
{
    if (!log_enabled(LOG_TRACE))
        return;
    struct wr json;
    wr_init(&json, JSON_MAX);
    dicom_json_short(dicom_block_set(f->identifier), &json);
    log_line(LOG_TRACE, who, "Received worklist query from remote modality %s:\n%.*s", f->request.calling_ae,
             SPAN_FMT(wr_done(&json)));
    wr_fini(&json);
}

/* One line a query, when its last answer is on the way; without patient data but for what dicom_json_brief() lets
 * through. */
void service_find_log_end(struct service_find *f)
{
    const struct service_find_request *rq = &f->request;
    struct wr brief;
    char how[128] = "cut off";
    if (f->told)
        return;
    f->told = true;
    if (f->over)
        snprintf(how, sizeof how, "status %04X %s%s%s", f->status, dimse_status_text(f->status),
                 f->comment[0] ? ": " : "", f->comment);
    wr_init(&brief, BRIEF_MAX);
    if (f->identifier)
        dicom_json_brief(dicom_block_set(f->identifier), &brief);
    uint64_t entries = f->snapshot ? catalog_snapshot_count(f->snapshot) : 0;
    uint64_t us = f->over ? f->took_us : clock_mono_us() - f->began_us;
    service_profile_log_bent(&f->bent, rq->leniency, rq->calling_ae, rq->peer);
    char dropped[64] = "";
    if (f->dropped)
        snprintf(dropped, sizeof dropped, ", %u more dropped by a script", f->dropped);
    /* Each query that was answered is told of; those that fail, a peer may send without end. */
    bool failed = f->status != DIMSE_STATUS_SUCCESS && f->status != DIMSE_STATUS_CANCEL;
    if (!failed || log_peer_turn(LOG_WARNING, who, rq->peer, who))
        log_line(failed ? LOG_WARNING : LOG_INFO, who,
                 "%s at %s asked %s for %.*s: %u answers from %llu entries%s, %s, %llu.%llu ms", rq->calling_ae,
                 rq->peer, rq->called_ae, SPAN_FMT(wr_done(&brief)), f->answers, (unsigned long long)entries, dropped,
                 how, (unsigned long long)us / 1000, (unsigned long long)us / 100 % 10);
    wr_fini(&brief);
}
