/* find_read.c -- from the identifier to a plan, and to the character sets in which it may be answered. */
#include "base/log.h"
#include "dicom/parse.h"
#include "dicom/tags.h"
#include "dimse/status.h"
#include "service/find_inside.h"

static const char who[] = "service/find";

/* Table K.4-1: A900 for an identifier that is none, A700 where a bound of ours is in the way. */
static void decide_error(struct service_find *f, const struct err *err, uint16_t at_limit)
{
    switch (err->code) {
    case ERR_SYNTAX:
    case ERR_UNSUPPORTED:
        service_find_decide(f, err->code, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH, err->tag, err->what);
        break;
    case ERR_LIMIT:
        service_find_decide(f, err->code, at_limit, err->tag, err->what);
        break;
    case ERR_MEMORY:
        service_find_decide(f, ERR_MEMORY, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "out of memory");
        break;
    default:
        service_find_decide(f, err->code, DIMSE_STATUS_UNABLE_TO_PROCESS, err->tag, err->what);
        break;
    }
}

static void parse(struct service_find *f, struct span identifier)
{
    const struct service_find_request *rq = &f->request;
    if (rq->too_large) {
        service_find_decide(f, ERR_LIMIT, DIMSE_STATUS_OUT_OF_RESOURCES, 0, "the identifier is too large");
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
        service_find_decide(f, ERR_SYNTAX, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH, 0, "the query has no identifier");
    service_find_log_query(f);
}

static void make_plan(struct service_find *f)
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

void service_find_read(struct service_find *f, struct span identifier)
{
    parse(f, identifier);
    if (f->decided)
        return;
    if (f->request.profile)
        service_profile_answer(f->request.profile, &f->request.answer);
    f->request.answer.bent = &f->made;
    offer_charsets(f);
    make_plan(f);
}
