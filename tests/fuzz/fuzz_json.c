/* JSON that files are made of, in either form: a file that reads again and whose own JSON makes the same file, or one
 * error that says what and where. */
#include "texts.h"

#include "text/print_json.h"

static void print(struct span file, struct wr *out)
{
    struct dicom_block *block = texts_parse(file, NULL);
    text_print_json(dicom_block_set(block), TEXT_JSON_MODEL, out);
    dicom_block_free(&block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    texts_round(text_read_json, print, true, span_of(data, size));
    return 0;
}
