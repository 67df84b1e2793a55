/* Files of a worklist folder: whatever they hold, a data set or one error that says what and where. */
#include "fuzz.h"

#include "dicom/file.h"

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
        dicom_block_free(&block);
    } else {
        DEMAND(err.code == ERR_SYNTAX || err.code == ERR_LIMIT || err.code == ERR_UNSUPPORTED);
        DEMAND(err.what[0] && err.pos <= limits_default.file_bytes);
        for (const char *c = err.what; *c; c++)
            DEMAND(*c >= ' ' && *c <= '~');
    }
    return 0;
}
