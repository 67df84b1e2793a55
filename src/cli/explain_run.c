/* explain_run.c -- runs a query as the server would: access, script, profile, match; and then compares every entry with
 * every key. */
#include "cli/explain_run.h"

#include <stdio.h>

#include "base/clock.h"
#include "cli/explain_script.h"
#include "config/access.h"
#include "dicom/dictionary.h"
#include "dicom/walk.h"
#include "dimse/status.h"
#include "service/find.h"

enum { STEP_US = 100000, TEXT_CAP = 1 << 20 };

/* ---- what is decided before the query is looked at ---- */

static bool refuse(struct cli_explain *r, const char *why, const char *what)
{
    wr_fmt(&r->refused, why, what);
    return false;
}

static bool is_let_in(struct cli_explain *r)
{
    const struct server_settings *s = r->settings;
    struct span called = span_str(r->aec ? r->aec : "");
    if (!s->folder_alone && r->aet
        && !config_access(s->config, CONFIG_FIND_WORKLIST, span_str(r->aet), r->address, &r->refused))
        return false;
    if (r->aec && !config_called_aet(s->config, called))
        return refuse(r,
                      "the association is rejected: the called AE title is %s, and DicomCheckCalledAet wants DicomAet",
                      r->aec);
    r->catalog = source_folder_catalog(s->folder, called);
    if (!r->catalog)
        return refuse(r,
                      "no worklist for the called AE title \"%s\": with FolderPerCalledAet there must be a subfolder "
                      "of that name",
                      r->aec ? r->aec : "");
    return true;
}

/* ---- the query ---- */

/* The first key that the plan left out: nobody knows it, or it is private and nobody says whose. */
static void find_ignored(struct cli_explain *r, struct dicom_set query)
{
    struct dicom_walk walk;
    dicom_walk_init(&walk, query);
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END && !*r->ignored;) {
        if (event != WALK_ELEMENT && event != WALK_SEQUENCE)
            continue;
        uint32_t tag = walk.element->tag, creator = dicom_tag_creator(tag);
        bool known =
            creator ? dicom_set_get(walk.set, creator).n > 0 : dicom_tag_is_creator(tag) || dicom_dictionary_find(tag);
        if (!known)
            snprintf(r->ignored, sizeof r->ignored, TAG_FMT, TAG_ARGS(tag));
    }
}

/* The query as the device asks it, for the script. */
struct asked {
    enum dicom_syntax syntax;
    struct span identifier;
};

static struct hook_query for_script(const struct cli_explain *r, const struct asked *asked)
{
    return (struct hook_query){ .identifier = asked->identifier,
                                .syntax = asked->syntax,
                                .remote_aet = span_str(r->aet ? r->aet : "MWL"),
                                .called_aet = span_str(r->aec ? r->aec : ""),
                                .remote_ip = r->address };
}

/* Whether a device gets this answer, as far as the script has a say in it. False, and the reason is said, if it fails.
 */
static bool pass_answer(struct cli_explain *r, const struct asked *asked, struct service_find *find,
                        const struct service_answer *answer, struct cli_explained *e)
{
    struct err err = { 0 };
    struct hook_query query = for_script(r, asked);
    struct wr filtered;
    if (!r->settings->hook || !hook_has_answer_filter(r->settings->hook))
        return true;
    query.is_answer = true;
    query.answer = answer->identifier;
    wr_init(&filtered, TEXT_CAP);
    enum hook_result came = cli_explain_script(r->settings->hook, &query, &filtered, &err);
    wr_fini(&filtered);
    if (came == HOOK_DROPPED) {
        e->dropped++;
        service_find_drop(find);
    }
    return came != HOOK_FAILED
           || refuse(r, "the script (OutgoingWorklistAnswerFilter) fails on an answer, and the query ends there: %s",
                     err.what);
}

/* Runs it to its end. True if it was answered. */
static bool run_query(struct cli_explain *r, const struct asked *asked, struct service_find *find,
                      struct cli_explained *e)
{
    struct service_answer answer;
    enum service_step step;
    uint32_t answers = 0;
    service_find_start(find, r->catalog);
    while ((step = service_find_next(find, STEP_US, &answer)) != SERVICE_FINAL) {
        if (step != SERVICE_ANSWER)
            continue;
        if (!pass_answer(r, asked, find, &answer, e))
            return false;
        answers++;
        e->partial |= answer.status == DIMSE_STATUS_PENDING_WARNING;
    }
    answers -= e->dropped;
    if (answer.status == DIMSE_STATUS_SUCCESS)
        return true;
    e->limit = answers && answers == r->settings->config->limit_answers ? answers : 0;
    if (!e->limit)
        wr_fmt(&r->refused, "the query is refused with status %04X %s: %.*s (%04X,%04X)", answer.status,
               dimse_status_text(answer.status), SPAN_FMT(answer.comment), TAG_ARGS(answer.offending));
    return e->limit;
}

static struct service_find *new_find(const struct cli_explain *r, enum dicom_syntax syntax, struct span identifier)
{
    const struct server_settings *s = r->settings;
    const char *aet = r->aet ? r->aet : "MWL";
    struct config_device device = { .calling_aet = span_str(aet), .address = r->address };
    struct service_find_request rq = { .config = s->config,
                                       .limits = &s->limits,
                                       .profile = config_profile_find(s->config, &device),
                                       .now_us = clock_wall_us(),
                                       .default_charset = s->default_charset,
                                       .calling_ae = aet,
                                       .called_ae = r->aec ? r->aec : "",
                                       .calling_aet = span_str(aet),
                                       .peer = r->address,
                                       .fuzzy_names = r->fuzzy_names,
                                       .adjust_zone = r->adjust_zone,
                                       .limit_answers = s->config->limit_answers,
                                       .syntax = syntax,
                                       .identifier = identifier };
    return service_find_new(&rq);
}

int cli_explain_print(const struct cli_explain *r, const struct cli_explained *e)
{
    struct wr out;
    wr_init(&out, TEXT_CAP);
    (r->json ? cli_explain_json : cli_explain_text)(e, &out);
    int status = out.failed ? cli_failure(r->args, "no memory") : cli_print(r->args, wr_done(&out));
    wr_fini(&out);
    return status;
}

/* Compares and prints; takes the find. */
static int explain(struct cli_explain *r, const struct asked *asked, struct service_find *find, struct cli_explained *e)
{
    struct service_explain *x = NULL;
    if (find) {
        find_ignored(r, service_find_identifier(find));
        if (run_query(r, asked, find, e))
            x = service_find_explain(find);
    }
    while (x && !service_explain_step(x, STEP_US)) {
    }
    if (x) {
        e->how = service_explain_result(x);
        e->plan = service_explain_plan(x);
        if (r->is_counted && r->had != e->how->entries) {
            snprintf(r->note, sizeof r->note, "(The worklist had %llu entries when the query came, and has %llu now.)",
                     r->had, (unsigned long long)e->how->entries);
            e->note = r->note;
        }
    } else if (!r->refused.n) {
        wr_str(&r->refused, "no memory");
    }
    wr_u8(&r->refused, 0);
    e->refused = x ? NULL : (const char *)r->refused.p;
    e->ignored = r->ignored;
    e->partial |= *r->ignored != 0;
    int status = cli_explain_print(r, e);
    service_explain_free(&x);
    return status;
}

/* What the server's script makes of the query, if it has one: then *identifier is in `filtered`. False, and the reason
 * is said, if it fails. */
static bool pass_script(struct cli_explain *r, const struct asked *asked, struct span *identifier, struct wr *filtered)
{
    struct err err = { 0 };
    struct hook *hook = r->settings->hook;
    struct hook_query query = for_script(r, asked);
    if (!hook || !hook_has_filter(hook))
        return true;
    if (cli_explain_script(hook, &query, filtered, &err) == HOOK_FAILED)
        return refuse(r, "the script fails, and the query is refused: %s", err.what);
    *identifier = wr_done(filtered);
    return true;
}

/* How many entries the query gets as the device has sent it. */
static uint64_t count_unscripted(struct cli_explain *r, enum dicom_syntax syntax, struct span identifier)
{
    struct service_answer answer;
    struct service_find *find = new_find(r, syntax, identifier);
    uint64_t count = 0;
    enum service_step step;
    if (!find)
        return 0;
    service_find_start(find, r->catalog);
    while ((step = service_find_next(find, STEP_US, &answer)) != SERVICE_FINAL)
        count += step == SERVICE_ANSWER;
    service_find_free(&find);
    return count;
}

int cli_explain_run(struct cli_explain *r, enum dicom_syntax syntax, struct span identifier)
{
    struct cli_lost_files lost;
    struct cli_explained e = { .lost = &lost, .then = r->then };
    struct wr filtered;
    const struct asked asked = { syntax, identifier };
    wr_init(&filtered, limits_default.identifier_bytes);
    wr_init(&r->refused, TEXT_CAP);
    cli_lost_files_find(r->settings->folder, span_str(r->aec ? r->aec : ""), &lost);
    struct service_find *find = NULL;
    if (is_let_in(r) && pass_script(r, &asked, &identifier, &filtered))
        find = new_find(r, syntax, identifier);
    if (find && identifier.p != asked.identifier.p)
        e.unscripted = count_unscripted(r, syntax, asked.identifier);
    int status = explain(r, &asked, find, &e);
    service_find_free(&find);
    cli_lost_files_free(&lost);
    wr_fini(&r->refused);
    wr_fini(&filtered);
    return status;
}
