/* Dumps that files are made of: whatever they hold, a file that reads again and whose own dump makes such a file again,
 * or one error that says what and where. It need not be the same: the digits of a floating point number are those of
 * dcmdump, which are not all of it, and padding is no part of a value. */
#include "texts.h"

#include "text/print.h"

static void print(struct span file, struct wr *out)
{
    struct text_print_options options = { .raw = true, .limits = &limits_default };
    struct err err = { .code = ERR_NONE };
    DEMAND(text_print(file, &options, out, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    texts_round(text_read_dump, print, false, span_of(data, size));
    return 0;
}
