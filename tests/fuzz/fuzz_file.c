/* Files of a worklist folder: whatever they hold, a data set or one error that says what and where; and what can be
 * read can be printed, as `mwl dump` does it. */
#include "fuzz.h"

#include "base/utf8.h"
#include "catalog/check.h"
#include "dicom/file.h"
#include "dicom/json.h"
#include "text/print.h"
#include "text/print_json.h"

static void print_set(struct dicom_set set)
{
    struct wr out;
    wr_init(&out, 64u << 20);
    text_print_json(set, TEXT_JSON_MODEL, &out);
    text_print_json(set, TEXT_JSON_SIMPLE, &out);
    dicom_json_short(set, &out);
    dicom_json_brief(set, &out);
    DEMAND(!out.failed && utf8_valid(wr_done(&out)));
    wr_fini(&out);
}

static void print_file(struct span file)
{
    for (int way = 0; way < 3; way++) {
        struct text_print_options options = { .raw = way == 1, .brief = way == 2, .limits = &limits_default };
        struct err err = { .code = ERR_NONE };
        struct wr out;
        wr_init(&out, 256u << 20);
        DEMAND(text_print(file, &options, &out, &err) && !out.failed);
        DEMAND(options.raw || utf8_valid(wr_done(&out)));
        wr_fini(&out);
    }
}

/* What is served has steps, and says what it lacks. */
static void check(struct dicom_set set)
{
    struct err err = { .code = ERR_NONE };
    struct wr missing;
    wr_init(&missing, 1 << 16);
    if (catalog_check(set, &limits_default, &err))
        (void)catalog_check_complete(set, &missing);
    else
        demand_words(&err, 0);
    wr_fini(&missing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_tolerances used = { 0 };
    struct err err = { .code = ERR_NONE };
    struct dicom_block *block = dicom_file_parse(span_of(data, size), &options, &used, &err);
    if (block) {
        DEMAND(err.code == ERR_NONE);
        struct dicom_set set = dicom_block_set(block);
        DEMAND(set.count == 0 || set.elements[0].tag >= 0x00080000u);
        check(set);
        print_set(set);
        print_file(span_of(data, size));
        dicom_block_free(&block);
    } else {
        DEMAND(err.code == ERR_SYNTAX || err.code == ERR_LIMIT || err.code == ERR_UNSUPPORTED);
        demand_words(&err, limits_default.file_bytes);
    }
    return 0;
}
