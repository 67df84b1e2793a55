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

static int write_both(const struct cli_args *args, struct cli_control *control, const json_t *record, const char *path,
                      uint32_t port)
{
    char play[PATH_ROOM];
    struct err err = { 0 }, gone = { 0 };
    const char *calling = cli_control_text(record, "callingAet"), *called = cli_control_text(record, "calledAet");
    if (snprintf(play, sizeof play, "%s.json", path) >= (int)sizeof play)
        return cli_failure(args, "%s: too long a path", path);
    printf("findscu -W -aet \"%s\" -aec \"%s\" 127.0.0.1 %u %s\n", calling, called, (unsigned)port, path);
    uint64_t number = (uint64_t)json_integer_value(json_object_get(record, "association"));
    json_t *association = cli_control_record(control, number, &gone);
    bool played = association && write_play(association, path, play, &err);
    if (played)
        printf("mwl find --replay %s 127.0.0.1 %u\n", play, (unsigned)port);
    else if (!association) /* its record has left the journal: what is known is in the query's own */
        printf("mwl find --aet \"%s\" --aec \"%s\" -q %s 127.0.0.1 %u\n", calling, called, path, (unsigned)port);
    int status = played || !association ? CLI_OK : cli_failure(args, "%s", err.what);
    json_decref(association);
    return status;
}

int cli_export_query(const struct cli_args *args, struct cli_control *control, const json_t *record, const char *path,
                     uint32_t port)
{
    struct err err = { 0 };
    struct wr identifier;
    enum dicom_syntax syntax = dicom_syntax_from_uid(span_str(cli_control_text(record, "transferSyntax")));
    wr_init(&identifier, limits_default.identifier_bytes);
    bool written = syntax < SYNTAX_COUNT && cli_control_identifier(record, &identifier, &err)
                   && write_query(path, syntax, wr_done(&identifier), &err);
    wr_fini(&identifier);
    return written ? write_both(args, control, record, path, port) : cli_failure(args, "%s", err.what);
}
