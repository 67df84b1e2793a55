/* parse.c -- bytes into a block: inflate, walk, lay out. */
#include "dicom/parse.h"

#include "dicom/deflate.h"
#include "dicom/parser.h"

void dicom_tolerances_add(struct dicom_tolerances *to, const struct dicom_tolerances *from)
{
#define TOLERANCE(id, text) to->id += from->id;
#include "dicom/tolerance.def"
#undef TOLERANCE
}

static struct dicom_block *parse_plain(struct dicom_parser *p)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX); /* what is asked of it follows from the bytes that are there, and from the limits */
    p->arena = &arena;
    struct dicom_block *block = dicom_parser_walk(p) ? dicom_parser_lay_out(p) : NULL;
    arena_fini(&arena);
    return block;
}

struct dicom_block *dicom_parse(struct span bytes, const struct dicom_parse_options *options,
                                struct dicom_tolerances *used, struct err *err)
{
    return dicom_parse_at(bytes, 0, options, used, err);
}

struct dicom_block *dicom_parse_at(struct span bytes, uint32_t offset, const struct dicom_parse_options *options,
                                   struct dicom_tolerances *used, struct err *err)
{
    if (bytes.n > options->max_bytes) {
        err_set(err, ERR_LIMIT, 0, 0, "a data set of %zu bytes, more than the %u that are taken", bytes.n,
                (unsigned)options->max_bytes);
        return NULL;
    }
    struct dicom_parser p = { .data_set = bytes, .offset = offset, .options = options, .err = err };
    struct dicom_block *block = NULL;
    if (!dicom_syntax_info(options->syntax)->deflated) {
        block = parse_plain(&p);
    } else {
        struct wr inflated;
        wr_init(&inflated, options->max_bytes);
        bool trailer = false;
        if (dicom_inflate(bytes, offset, &inflated, &trailer, err)) {
            p.data_set = wr_done(&inflated);
            p.offset = 0;
            p.inflated = true;
            p.used.deflate_trailer += trailer;
            block = parse_plain(&p);
        }
        wr_fini(&inflated);
    }
    if (block && used)
        dicom_tolerances_add(used, &p.used);
    return block;
}
