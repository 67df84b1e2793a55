/* find.c -- reads the identifier (find_read.c), pulls matches, projects them, and ends as a status. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "dimse/status.h"
#include "service/find_inside.h"

static const char who[] = "service/find";

void service_find_decide(struct service_find *f, enum err_code fault, uint16_t status, uint32_t offending,
                         const char *comment)
{
    if (f->decided)
        return;
    f->decided = true;
    f->fault = fault;
    f->status = status;
    f->offending = offending;
    size_t n = strlen(comment);
    if (n > COMMENT_MAX)
        n = COMMENT_MAX;
    /* Error Comment is of the default repertoire alone (PS3.7 C). */
    for (size_t i = 0; i < n; i++) {
        bool plain = comment[i] >= ' ' && comment[i] < 0x7F && comment[i] != '\\';
        f->comment[i] = (char)(plain ? comment[i] : '?');
    }
    f->comment[n] = 0;
}

struct service_find *service_find_new(const struct service_find_request *request)
{
    struct service_find *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->request = *request;
    f->request.identifier = (struct span){ NULL, 0 };
    f->began_us = clock_mono_us();
    /* An answer holds what a file held and what a query asked, and no more; but text in another character set may take
     * three bytes for one. */
    size_t most = 3 * (size_t)request->limits->file_bytes + 2 * (size_t)request->limits->identifier_bytes;
    wr_init(&f->answer, most);
    wr_init(&f->deflated, most);
    service_find_read(f, request->identifier);
    return f;
}

void service_find_free(struct service_find **find)
{
    struct service_find *f = *find;
    if (!f)
        return;
    service_find_log_end(f);
    catalog_query_free(&f->query);
    catalog_snapshot_release(&f->snapshot);
    match_plan_free(&f->plan);
    dicom_block_free(&f->identifier);
    wr_fini(&f->answer);
    wr_fini(&f->deflated);
    free(f);
    *find = NULL;
}

void service_find_start(struct service_find *f, struct catalog *catalog)
{
    if (f->decided || f->snapshot)
        return;
    f->snapshot = catalog_snapshot_acquire(catalog);
    if (f->snapshot)
        f->query = catalog_query_new(f->snapshot, f->plan);
    if (!f->query)
        service_find_decide(f, ERR_MEMORY, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "out of memory");
    else if (catalog_snapshot_fault(f->snapshot))
        /* The log has the path and the reason; they are nothing for a peer. */
        service_find_decide(f, ERR_IO, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "the worklist cannot be read now");
}

void service_find_loading(struct service_find *f)
{
    service_find_decide(f, ERR_IO, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "still loading");
}

void service_find_cancel(struct service_find *f)
{
    service_find_decide(f, ERR_NONE, DIMSE_STATUS_CANCEL, 0, "");
}

void service_find_expire(struct service_find *f)
{
    service_find_decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "the query took longer than QueryMaxTime");
}

void service_find_drop(struct service_find *f)
{
    f->answers--;
    f->dropped++;
}

void service_find_fail(struct service_find *f, const char *comment)
{
    service_find_decide(f, ERR_UNSUPPORTED, DIMSE_STATUS_UNABLE_TO_PROCESS, 0, comment);
}

static enum service_step finish(struct service_find *f, struct service_answer *out)
{
    if (!f->over)
        f->took_us = clock_mono_us() - f->began_us;
    f->over = true;
    *out = (struct service_answer){
        .status = f->status, .offending = f->offending, .comment = span_str(f->comment), .fault = f->fault
    };
    return SERVICE_FINAL;
}

static bool encode(struct service_find *f, const struct match_answer *how, struct span *identifier)
{
    struct dicom_writer writer;
    wr_reset(&f->answer);
    dicom_write_init(&writer, &f->answer, f->request.syntax);
    match_project(f->plan, f->entry.set, f->entry.step, how, &writer);
    *identifier = wr_done(&f->answer);
    if (f->answer.failed || !dicom_syntax_info(f->request.syntax)->deflated)
        return !f->answer.failed;
    wr_reset(&f->deflated);
    bool ok = dicom_deflate(*identifier, &f->deflated);
    *identifier = wr_done(&f->deflated);
    return ok;
}

/* There is one answer more than LimitAnswers: the list is cut, and the scanner must be able to tell (PS3.4 Table
 * K.4-1), unless its profile says that it cannot bear it. */
static void decide_cut(struct service_find *f, uint32_t limit)
{
    const struct service_find_request *rq = &f->request;
    char comment[COMMENT_MAX + 1];
    snprintf(comment, sizeof comment, "only the first %u answers: LimitAnswers", limit);
    if (!rq->profile || !rq->profile->limit_is_success) {
        service_find_decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0, comment);
        return;
    }
    log_line(LOG_WARNING, who, "%s at %s gets %s; that there are more it is not told (LimitIsSuccess)", rq->calling_ae,
             rq->peer, comment);
    service_find_decide(f, ERR_NONE, DIMSE_STATUS_SUCCESS, 0, "");
}

enum service_step service_find_next(struct service_find *f, uint32_t budget_us, struct service_answer *out)
{
    /* A slow peer may keep the worklist of one moment, but not all that came and went since (law 5). */
    if (f->snapshot && catalog_snapshot_burden(f->snapshot) > f->request.limits->dead_bytes)
        service_find_decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0,
                            "the worklist changed too much meanwhile: ask again");
    if (f->decided)
        return finish(f, out);
    if (!f->query)
        return SERVICE_AGAIN;
    enum catalog_next next = catalog_query_next(f->query, budget_us, &f->entry);
    if (next == CATALOG_AGAIN)
        return SERVICE_AGAIN;
    uint32_t limit = f->request.limit_answers;
    if (next == CATALOG_END) {
        service_find_decide(f, ERR_NONE, DIMSE_STATUS_SUCCESS, 0, "");
    } else if (limit && f->answers == limit) {
        decide_cut(f, limit);
    } else if (!encode(f, &f->request.answer, &out->identifier)) {
        service_find_decide(f, ERR_MEMORY, DIMSE_STATUS_UNABLE_TO_PROCESS, 0, "an answer could not be encoded");
    } else {
        f->answers++;
        f->bent.nobodys += match_entry_is_nobodys(f->plan, f->entry.set, f->entry.step);
        f->bent.spelled += f->made.spelled;
        f->bent.cut += f->made.cut;
        /* Table K.4-1: what the answer lacks is said with every one of them. */
        uint16_t status = match_plan_is_partial(f->plan) ? DIMSE_STATUS_PENDING_WARNING : DIMSE_STATUS_PENDING;
        *out = (struct service_answer){ .status = status, .identifier = out->identifier, .name = f->entry.name };
        return SERVICE_ANSWER;
    }
    return finish(f, out);
}

bool service_find_narrow(struct service_find *f, struct service_answer *out)
{
    struct match_answer how = f->request.answer;
    how.narrow = true;
    return encode(f, &how, &out->identifier);
}

struct dicom_set service_find_identifier(const struct service_find *f)
{
    return f->identifier ? dicom_block_set(f->identifier) : (struct dicom_set){ 0 };
}

void service_find_sum_up(const struct service_find *f, struct service_summary *out)
{
    *out = (struct service_summary){ .identifier = service_find_identifier(f),
                                     .took_us = f->over ? f->took_us : clock_mono_us() - f->began_us,
                                     .entries = f->snapshot ? catalog_snapshot_count(f->snapshot) : 0,
                                     .answers = f->answers,
                                     .dropped = f->dropped,
                                     .status = f->status,
                                     .over = f->over,
                                     .comment = f->comment };
}

void service_find_added(const struct service_find *f, struct wr *out)
{
    if (f->plan && (f->request.profile || f->request.config->filter_issuer_aet))
        service_explain_added(f->plan, out);
}

bool service_find_is_puzzling(const struct service_find *f)
{
    return f->over && f->status == DIMSE_STATUS_SUCCESS && !f->answers && !f->dropped && f->snapshot
           && catalog_snapshot_count(f->snapshot);
}

struct service_explain *service_find_explain(struct service_find *f)
{
    if (!f->over || !f->query)
        return NULL;
    service_find_log_end(f); /* while it still knows what was asked */
    catalog_query_free(&f->query);
    struct service_explain_parts parts = { f->identifier,         f->plan,        f->snapshot, f->request.limits,
                                           f->request.calling_ae, f->request.peer };
    f->identifier = NULL;
    f->plan = NULL;
    f->snapshot = NULL;
    return service_explain_new(&parts);
}
