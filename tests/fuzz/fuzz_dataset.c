/* Data sets: parse, write, parse gives the same. The first byte picks the transfer syntax (its low two bits) and the
 * character set that text is taken in where the data set names none (the next two). */
#include "fuzz.h"

#include "dicom/block.h"
#include "dicom/parse.h"
#include "dicom/write.h"

/* Values stay below what a 16-bit length holds: longer ones are written as UN, and then come back as such. */
static const struct limits *value_limits(void)
{
    static struct limits limits;
    limits = limits_default;
    limits.value_bytes = 32u << 10;
    return &limits;
}

static struct dicom_block *parse(struct span bytes, const struct dicom_parse_options *options)
{
    struct err err = { .code = ERR_NONE };
    struct dicom_block *block = dicom_parse(bytes, options, NULL, &err);
    DEMAND(!block == (err.code == ERR_SYNTAX || err.code == ERR_LIMIT));
    DEMAND(block || (err.what[0] && err.pos <= options->max_bytes));
    return block;
}

static void write(const struct dicom_block *block, enum dicom_syntax syntax, struct wr *out)
{
    struct wr plain;
    wr_init(&plain, 64u << 20);
    wr_init(out, 64u << 20);
    struct dicom_writer writer;
    dicom_write_init(&writer, &plain, syntax);
    dicom_write_set(&writer, dicom_block_set(block));
    DEMAND(!plain.failed && writer.depth == 0);
    if (dicom_syntax_info(syntax)->deflated)
        DEMAND(dicom_deflate(wr_done(&plain), out));
    else
        wr_span(out, wr_done(&plain));
    wr_fini(&plain);
    DEMAND(!out->failed && out->n % 2 == 0);
}

/* Equal but for the pad of an odd value. */
static bool same_but_pad(struct span a, struct span b, uint8_t pad)
{
    if (b.n == a.n + 1 && b.p[a.n] == pad)
        b.n--;
    return span_eq(a, b);
}

/* Blocks are laid out the same way, so that equal ones agree element by element, at all levels at once. */
static void demand_same(const struct dicom_block *a, const struct dicom_block *b)
{
    DEMAND(a->element_count == b->element_count && a->item_count == b->item_count);
    DEMAND(memcmp(a->items, b->items, a->item_count * sizeof(struct dicom_item)) == 0);
    struct dicom_set in_a = dicom_block_set(a), in_b = dicom_block_set(b);
    const int text_flags = ELEMENT_DECODED | ELEMENT_UNDECODED;
    for (uint32_t i = 0; i < a->element_count; i++) {
        const struct dicom_element *x = &dicom_block_elements(a)[i], *y = &dicom_block_elements(b)[i];
        DEMAND(x->tag == y->tag && x->vr == y->vr);
        DEMAND((x->flags & text_flags) == (y->flags & text_flags));
        DEMAND(!(y->flags & ELEMENT_VR_DIFFERS));
        if (x->vr == VR_SQ) {
            DEMAND(x->at == y->at && x->length == y->length);
            continue;
        }
        uint8_t pad = dicom_vr_info((enum dicom_vr)x->vr)->pad;
        DEMAND(same_but_pad(dicom_set_bytes(in_a, x), dicom_set_bytes(in_b, y), pad));
        DEMAND(same_but_pad(dicom_set_text(in_a, x), dicom_set_text(in_b, y), pad));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    static const char *const terms[] = { "", "ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 13\\ISO 2022 IR 87" };
    struct dicom_parse_options options = { .syntax = (enum dicom_syntax)(data[0] & 3),
                                           .default_charset =
                                               dicom_charset_from_value(span_str(terms[data[0] >> 2 & 3]), NULL),
                                           .max_bytes = 1u << 20,
                                           .limits = value_limits() };
    struct dicom_block *first = parse(span_of(data + 1, size - 1), &options);
    if (!first)
        return 0;
    options.max_bytes = 64u << 20;
    enum dicom_syntax own = options.syntax;
    for (int syntax = 0; syntax < SYNTAX_COUNT; syntax++) {
        options.syntax = (enum dicom_syntax)syntax;
        struct wr once, twice;
        write(first, options.syntax, &once);
        struct dicom_block *second = parse(wr_done(&once), &options);
        DEMAND(second);
        write(second, options.syntax, &twice);
        DEMAND(span_eq(wr_done(&once), wr_done(&twice)));
        /* Implicit VR forgets the VRs of what the dictionary does not know, or leaves a choice of. */
        if (options.syntax == own || dicom_syntax_info(options.syntax)->explicit_vr)
            demand_same(first, second);
        dicom_block_free(&second);
        wr_fini(&once);
        wr_fini(&twice);
    }
    dicom_block_free(&first);
    return 0;
}
