/* journal.c -- `mwl journal`: what scanners asked of a server that runs, and what they got. */
#include <stdlib.h>
#include <string.h>

#include "cli/control.h"
#include "cli/export.h"
#include "cli/journal_print.h"
#include "cli/options.h"
#include "cli/peer.h"

enum { DEFAULT_PORT = 4242, DEFAULT_LAST = 20, RECORDS_MAX = 1000000, NAME_ROOM = 64 };

enum { OPTION_SOCKET, OPTION_PORT, OPTION_LAST, OPTION_JSON, OPTION_OUTPUT };

static const struct cli_option options[] = {
    [OPTION_SOCKET] = { "socket", 's', "PATH",
                        "The server's control socket, if it is not where its user's are: ControlSocket." },
    [OPTION_PORT] = { "port", 'p', "PORT",
                      "The server's DicomPort, which its socket is named after; 4242 without it." },
    [OPTION_LAST] = { "last", 'n', "N", "List the last N; 20 without it." },
    [OPTION_JSON] = { "json", 'j', NULL, "Print a line of JSON for each record." },
    [OPTION_OUTPUT] = { "output", 'o', "FILE",
                        "Export to this file, which is replaced if it is there; query-N.dcm without it." },
    { 0 },
};

struct request {
    const struct cli_args *args;
    const char *verb, *operand, *socket, *output;
    uint32_t port, last;
    bool json;
    struct cli_control control;
};

static bool is_verb(const struct request *r, const char *verb)
{
    return strcmp(r->verb, verb) == 0;
}

static int print(const struct request *r, const json_t *record, void (*put)(const json_t *record, struct wr *out))
{
    struct wr out;
    wr_init(&out, CLI_JOURNAL_CAP);
    char *text = r->json ? json_dumps(record, JSON_COMPACT) : NULL;
    if (text)
        wr_fmt(&out, "%s\n", text);
    else
        put(record, &out);
    free(text);
    int status = cli_print(r->args, wr_done(&out));
    wr_fini(&out);
    fflush(stdout); /* who follows wants each line at once */
    return status;
}

static int list(struct request *r, bool follow)
{
    struct err err = { 0 };
    json_t *request =
        json_pack("{s:s, s:I, s:b}", "command", "list", "last", (json_int_t)r->last, "follow", (int)follow);
    if (!cli_control_ask(&r->control, request, &err))
        return cli_failure(r->args, "%s", err.what);
    int status = CLI_OK;
    for (json_t *record; status == CLI_OK && (record = cli_control_next(&r->control, &err));) {
        status = print(r, record, cli_journal_put_line);
        json_decref(record);
    }
    return err.code == ERR_NONE ? status : cli_failure(r->args, "%s", err.what);
}

/* ---- by its number ---- */

static int export_query(struct request *r, const json_t *record)
{
    char name[NAME_ROOM];
    if (!cli_journal_is_query(record))
        return cli_failure(r->args, "%s is no query, but an association", r->operand);
    snprintf(name, sizeof name, "query-%s.dcm", r->operand);
    return cli_export_query(r->args, &r->control, record, r->output ? r->output : name);
}

static int with_record(struct request *r)
{
    uint32_t number;
    struct err err = { 0 };
    if (!r->operand || !cli_peer_number(r->operand, UINT32_MAX, &number))
        return cli_usage(r->args, "%s which record? Give its number, as `mwl journal` lists it", r->verb);
    json_t *record = cli_control_record(&r->control, number, &err);
    if (!record)
        return cli_failure(r->args, "%s: %s", r->operand, err.what);
    int status = is_verb(r, "show") ? print(r, record, cli_journal_put_record) : export_query(r, record);
    json_decref(record);
    return status;
}

/* ---- the arguments ---- */

static int take(struct request *r, struct cli_args *args, int got)
{
    switch (got) {
    case OPTION_SOCKET:
        r->socket = args->value;
        return CLI_OK;
    case OPTION_PORT:
        return cli_peer_number(args->value, UINT16_MAX, &r->port) ? CLI_OK
                                                                  : cli_usage(args, "%s is no port", args->value);
    case OPTION_LAST:
        return cli_peer_number(args->value, RECORDS_MAX, &r->last)
                   ? CLI_OK
                   : cli_usage(args, "--last wants a number of records, not %s", args->value);
    case OPTION_JSON:
        r->json = true;
        return CLI_OK;
    case OPTION_OUTPUT:
        r->output = args->value;
        return CLI_OK;
    case CLI_OPERAND:
        if (r->operand)
            return cli_usage(args, "what is %s?", args->value);
        *(r->verb ? &r->operand : &r->verb) = args->value;
        return CLI_OK;
    default:
        return args->status;
    }
}

/* Whether the words make sense; all is said if not. */
static int check(const struct request *r)
{
    bool lists = is_verb(r, "list") || is_verb(r, "follow");
    if (!lists && !is_verb(r, "show") && !is_verb(r, "export"))
        return cli_usage(r->args, "there is no `mwl journal %s`: list, follow, show or export", r->verb);
    return lists && r->operand ? cli_usage(r->args, "what is %s?", r->operand) : CLI_OK;
}

static int perform(struct request *r)
{
    bool follows = is_verb(r, "follow");
    return follows || is_verb(r, "list") ? list(r, follows) : with_record(r);
}

static int run(struct cli_args *args)
{
    struct request r = { .args = args, .port = DEFAULT_PORT, .last = DEFAULT_LAST };
    struct err err = { 0 };
    for (int got; (got = cli_next(args)) != CLI_END;) {
        int status = take(&r, args, got);
        if (status != CLI_OK || got == CLI_STOP)
            return status;
    }
    if (!r.verb)
        r.verb = "list";
    int status = check(&r);
    if (status != CLI_OK)
        return status;
    if (!cli_control_open(&r.control, r.socket, (uint16_t)r.port, &err))
        return cli_failure(args, "%s", err.what);
    status = perform(&r);
    cli_control_close(&r.control);
    return status;
}

const struct cli_command cli_journal = {
    .name = "journal",
    .operands = "[list|follow|show N|export N]",
    .summary = "Show what scanners asked a running server, and what they got",
    .text = "  list      the last associations and queries, a line for each: number, time, who\n"
            "            called from where, and of a query how many entries went out of how many,\n"
            "            and its keys, with <length> for values of patients; so it is without a word\n"
            "  follow    the same, and then each new one as it ends\n"
            "  show N    all of record N: presentation contexts and why they were refused, or the\n"
            "            query as it came\n"
            "  export N  query N as a DICOM file, and beside it, with .json behind, what the device\n"
            "            proposed; prints the command lines that send it again\n"
            "\n"
            "It asks the server over its control socket, which only its own user may open.\n",
    .statuses = "0 if the server has answered; 1 after saying why it has not; 2 if the arguments are wrong.",
    .options = options,
    .run = run,
};
