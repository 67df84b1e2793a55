/* explain_record.c -- what a scanner did, out of the journal of the server that saw it. */
#include "cli/explain_record.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "dimse/status.h"

static bool is_true(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

/* In words, if the query was not simply answered. */
static void tell(struct cli_recorded *r)
{
    const char *status = cli_control_text(r->record, "status"), *comment = cli_control_text(r->record, "comment");
    uint16_t code = (uint16_t)strtoul(status, NULL, 16);
    if (!*status)
        wr_str(&r->then, "the query was cut off before it was answered: the device left, or the server stopped");
    else if (code == DIMSE_STATUS_CANCEL)
        wr_str(&r->then, "the device cancelled the query");
    else if (code != DIMSE_STATUS_SUCCESS)
        wr_fmt(&r->then, "the query was refused with status %04X %s%s%s", code, dimse_status_text(code),
               *comment ? ": " : "", comment);
    wr_u8(&r->then, 0);
    r->had = (unsigned long long)json_integer_value(json_object_get(r->record, "entries"));
    r->is_counted = r->had || (*status && code == DIMSE_STATUS_SUCCESS);
}

static bool read_query(struct cli_recorded *r, struct err *err)
{
    tell(r);
    r->fuzzy_names = is_true(r->record, "fuzzyNames");
    r->adjust_zone = is_true(r->record, "adjustZone");
    r->syntax = dicom_syntax_from_uid(span_str(cli_control_text(r->record, "transferSyntax")));
    if (r->syntax >= SYNTAX_COUNT)
        return err_set(err, ERR_SYNTAX, 0, 0, "the server's answer has no transfer syntax");
    return cli_control_identifier(r->record, &r->identifier, err);
}

bool cli_recorded_open(struct cli_recorded *r, const char *socket, uint16_t port, uint32_t number, struct err *err)
{
    struct cli_control control;
    *r = (struct cli_recorded){ 0 };
    wr_init(&r->identifier, limits_default.identifier_bytes);
    wr_init(&r->then, 4096);
    if (!cli_control_open(&control, socket, port, err))
        return false;
    struct ucred server = { .uid = geteuid(), .gid = getegid() };
    (void)getsockopt(fileno(control.stream), SOL_SOCKET, SO_PEERCRED, &server, &(socklen_t){ sizeof server });
    r->uid = server.uid;
    r->gid = server.gid;
    r->record = cli_control_record(&control, number, err);
    r->about = r->record ? cli_control_about(&control, err) : NULL;
    cli_control_close(&control);
    if (!r->about)
        return false;
    r->is_query = strcmp(cli_control_text(r->record, "kind"), "query") == 0;
    r->folder = cli_control_text(r->about, "folder");
    r->path = cli_control_text(r->about, "path");
    r->force_config = is_true(r->about, "forceConfig");
    r->aet = cli_control_text(r->record, "callingAet");
    r->aec = cli_control_text(r->record, "calledAet");
    r->address = cli_control_text(r->record, "address");
    return !r->is_query || read_query(r, err);
}

void cli_recorded_close(struct cli_recorded *r)
{
    json_decref(r->record);
    json_decref(r->about);
    wr_fini(&r->identifier);
    wr_fini(&r->then);
}

bool cli_recorded_become(const struct cli_recorded *r, struct err *err)
{
    if (geteuid() != 0 || r->uid == 0)
        return true;
    const struct passwd *user = getpwuid(r->uid);
    bool became = (user ? initgroups(user->pw_name, r->gid) : setgroups(1, &r->gid)) == 0 && setgid(r->gid) == 0
                  && setuid(r->uid) == 0;
    return became
           || err_set(err, ERR_IO, 0, 0, "cannot become user %u, as whom the server runs: %s", (unsigned)r->uid,
                      strerror(errno));
}

/* The first line that has all of this in it; "" if none has. */
static struct span line_with(const char *text, const char *first, const char *second)
{
    struct span rest = span_str(text);
    while (rest.p && rest.n) {
        struct span line = span_cut(&rest, '\n');
        if (memmem(line.p, line.n, first, strlen(first)) && memmem(line.p, line.n, second, strlen(second)))
            return line;
    }
    return (struct span){ NULL, 0 };
}

void cli_recorded_association(const struct cli_recorded *r, struct wr *out)
{
    const char *contexts = cli_control_text(r->record, "contexts"), *ended = cli_control_text(r->record, "ended");
    struct span refused = line_with(contexts, "Modality Worklist", ": refused");
    if (strncmp(ended, "rejected: ", 10) == 0)
        wr_fmt(out, "the association is %s%s%s", ended, *contexts ? ": " : "", contexts);
    else if (line_with(contexts, "Modality Worklist", ": accepted").n)
        wr_fmt(out,
               "the association was accepted, and the worklist may be asked for; its queries have records of their "
               "own; it %s",
               *ended ? ended : "stands");
    else if (refused.n)
        wr_fmt(out, "no presentation context for the worklist: %.*s", SPAN_FMT(refused));
    else
        wr_fmt(out, "the device did not propose the worklist service at all, but %.*s",
               SPAN_FMT(line_with(contexts, "", "")));
}
