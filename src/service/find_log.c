/* find_log.c -- a query in the log: as it came, with --verbose, and how it ended. */
#include "base/log.h"
#include "dicom/json.h"
#include "dimse/status.h"
#include "service/find_inside.h"

static const char who[] = "service/find";

enum { LINE_CAP = 4096, JSON_MAX = 256 * 1024 };

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

static void put_ending(const struct service_summary *sum, struct wr *out)
{
    if (!sum->over) {
        wr_str(out, "cut off");
        return;
    }
    wr_fmt(out, "status %04X %s", sum->status, dimse_status_text(sum->status));
    if (*sum->comment)
        wr_fmt(out, ": %s", sum->comment);
}

/* "CT1 at 192.0.2.7 asked MWL for Modality=CT: 2 answers from 40 entries, status 0000 Success, 0.1 ms". Piece by
 * piece, as it is written for every query, and printf() takes twice as long. */
static void put_line(const struct service_find *f, const struct service_summary *sum, struct wr *out)
{
    wr_str(out, f->request.calling_ae);
    wr_str(out, " at ");
    wr_str(out, f->request.peer);
    wr_str(out, " asked ");
    wr_str(out, f->request.called_ae);
    wr_str(out, " for ");
    if (f->identifier)
        dicom_json_brief(sum->identifier, out);
    wr_str(out, ": ");
    wr_decimal(out, sum->answers);
    wr_str(out, " answers from ");
    wr_decimal(out, sum->entries);
    wr_str(out, " entries, ");
    if (sum->dropped)
        wr_fmt(out, "%u more dropped by a script, ", sum->dropped);
    put_ending(sum, out);
    wr_str(out, ", ");
    wr_decimal(out, sum->took_us / 1000);
    wr_str(out, ".");
    wr_decimal(out, sum->took_us / 100 % 10);
    wr_str(out, " ms");
}

/* One line a query, when its last answer is on the way; without patient data but for what dicom_json_brief() lets
 * through. */
void service_find_log_end(struct service_find *f)
{
    const struct service_find_request *rq = &f->request;
    if (f->told)
        return;
    f->told = true;
    service_profile_log_bent(&f->bent, rq->leniency, rq->calling_ae, rq->peer);
    /* Each query that was answered is told of; those that fail, a peer may send without end. */
    bool failed = f->status != DIMSE_STATUS_SUCCESS && f->status != DIMSE_STATUS_CANCEL;
    if (failed && !log_peer_turn(LOG_WARNING, who, rq->peer, who))
        return;
    enum log_level level = failed ? LOG_WARNING : LOG_INFO;
    struct service_summary sum;
    struct wr line;
    service_find_sum_up(f, &sum);
    wr_init(&line, LINE_CAP);
    put_line(f, &sum, &line);
    if (!line.failed)
        log_line(level, who, "%.*s", SPAN_FMT(wr_done(&line)));
    else /* no memory */
        log_line(level, who, "%s at %s asked %s: %u answers, status %04X", rq->calling_ae, rq->peer, rq->called_ae,
                 f->answers, f->status);
    wr_fini(&line);
}
