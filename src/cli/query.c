/* query.c -- keys out of arguments and files. */
#include "cli/query.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "cli/file.h"
#include "dicom/file.h"
#include "text/read.h"
#include "text/write.h"

enum { FILE_CAP = 16 << 20, EXPLAIN_CAP = 16 << 10 };

bool cli_query_init(struct cli_query *q, const struct cli_args *args, size_t more)
{
    size_t count = 0;
    while (args->rest[count])
        count++;
    *q = (struct cli_query){ .args = args, .keys = calloc(count + more + 1, sizeof *q->keys) };
    wr_init(&q->bytes, FILE_CAP);
    text_draft_init(&q->draft, &limits_default);
    if (!q->keys)
        cli_failure(args, "no memory");
    return q->keys;
}

void cli_query_fini(struct cli_query *q)
{
    text_draft_fini(&q->draft);
    wr_fini(&q->bytes);
    free(q->keys);
}

void cli_query_add(struct cli_query *q, const char *key)
{
    q->keys[q->key_count++] = (struct text_source){ "-k", span_str(key), true };
}

static int refuse(const struct cli_query *q, const struct text_source *source, const struct err *err)
{
    struct wr out;
    if (!source) {
        cli_failure(q->args, "%s", err->what);
        return CLI_USAGE;
    }
    wr_init(&out, EXPLAIN_CAP);
    text_source_explain(source, err, &out);
    fwrite(out.p, 1, out.n, stderr);
    wr_fini(&out);
    return CLI_USAGE;
}

/* Keys of a DICOM file, as text in UTF-8. */
static bool read_dicom(struct text_draft *draft, const struct text_source *source, struct err *err)
{
    struct dicom_parse_options parse = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_block *block = dicom_file_parse(source->text, &parse, NULL, err);
    bool done = block && text_read_set(draft, dicom_block_set(block), source, err);
    dicom_block_free(&block);
    return done;
}

int cli_query_read(struct cli_query *q)
{
    struct err err = { 0 };
    if (q->path) {
        if (!cli_read_file(q->path, &q->bytes, &err))
            return cli_failure(q->args, "%s", err.what);
        q->file = (struct text_source){ q->path, wr_done(&q->bytes), false };
        if (!(dicom_file_prefix(q->file.text) ? read_dicom : text_read)(&q->draft, &q->file, &err))
            return refuse(q, &q->file, &err);
    } else if (q->text) {
        q->file = (struct text_source){ "play", span_str(q->text), false };
        if (!text_read(&q->draft, &q->file, &err))
            return refuse(q, &q->file, &err);
    }
    for (size_t i = 0; i < q->key_count; i++)
        if (!text_read_key(&q->draft, &q->keys[i], &err))
            return refuse(q, &q->keys[i], &err);
    return CLI_OK;
}

int cli_query_write(struct cli_query *q, enum dicom_syntax syntax, struct wr *out)
{
    struct err err = { 0 };
    const struct text_source *at = NULL;
    if (text_write_identifier(&q->draft, syntax, limits_default.identifier_bytes, out, &at, &err))
        return CLI_OK;
    return refuse(q, at, &err);
}

bool cli_query_stored(const struct cli_query *q, enum dicom_syntax *syntax, struct span *identifier)
{
    struct err err = { 0 };
    return !q->key_count && q->path && dicom_file_prefix(q->file.text)
           && dicom_file_open(q->file.text, syntax, identifier, NULL, &err);
}
