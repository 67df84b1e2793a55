/* check.c -- `mwl check`: what is wrong with worklist files, for people and for programs. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check/check.h"
#include "cli/file.h"
#include "cli/options.h"
#include "config/config.h"
#include "dicom/dictionary.h"
#include "text/print_json.h"

enum { PATH_ROOM = 4096, OUTPUT_CAP = 64 << 20 };

enum { OPTION_CONFIG, OPTION_JSON, OPTION_QUIET };

/* What it exits with: that of the worst finding. */
enum { CLEAN = 0, WARNINGS = 1, ERRORS = 2 };

static const struct cli_option options[] = {
    [OPTION_CONFIG] = { "config", 'c', "PATH",
                        "Take the bounds (MaximumSteps ...) and DefaultEncoding of this configuration." },
    [OPTION_JSON] = { "json", 'j', NULL, "Print a list of findings as JSON." },
    [OPTION_QUIET] = { "quiet", 'q', NULL, "Leave out the hints." },
    { 0 },
};

static const char *const level_names[CHECK_LEVELS] = { "hint", "warning", "error" };

struct work {
    const struct cli_args *args;
    struct limits limits;
    struct check *check;
    struct wr out;
    bool json, quiet;
    uint32_t files, found[CHECK_LEVELS];
};

/* `ct.wl: error: PatientBirthDate (0010,0030): "1678-03-04" is not YYYYMMDD` */
static void put_line(struct work *w, const struct check_finding *f)
{
    wr_fmt(&w->out, "%s: %s: ", f->file, level_names[f->level]);
    if (*f->path)
        wr_fmt(&w->out, "%s " TAG_FMT ": ", f->path, TAG_ARGS(f->tag));
    wr_str(&w->out, f->what);
    if (f->has_position)
        wr_fmt(&w->out, " (byte %llu)", (unsigned long long)f->position);
    wr_str(&w->out, "\n");
}

static void put_member(struct wr *out, const char *name, const char *text)
{
    wr_fmt(out, "\"%s\" : ", name);
    text_json_string(out, span_str(text));
    wr_str(out, ", ");
}

static void put_json(struct work *w, const struct check_finding *f)
{
    wr_str(&w->out, w->out.n ? ",\n  { " : "[\n  { ");
    put_member(&w->out, "file", f->file);
    put_member(&w->out, "level", level_names[f->level]);
    if (*f->path)
        put_member(&w->out, "attribute", f->path);
    if (f->tag)
        wr_fmt(&w->out, "\"tag\" : \"%08X\", ", (unsigned)f->tag);
    if (f->has_position)
        wr_fmt(&w->out, "\"position\" : %llu, ", (unsigned long long)f->position);
    wr_str(&w->out, "\"message\" : ");
    text_json_string(&w->out, span_str(f->what));
    wr_str(&w->out, " }");
}

static void on_found(void *arg, const struct check_finding *finding)
{
    struct work *w = arg;
    if (w->quiet && finding->level == CHECK_HINT)
        return;
    w->found[finding->level]++;
    (w->json ? put_json : put_line)(w, finding);
}

/* Of the file or folder as a whole. */
static void tell(struct work *w, const char *path, const char *what)
{
    on_found(w, &(struct check_finding){ .level = CHECK_ERROR, .file = path, .path = "", .what = what });
}

static bool check_one(struct work *w, const char *path, struct err *err)
{
    struct err unread = { 0 };
    struct wr file;
    wr_init(&file, w->limits.file_bytes);
    w->files++;
    bool done = true;
    if (cli_read_regular(path, &file, &unread))
        done = check_file(w->check, path, wr_done(&file), err);
    else
        tell(w, path, unread.what);
    wr_fini(&file);
    return done;
}

static int is_worklist(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 3 && span_eq_nocase(span_of(entry->d_name + n - 3, 3), span_str(".wl"));
}

/* All the files that a server would look at, in the order of their names. */
static bool check_folder(struct work *w, const char *path, struct err *err)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_worklist, alphasort);
    if (count < 0)
        tell(w, path, strerror(errno));
    bool done = true;
    for (int i = 0; i < count; i++) {
        char file[PATH_ROOM];
        int n = snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        if (n < 0 || (size_t)n >= sizeof file)
            tell(w, path, strerror(ENAMETOOLONG));
        else
            done = done && check_one(w, file, err);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return done;
}

/* One that is not there hides nothing of the others. */
static bool check_path(struct work *w, const char *path, struct err *err)
{
    struct stat info;
    if (stat(path, &info) == 0)
        return S_ISDIR(info.st_mode) ? check_folder(w, path, err) : check_one(w, path, err);
    tell(w, path, strerror(errno));
    return true;
}

/* 1 is a warning in a file. */
static int give_up(const struct work *w, const char *why)
{
    cli_failure(w->args, "%s", why);
    return ERRORS;
}

static int finish(struct work *w)
{
    check_finish(w->check);
    if (w->json)
        wr_str(&w->out, w->out.n ? "\n]\n" : "[]\n");
    else
        wr_fmt(&w->out, "%u files: %u errors, %u warnings, %u hints\n", w->files, w->found[CHECK_ERROR],
               w->found[CHECK_WARNING], w->found[CHECK_HINT]);
    if (w->out.failed)
        return give_up(w, "too many findings to print");
    if (cli_print(w->args, wr_done(&w->out)) != CLI_OK)
        return ERRORS;
    return w->found[CHECK_ERROR] ? ERRORS : w->found[CHECK_WARNING] ? WARNINGS : CLEAN;
}

/* What a configuration says of reading files. False with *err. */
static bool read_config(const char *path, struct limits *limits, struct dicom_charset *charset, struct err *err)
{
    struct config *config = config_load(path, NULL, err);
    if (!config)
        return false;
    *limits = config_limits(config);
    config_encoding(config->default_encoding, charset);
    config_free(&config);
    return true;
}

static int check_all(struct work *w, const char *config, char **paths)
{
    struct err err = { 0 };
    struct check_options how = { .limits = &w->limits };
    if (config && !read_config(config, &w->limits, &how.default_charset, &err))
        return give_up(w, err.what);
    w->check = check_new(&how, on_found, w);
    if (!w->check)
        return give_up(w, "no memory");
    wr_init(&w->out, OUTPUT_CAP);
    bool done = true;
    for (; done && *paths; paths++)
        done = check_path(w, *paths, &err);
    int status = done ? finish(w) : give_up(w, err.what);
    wr_fini(&w->out);
    check_free(&w->check);
    return status;
}

static int run(struct cli_args *args)
{
    struct work w = { .args = args, .limits = limits_default };
    const char *config = NULL;
    char **paths = args->rest;
    size_t count = 0;
    for (int got; (got = cli_next(args)) != CLI_END;) {
        if (got == CLI_STOP)
            return args->status;
        if (got == OPTION_CONFIG)
            config = args->value;
        w.json |= got == OPTION_JSON;
        w.quiet |= got == OPTION_QUIET;
        if (got == CLI_OPERAND)
            paths[count++] = (char *)args->value; /* its place in the list was read already */
    }
    if (count == 0)
        return cli_usage(args, "which FILE or FOLDER?");
    paths[count] = NULL;
    return check_all(&w, config, paths);
}

const struct cli_command cli_check = {
    .name = "check",
    .operands = "FILE|FOLDER...",
    .summary = "Say what is wrong with worklist files, before the patient comes",
    .text = "Of a folder all *.wl are looked at. A line says where and what:\n"
            "\n"
            "  error    a scanner will not see the entry, or see it wrong: a file that\n"
            "           cannot be read, no step, a value missing that there must be, dates\n"
            "           and UIDs that are none, text that is not in its character set, a\n"
            "           step that is in two places\n"
            "  warning  against the standard, but most devices will cope: text that is too\n"
            "           long, names of too many parts, an accession number of two studies\n"
            "  hint     worth knowing: attributes that come empty, what has to be forgiven\n"
            "           to read the file\n",
    .statuses = "0 if there are no findings, or hints alone; 1 with warnings; 2 with errors, and for wrong arguments.",
    .options = options,
    .run = run,
};
