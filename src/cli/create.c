/* create.c -- `mwl create`: worklist files out of text. All of them are made in memory first, so that a fault in one
 * leaves nothing behind. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/file.h"
#include "cli/options.h"
#include "text/derive.h"
#include "text/read.h"
#include "text/template.h"
#include "text/write.h"

enum { INPUT_CAP = 16 << 20, EXPLAIN_CAP = 16 << 10, TEMPLATE_CAP = 64 << 10 };

enum { OPTION_OUTPUT, OPTION_KEY, OPTION_CHARSET, OPTION_DERIVE, OPTION_FORCE, OPTION_RAW, OPTION_TEMPLATE };

static const struct cli_option options[] = {
    [OPTION_OUTPUT] = { "output", 'o', "FILE",
                        "The worklist file to make; or a folder that exists, in which each INPUT makes a file of its "
                        "name "
                        "and .wl." },
    [OPTION_KEY] = { "key", 'k', "PATH=VALUE",
                     "An attribute, by keyword or tag, inside items of sequences too: PatientID=4711, "
                     "ScheduledProcedureStepSequence[0].Modality=CT. It replaces what INPUT says of it. May be given "
                     "many times." },
    [OPTION_CHARSET] = { "charset", 0, "TERM",
                         "The character set of the file, as (0008,0005) names it: \"ISO_IR 100\". Without it, what "
                         "INPUT "
                         "says there; UTF-8 (ISO_IR 192) if it says nothing and some text is not ASCII." },
    [OPTION_DERIVE] = { "derive", 'd', NULL,
                        "Make what is missing of Study Instance UID, Requested Procedure ID and Scheduled Procedure "
                        "Step "
                        "ID from the accession number and its issuer: the same ones every time." },
    [OPTION_FORCE] = { "force", 'f', NULL, "Replace a file that is there." },
    [OPTION_RAW] = { "raw", 0, NULL,
                     "Take the text of a dump as dcmdump prints it, in the bytes of its character set, even if it "
                     "looks "
                     "like UTF-8. Text that is not UTF-8 is taken so in any case." },
    [OPTION_TEMPLATE] = { "template", 0, NULL, "Print a complete entry with comments, to start from." },
    { 0 },
};

/* What the arguments ask for. */
struct request {
    const struct cli_args *args;
    const char **inputs;      /* as many as arguments, at most */
    struct text_source *keys; /* likewise */
    size_t input_count, key_count;
    const char *output;
    bool to_folder, derive, force, raw;
    struct text_write_options write;
};

/* One file on its way. */
struct work {
    char *path; /* owned */
    struct wr file;
};

static int explain(const struct cli_args *args, const struct text_source *source, const struct err *err)
{
    if (err->code == ERR_MEMORY)
        return cli_failure(args, "%s", err->what);
    struct wr out;
    wr_init(&out, EXPLAIN_CAP);
    if (source)
        text_source_explain(source, err, &out);
    else
        wr_fmt(&out, "mwl create: %s\n", err->what);
    if (out.n)
        fwrite(out.p, 1, out.n, stderr);
    wr_fini(&out);
    return CLI_USAGE;
}

/* A file without attributes can be meant, but has a dump or braces; nothing at all comes from a program that failed. */
static bool is_written(struct span text, struct err *err)
{
    for (size_t i = 0; i < text.n; i++)
        if (!memchr(" \t\r\n", text.p[i], 4))
            return true;
    return err_set(err, ERR_SYNTAX, 0, 0, "there is nothing in it");
}

/* Text, keys, checks, and the file in memory. */
static int build(const struct request *request, const struct text_source *input, struct wr *file)
{
    struct err err = { 0 };
    struct text_draft draft;
    const struct text_source *at = input;
    text_draft_init(&draft, &limits_default);
    draft.is_stored = request->raw;
    bool is_right = !input || (is_written(input->text, &err) && text_read(&draft, input, &err));
    for (size_t i = 0; is_right && i < request->key_count; i++) {
        at = &request->keys[i];
        is_right = text_read_key(&draft, at, &err);
    }
    if (is_right && request->derive) {
        at = input;
        is_right = text_derive(&draft, &err);
    }
    if (is_right) {
        at = NULL;
        is_right = text_write(&draft, &request->write, file, &at, &err);
    }
    int status = is_right ? CLI_OK : explain(request->args, at, &err);
    text_draft_fini(&draft);
    return status;
}

static int build_from(const struct request *request, const char *path, struct wr *file)
{
    struct err err = { 0 };
    struct wr text;
    wr_init(&text, INPUT_CAP);
    int status;
    if (cli_read_file(path, &text, &err)) {
        const struct text_source input = { strcmp(path, "-") == 0 ? "stdin" : path, wr_done(&text), false };
        status = build(request, &input, file);
    } else {
        status = cli_failure(request->args, "%s", err.what);
    }
    wr_fini(&text);
    return status;
}

/* "orders/4711.txt" into "FOLDER/4711.wl". */
static char *path_in_folder(const char *folder, const char *input)
{
    const char *slash = strrchr(input, '/');
    const char *name = slash ? slash + 1 : input;
    const char *dot = strrchr(name, '.');
    int length = dot && dot != name ? (int)(dot - name) : (int)strlen(name);
    char *path;
    return asprintf(&path, "%s/%.*s.wl", folder, length, name) < 0 ? NULL : path;
}

static int build_all(const struct request *request, struct work *works, size_t count)
{
    int status = CLI_OK;
    for (size_t i = 0; i < count; i++) {
        const char *input = request->input_count ? request->inputs[i] : NULL;
        wr_init(&works[i].file, request->write.max_bytes);
        works[i].path = request->to_folder && input ? path_in_folder(request->output, input) : strdup(request->output);
        if (!works[i].path)
            return cli_failure(request->args, "no memory");
        for (size_t k = 0; k < i; k++) {
            if (strcmp(works[k].path, works[i].path) == 0)
                return cli_usage(request->args, "%s and %s would both make %s", request->inputs[k], input,
                                 works[i].path);
        }
        int one = input ? build_from(request, input, &works[i].file) : build(request, NULL, &works[i].file);
        status = one > status ? one : status;
    }
    return status;
}

static int put_all(const struct request *request, const struct work *works, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct err err = { 0 };
        if (!cli_put_file(works[i].path, wr_done(&works[i].file), request->force, &err))
            return cli_failure(request->args, "%s", err.what);
    }
    return CLI_OK;
}

static int create(const struct request *request)
{
    size_t count = request->input_count ? request->input_count : 1;
    struct work *works = calloc(count, sizeof *works);
    if (!works)
        return cli_failure(request->args, "no memory");
    int status = build_all(request, works, count);
    if (status == CLI_OK)
        status = put_all(request, works, count);
    for (size_t i = 0; i < count; i++) {
        wr_fini(&works[i].file);
        free(works[i].path);
    }
    free(works);
    return status;
}

/* What is missing of the arguments, as words; NULL if nothing is. */
static const char *missing(struct request *request)
{
    struct stat st;
    if (request->input_count == 0 && request->key_count == 0)
        return "which INPUT? A dump, JSON, - for standard input; or keys, with -k";
    if (!request->output)
        return "where to? -o FILE, or a folder";
    request->to_folder = stat(request->output, &st) == 0 && S_ISDIR(st.st_mode);
    if (request->input_count > 1 && !request->to_folder)
        return "several INPUTs make several files: -o must be a folder that exists";
    if (request->to_folder && request->input_count == 0)
        return "-o is a folder: how shall the file in it be called?";
    for (size_t i = 0; request->to_folder && i < request->input_count; i++) {
        if (strcmp(request->inputs[i], "-") == 0)
            return "-o is a folder: how shall the file of standard input in it be called?";
    }
    return NULL;
}

static int print_template(const struct cli_args *args)
{
    struct wr out;
    wr_init(&out, TEMPLATE_CAP);
    text_template(&out);
    int status = cli_print(args, wr_done(&out));
    wr_fini(&out);
    return status;
}

static int read_arguments(struct cli_args *args, struct request *request)
{
    for (int got; (got = cli_next(args)) != CLI_END;) {
        switch (got) {
        case OPTION_OUTPUT:
            request->output = args->value;
            break;
        case OPTION_KEY:
            request->keys[request->key_count++] = (struct text_source){ "-k", span_str(args->value), true };
            break;
        case OPTION_CHARSET:
            request->write.charset = args->value;
            break;
        case OPTION_DERIVE:
            request->derive = true;
            break;
        case OPTION_RAW:
            request->raw = true;
            break;
        case OPTION_TEMPLATE:
            return print_template(args);
        case OPTION_FORCE:
            request->force = true;
            break;
        case CLI_OPERAND:
            request->inputs[request->input_count++] = args->value;
            break;
        default:
            return args->status;
        }
    }
    const char *question = missing(request);
    return question ? cli_usage(args, "%s", question) : create(request);
}

static int run(struct cli_args *args)
{
    size_t count = 1;
    for (char **a = args->rest; *a; a++)
        count++;
    struct request request = {
        .args = args,
        .inputs = calloc(count, sizeof *request.inputs),
        .keys = calloc(count, sizeof *request.keys),
        .write.max_bytes = limits_default.file_bytes,
    };
    int status = request.inputs && request.keys ? read_arguments(args, &request) : cli_failure(args, "no memory");
    free(request.keys);
    free(request.inputs);
    return status;
}

const struct cli_command cli_create = {
    .name = "create",
    .operands = "[INPUT]...",
    .summary = "Make worklist files out of text: dumps, JSON, or keys on the command line",
    .text =
        "INPUT is what dcmdump printed, edited or not; DICOM JSON; or JSON with keywords for names, as Orthanc's REST "
        "API\nhas it; - is standard input. Every value is checked. A file appears in its folder whole or not at all.\n",
    .statuses =
        "0 if every file is in its place, 1 after saying which could not be read or written, 2 if an argument or a "
        "text is wrong: then no file is made.",
    .options = options,
    .run = run,
};
