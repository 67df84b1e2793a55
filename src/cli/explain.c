/* explain.c -- `mwl explain`: why a query gets what it gets. It runs the query as the server would, over the same
 * configuration and folder, then compares every entry with every key. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/explain_print.h"
#include "cli/explain_record.h"
#include "cli/peer.h"
#include "cli/query.h"
#include "config/access.h"
#include "dicom/dictionary.h"
#include "dicom/walk.h"
#include "dimse/status.h"
#include "server/settings.h"
#include "service/find.h"

enum { DEFAULT_PORT = 4242, STEP_US = 100000, TEXT_CAP = 1 << 20, PATH_ROOM = 4096 };

enum {
    OPTION_KEY,
    OPTION_QUERY,
    OPTION_AET,
    OPTION_AEC,
    OPTION_ADDRESS,
    OPTION_FUZZY,
    OPTION_ZONE,
    OPTION_SOCKET,
    OPTION_PORT,
    OPTION_JSON
};

static const struct cli_option options[] = {
    [OPTION_KEY] = { "key", 'k', "PATH[=VALUE]", CLI_QUERY_KEY_TEXT },
    [OPTION_QUERY] = { "query", 'q', "FILE", CLI_QUERY_FILE_TEXT },
    [OPTION_AET] = { "aet", 0, "TITLE",
                     "Ask as this device: may it, has it a profile, what does FilterIssuerAet add." },
    [OPTION_AEC] = { "aec", 0, "TITLE", "Ask the server by this AE title, as the device does." },
    [OPTION_ADDRESS] = { "address", 0, "ADDRESS", "Where the device asks from; 127.0.0.1 without it." },
    [OPTION_FUZZY] = { "fuzzy", 0, NULL, "As if fuzzy matching of names had been negotiated." },
    [OPTION_ZONE] = { "adjust-zone", 0, NULL, "As if adjustment to the time zone of the query had been negotiated." },
    [OPTION_SOCKET] = { "socket", 's', "PATH", "Of RECORD: the server's control socket, as for `mwl journal`." },
    [OPTION_PORT] = { "port", 'p', "PORT", "Of RECORD: the server's DicomPort, as for `mwl journal`." },
    [OPTION_JSON] = { "json", 'j', NULL, "Print JSON." },
    { 0 },
};

struct request {
    const struct cli_args *args;
    struct cli_query query;
    const char *path, *aet, *aec, *address, *socket;
    uint32_t port;
    struct cli_recorded recorded; /* what is to be explained; no record: the query */
    bool json, fuzzy_names, adjust_zone;
    struct server_settings *settings;
    struct catalog *catalog;
    struct wr refused; /* why there is no answer, ended by NUL */
    char ignored[64];
};

/* ---- what is decided before the query is looked at ---- */

static bool refuse(struct request *r, const char *why, const char *what)
{
    wr_fmt(&r->refused, why, what);
    return false;
}

static bool is_let_in(struct request *r)
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
static void find_ignored(struct request *r, struct dicom_set query)
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

/* Runs it to its end. True if it was answered. */
static bool run_query(struct request *r, struct service_find *find, struct cli_explained *e)
{
    struct service_answer answer;
    enum service_step step;
    uint32_t answers = 0;
    service_find_start(find, r->catalog);
    while ((step = service_find_next(find, STEP_US, &answer)) != SERVICE_FINAL) {
        answers += step == SERVICE_ANSWER;
        e->partial |= step == SERVICE_ANSWER && answer.status == DIMSE_STATUS_PENDING_WARNING;
    }
    if (answer.status == DIMSE_STATUS_SUCCESS)
        return true;
    e->limit = answers && answers == r->settings->config->limit_answers ? answers : 0;
    if (!e->limit)
        wr_fmt(&r->refused, "the query is refused with status %04X %s: %.*s (%04X,%04X)", answer.status,
               dimse_status_text(answer.status), SPAN_FMT(answer.comment), TAG_ARGS(answer.offending));
    return e->limit;
}

static struct service_find *new_find(const struct request *r, enum dicom_syntax syntax, struct span identifier)
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

static int print(const struct request *r, const struct cli_explained *e)
{
    struct wr out;
    wr_init(&out, TEXT_CAP);
    (r->json ? cli_explain_json : cli_explain_text)(e, &out);
    int status = out.failed ? cli_failure(r->args, "no memory") : cli_print(r->args, wr_done(&out));
    wr_fini(&out);
    return status;
}

/* Compares and prints; takes the find. */
static int explain(struct request *r, struct service_find *find, struct cli_explained *e)
{
    struct service_explain *x = NULL;
    if (find) {
        find_ignored(r, service_find_identifier(find));
        if (run_query(r, find, e))
            x = service_find_explain(find);
    }
    while (x && !service_explain_step(x, STEP_US)) {
    }
    if (x) {
        e->how = service_explain_result(x);
        e->plan = service_explain_plan(x);
    } else if (!r->refused.n) {
        wr_str(&r->refused, "no memory");
    }
    wr_u8(&r->refused, 0);
    e->refused = x ? NULL : (const char *)r->refused.p;
    e->ignored = r->ignored;
    e->partial |= *r->ignored != 0;
    int status = print(r, e);
    service_explain_free(&x);
    return status;
}

static int explain_query(struct request *r)
{
    struct cli_lost_files lost;
    struct cli_explained e = { .lost = &lost };
    enum dicom_syntax syntax = SYNTAX_EXPLICIT_LE;
    struct span identifier;
    struct wr bytes;
    char folder[PATH_ROOM];
    int status = CLI_OK;
    wr_init(&bytes, limits_default.identifier_bytes);
    if (r->recorded.record) {
        syntax = r->recorded.syntax;
        identifier = wr_done(&r->recorded.identifier);
    } else if (!cli_query_stored(&r->query, &syntax, &identifier)) {
        status = cli_query_write(&r->query, syntax, &bytes);
        identifier = wr_done(&bytes);
    }
    if (status == CLI_OK) {
        bool parts = r->settings->config->folder_per_called_aet && r->aec;
        snprintf(folder, sizeof folder, "%s%s%s", source_folder_path(r->settings->folder), parts ? "/" : "",
                 parts ? r->aec : "");
        cli_lost_files_find(folder, &lost);
        struct service_find *find = is_let_in(r) ? new_find(r, syntax, identifier) : NULL;
        status = explain(r, find, &e);
        service_find_free(&find);
        cli_lost_files_free(&lost);
    }
    wr_fini(&bytes);
    return status;
}

/* ---- the arguments ---- */

static int take(struct request *r, struct cli_args *args, int got)
{
    switch (got) {
    case OPTION_KEY:
        cli_query_add(&r->query, args->value);
        return CLI_OK;
    case OPTION_QUERY:
        r->query.path = args->value;
        return CLI_OK;
    case OPTION_AET:
        r->aet = args->value;
        return CLI_OK;
    case OPTION_AEC:
        r->aec = args->value;
        return CLI_OK;
    case OPTION_ADDRESS:
        r->address = args->value;
        return CLI_OK;
    case OPTION_FUZZY:
        r->fuzzy_names = true;
        return CLI_OK;
    case OPTION_ZONE:
        r->adjust_zone = true;
        return CLI_OK;
    case OPTION_SOCKET:
        r->socket = args->value;
        return CLI_OK;
    case OPTION_PORT:
        return cli_peer_number(args->value, UINT16_MAX, &r->port) ? CLI_OK
                                                                  : cli_usage(args, "%s is no port", args->value);
    case OPTION_JSON:
        r->json = true;
        return CLI_OK;
    case CLI_OPERAND:
        if (r->path)
            return cli_usage(args, "one PATH, not two: %s and %s", r->path, args->value);
        r->path = args->value;
        return CLI_OK;
    default:
        return args->status;
    }
}

static int explain_over(struct request *r, const char *path, bool force_config)
{
    struct err err = { 0 };
    log_set_level(LOG_ERROR); /* what is set aside is printed with the rest */
    r->settings = server_settings_new(path, force_config, 0, &err);
    if (!r->settings)
        return cli_failure(r->args, "%s", err.what);
    int status = explain_query(r);
    server_settings_free(&r->settings);
    return status;
}

static int explain_association(const struct request *r)
{
    struct cli_lost_files none = { 0 };
    struct wr cause;
    wr_init(&cause, TEXT_CAP);
    cli_recorded_association(&r->recorded, &cause);
    wr_u8(&cause, 0);
    struct cli_explained e = { .refused = (const char *)cause.p, .lost = &none };
    int status = cause.failed ? cli_failure(r->args, "no memory") : print(r, &e);
    wr_fini(&cause);
    return status;
}

static int explain_record(struct request *r, uint32_t number)
{
    struct err err = { 0 };
    if (!cli_recorded_open(&r->recorded, r->socket, (uint16_t)r->port, number, &err))
        return cli_failure(r->args, "%s", err.what);
    if (!r->recorded.is_query)
        return explain_association(r);
    r->aet = r->recorded.aet;
    r->aec = r->recorded.aec;
    r->address = r->recorded.address;
    r->fuzzy_names = r->recorded.fuzzy_names;
    r->adjust_zone = r->recorded.adjust_zone;
    return explain_over(r, r->recorded.path, r->recorded.force_config);
}

static int read_and_explain(struct request *r, struct cli_args *args)
{
    uint32_t number;
    for (int got; (got = cli_next(args)) != CLI_END;) {
        int status = take(r, args, got);
        if (status != CLI_OK || got == CLI_STOP)
            return status;
    }
    if (!r->path)
        return cli_usage(args, "which FOLDER or CONFIGURATION, or which RECORD of the journal?");
    bool asked = r->query.key_count || r->query.path;
    if (!asked && access(r->path, F_OK) != 0 && cli_peer_number(r->path, UINT32_MAX, &number))
        return explain_record(r, number);
    if (!asked)
        return cli_usage(args, "what is asked? Give its keys with -k, or a file of them with --query");
    int status = cli_query_read(&r->query);
    return status == CLI_OK ? explain_over(r, r->path, false) : status;
}

static int run(struct cli_args *args)
{
    struct request r = { .args = args, .address = "127.0.0.1", .port = DEFAULT_PORT };
    if (!cli_query_init(&r.query, args, 0))
        return CLI_FAILURE;
    wr_init(&r.refused, TEXT_CAP);
    int status = read_and_explain(&r, args);
    cli_recorded_close(&r.recorded);
    wr_fini(&r.refused);
    cli_query_fini(&r.query);
    return status;
}

const struct cli_command cli_explain = {
    .name = "explain",
    .operands = "FOLDER|CONFIGURATION|RECORD",
    .summary = "Say why a query gets nothing, or not what it should",
    .text = "The first line is the cause, as far as one line can say it. Then come the keys, each with the number of "
            "entries\n"
            "that would match without it and the number that meet it alone; the entries that come nearest, with the "
            "first key\n"
            "that they fail; and files of the folder that are not served.\n"
            "\n"
            "  mwl explain -k \"ScheduledProcedureStepSequence[0].ScheduledStationAETitle=CT1\" /var/lib/worklists\n"
            "  mwl explain 17\n"
            "\n"
            "RECORD is the number of a record of a running server's journal (`mwl journal`): the query is explained as "
            "that\n"
            "device has sent it, over what the server was started with.\n",
    .statuses =
        "0 if the query could be explained; 1 after saying why not; 2 if the arguments are wrong, or a key is none.",
    .options = options,
    .run = run,
};
