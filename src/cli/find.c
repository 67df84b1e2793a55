/* find.c -- `mwl find`: asks a server for its worklist, as a modality does (C-FIND). */
#include <stdlib.h>

#include "base/limits.h"
#include "cli/find_print.h"
#include "cli/peer.h"
#include "cli/play.h"
#include "cli/query.h"

enum { ANSWERS_MAX = 100000000, OUTPUT_CAP = 16 << 20, TABLE_KEYS = 16 };

enum {
    OPTION_KEY = CLI_PEER_OPTIONS,
    OPTION_QUERY,
    OPTION_CANCEL,
    OPTION_EXTRACT,
    OPTION_TABLE,
    OPTION_JSON,
    OPTION_SIMPLE,
    OPTION_SYNTAX,
    OPTION_AS,
    OPTION_REPLAY
};

static const struct cli_option options[] = {
#define PEER(id, name, letter, value, text) [CLI_PEER_##id] = { name, letter, value, text },
#include "cli/peer.def"
#undef PEER
    [OPTION_KEY] = { "key", 'k', "PATH[=VALUE]", CLI_QUERY_KEY_TEXT },
    [OPTION_QUERY] = { "query", 'q', "FILE", CLI_QUERY_FILE_TEXT },
    [OPTION_CANCEL] = { "cancel", 0, "N", "Cancel the query (C-CANCEL) after N answers." },
    [OPTION_EXTRACT] = { "extract", 'X', "FOLDER", "Save each answer there too, as rsp0001.dcm and so on." },
    [OPTION_TABLE] = { "table", 0, NULL,
                       "Print a line for each answer: start, modality, station, patient, accession number, what is to "
                       "be "
                       "done. Asks for what it shows. So it is if no key is given." },
    [OPTION_JSON] = { "json", 'j', NULL, "Print a list of answers in the DICOM JSON Model (PS3.18 Annex F)." },
    [OPTION_SIMPLE] = { "simple", 0, NULL, "Print a list of answers as JSON with a string for each keyword." },
    [OPTION_SYNTAX] = { "syntax", 0, "NAME",
                        "Propose this transfer syntax, and no others but those given so too, the preferred one first: "
                        "implicit, explicit, big-endian or deflated. Explicit and implicit without it." },
    [OPTION_AS] = { "as", 0, "DEVICE",
                    "Ask as this device does: its profile (docs/PROFILES.md), a file or the name of an installed one, "
                    "has "
                    "the titles, what it proposes and its keys. Other options come on top." },
    [OPTION_REPLAY] = { "replay", 0, "FILE", "Ask once more what a device has asked: a file of `mwl journal export`." },
    { 0 },
};

static const struct {
    const char *name;
    enum dicom_syntax syntax;
} syntax_names[] = {
    { "implicit", SYNTAX_IMPLICIT_LE },
    { "explicit", SYNTAX_EXPLICIT_LE },
    { "big-endian", SYNTAX_EXPLICIT_BE },
    { "deflated", SYNTAX_DEFLATED_LE },
};

struct request {
    const struct cli_args *args;
    struct client_options to;
    enum dicom_syntax syntaxes[SYNTAX_COUNT];
    struct cli_query query;
    struct cli_play play;
    uint32_t cancel; /* after so many answers; 0: never */
    bool has_form;
    struct cli_find_printer printer;
};

/* ---- the conversation ---- */

static bool take_answers(struct request *r, struct client *client, struct err *err)
{
    struct span identifier;
    for (enum client_found found; (found = client_find_next(client, &identifier, err)) != CLIENT_END;) {
        if (found == CLIENT_FAILED)
            return false;
        struct wr out;
        wr_init(&out, OUTPUT_CAP);
        bool done = cli_find_answer(&r->printer, identifier, client_syntax(client), &out, err);
        fwrite(out.p, 1, out.n, stdout);
        wr_fini(&out);
        if (!done || (r->cancel == r->printer.count && !client_cancel(client, err)))
            return false;
    }
    return true;
}

static int ask(struct request *r)
{
    struct err err = { 0 };
    struct wr identifier, end;
    struct client *client = client_new(&r->to, &err);
    if (!client)
        return cli_failure(r->args, "%s", err.what);
    wr_init(&identifier, limits_default.identifier_bytes);
    wr_init(&end, OUTPUT_CAP);
    enum dicom_syntax stored;
    struct span bytes;
    int status = CLI_OK;
    /* What the journal has is sent as it is. */
    if (r->play.query && cli_query_stored(&r->query, &stored, &bytes) && stored == client_syntax(client))
        wr_span(&identifier, bytes);
    else
        status = cli_query_write(&r->query, client_syntax(client), &identifier);
    if (status == CLI_OK) {
        bool good = client_find(client, wr_done(&identifier), &err) && take_answers(r, client, &err);
        cli_find_end(&r->printer, &end);
        fwrite(end.p, 1, end.n, stdout);
        good = good && client_release(client, &err);
        if (!good)
            status = cli_failure(r->args, "%s", err.what);
        else if (fflush(stdout) != 0)
            status = cli_failure(r->args, "cannot write to standard output");
    }
    wr_fini(&end);
    wr_fini(&identifier);
    client_free(&client);
    return status;
}

/* ---- the arguments ---- */

/* What the table shows goes first, so that a key with a value replaces it. */
static void add_table_keys(struct cli_query *q)
{
    size_t own = q->key_count, count = 0;
    while (cli_find_table_keys[count])
        count++;
    memmove(q->keys + count, q->keys, own * sizeof *q->keys);
    q->key_count = 0;
    for (size_t i = 0; i < count; i++)
        cli_query_add(q, cli_find_table_keys[i]);
    q->key_count += own;
}

static int take_syntax(struct request *r, const char *name)
{
    for (size_t i = 0; i < sizeof syntax_names / sizeof *syntax_names; i++) {
        if (strcmp(syntax_names[i].name, name) != 0)
            continue;
        if (r->to.syntax_count < SYNTAX_COUNT)
            r->syntaxes[r->to.syntax_count++] = syntax_names[i].syntax;
        return CLI_OK;
    }
    return cli_usage(r->args, "there is no --syntax %s: implicit, explicit, big-endian or deflated", name);
}

static int take(struct request *r, struct cli_args *args, int got)
{
    struct err err = { 0 };
    switch (got) {
    case OPTION_KEY:
        cli_query_add(&r->query, args->value);
        return CLI_OK;
    case OPTION_QUERY:
        r->query.path = args->value;
        return CLI_OK;
    case OPTION_CANCEL:
        return cli_peer_number(args->value, ANSWERS_MAX, &r->cancel)
                   ? CLI_OK
                   : cli_usage(args, "--cancel wants a number of answers, not %s", args->value);
    case OPTION_EXTRACT:
        r->printer.folder = args->value;
        return CLI_OK;
    case OPTION_AS:
    case OPTION_REPLAY:
        if (r->play.play)
            return cli_usage(args, "one of --as and --replay");
        return cli_play_open(&r->play, args->value, &r->to, &r->query, &err) ? CLI_OK
                                                                             : cli_failure(args, "%s", err.what);
    case OPTION_SYNTAX:
        return take_syntax(r, args->value);
    case OPTION_TABLE:
    case OPTION_JSON:
    case OPTION_SIMPLE:
        if (r->has_form)
            return cli_usage(args, "one of --table, --json and --simple");
        r->has_form = true;
        r->printer.form = got == OPTION_TABLE ? FIND_TABLE : got == OPTION_JSON ? FIND_JSON : FIND_SIMPLE;
        return CLI_OK;
    default:
        return cli_peer_take(args, got, &r->to) ? CLI_OK : args->status ? args->status : CLI_STOP;
    }
}

static int read_arguments(struct request *r, struct cli_args *args)
{
    for (int got; (got = cli_next(args)) != CLI_END;) {
        int status = take(r, args, got);
        if (status != CLI_OK)
            return status;
    }
    if (!cli_peer_given(args, &r->to))
        return args->status;
    if (!r->has_form && !r->query.key_count && !r->query.path && !r->query.text)
        r->printer.form = FIND_TABLE;
    if (r->printer.form == FIND_TABLE)
        add_table_keys(&r->query);
    if (!r->to.syntax_count) {
        r->syntaxes[r->to.syntax_count++] = SYNTAX_EXPLICIT_LE;
        r->syntaxes[r->to.syntax_count++] = SYNTAX_IMPLICIT_LE;
    }
    r->to.syntaxes = r->syntaxes;
    return CLI_OK;
}

static int run(struct cli_args *args)
{
    struct request r = { .args = args, .to = cli_peer_defaults() };
    r.to.service = UID_ModalityWorklistInformationModelFind;
    if (!cli_query_init(&r.query, args, TABLE_KEYS))
        return CLI_FAILURE;
    int status = read_arguments(&r, args);
    if (status == CLI_OK)
        status = cli_query_read(&r.query);
    if (status == CLI_OK)
        status = ask(&r);
    cli_query_fini(&r.query);
    cli_play_close(&r.play);
    return status == CLI_STOP ? CLI_OK : status;
}

const struct cli_command cli_find = {
    .name = "find",
    .operands = "HOST PORT",
    .summary = "Ask a server for its worklist, as a scanner does (C-FIND)",
    .text = "Prints each answer as `mwl dump` prints a file. HOST is a name, or an IPv4 or IPv6 address.\n"
            "Without any key it asks for everything, and prints a table.\n",
    .statuses = "0 if the server has answered, with however many entries; 1 after saying why it has not; 2 if the "
                "arguments are wrong, or a key is none.",
    .options = options,
    .run = run,
};
