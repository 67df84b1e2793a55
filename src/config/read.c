/* read.c -- the sections of one file, or of all .json files of a folder, as one JSON object. */
#include "config/load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/path.h"
#include "config/text.h"

enum { FILE_CAP = 4 << 20, PATH_ROOM = 4096 };

/* A whole file of at most FILE_CAP bytes. */
static bool read_file(const char *path, struct wr *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* does not wait for a FIFO's writer */
    if (fd < 0)
        return err_set(err, ERR_IO, 0, 0, "%s: cannot be read: %s", path, strerror(errno));
    uint8_t part[16384];
    ssize_t n;
    while (!out->failed && ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR))) {
        if (n > 0)
            wr_bytes(out, part, (size_t)n);
    }
    int problem = out->starved ? ENOMEM : out->failed ? EFBIG : n < 0 ? errno : 0;
    close(fd);
    if (problem == EFBIG)
        return err_set(err, ERR_LIMIT, 0, 0, "%s: longer than 4 MiB: no configuration is", path);
    if (problem == ENOMEM)
        return err_set(err, ERR_MEMORY, 0, 0, "%s: no memory to read it", path);
    if (problem)
        return err_set(err, ERR_IO, 0, 0, "%s: cannot be read: %s", path, strerror(problem));
    return true;
}

/* The parser stands behind the token that it did not expect, and names it: "... near 'token'". Where that begins. */
static size_t token_begin(struct span json, size_t offset, const char *problem)
{
    static const char near[] = " near '";
    const char *token = strstr(problem, near);
    size_t n = token ? strlen(token) - 1 : 0; /* without the last quotation mark */
    if (n < strlen(near) || offset > json.n || n - strlen(near) > offset)
        return offset;
    n -= strlen(near);
    return memcmp(json.p + offset - n, token + strlen(near), n) == 0 ? offset - n : offset;
}

json_t *config_json(struct span text, size_t flags, json_error_t *problem)
{
    const char *from = text.n ? (const char *)text.p : "";
    json_t *once = json_loadb(from, text.n, flags, problem);
    json_t *again = once ? json_loadb(from, text.n, flags, problem) : NULL;
    if (again && !json_equal(once, again)) {
        json_decref(again);
        again = NULL;
        *problem = (json_error_t){ .text = "memory ended" };
    }
    json_decref(once);
    return again;
}

/* What a person has most likely done, where jansson says what it waited for. */
static const char *likely_cause(const char *problem)
{
    static const struct {
        const char *problem, *cause;
    } rows[] = {
        { "'}' expected near '\"", ": a comma is missing before it" },
        { "']' expected near '\"", ": a comma is missing before it" },
        { "']' expected near '{", ": a comma is missing before it" },
        { "'[' or '{' expected near end of file", ": the file is empty" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(problem, rows[i].problem, strlen(rows[i].problem)) == 0)
            return rows[i].cause;
    return "";
}

json_t *config_parse(const char *path, struct span file, struct err *err)
{
    struct config_text text;
    json_t *root = NULL;
    if (config_text_init(&text, path, file, err)) {
        json_error_t problem;
        root = config_json(wr_done(&text.json), JSON_REJECT_DUPLICATES, &problem);
        if (!root) {
            size_t behind = problem.position > 0 ? (size_t)problem.position : 0;
            size_t offset = token_begin(wr_done(&text.json), behind, problem.text);
            struct config_place at = config_text_place(&text, offset);
            err_set(err, ERR_CONFIG, offset, 0, "%s:%u:%u: %s%s", path, at.line, at.column, problem.text,
                    likely_cause(problem.text));
        } else if (!json_is_object(root)) {
            err_set(err, ERR_CONFIG, 0, 0,
                    "%s: holds a list where an object is wanted: { \"DicomAet\" : \"...\", ... }", path);
            json_decref(root);
            root = NULL;
        }
    }
    config_text_fini(&text);
    return root;
}

static bool merge(const char *path, json_t *root, json_t *merged, json_t *origins, struct err *err)
{
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value)
    {
        const char *other = json_string_value(json_object_get(origins, name));
        if (other)
            return err_set(err, ERR_CONFIG, 0, 0, "\"%.60s\" is in two files, %s and %s: leave it in one of them", name,
                           other, path);
        if (json_object_set(merged, name, value) != 0 || json_object_set_new(origins, name, json_string(path)) != 0)
            return err_set(err, ERR_MEMORY, 0, 0, "%s: no memory for it", path);
    }
    return true;
}

json_t *config_read_file(const char *path, struct err *err)
{
    struct wr file;
    wr_init(&file, FILE_CAP);
    json_t *root = read_file(path, &file, err) ? config_parse(path, wr_done(&file), err) : NULL;
    wr_fini(&file);
    return root;
}

static bool read_one(const char *path, json_t *merged, json_t *origins, struct err *err)
{
    json_t *root = config_read_file(path, err);
    bool done = root && merge(path, root, merged, origins, err);
    json_decref(root);
    return done;
}

static int is_json(const struct dirent *entry)
{
    return config_path_ends(entry->d_name, ".json");
}

static bool read_folder(const char *path, json_t *merged, json_t *origins, struct err *err)
{
    struct dirent **entries;
    int n = scandir(path, &entries, is_json, alphasort);
    if (n < 0)
        return err_set(err, ERR_IO, 0, 0, "%s: cannot be read: %s", path, strerror(errno));
    bool done = true;
    int files = 0;
    for (int i = 0; i < n; i++) {
        char name[PATH_ROOM];
        struct stat st;
        int length = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        free(entries[i]);
        if (!done)
            continue;
        if (length < 0 || (size_t)length >= sizeof name)
            done = err_set(err, ERR_CONFIG, 0, 0, "%s: the path is too long", path);
        else if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
            continue;
        else
            done = read_one(name, merged, origins, err);
        files++;
    }
    free(entries);
    if (done && files == 0)
        return err_set(err, ERR_CONFIG, 0, 0, "%s: no file in this folder ends in .json", path);
    return done;
}

bool config_read(const char *path, json_t *merged, json_t *origins, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_set(err, ERR_IO, 0, 0, "%s: cannot be read: %s", path, strerror(errno));
    return S_ISDIR(st.st_mode) ? read_folder(path, merged, origins, err) : read_one(path, merged, origins, err);
}
