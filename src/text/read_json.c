/* read_json.c -- JSON of both kinds into a draft. */
#include "base/log.h"
#include "dicom/dictionary.h"
#include "dicom/path.h"
#include "text/base64.h"
#include "text/json.h"
#include "text/read.h"

struct reader {
    struct text_draft *d;
    const struct text_source *source;
    struct err *err;
};

static bool read_object(struct reader *r, const struct json_value *object, struct text_level *level);

static const struct json_value *member_of(const struct json_value *object, const char *name)
{
    const struct json_value *m = object->type == JSON_OBJECT ? object->first : NULL;
    while (m && !span_is(m->name, name))
        m = m->next;
    return m;
}

/* Appends one value of an array; in DICOM JSON a name is an object of its groups (PS3.18 F.2.2). */
static bool append_value(struct reader *r, const struct text_element *element, const struct json_value *value,
                         struct wr *out)
{
    static const char *const groups[] = { "Alphabetic", "Ideographic", "Phonetic" };
    if (value->type == JSON_STRING || value->type == JSON_NUMBER) {
        wr_span(out, value->text);
        return true;
    }
    if (value->type == JSON_NULL)
        return true;
    if (value->type != JSON_OBJECT || element->vr != VR_PN)
        return text_element_fail(element, r->err, ERR_SYNTAX, value->pos,
                                 "a string, a number or null should stand here");
    uint32_t separators = 0, known = 0, members = 0;
    for (uint32_t i = 0; i < 3; i++) {
        const struct json_value *group = member_of(value, groups[i]);
        known += group != NULL;
        if (!group || group->type == JSON_NULL)
            continue;
        if (group->type != JSON_STRING)
            return text_element_fail(element, r->err, ERR_SYNTAX, group->pos, "a string should stand here");
        if (group->text.n == 0)
            continue;
        wr_fill(out, '=', i - separators);
        separators = i;
        wr_span(out, group->text);
    }
    for (const struct json_value *m = value->first; m; m = m->next)
        members++;
    return members == known
           || text_element_fail(element, r->err, ERR_SYNTAX, value->pos,
                                "a name has the members Alphabetic, Ideographic and Phonetic, and no others");
}

/* A value, or all of an array with backslashes between them. One string alone stays a piece of the source, so that an
 * error in it has its place. */
static bool read_values(struct reader *r, struct text_element *element, const struct json_value *value)
{
    const struct json_value *first = value->type == JSON_ARRAY ? value->first : value;
    element->pos = value->pos;
    if (!first)
        return true;
    bool is_array = value->type == JSON_ARRAY;
    if (!(is_array && first->next) && (first->type == JSON_STRING || first->type == JSON_NUMBER)) {
        element->pos = first->pos;
        element->value = first->text;
        return true;
    }
    struct wr text;
    wr_init(&text, r->source->text.n + TEXT_JSON_VALUES);
    bool is_right = true;
    for (const struct json_value *v = first; v && is_right; v = is_array ? v->next : NULL) {
        if (v != first)
            wr_u8(&text, '\\');
        is_right = append_value(r, element, v, &text);
    }
    r->d->arena.failed |= text.failed;
    element->value = arena_copy(&r->d->arena, wr_done(&text));
    wr_fini(&text);
    return is_right;
}

/* Depth is bounded by that of the draft, whose items are made on the way. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool read_items(struct reader *r, struct text_element *element, const struct json_value *items,
                       const struct text_level *around)
{
    element->vr = VR_SQ;
    if (items->type != JSON_ARRAY && items->type != JSON_NULL)
        return text_element_fail(element, r->err, ERR_SYNTAX, items->pos, "a sequence is an array of objects");
    for (const struct json_value *object = items->first; object; object = object->next) {
        struct text_level *item = text_draft_add_item(r->d, around, element, r->err);
        if (!item)
            return false;
        if (object->type == JSON_NULL)
            continue;
        if (object->type != JSON_OBJECT)
            return text_element_fail(element, r->err, ERR_SYNTAX, object->pos, "an item is an object");
        if (!read_object(r, object, item))
            return false;
    }
    return true;
}

static bool read_binary(struct reader *r, struct text_element *element, const struct json_value *value)
{
    struct wr bytes;
    element->pos = value->pos;
    if (value->type != JSON_STRING || dicom_vr_has(element->vr, VR_STRING))
        return text_element_fail(element, r->err, ERR_SYNTAX, value->pos, "this VR has no InlineBinary");
    wr_init(&bytes, value->text.n);
    bool is_right = text_base64_decode(value->text, &bytes);
    element->is_binary = true;
    r->d->arena.failed |= bytes.failed;
    element->value = arena_copy(&r->d->arena, wr_done(&bytes));
    wr_fini(&bytes);
    return is_right || text_element_fail(element, r->err, ERR_SYNTAX, value->pos, "this is not Base64");
}

/* { "vr": "PN", "Value": [...] } (PS3.18 F.2.2) */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool read_model(struct reader *r, struct text_element *element, const struct json_value *object,
                       const struct text_level *level)
{
    const struct json_value *vr = member_of(object, "vr"), *value = member_of(object, "Value");
    const struct json_value *binary = member_of(object, "InlineBinary"), *uri = member_of(object, "BulkDataURI");
    if (object->type != JSON_OBJECT)
        return text_element_fail(element, r->err, ERR_SYNTAX, object->pos,
                                 "an object should stand here: { \"vr\": \"%s\", \"Value\": [...] }",
                                 dicom_vr_info(element->vr)->code);
    if (vr) {
        bool is_code = vr->type == JSON_STRING && vr->text.n == 2;
        element->vr = is_code ? dicom_vr_from_code(vr->text.p[0], vr->text.p[1]) : VR_NONE;
        if (element->vr == VR_NONE)
            return text_element_fail(element, r->err, ERR_SYNTAX, vr->pos, "this is no VR of DICOM");
    }
    if (uri)
        return text_element_fail(element, r->err, ERR_SYNTAX, uri->pos,
                                 "the value is elsewhere, at a BulkDataURI, which is not followed");
    if (binary)
        return read_binary(r, element, binary);
    element->pos = object->pos;
    if (value && value->type != JSON_ARRAY)
        return text_element_fail(element, r->err, ERR_SYNTAX, value->pos, "\"Value\" is an array");
    if (!value)
        return true;
    return element->vr == VR_SQ ? read_items(r, element, value, level) : read_values(r, element, value);
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static bool read_simple(struct reader *r, struct text_element *element, const struct json_value *value,
                        const struct text_level *level)
{
    bool has_items = value->type == JSON_ARRAY && value->first && value->first->type == JSON_OBJECT;
    if (element->vr == VR_SQ || (has_items && element->vr == VR_UN))
        return read_items(r, element, value, level);
    if (value->type == JSON_OBJECT || has_items)
        return text_element_fail(element, r->err, ERR_SYNTAX, value->pos, "this is no sequence, so it has no objects");
    return read_values(r, element, value);
}

/* DCMTK, and so Orthanc, write this before the keyword of an attribute that is retired. */
static struct span without_retired(struct span name)
{
    static const char prefix[] = "RETIRED_";
    size_t n = sizeof prefix - 1;
    return name.n > n && memcmp(name.p, prefix, n) == 0 ? span_of(name.p + n, name.n - n) : name;
}

/* "00100010" of DICOM JSON, "PatientName", or "0010,0010". */
static bool read_name(struct reader *r, const struct json_value *member, uint32_t *tag, bool *is_model)
{
    struct span name = member->name;
    uint8_t text[9] = { 0 };
    struct span digits = span_of(text, sizeof text);
    if (name.n == 8) {
        memcpy(text, name.p, 4);
        text[4] = ',';
        memcpy(text + 5, name.p + 4, 4);
        if ((*is_model = dicom_tag_take(&digits, tag)))
            return true;
    }
    struct dicom_path path;
    struct err why = { 0 };
    name = without_retired(name);
    if (!dicom_path_parse(name, &path, &why))
        return err_set(r->err, why.code, member->name_pos, why.tag, "%s", why.what);
    if (path.depth || path.value.p) {
        char shown[64];
        return err_set(r->err, ERR_SYNTAX, member->name_pos, 0, "\"%s\" is no single keyword",
                       log_text(name, shown, sizeof shown));
    }
    *tag = path.tag;
    *is_model = member_of(member, "vr") != NULL;
    return true;
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static bool read_object(struct reader *r, const struct json_value *object, struct text_level *level)
{
    for (const struct json_value *m = object->first; m; m = m->next) {
        uint32_t tag = 0;
        bool is_model = false;
        if (!read_name(r, m, &tag, &is_model))
            return false;
        /* Group 0002 and group lengths are made anew. */
        if (TAG_GROUP(tag) == 0x0002 || TAG_ELEMENT(tag) == 0)
            continue;
        struct text_element *element = text_draft_add(r->d, level, tag, r->source, m->name_pos, r->err);
        if (!element)
            return false;
        if (!(is_model ? read_model(r, element, m, level) : read_simple(r, element, m, level)))
            return false;
    }
    return true;
}

/* The one data set: an object, also alone in an array, as PS3.18 has it for answers. */
bool text_read_json(struct text_draft *d, const struct text_source *source, struct err *err)
{
    struct reader r = { d, source, err };
    d->is_stored = false;
    const struct json_value *top = text_json_parse(source, &d->arena, err);
    if (!top)
        return false;
    if (top->type == JSON_ARRAY && top->first && !top->first->next)
        top = top->first;
    if (top->type != JSON_OBJECT)
        return err_set(err, ERR_SYNTAX, top->pos, 0, "one object should stand here: a worklist entry makes one file");
    return read_object(&r, top, &d->top);
}
