/* find.c -- parse the identifier, plan, pull matches, project them, and say in the log how it ended. */
#include "service/find.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/json.h"
#include "dicom/parse.h"
#include "dicom/tags.h"
#include "dimse/status.h"
#include "service/profile.h"

static const char who[] = "service/find";

enum { COMMENT_MAX = 64, BRIEF_MAX = 2048, JSON_MAX = 256 * 1024 };

struct service_find {
    struct service_find_request request; /* identifier is not kept */
    struct dicom_block *identifier;
    struct match_plan *plan;
    struct catalog_snapshot *snapshot;
    struct catalog_query *query;
    struct catalog_entry entry; /* of the present answer */
    struct match_bent made;     /* what was made of it */
    struct wr answer, deflated; /* it, before and after deflating */
    uint64_t began_us;
    uint32_t answers; /* given out, and not dropped */
    uint32_t dropped;
    struct service_bent bent; /* of them */

    bool decided, over; /* the final status stands below; it was given out */
    bool told;          /* in the log */
    uint64_t took_us;   /* until it was over */
    enum err_code fault;
    uint16_t status;
    uint32_t offending;
    char comment[COMMENT_MAX + 1];
};

/* The first decision stands. */
static void decide(struct service_find *f, enum err_code fault, uint16_t status, uint32_t offending,
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

/* Table K.4-1: A900 for an identifier that is none, A700 where a bound of ours is in the way. */
static void decide_error(struct service_find *f, const struct err *err, uint16_t at_limit)
{
    switch (err->code) {
    case ERR_SYNTAX:
    case ERR_UNSUPPORTED:
        decide(f, err->code, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH, err->tag, err->what);
        break;
    case ERR_LIMIT:
        decide(f, err->code, at_limit, err->tag, err->what);
        break;
    case ERR_MEMORY:
        decide(f, ERR_MEMORY, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "out of memory");
        break;
    default:
        decide(f, err->code, DIMSE_STATUS_UNABLE_TO_PROCESS, err->tag, err->what);
        break;
    }
}

static void log_query(const struct service_find *f)
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

static void parse(struct service_find *f, struct span identifier)
{
    const struct service_find_request *rq = &f->request;
    if (rq->too_large) {
        decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "the identifier is too large");
        return;
    }
    struct dicom_parse_options options = { .syntax = rq->syntax,
                                           .default_charset = rq->default_charset,
                                           .max_bytes = rq->limits->identifier_bytes,
                                           .limits = rq->limits };
    struct dicom_tolerances used = { 0 };
    struct err err = { 0 };
    f->identifier = dicom_parse(identifier, &options, &used, &err);
    service_leniency_note_parse(rq->leniency, rq->calling_ae, rq->peer, &used);
    if (!f->identifier) {
        log_line(LOG_TRACE, who, "%s at %s: identifier of %zu bytes: %s (byte %llu)", rq->calling_ae, rq->peer,
                 identifier.n, err.what, (unsigned long long)err.pos);
        decide_error(f, &err, DIMSE_STATUS_OUT_OF_RESOURCES);
        return;
    }
    if (dicom_block_set(f->identifier).count == 0)
        decide(f, ERR_SYNTAX, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH, 0, "the query has no identifier");
    log_query(f);
}

static void plan(struct service_find *f)
{
    const struct service_find_request *rq = &f->request;
    struct match_tolerances used = { 0 };
    struct service_days days;
    struct match_options options = { .fuzzy_names = rq->fuzzy_names,
                                     .adjust_zone = rq->adjust_zone,
                                     .case_sensitive_pn = rq->config->case_sensitive_pn,
                                     .only_device = rq->config->filter_issuer_aet,
                                     .device = { .ae = rq->calling_aet },
                                     .limits = rq->limits,
                                     .used = &used };
    if (rq->profile)
        service_profile_plan(rq->profile, rq->now_us, &options.device, &days);
    struct err err = { 0 };
    f->plan = match_plan_new(dicom_block_set(f->identifier), &options, &err);
    service_leniency_note_plan(rq->leniency, rq->calling_ae, rq->peer, &used);
    if (!f->plan)
        decide_error(f, &err, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH);
}

static void offer_charset(struct match_answer *answer, struct dicom_charset charset)
{
    if (answer->charset_count < MATCH_CHARSETS && dicom_charset_is_defined(charset))
        answer->charsets[answer->charset_count++] = charset;
}

/* The character sets that an answer may go in: the query's own, and the one of the configuration. What a query without
 * (0008,0005) is read in says nothing of what its device can read. */
static void offer_charsets(struct service_find *f)
{
    struct dicom_set query = dicom_block_set(f->identifier);
    if (dicom_set_get(query, TAG_SpecificCharacterSet).n)
        offer_charset(&f->request.answer, query.charset);
    if (*f->request.config->default_encoding)
        offer_charset(&f->request.answer, f->request.default_charset);
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
    parse(f, request->identifier);
    if (!f->decided) {
        if (request->profile)
            service_profile_answer(request->profile, &f->request.answer);
        f->request.answer.bent = &f->made;
        offer_charsets(f);
        plan(f);
    }
    return f;
}

/* One line a query, when its last answer is on the way; without patient data but for what dicom_json_brief() lets
 * through. */
static void log_end(struct service_find *f)
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

void service_find_free(struct service_find **find)
{
    struct service_find *f = *find;
    if (!f)
        return;
    log_end(f);
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
        decide(f, ERR_MEMORY, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "out of memory");
    else if (catalog_snapshot_fault(f->snapshot))
        /* The log has the path and the reason; they are nothing for a peer. */
        decide(f, ERR_IO, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "the worklist cannot be read now");
}

void service_find_loading(struct service_find *f)
{
    decide(f, ERR_IO, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "still loading");
}

void service_find_cancel(struct service_find *f)
{
    decide(f, ERR_NONE, DIMSE_STATUS_CANCEL, 0, "");
}

void service_find_expire(struct service_find *f)
{
    decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "the query took longer than QueryMaxTime");
}

void service_find_drop(struct service_find *f)
{
    f->answers--;
    f->dropped++;
}

void service_find_fail(struct service_find *f, const char *comment)
{
    decide(f, ERR_UNSUPPORTED, DIMSE_STATUS_UNABLE_TO_PROCESS, 0, comment);
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
        decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0, comment);
        return;
    }
    log_line(LOG_WARNING, who, "%s at %s gets %s; that there are more it is not told (LimitIsSuccess)", rq->calling_ae,
             rq->peer, comment);
    decide(f, ERR_NONE, DIMSE_STATUS_SUCCESS, 0, "");
}

enum service_step service_find_next(struct service_find *f, uint32_t budget_us, struct service_answer *out)
{
    /* A slow peer may keep the worklist of one moment, but not all that came and went since (law 5). */
    if (f->snapshot && catalog_snapshot_burden(f->snapshot) > f->request.limits->dead_bytes)
        decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "the worklist changed too much meanwhile: ask again");
    if (f->decided)
        return finish(f, out);
    if (!f->query)
        return SERVICE_AGAIN;
    enum catalog_next next = catalog_query_next(f->query, budget_us, &f->entry);
    if (next == CATALOG_AGAIN)
        return SERVICE_AGAIN;
    uint32_t limit = f->request.limit_answers;
    if (next == CATALOG_END) {
        decide(f, ERR_NONE, DIMSE_STATUS_SUCCESS, 0, "");
    } else if (limit && f->answers == limit) {
        decide_cut(f, limit);
    } else if (!encode(f, &f->request.answer, &out->identifier)) {
        decide(f, ERR_MEMORY, DIMSE_STATUS_UNABLE_TO_PROCESS, 0, "an answer could not be encoded");
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
    log_end(f); /* while it still knows what was asked */
    catalog_query_free(&f->query);
    struct service_explain_parts parts = { f->identifier,         f->plan,        f->snapshot, f->request.limits,
                                           f->request.calling_ae, f->request.peer };
    f->identifier = NULL;
    f->plan = NULL;
    f->snapshot = NULL;
    return service_explain_new(&parts);
}
