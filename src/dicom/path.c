/* path.c -- reads the path of an attribute from left to right, one step at a time. */
#include "dicom/path.h"

#include "dicom/dictionary.h"

struct reader {
    struct span rest;
    const uint8_t *start;
    struct err *err;
};

static uint64_t position(const struct reader *r)
{
    return (uint64_t)(r->rest.p - r->start);
}

static bool take_byte(struct reader *r, uint8_t byte)
{
    if (r->rest.n == 0 || r->rest.p[0] != byte)
        return false;
    r->rest = span_of(r->rest.p + 1, r->rest.n - 1);
    return true;
}

static bool is_letter_or_digit(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static struct span take_word(struct reader *r)
{
    size_t n = 0;
    while (n < r->rest.n && is_letter_or_digit(r->rest.p[n]))
        n++;
    struct span word = span_of(r->rest.p, n);
    r->rest = span_of(r->rest.p + n, r->rest.n - n);
    return word;
}

/* How much of a stranger's word a message shows. */
static struct span shown(struct span word)
{
    return span_of(word.p, word.n < 64 ? word.n : 64);
}

static bool fail_keyword(const struct reader *r, uint64_t at, struct span word)
{
    const char *nearest = dicom_dictionary_nearest(word);
    return err_set(r->err, ERR_SYNTAX, at, 0,
                   "\"%.*s\" is no keyword of the DICOM dictionary, and no tag (gggg,eeee)%s%s%s",
                   SPAN_FMT(shown(word)), nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

static bool take_attribute(struct reader *r, uint32_t *tag)
{
    uint64_t at = position(r);
    if (!dicom_tag_take(&r->rest, tag)) {
        struct span word = take_word(r);
        const struct dicom_dictionary_entry *entry = dicom_dictionary_keyword(word);
        if (word.n == 0)
            return err_set(r->err, ERR_SYNTAX, at, 0,
                           "a keyword like PatientName or a tag like (0010,0010) is missing");
        if (!entry)
            return fail_keyword(r, at, word);
        *tag = entry->tag;
    }
    uint16_t group = TAG_GROUP(*tag);
    if (group < 0x0008 || group >= 0xFFFE || TAG_ELEMENT(*tag) == 0)
        return err_set(r->err, ERR_SYNTAX, at, *tag, TAG_FMT " cannot stand in a data set", TAG_ARGS(*tag));
    return true;
}

/* "[3]", its first bracket already taken. */
static bool take_index(struct reader *r, uint32_t *index)
{
    uint64_t at = position(r);
    struct span word = take_word(r);
    uint32_t number = 0;
    bool is_number = word.n > 0;
    for (size_t i = 0; i < word.n && is_number && number <= DICOM_PATH_ITEM_MAX; i++) {
        is_number = word.p[i] >= '0' && word.p[i] <= '9';
        number = number * 10 + word.p[i] - '0';
    }
    if (!is_number || !take_byte(r, ']'))
        return err_set(r->err, ERR_SYNTAX, at, 0, "the number of an item and \"]\" are missing: items count from [0]");
    if (number > DICOM_PATH_ITEM_MAX)
        return err_set(r->err, ERR_LIMIT, at, 0, "items go from [0] to [%d]", DICOM_PATH_ITEM_MAX);
    *index = number;
    return true;
}

/* The dictionary says that it is a sequence, or does not know it. */
static bool may_hold_items(uint32_t tag)
{
    enum dicom_vr vr = dicom_dictionary_vr(tag);
    return vr == VR_SQ || vr == VR_UN;
}

static bool take_item(struct reader *r, uint32_t tag, uint64_t at, struct dicom_path *path)
{
    if (!may_hold_items(tag))
        return err_set(r->err, ERR_SYNTAX, at, tag, TAG_FMT " is a %s, no sequence: it has no items", TAG_ARGS(tag),
                       dicom_vr_info(dicom_dictionary_vr(tag))->code);
    if (path->depth == DICOM_PATH_DEPTH)
        return err_set(r->err, ERR_LIMIT, at, tag, "more than %d sequences inside each other", DICOM_PATH_DEPTH);
    struct dicom_path_item *item = &path->items[path->depth++];
    item->tag = tag;
    return take_index(r, &item->index);
}

/* Behind the path: nothing, or a value. */
static bool take_value(struct reader *r, struct dicom_path *path)
{
    uint64_t at = position(r);
    if (r->rest.n == 0)
        return true;
    if (!take_byte(r, '='))
        return err_set(r->err, ERR_SYNTAX, at, path->tag, "\"=\" and a value, or nothing, should follow here");
    bool is_sequence = path->tag == 0 || dicom_dictionary_vr(path->tag) == VR_SQ;
    if (is_sequence && r->rest.n)
        return err_set(r->err, ERR_SYNTAX, at, path->tag,
                       "a sequence takes no value, its attributes do: Sequence[0].Keyword=value");
    path->value = r->rest;
    return true;
}

bool dicom_path_parse(struct span text, struct dicom_path *out, struct err *err)
{
    if (text.n == 0)
        text = span_str(""); /* NULL has no positions */
    struct reader r = { text, text.p, err };
    *out = (struct dicom_path){ .depth = 0 };
    if (text.n > DICOM_PATH_BYTES)
        return err_set(err, ERR_LIMIT, 0, 0, "longer than %d bytes", DICOM_PATH_BYTES);
    for (;;) {
        uint64_t at = position(&r);
        uint32_t tag = 0;
        if (!take_attribute(&r, &tag))
            return false;
        if (!take_byte(&r, '[')) {
            out->tag = tag;
            if (r.rest.n && r.rest.p[0] == '.')
                return err_set(err, ERR_SYNTAX, position(&r), tag,
                               "which item? Items count from 0: Sequence[0].Keyword");
            return take_value(&r, out);
        }
        if (!take_item(&r, tag, at, out))
            return false;
        if (take_byte(&r, '.'))
            continue;
        if (r.rest.n && is_letter_or_digit(r.rest.p[0]))
            return err_set(err, ERR_SYNTAX, position(&r), tag, "a \".\" is missing here: Sequence[0].Keyword");
        return take_value(&r, out);
    }
}
