/* print.c -- a file that is known to be right, or a data set, as its parts (text/print_part.h). */
#include "text/print.h"

#include "dicom/deflate.h"
#include "dicom/file.h"
#include "dicom/walk.h"
#include "text/line.h"
#include "text/print_part.h"
#include "text/print_value.h"

static const struct {
    const char *name;
    enum dicom_encoding encoding;
} syntaxes[SYNTAX_COUNT] = {
    [SYNTAX_IMPLICIT_LE] = { "Little Endian Implicit", ENCODING_IMPLICIT_LE },
    [SYNTAX_EXPLICIT_LE] = { "Little Endian Explicit", ENCODING_EXPLICIT_LE },
    [SYNTAX_EXPLICIT_BE] = { "Big Endian Explicit", ENCODING_EXPLICIT_BE },
    [SYNTAX_DEFLATED_LE] = { "Deflated Explicit VR Little Endian", ENCODING_EXPLICIT_LE },
};

static const char data_set_title[] = "Dicom-Data-Set";

/* Whether there is text with line breaks, or with what else cannot be shown as it is. */
static bool needs_escapes(struct dicom_set set)
{
    struct dicom_walk walk;
    dicom_walk_init(&walk, set);
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END;)
        if (event == WALK_ELEMENT && text_is_escaped((enum dicom_vr)walk.element->vr)
            && text_is_unsafe(dicom_set_text(walk.set, walk.element)))
            return true;
    return false;
}

/* `head` is what stands before the data set. False with *err. */
static bool print_parts(struct span head, struct span data_set, enum dicom_syntax syntax,
                        const struct text_print_options *options, bool escaped, struct wr *out, struct err *err)
{
    size_t prefix = dicom_file_prefix(head);
    struct span meta = span_of(head.p + prefix, head.n - prefix); /* group 0002; empty where a file has none */
    bool is_explicit = meta.n >= 8 && dicom_vr_from_code(meta.p[4], meta.p[5]) != VR_NONE;
    enum dicom_syntax of_meta = is_explicit ? SYNTAX_EXPLICIT_LE : SYNTAX_IMPLICIT_LE;
    /* dcmdump says so of a data set without an element, whatever its syntax. */
    enum dicom_syntax named = data_set.n ? syntax : SYNTAX_EXPLICIT_LE;
    const struct text_part parts[] = {
        {
            .title = "Dicom-Meta-Information-Header",
            .syntax = meta.n ? syntaxes[of_meta].name : "Unknown Transfer Syntax",
            .bytes = meta,
            .encoding = syntaxes[of_meta].encoding,
            .offset = prefix,
            .escaped = escaped,
        },
        {
            .title = data_set_title,
            .syntax = syntaxes[named].name,
            .bytes = data_set,
            .encoding = syntaxes[syntax].encoding,
            .offset = head.n,
            .inflated = dicom_syntax_info(syntax)->deflated,
            .escaped = escaped,
        },
    };
    if (escaped)
        wr_str(out, TEXT_ESCAPED_MARK "\n");
    wr_str(out, "\n# Dicom-File-Format\n");
    return text_print_part(&parts[0], options, out, err) && text_print_part(&parts[1], options, out, err);
}

static bool finish(struct wr *out, bool done, struct err *err)
{
    if (done && out->starved)
        return err_set(err, ERR_MEMORY, 0, 0, "no memory for the text of it");
    if (done && out->failed)
        return err_set(err, ERR_LIMIT, 0, 0, "the text of it would take more memory than there is for one");
    return done;
}

bool text_print_data_set(struct span bytes, enum dicom_syntax syntax, const struct text_print_options *options,
                         struct wr *out, struct err *err)
{
    struct dicom_parse_options parse = { .syntax = syntax,
                                         .max_bytes = options->limits->file_bytes,
                                         .limits = options->limits };
    struct dicom_block *block = dicom_parse(bytes, &parse, NULL, err);
    if (!block)
        return false;
    struct text_part part = {
        .title = data_set_title,
        .syntax = syntaxes[syntax].name,
        .bytes = bytes,
        .encoding = syntaxes[syntax].encoding,
        .inflated = dicom_syntax_info(syntax)->deflated,
        .escaped = !options->raw && needs_escapes(dicom_block_set(block)),
    };
    struct wr inflated;
    bool trailer, done = true;
    wr_init(&inflated, options->limits->file_bytes);
    if (part.inflated) {
        done = dicom_inflate(bytes, 0, &inflated, &trailer, err);
        part.bytes = wr_done(&inflated);
    }
    if (part.escaped)
        wr_str(out, TEXT_ESCAPED_MARK "\n");
    done = done && text_print_part(&part, options, out, err);
    wr_fini(&inflated);
    dicom_block_free(&block);
    return finish(out, done, err);
}

bool text_print(struct span file, const struct text_print_options *options, struct wr *out, struct err *err)
{
    struct dicom_parse_options parse = { .max_bytes = options->limits->file_bytes, .limits = options->limits };
    struct dicom_block *block = dicom_file_parse(file, &parse, NULL, err);
    enum dicom_syntax syntax;
    struct span data_set;
    struct wr inflated;
    bool trailer;
    if (!block)
        return false;
    bool escaped = !options->raw && needs_escapes(dicom_block_set(block));
    dicom_block_free(&block);
    wr_init(&inflated, options->limits->file_bytes);
    bool done = dicom_file_open(file, &syntax, &data_set, NULL, err);
    struct span head = span_of(file.p, done ? file.n - data_set.n : 0);
    if (done && dicom_syntax_info(syntax)->deflated) {
        done = dicom_inflate(data_set, (uint32_t)head.n, &inflated, &trailer, err);
        data_set = wr_done(&inflated);
    }
    if (done)
        done = print_parts(head, data_set, syntax, options, escaped, out, err);
    wr_fini(&inflated);
    return finish(out, done, err);
}
