/* explain.c -- `mwl explain`: why a query gets what it gets. It runs the query as the server would, over the same
 * configuration and folder, then compares every entry with every key. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/explain_record.h"
#include "cli/explain_run.h"
#include "cli/peer.h"
#include "cli/query.h"
#include "server/guard.h"

enum { DEFAULT_PORT = 4242, TEXT_CAP = 1 << 20 };

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
    struct cli_explain run;
    struct cli_query query;
    const char *path, *socket;
    uint32_t port;
    struct cli_recorded recorded; /* what is to be explained; no record: the query */
};

static int explain_query(struct request *r)
{
    enum dicom_syntax syntax = SYNTAX_EXPLICIT_LE;
    struct span identifier;
    struct wr bytes;
    int status = CLI_OK;
    wr_init(&bytes, limits_default.identifier_bytes);
    if (r->recorded.record) {
        syntax = r->recorded.syntax;
        identifier = wr_done(&r->recorded.identifier);
    } else if (!cli_query_stored(&r->query, &syntax, &identifier)) {
        status = cli_query_write(&r->query, syntax, &bytes);
        identifier = wr_done(&bytes);
    }
    if (status == CLI_OK)
        status = cli_explain_run(&r->run, syntax, identifier);
    wr_fini(&bytes);
    return status;
}

/* ---- the arguments ---- */

static bool is_address(const char *text)
{
    struct in6_addr room;
    return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1;
}

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
        r->run.aet = args->value;
        return CLI_OK;
    case OPTION_AEC:
        r->run.aec = args->value;
        return CLI_OK;
    case OPTION_ADDRESS:
        r->run.address = args->value;
        return is_address(args->value)
                   ? CLI_OK
                   : cli_usage(args, "--address wants an IPv4 or IPv6 address, not %s", args->value);
    case OPTION_FUZZY:
        r->run.fuzzy_names = true;
        return CLI_OK;
    case OPTION_ZONE:
        r->run.adjust_zone = true;
        return CLI_OK;
    case OPTION_SOCKET:
        r->socket = args->value;
        return CLI_OK;
    case OPTION_PORT:
        return cli_peer_number(args->value, UINT16_MAX, &r->port) ? CLI_OK
                                                                  : cli_usage(args, "%s is no port", args->value);
    case OPTION_JSON:
        r->run.json = true;
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
    struct server_guard guard = { 0 };
    log_set_level(LOG_ERROR); /* what is set aside is printed with the rest */
    struct server_settings *s = server_settings_load(path, force_config, &err);
    if (s)
        s->may_be_broken = true; /* as a server has them */
    /* With the protections of a server, since what it may not read it does not serve. */
    bool opened = s && server_guard_enter(&guard, s->config, NULL, &err) && server_settings_open(s, &guard, 0, &err);
    r->run.settings = s;
    int status = opened ? explain_query(r) : cli_failure(r->run.args, "%s", err.what);
    server_settings_free(&r->run.settings);
    server_guard_fini(&guard);
    return status;
}

static int explain_association(struct request *r)
{
    struct cli_lost_files none = { 0 };
    struct wr cause;
    wr_init(&cause, TEXT_CAP);
    cli_recorded_association(&r->recorded, &cause);
    wr_u8(&cause, 0);
    struct cli_explained e = { .refused = (const char *)cause.p, .lost = &none };
    int status = cause.failed ? cli_failure(r->run.args, "no memory") : cli_explain_print(&r->run, &e);
    wr_fini(&cause);
    return status;
}

static int explain_record(struct request *r, uint32_t number)
{
    struct err err = { 0 };
    if (!cli_recorded_open(&r->recorded, r->socket, (uint16_t)r->port, number, &err))
        return cli_failure(r->run.args, "%s", err.what);
    if (!r->recorded.is_query)
        return explain_association(r);
    r->run.aet = r->recorded.aet;
    r->run.aec = r->recorded.aec;
    r->run.address = r->recorded.address;
    r->run.fuzzy_names = r->recorded.fuzzy_names;
    r->run.adjust_zone = r->recorded.adjust_zone;
    r->run.is_counted = r->recorded.is_counted;
    r->run.had = r->recorded.had;
    if (r->recorded.then.n > 1)
        r->run.then = (const char *)r->recorded.then.p;
    if (!cli_recorded_become(&r->recorded, &err))
        return cli_failure(r->run.args, "%s", err.what);
    if (chdir(r->recorded.folder) != 0)
        return cli_failure(r->run.args, "%s: %s", r->recorded.folder, strerror(errno));
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
    bool is_record = access(r->path, F_OK) != 0 && cli_peer_number(r->path, UINT32_MAX, &number);
    if (is_record && (asked || r->run.aet || r->run.aec || r->run.fuzzy_names || r->run.adjust_zone))
        return cli_usage(args, "record %s has its own keys and titles: without it, name the FOLDER or CONFIGURATION",
                         r->path);
    if (is_record)
        return explain_record(r, number);
    if (!asked)
        return cli_usage(args, "what is asked? Give its keys with -k, or a file of them with --query");
    int status = cli_query_read(&r->query);
    return status == CLI_OK ? explain_over(r, r->path, false) : status;
}

static int run(struct cli_args *args)
{
    struct request r = { .run = { .args = args, .address = "127.0.0.1" }, .port = DEFAULT_PORT };
    if (!cli_query_init(&r.query, args, 0))
        return CLI_FAILURE;
    int status = read_and_explain(&r, args);
    cli_recorded_close(&r.recorded);
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
