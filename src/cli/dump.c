/* dump.c -- `mwl dump`: what is in worklist files, or in any others that are DICOM, as text. */
#include <stdio.h>

#include "base/limits.h"
#include "cli/file.h"
#include "cli/options.h"
#include "dicom/file.h"
#include "text/print.h"
#include "text/print_json.h"

enum { FILE_CAP = 16 << 20, TEXT_CAP = 512 << 20 };

enum { OPTION_JSON, OPTION_RAW, OPTION_SHORT, OPTION_SIMPLE };

static const struct cli_option options[] = {
    [OPTION_JSON] = { "json", 'j', NULL,
                      "Print the DICOM JSON Model (PS3.18 Annex F); of several files a list. (0008,0005) stays as it "
                      "is "
                      "stored, but the JSON is UTF-8." },
    [OPTION_RAW] = { "raw", 'r', NULL,
                     "Print text in the bytes of its character set, and everything else too as dcmdump does, byte for "
                     "byte. Otherwise text is UTF-8, a line break in a value is \\n or \\r, and any other control "
                     "character \\xNN." },
    [OPTION_SHORT] = { "short", 's', NULL, "Cut long values, and end them with \"...\"." },
    [OPTION_SIMPLE] = { "simple", 0, NULL,
                        "Print JSON with a string for each keyword, as Orthanc's REST API does; of several files a "
                        "list." },
    { 0 },
};

/* What to print, and how. */
struct request {
    const struct cli_args *args;
    struct text_print_options text;
    bool json, simple;
    size_t count; /* of files */
};

static bool print_json(struct span file, enum text_json_form form, struct wr *out, struct err *err)
{
    struct dicom_parse_options parse = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_block *block = dicom_file_parse(file, &parse, NULL, err);
    if (!block)
        return false;
    text_print_json(dicom_block_set(block), form, out);
    dicom_block_free(&block);
    return !out->failed || err_set(err, ERR_LIMIT, 0, 0, "its text would take too much memory");
}

static bool print(const struct request *r, struct span file, struct wr *out, struct err *err)
{
    if (r->json || r->simple)
        return print_json(file, r->simple ? TEXT_JSON_SIMPLE : TEXT_JSON_MODEL, out, err);
    return text_print(file, &r->text, out, err);
}

/* What stands ahead of a file, so that one can tell it from others; `first`: of those that could be printed. */
static void put_title(const struct request *r, const char *path, bool first, struct wr *out)
{
    if (r->count == 1)
        return;
    if (r->json || r->simple)
        wr_str(out, first ? "[\n" : ",\n");
    else if (!r->text.raw)
        wr_fmt(out, "# %s\n", path);
}

static int dump(const struct request *r, const char *path, bool first)
{
    struct err err = { 0 };
    struct wr file, out;
    wr_init(&file, FILE_CAP);
    wr_init(&out, TEXT_CAP);
    put_title(r, path, first, &out);
    int status = CLI_OK;
    if (!cli_read_file(path, &file, &err))
        status = cli_failure(r->args, "%s", err.what);
    else if (!print(r, wr_done(&file), &out, &err))
        status = cli_failure(r->args, err.pos ? "%s: %s (byte %llu)" : "%s: %s", path, err.what,
                             (unsigned long long)err.pos);
    else
        status = cli_print(r->args, wr_done(&out));
    wr_fini(&out);
    wr_fini(&file);
    return status;
}

static int dump_all(const struct request *r, char **paths)
{
    bool is_list = r->count > 1 && (r->json || r->simple), first = true;
    int status = CLI_OK;
    for (size_t i = 0; i < r->count; i++) {
        int one = dump(r, paths[i], first);
        first = first && one != CLI_OK;
        status = one == CLI_OK ? status : one;
    }
    if (is_list)
        cli_print(r->args, span_str(first ? "[]\n" : "\n]\n"));
    else if ((r->json || r->simple) && !first)
        cli_print(r->args, span_str("\n"));
    return status;
}

static int run(struct cli_args *args)
{
    struct request r = { .args = args, .text = { .limits = &limits_default } };
    char **paths = args->rest;
    for (int got; (got = cli_next(args)) != CLI_END;) {
        if (got == CLI_STOP)
            return args->status;
        r.text.raw |= got == OPTION_RAW;
        r.text.brief |= got == OPTION_SHORT;
        r.json |= got == OPTION_JSON;
        r.simple |= got == OPTION_SIMPLE;
        if (got == CLI_OPERAND)
            paths[r.count++] = (char *)args->value; /* its place in the list was read already */
    }
    if (r.count == 0)
        return cli_usage(args, "which FILE?");
    if (r.json + r.simple + (r.text.raw || r.text.brief) > 1)
        return cli_usage(args, "one of --json, --simple, and --raw with --short");
    return dump_all(&r, paths);
}

const struct cli_command cli_dump = {
    .name = "dump",
    .operands = "FILE...",
    .summary = "Print worklist files as text, in the form of dcmdump",
    .text =
        "Prints a line for each attribute: tag, VR, value; and behind # its length in bytes, how many values it has,\n"
        "and its keyword. `mwl create` makes a file of that text again. - is standard input.\n"
        "\n"
        "A file that cannot be read is named on standard error, and the others are printed all the same.\n",
    .options = options,
    .run = run,
};
