/* parse_block.c -- the second stage of the parser: lays the nodes of a walk out as one block.
 *
 * The item table is filled from its front and worked off in the same order: the data set is item 0, and each level,
 * when its turn comes, puts the items of its sequences at the end. So the elements of one level stand together, no
 * stack is needed, and an item's character set is known before its own text is met. */
#include <stdlib.h>

#include "dicom/block.h"
#include "dicom/dictionary.h"
#include "dicom/parser.h"

/* An item of the table: where it comes from, and the character set of the level that holds it. */
struct source {
    uint32_t node;
    struct dicom_charset charset;
};

struct layout {
    struct dicom_parser *p;
    struct dicom_element *elements;
    struct dicom_item *items;
    struct source *sources; /* one an item */
    uint32_t element_count, item_count;
    size_t values_at; /* offset of the values in the block */
    bool is_ascii;    /* all text so far */
    struct wr values;
};

static int compare(const void *a, const void *b)
{
    const struct dicom_element *x = a, *y = b;
    if (x->tag != y->tag)
        return x->tag < y->tag ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at; /* still the node: in the order of the stream */
}

/* The elements of one item, sorted, with their node in place of an offset. */
static bool gather(struct layout *l, uint32_t item)
{
    const struct dicom_node *nodes = l->p->nodes;
    uint32_t parent = l->sources[item].node;
    uint32_t first = l->element_count;
    bool sorted = true;
    for (uint32_t i = parent + 1; i < nodes[parent].next; i = nodes[i].next) {
        struct dicom_element e = { .tag = nodes[i].tag,
                                   .vr = nodes[i].vr,
                                   .wire_vr = nodes[i].wire_vr,
                                   .flags = nodes[i].flags,
                                   .at = i,
                                   .length = nodes[i].length };
        sorted = sorted && (l->element_count == first || l->elements[l->element_count - 1].tag < e.tag);
        l->elements[l->element_count++] = e;
    }
    uint32_t count = l->element_count - first;
    l->items[item] = (struct dicom_item){ .first = first, .count = count };
    if (sorted)
        return true;

    struct dicom_element *elements = &l->elements[first];
    qsort(elements, count, sizeof *elements, compare);
    for (uint32_t i = 1; i < count; i++)
        if (elements[i].tag == elements[i - 1].tag)
            return dicom_parser_fail(l->p, ERR_SYNTAX, nodes[elements[i].at].pos, elements[i].tag,
                                     "it is there twice, first at byte %u",
                                     (unsigned)(l->p->offset + nodes[elements[i - 1].at].pos));
    return true;
}

static struct span value_of(const struct layout *l, const struct dicom_element *e)
{
    return span_of(l->p->data_set.p + l->p->nodes[e->at].at, e->length);
}

/* The character set of a level: its own, else that of the level around it (PS3.3 C.12.1.1.2, PS3.5 7.5.3). An empty
 * one, which devices send, says no more than none at all. */
static struct dicom_charset charset_of(struct layout *l, uint32_t item)
{
    struct dicom_charset charset = l->sources[item].charset;
    const struct dicom_element *e = &l->elements[l->items[item].first];
    for (uint32_t left = l->items[item].count; left > 0 && e->tag <= TAG_SpecificCharacterSet; left--, e++) {
        if (e->tag != TAG_SpecificCharacterSet)
            continue;
        struct span value = value_of(l, e);
        if (span_trim(value).n == 0)
            continue;
        bool misspelt = false;
        charset = dicom_charset_from_value(value, &misspelt);
        l->p->used.charset_misspelt += misspelt;
        l->p->used.charset_unknown += !dicom_charset_is_defined(charset);
    }
    return charset;
}

static void count_forgiven(struct dicom_tolerances *used, unsigned forgiven)
{
    used->charset_undeclared += (forgiven & CHARSET_UNDECLARED) != 0;
    used->charset_unescaped += (forgiven & CHARSET_UNESCAPED) != 0;
    used->charset_superset += (forgiven & CHARSET_SUPERSET) != 0;
    used->charset_first_group += (forgiven & CHARSET_FIRST_GROUP) != 0;
    used->undecodable_text += (forgiven & CHARSET_UNKNOWN) != 0;
}

static void put_value(struct layout *l, struct dicom_element *e, struct dicom_charset charset)
{
    struct span value = value_of(l, e);
    size_t start = wr_mark(&l->values);
    wr_span(&l->values, value);
    wr_swap(&l->values, start, l->p->nodes[e->at].swapped);
    e->at = (uint32_t)(l->values_at + start);
    enum dicom_vr vr = (enum dicom_vr)e->vr;
    if (!dicom_vr_has(vr, VR_TEXT) || dicom_charset_is_plain(charset, vr, value))
        return;
    l->is_ascii = false;

    uint32_t length = 0;
    wr_bytes(&l->values, &length, sizeof length);
    size_t mark = wr_mark(&l->values);
    unsigned forgiven = dicom_charset_decode(charset, vr, value, &l->values);
    count_forgiven(&l->p->used, forgiven);
    e->flags |= (uint8_t)(forgiven & CHARSET_UNKNOWN ? ELEMENT_DECODED | ELEMENT_UNDECODED : ELEMENT_DECODED);
    if (l->values.failed)
        return;
    length = (uint32_t)(l->values.n - mark);
    memcpy(l->values.p + mark - sizeof length, &length, sizeof length);
}

static void put_items(struct layout *l, struct dicom_element *e, struct dicom_charset charset)
{
    const struct dicom_node *nodes = l->p->nodes;
    uint32_t sequence = e->at;
    e->at = l->item_count;
    for (uint32_t i = sequence + 1; i < nodes[sequence].next; i = nodes[i].next)
        l->sources[l->item_count++] = (struct source){ i, charset };
}

static bool put_level(struct layout *l, uint32_t item)
{
    if (!gather(l, item))
        return false;
    struct dicom_charset charset = charset_of(l, item);
    l->items[item].charset = charset;
    for (uint32_t i = 0; i < l->items[item].count; i++) {
        struct dicom_element *e = &l->elements[l->items[item].first + i];
        if (e->vr == VR_SQ)
            put_items(l, e, charset);
        else
            put_value(l, e, charset);
    }
    return true;
}

static struct dicom_block *assemble(const struct layout *l)
{
    if (l->values.failed || l->values.n > UINT32_MAX - l->values_at)
        return NULL;
    size_t size = l->values_at + l->values.n;
    struct dicom_block *block = malloc(size);
    if (!block)
        return NULL;
    *block = (struct dicom_block){
        .size = size, .element_count = l->element_count, .item_count = l->item_count, .is_ascii = l->is_ascii
    };
    uint8_t *to = (uint8_t *)block->items;
    size_t elements = l->element_count * sizeof *l->elements, items = l->item_count * sizeof *l->items;
    memcpy(to, l->items, items);
    memcpy(to + items, l->elements, elements);
    if (l->values.n)
        memcpy(to + elements + items, l->values.p, l->values.n);
    return block;
}

struct dicom_block *dicom_parser_lay_out(struct dicom_parser *p)
{
    uint32_t items = 0;
    for (uint32_t i = 0; i < p->count; i++)
        items += p->nodes[i].vr == VR_NONE;
    uint32_t elements = p->count - items;

    struct layout l = { .p = p, .item_count = 1, .is_ascii = true };
    l.elements = arena_array(p->arena, (size_t)elements + 1, sizeof *l.elements);
    l.items = arena_array(p->arena, items, sizeof *l.items);
    l.sources = arena_array(p->arena, items, sizeof *l.sources);
    l.values_at = sizeof(struct dicom_block) + elements * sizeof *l.elements + items * sizeof *l.items;
    wr_init(&l.values, UINT32_MAX);

    struct dicom_block *block = NULL;
    if (!p->arena->failed) {
        l.sources[0] = (struct source){ 0, p->options->default_charset };
        bool good = true;
        for (uint32_t i = 0; good && i < l.item_count; i++)
            good = put_level(&l, i);
        if (good)
            block = assemble(&l);
    }
    if (!block)
        err_set(p->err, ERR_MEMORY, 0, 0, "no memory for a data set of %zu bytes", p->data_set.n);
    wr_fini(&l.values);
    return block;
}
