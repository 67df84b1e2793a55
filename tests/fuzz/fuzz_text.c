/* Texts that files are made of: whatever they hold, a file that reads again, or one error that says what and where. */
#include "fuzz.h"

#include "dicom/file.h"
#include "text/read.h"
#include "text/write.h"

static void demand_readable(struct span file)
{
    struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_tolerances used = { 0 };
    struct err err = { 0 };
    struct dicom_block *block = dicom_file_parse(file, &options, &used, &err);
    if (!block)
        fprintf(stderr, "%s\n", err.what);
    DEMAND(block || err.code == ERR_LIMIT);
    dicom_block_free(&block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text_source source = { "a", span_of(data, size), false }, *at = &source;
    const struct text_write_options options = { NULL, limits_default.file_bytes };
    struct err err = { .code = ERR_NONE };
    struct text_draft draft;
    struct wr file, words;
    wr_init(&file, limits_default.file_bytes);
    wr_init(&words, 10000);
    text_draft_init(&draft, &limits_default);
    if (text_read(&draft, &source, &err) && text_write(&draft, &options, &file, &at, &err)) {
        DEMAND(err.code == ERR_NONE);
        demand_readable(wr_done(&file));
    } else {
        DEMAND(err.code == ERR_SYNTAX || err.code == ERR_LIMIT || err.code == ERR_MEMORY);
        DEMAND(err.what[0] && err.pos <= size);
        for (const char *c = err.what; *c; c++)
            DEMAND(*c >= ' ' && *c <= '~');
        if (at)
            text_source_explain(at, &err, &words);
        DEMAND(!words.failed);
    }
    text_draft_fini(&draft);
    wr_fini(&words);
    wr_fini(&file);
    return 0;
}
