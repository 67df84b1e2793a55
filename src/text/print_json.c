/* print_json.c -- a walk over a data set, and a member of an object for each attribute (PS3.18 F.2). */
#include "text/print_json.h"

#include <math.h>

#include "base/utf8.h"
#include "dicom/dictionary.h"
#include "dicom/value.h"
#include "dicom/walk.h"
#include "text/base64.h"

struct printer {
    struct wr *out;
    enum text_json_form form;
    uint32_t indent;
    bool follows; /* something stands before in the same object or array */
};

void text_json_string(struct wr *out, struct span text)
{
    wr_str(out, "\"");
    while (text.n) {
        struct span one = text;
        uint32_t c = utf8_next(&text);
        one.n -= text.n;
        if (c == '"' || c == '\\')
            wr_fmt(out, "\\%c", (int)c);
        else if (c < ' ' || c == 0x7F)
            wr_fmt(out, "\\u%04x", (unsigned)c);
        else if (c >= DICOM_CHARSET_UNKNOWN) /* UTF8_BAD too */
            wr_str(out, "\xEF\xBF\xBD");
        else
            wr_span(out, one);
    }
    wr_str(out, "\"");
}

static size_t digits(struct span s, size_t i)
{
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i;
}

/* Whether the text of a number is one of JSON as it stands (RFC 8259 6): "+1", "01" and ".5" are not. */
static bool is_json_number(struct span s)
{
    size_t i = s.n && s.p[0] == '-', start = i;
    i = digits(s, i);
    if (i == start || (s.p[start] == '0' && i > start + 1))
        return false;
    if (i < s.n && s.p[i] == '.') {
        start = ++i;
        i = digits(s, i);
        if (i == start)
            return false;
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        i += i < s.n && (s.p[i] == '+' || s.p[i] == '-');
        start = i;
        i = digits(s, i);
        if (i == start)
            return false;
    }
    return i == s.n && s.n > 0;
}

/* Neither empty component groups at the end nor what fills up before them. */
static struct span without_empty_groups(struct span name)
{
    while (name.n && (name.p[name.n - 1] == '=' || name.p[name.n - 1] == ' '))
        name.n--;
    return name;
}

/* PS3.18 F.2.2: the component groups by their names. */
static void put_name(struct wr *out, struct span name)
{
    static const char *const groups[] = { "Alphabetic", "Ideographic", "Phonetic" };
    const char *separator = "{ ";
    name = without_empty_groups(name);
    for (size_t i = 0; name.p && i < sizeof groups / sizeof *groups; i++) {
        struct span group = span_cut(&name, '=');
        if (span_trim(group).n == 0) /* spaces alone are no name */
            continue;
        wr_fmt(out, "%s\"%s\" : ", separator, groups[i]);
        text_json_string(out, group);
        separator = ", ";
    }
    wr_str(out, *separator == ',' ? " }" : "null");
}

static void put_one(struct wr *out, enum dicom_vr vr, struct span one)
{
    bool is_number = vr == VR_DS || vr == VR_IS;
    if (is_number)
        one = span_trim(one);
    if (one.n == 0)
        wr_str(out, "null");
    else if (vr == VR_PN)
        put_name(out, one);
    else if (is_number && is_json_number(one))
        wr_span(out, one);
    else
        text_json_string(out, one);
}

/* A float as the double that it is: whoever reads it has one, and the fewest digits of a float are another number. */
static void put_double(struct wr *out, double number)
{
    uint64_t bits;
    struct wr bytes;
    memcpy(&bits, &number, sizeof bits);
    wr_init(&bytes, sizeof bits);
    wr_u32le(&bytes, (uint32_t)bits);
    wr_u32le(&bytes, (uint32_t)(bits >> 32));
    dicom_value_print(wr_done(&bytes), VR_FD, 0, out);
    wr_fini(&bytes);
}

/* JSON has no infinity, and programs that read it no more than 53 bits (RFC 8259 6): both are then strings (PS3.18
 * F.2.3.1). */
static void put_number(struct wr *out, enum dicom_vr vr, struct span value, size_t index)
{
    struct dicom_number number = dicom_value_binary(value, vr, index);
    if (vr == VR_AT) {
        wr_fmt(out, "\"%08X\"", (unsigned)number.whole);
    } else if (isnan(number.value) || isinf(number.value)) {
        wr_str(out, isnan(number.value) ? "\"NaN\"" : number.value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
    } else if (number.is_whole && number.whole >> 53) {
        wr_str(out, "\"");
        dicom_value_print(value, vr, index, out);
        wr_str(out, "\"");
    } else if (vr == VR_FL && !number.is_whole) {
        put_double(out, number.value);
    } else {
        dicom_value_print(value, vr, index, out);
    }
}

static bool is_bytes(enum dicom_vr vr)
{
    return vr == VR_UN || dicom_vr_info(vr)->code[0] == 'O';
}

static void put_values(struct wr *out, enum dicom_vr vr, struct span value)
{
    wr_str(out, ", \"Value\" : [ ");
    if (!dicom_vr_has(vr, VR_STRING)) {
        size_t count = dicom_value_count(value, vr);
        for (size_t i = 0; i < count; i++) {
            wr_str(out, i ? ", " : "");
            put_number(out, vr, value, i);
        }
    } else if (dicom_vr_has(vr, VR_MULTI)) {
        for (bool first = true; value.p; first = false) {
            wr_str(out, first ? "" : ", ");
            put_one(out, vr, span_trim_end(span_cut(&value, '\\')));
        }
    } else {
        put_one(out, vr, value);
    }
    wr_str(out, " ]");
}

static void put_model_value(struct wr *out, enum dicom_vr vr, struct span value)
{
    wr_fmt(out, "{ \"vr\" : \"%s\"", dicom_vr_info(vr)->code);
    if (value.n && is_bytes(vr)) {
        wr_str(out, ", \"InlineBinary\" : \"");
        text_base64_encode(value, out);
        wr_str(out, "\"");
    } else if (value.n) {
        put_values(out, vr, value);
    }
    wr_str(out, " }");
}

static void put_simple_value(struct wr *out, enum dicom_vr vr, struct span value)
{
    if (dicom_vr_has(vr, VR_STRING)) {
        text_json_string(out, value);
        return;
    }
    if (is_bytes(vr)) {
        wr_str(out, "null");
        return;
    }
    size_t count = dicom_value_count(value, vr);
    wr_str(out, "\"");
    for (size_t i = 0; i < count; i++) {
        wr_str(out, i ? "\\\\" : "");
        dicom_value_print(value, vr, i, out);
    }
    wr_str(out, "\"");
}

/* To a new line of an object or array. */
static void begin(struct printer *p)
{
    wr_str(p->out, p->follows ? ",\n" : "\n");
    wr_fill(p->out, ' ', (size_t)2 * p->indent);
    p->follows = true;
}

static void enter(struct printer *p, const char *bracket)
{
    wr_str(p->out, bracket);
    p->indent++;
    p->follows = false;
}

static void leave(struct printer *p, const char *bracket)
{
    p->indent--;
    if (p->follows) {
        wr_str(p->out, "\n");
        wr_fill(p->out, ' ', (size_t)2 * p->indent);
    }
    wr_str(p->out, bracket);
    p->follows = true;
}

static void put_member(struct printer *p, uint32_t tag)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    begin(p);
    if (p->form == TEXT_JSON_MODEL)
        wr_fmt(p->out, "\"%08X\" : ", (unsigned)tag);
    else if (entry)
        wr_fmt(p->out, "\"%s\" : ", entry->keyword);
    else
        wr_fmt(p->out, "\"%04x,%04x\" : ", TAG_ARGS(tag));
}

static void put_element(struct printer *p, struct dicom_set set, const struct dicom_element *element)
{
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    struct span value = dicom_set_text(set, element);
    put_member(p, element->tag);
    if (dicom_vr_has(vr, VR_STRING))
        value = vr == VR_PN ? without_empty_groups(value) : span_trim_end(value);
    (p->form == TEXT_JSON_MODEL ? put_model_value : put_simple_value)(p->out, vr, value);
}

void text_print_json(struct dicom_set set, enum text_json_form form, struct wr *out)
{
    struct printer p = { .out = out, .form = form };
    bool is_model = form == TEXT_JSON_MODEL;
    struct dicom_walk walk;
    dicom_walk_init(&walk, set);
    enter(&p, "{");
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END;) {
        switch (event) {
        case WALK_END:
            break;
        case WALK_ELEMENT:
            put_element(&p, walk.set, walk.element);
            break;
        case WALK_SEQUENCE:
            put_member(&p, walk.element->tag);
            enter(&p, !is_model              ? "["
                      : walk.element->length ? "{ \"vr\" : \"SQ\", \"Value\" : ["
                                             : "{ \"vr\" : \"SQ\"");
            break;
        case WALK_ITEM:
            begin(&p);
            enter(&p, "{");
            break;
        case WALK_ITEM_END:
            leave(&p, "}");
            break;
        case WALK_SEQUENCE_END:
            leave(&p, !is_model ? "]" : walk.element->length ? "] }" : " }");
            break;
        }
    }
    leave(&p, "}");
}
