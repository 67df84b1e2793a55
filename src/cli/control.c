/* control.c -- lines of JSON over a Unix socket. */
#include "cli/control.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/local.h"
#include "server/control.h"

enum { PATH_ROOM = 108, LINE_CAP = 1 << 20 };

bool cli_control_open(struct cli_control *control, const char *socket, uint16_t port, struct err *err)
{
    char path[PATH_ROOM];
    *control = (struct cli_control){ 0 };
    if (!socket && !server_control_path(port, path, sizeof path))
        return err_set(err, ERR_IO, 0, 0,
                       "where is the server's socket? Neither RUNTIME_DIRECTORY nor XDG_RUNTIME_DIR is set: give it "
                       "with --socket, as ControlSocket or `mwl serve --control` has it");
    int fd = net_local_connect(socket ? socket : path, err);
    if (fd < 0)
        return false;
    control->stream = fdopen(fd, "r+");
    if (!control->stream) {
        close(fd);
        return err_set(err, ERR_MEMORY, 0, 0, "no memory");
    }
    return true;
}

void cli_control_close(struct cli_control *control)
{
    if (control->stream)
        fclose(control->stream);
    control->stream = NULL;
}

bool cli_control_ask(struct cli_control *control, json_t *request, struct err *err)
{
    bool sent = request && json_dumpf(request, control->stream, JSON_COMPACT) == 0
                && fputc('\n', control->stream) != EOF && fflush(control->stream) == 0;
    json_decref(request);
    return sent || err_set(err, ERR_IO, 0, 0, "the server does not listen any more");
}

static json_t *fail(struct err *err, const char *what)
{
    err_set(err, ERR_IO, 0, 0, "%s", what);
    return NULL;
}

json_t *cli_control_next(struct cli_control *control, struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n = getline(&line, &room, control->stream);
    json_t *object = n > 0 ? json_loadb(line, (size_t)n, 0, NULL) : NULL;
    free(line);
    if (!object)
        return fail(err, n > 0 ? "the server's answer is no JSON" : "the server has ended");
    const char *error = json_string_value(json_object_get(object, "error"));
    if (error)
        fail(err, error);
    if (error || json_object_get(object, "end")) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* What has one object for an answer, and takes the end of it. */
static json_t *ask_for_one(struct cli_control *control, json_t *request, struct err *err)
{
    if (!cli_control_ask(control, request, err))
        return NULL;
    json_t *object = cli_control_next(control, err), *end = object ? cli_control_next(control, err) : NULL;
    json_decref(end);
    return object;
}

json_t *cli_control_record(struct cli_control *control, uint64_t number, struct err *err)
{
    return ask_for_one(control, json_pack("{s:s, s:I}", "command", "show", "number", (json_int_t)number), err);
}

json_t *cli_control_about(struct cli_control *control, struct err *err)
{
    return ask_for_one(control, json_pack("{s:s}", "command", "about"), err);
}

const char *cli_control_text(const json_t *record, const char *name)
{
    const char *text = json_string_value(json_object_get(record, name));
    return text ? text : "";
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cli_control_identifier(const json_t *record, struct wr *out, struct err *err)
{
    if (json_is_true(json_object_get(record, "masked")))
        return err_set(err, ERR_UNSUPPORTED, 0, 0, "the server keeps no values of queries (JournalMask)");
    if (json_is_true(json_object_get(record, "truncated")))
        return err_set(err, ERR_UNSUPPORTED, 0, 0, "the query was so long that the journal has only its beginning");
    for (const char *at = cli_control_text(record, "identifier"); at[0] && at[1]; at += 2) {
        int high = digit(at[0]), low = digit(at[1]);
        if (high < 0 || low < 0)
            return err_set(err, ERR_SYNTAX, 0, 0, "the server's answer is no identifier");
        wr_u8(out, (uint8_t)(high << 4 | low));
    }
    return true;
}
