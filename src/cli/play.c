/* play.c -- a device out of a file, as options of the requestor. */
#include "cli/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/file.h"
#include "config/play.h"

enum { PATH_ROOM = 4096 };

/* A file of that name, or the installed profile. */
static const char *path_of(const char *name, char room[PATH_ROOM])
{
    int n = snprintf(room, PATH_ROOM, MWL_PROFILES "/%s.json", name);
    return access(name, F_OK) == 0 || n < 0 || n >= PATH_ROOM || access(room, F_OK) != 0 ? name : room;
}

static const char *text_of(const json_t *play, const char *name)
{
    return json_string_value(json_object_get(play, name));
}

static bool read_contexts(struct cli_play *p, struct client_options *to)
{
    const json_t *list = json_object_get(p->play, "PresentationContexts");
    size_t count = json_array_size(list), syntaxes = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        syntaxes += json_array_size(json_object_get(json_array_get(list, i), "TransferSyntaxes"));
    p->contexts = calloc(count + 1, sizeof *p->contexts);
    p->syntaxes = calloc(syntaxes + 1, sizeof *p->syntaxes);
    if (!p->contexts || !p->syntaxes)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *context = json_array_get(list, i), *from = json_object_get(context, "TransferSyntaxes");
        p->contexts[i] = (struct client_context){ text_of(context, "AbstractSyntax"), p->syntaxes + at,
                                                  (uint32_t)json_array_size(from) };
        for (size_t k = 0; k < json_array_size(from); k++)
            p->syntaxes[at++] = json_string_value(json_array_get(from, k));
    }
    to->contexts = p->contexts;
    to->context_count = (uint32_t)count;
    return true;
}

/* The path of the query, from the folder of the file that names it. */
static char *query_of(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    int folder = *name == '/' || !slash ? 0 : (int)(slash - path) + 1;
    char *whole;
    return asprintf(&whole, "%.*s%s", folder, path, name) < 0 ? NULL : whole;
}

static bool read_query(struct cli_play *p, const char *path, struct cli_query *query)
{
    const char *stored = text_of(p->play, "Query");
    if (stored) {
        query->path = p->query = query_of(path, stored);
        return p->query;
    }
    p->keys = json_dumps(json_object_get(p->play, "Keys"), JSON_COMPACT);
    query->text = p->keys;
    return p->keys;
}

bool cli_play_open(struct cli_play *p, const char *name, struct client_options *to, struct cli_query *query,
                   struct err *err)
{
    char room[PATH_ROOM];
    const char *path = path_of(name, room);
    *p = (struct cli_play){ 0 };
    if (access(path, F_OK) != 0 && !strchr(name, '/'))
        return err_set(err, ERR_IO, 0, 0, "%s: there is no such file, and no such profile in %s", name, MWL_PROFILES);
    if (cli_is_dicom(path))
        return err_set(err, ERR_SYNTAX, 0, 0,
                       "%s is a query alone: `mwl journal export` wrote what belongs to it into %s.json", path, path);
    p->play = config_play_read(path, err);
    if (!p->play)
        return false;
    const char *calling = text_of(p->play, "CallingAet"), *called = text_of(p->play, "CalledAet");
    if (calling)
        to->calling_ae = calling;
    if (called)
        to->called_ae = called;
    to->implementation_class_uid = text_of(p->play, "ImplementationClassUid");
    to->implementation_version = text_of(p->play, "ImplementationVersion");
    to->pdu_bytes = (uint32_t)json_integer_value(json_object_get(p->play, "MaximumPduLength"));
    return (read_contexts(p, to) && read_query(p, path, query)) || err_set(err, ERR_MEMORY, 0, 0, "no memory");
}

void cli_play_close(struct cli_play *p)
{
    json_decref(p->play);
    free(p->contexts);
    free((void *)p->syntaxes);
    free(p->keys);
    free(p->query);
}
