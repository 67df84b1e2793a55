/* export.c -- the query as a DICOM file, which findscu sends too, and beside it the half "play" of a profile. */
#include "cli/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/file.h"
#include "dicom/file.h"

enum { PATH_ROOM = 4096 };

static json_t *contexts_of(const char *proposed)
{
    json_t *contexts = json_array();
    struct span rest = span_str(proposed);
    while (rest.p && rest.n) {
        struct span line = span_cut(&rest, '\n'), abstract = span_cut(&line, ' ');
        json_t *syntaxes = json_array();
        while (line.p && line.n) {
            struct span one = span_cut(&line, ' ');
            json_array_append_new(syntaxes, json_stringn((const char *)one.p, one.n));
        }
        json_array_append_new(
            contexts, json_pack("{s:s%, s:o}", "AbstractSyntax", abstract.p, abstract.n, "TransferSyntaxes", syntaxes));
    }
    return contexts;
}

static void set_text(json_t *object, const char *name, const char *text)
{
    if (*text)
        json_object_set_new(object, name, json_string(text));
}

/* What the device has sent beside the query, for `mwl find --replay`: the half "play" of a profile. */
static bool write_play(const json_t *association, const char *query, const char *path, struct err *err)
{
    const char *slash = strrchr(query, '/');
    json_t *play = json_object();
    set_text(play, "CallingAet", cli_control_text(association, "callingAet"));
    set_text(play, "CalledAet", cli_control_text(association, "calledAet"));
    set_text(play, "ImplementationClassUid", cli_control_text(association, "implementationClassUID"));
    set_text(play, "ImplementationVersion", cli_control_text(association, "implementationVersion"));
    json_object_set_new(play, "MaximumPduLength",
                        json_integer(json_integer_value(json_object_get(association, "maximumPduLength"))));
    json_object_set_new(play, "PresentationContexts", contexts_of(cli_control_text(association, "proposed")));
    set_text(play, "Query", slash ? slash + 1 : query);
    json_t *root = json_pack("{s:o}", "play", play);
    char *text = json_dumps(root, JSON_INDENT(2));
    bool done = text ? cli_put_file(path, span_str(text), true, err) : err_set(err, ERR_MEMORY, 0, 0, "no memory");
    free(text);
    json_decref(root);
    return done;
}

static bool write_query(const char *path, enum dicom_syntax syntax, struct span identifier, struct err *err)
{
    struct wr file;
    wr_init(&file, (size_t)limits_default.identifier_bytes + 1024);
    dicom_file_begin(&file, syntax);
    wr_span(&file, identifier);
    bool done =
        file.failed ? err_set(err, ERR_MEMORY, 0, 0, "no memory") : cli_put_file(path, wr_done(&file), true, err);
    wr_fini(&file);
    return done;
}

/* ---- command lines ---- */

/* A word of a command line that a person pastes into a shell; what a scanner calls itself may be anything. */
static void put_word(const char *text)
{
    size_t plain = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,+=@%");
    if (plain && !text[plain]) {
        printf(" %s", text);
        return;
    }
    printf(" '");
    for (; *text; text++)
        *text == '\'' ? (void)printf("'\\''") : (void)putchar(*text);
    putchar('\'');
}

static void put_option(const char *option, const char *text)
{
    printf(" %s", option);
    put_word(text);
}

static void put_host(const json_t *server)
{
    put_word(cli_control_text(server, "host"));
    printf(" %u", (unsigned)json_integer_value(json_object_get(server, "port")));
}

static bool has_tls(const json_t *server)
{
    return json_is_true(json_object_get(server, "tls"));
}

/* findscu proposes the three uncompressed transfer syntaxes; a device may have proposed the first alone. Its own PDUs
 * have from 4096 to 131072 bytes. */
static void put_findscu(const json_t *server, const json_t *record, const json_t *association, const char *path)
{
    static const char implicit[] = "1.2.840.10008.5.1.4.31 1.2.840.10008.1.2";
    uint64_t pdu = (uint64_t)json_integer_value(json_object_get(association, "maximumPduLength"));
    struct span rest = span_str(cli_control_text(association, "proposed"));
    printf("findscu -W%s", has_tls(server) ? " +tla -ic" : "");
    while (rest.p && rest.n)
        if (span_is(span_cut(&rest, '\n'), implicit)) {
            printf(" -xi");
            break;
        }
    if (pdu >= 4096 && pdu <= 131072)
        printf(" -pdu %u", (unsigned)pdu);
    put_option("-aet", cli_control_text(record, "callingAet"));
    put_option("-aec", cli_control_text(record, "calledAet"));
    put_host(server);
    put_word(path);
    putchar('\n');
}

static int write_both(const struct cli_args *args, struct cli_control *control, const json_t *record, const char *path)
{
    char play[PATH_ROOM];
    struct err err = { 0 }, gone = { 0 };
    json_t *server = cli_control_about(control, &err);
    if (!server)
        return cli_failure(args, "%s", err.what);
    if (snprintf(play, sizeof play, "%s.json", path) >= (int)sizeof play) {
        json_decref(server);
        return cli_failure(args, "%s: too long a path", path);
    }
    uint64_t number = (uint64_t)json_integer_value(json_object_get(record, "association"));
    json_t *association = cli_control_record(control, number, &gone);
    bool played = association && write_play(association, path, play, &err);
    put_findscu(server, record, association, path);
    printf("mwl find%s", has_tls(server) ? " --tls-no-verify" : "");
    if (played) {
        put_option("--replay", play);
    } else { /* its record has left the journal: what is known is in the query's own */
        put_option("--aet", cli_control_text(record, "callingAet"));
        put_option("--aec", cli_control_text(record, "calledAet"));
        put_option("-q", path);
    }
    put_host(server);
    putchar('\n');
    if (json_is_true(json_object_get(association, "truncated")))
        printf("# The device has proposed more presentation contexts than the journal keeps.\n");
    int status = played || !association ? CLI_OK : cli_failure(args, "%s", err.what);
    json_decref(association);
    json_decref(server);
    return status;
}

int cli_export_query(const struct cli_args *args, struct cli_control *control, const json_t *record, const char *path)
{
    struct err err = { 0 };
    struct wr identifier;
    enum dicom_syntax syntax = dicom_syntax_from_uid(span_str(cli_control_text(record, "transferSyntax")));
    wr_init(&identifier, limits_default.identifier_bytes);
    bool written = syntax < SYNTAX_COUNT && cli_control_identifier(record, &identifier, &err)
                   && write_query(path, syntax, wr_done(&identifier), &err);
    wr_fini(&identifier);
    return written ? write_both(args, control, record, path) : cli_failure(args, "%s", err.what);
}
