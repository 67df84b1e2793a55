/* dump.c -- `mwl dump`: what is in worklist files, or in any others that are DICOM, as text. */
#include <stdio.h>

#include "base/limits.h"
#include "cli/file.h"
#include "cli/options.h"
#include "text/print.h"

enum { FILE_CAP = 16 << 20, TEXT_CAP = 512 << 20, FILES_MAX = 1 << 20 };

enum { OPTION_RAW, OPTION_SHORT };

static const struct cli_option options[] = {
    [OPTION_RAW] = { "raw", 'r', NULL,
                     "Print text in the bytes of its character set, and everything else too as dcmdump does, byte for "
                     "byte. Otherwise text is UTF-8, a line break in a value is \\n or \\r, and any other control "
                     "character \\xNN." },
    [OPTION_SHORT] = { "short", 's', NULL, "Cut long values, and end them with \"...\"." },
    { 0 },
};

static int dump(const struct cli_args *args, const struct text_print_options *how, const char *path, bool titled)
{
    struct err err = { 0 };
    struct wr file, out;
    wr_init(&file, FILE_CAP);
    wr_init(&out, TEXT_CAP);
    if (titled)
        wr_fmt(&out, "# %s\n", path);
    int status = CLI_OK;
    if (!cli_read_file(path, &file, &err))
        status = cli_failure(args, "%s", err.what);
    else if (!text_print(wr_done(&file), how, &out, &err))
        status =
            cli_failure(args, err.pos ? "%s: %s (byte %llu)" : "%s: %s", path, err.what, (unsigned long long)err.pos);
    else
        status = cli_print(args, wr_done(&out));
    wr_fini(&out);
    wr_fini(&file);
    return status;
}

static int run(struct cli_args *args)
{
    struct text_print_options how = { .limits = &limits_default };
    char **paths = args->rest;
    size_t count = 0;
    for (int got; (got = cli_next(args)) != CLI_END;) {
        if (got == CLI_STOP)
            return args->status;
        how.raw |= got == OPTION_RAW;
        how.brief |= got == OPTION_SHORT;
        if (got == CLI_OPERAND)
            paths[count++] = (char *)args->value; /* what was read is not needed any more */
    }
    if (count == 0)
        return cli_usage(args, "which FILE?");
    int status = CLI_OK;
    for (size_t i = 0; i < count; i++) {
        int one = dump(args, &how, paths[i], count > 1 && !how.raw);
        status = one == CLI_OK ? status : one;
    }
    return status;
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
