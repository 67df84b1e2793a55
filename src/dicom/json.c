/* json.c -- what a log says of a data set. */
#include "dicom/json.h"

#include "base/utf8.h"
#include "dicom/dictionary.h"
#include "dicom/value.h"
#include "dicom/walk.h"

enum { VALUE_BYTES = 256, BRIEF_VALUE_BYTES = 64, BRIEF_BYTES = 1000 };

void dicom_json_string(struct span text, size_t most, struct wr *out)
{
    const uint8_t *start = text.p;
    wr_u8(out, '"');
    while (text.n) {
        struct span before = text;
        uint32_t c = utf8_next(&text);
        if ((size_t)(text.p - start) > most) {
            wr_str(out, "...");
            break;
        }
        if (c == UTF8_BAD)
            wr_fmt(out, "\\\\x%02X", before.p[0]);
        else if (c >= DICOM_CHARSET_UNKNOWN)
            wr_fmt(out, "\\\\x%02X", (unsigned)(c - DICOM_CHARSET_UNKNOWN));
        else if (c == '"' || c == '\\')
            wr_fmt(out, "\\%c", (int)c);
        else if (c == '\n')
            wr_str(out, "\\n");
        else if (c == '\r')
            wr_str(out, "\\r");
        else if (c == '\t')
            wr_str(out, "\\t");
        else if (!utf8_is_harmless(c))
            wr_fmt(out, "\\u%04x", (unsigned)c);
        else
            wr_span(out, span_of(before.p, before.n - text.n));
    }
    wr_u8(out, '"');
}

static void print_numbers(struct span bytes, enum dicom_vr vr, struct wr *out)
{
    size_t count = dicom_value_count(bytes, vr), start = out->n;
    wr_u8(out, '"');
    for (size_t i = 0; i < count && !out->failed; i++) {
        if (i)
            wr_str(out, "\\\\");
        if (out->n - start > VALUE_BYTES) {
            wr_str(out, "...");
            break;
        }
        dicom_value_print(bytes, vr, i, out);
    }
    wr_u8(out, '"');
}

static void print_value(struct dicom_set set, const struct dicom_element *element, struct wr *out)
{
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    struct span bytes = dicom_set_bytes(set, element);
    if (dicom_vr_has(vr, VR_STRING))
        dicom_json_string(span_trim_end(dicom_set_text(set, element)), VALUE_BYTES, out);
    else if (bytes.n && dicom_value_count(bytes, vr) == 0)
        wr_fmt(out, "\"<%zu bytes>\"", bytes.n);
    else
        print_numbers(bytes, vr, out);
}

static void break_line(struct wr *out, size_t level)
{
    wr_u8(out, '\n');
    wr_fill(out, ' ', 3 * level);
}

void dicom_json_short(struct dicom_set set, struct wr *out)
{
    struct dicom_walk walk;
    dicom_walk_init(&walk, set);
    size_t level = 1;
    bool first = true; /* in the object or array that is open */
    wr_u8(out, '{');
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END && !out->failed;) {
        bool ends = event == WALK_ITEM_END || event == WALK_SEQUENCE_END;
        if (!ends && !first)
            wr_u8(out, ',');
        level -= ends;
        if (!ends || !first)
            break_line(out, level);
        if (event == WALK_ELEMENT || event == WALK_SEQUENCE)
            wr_fmt(out, "\"%04x,%04x\" : ", (unsigned)TAG_GROUP(walk.element->tag),
                   (unsigned)TAG_ELEMENT(walk.element->tag));
        if (event == WALK_ELEMENT)
            print_value(walk.set, walk.element, out);
        else
            wr_u8(out, event == WALK_SEQUENCE ? '[' : event == WALK_ITEM ? '{' : event == WALK_ITEM_END ? '}' : ']');
        first = event == WALK_SEQUENCE || event == WALK_ITEM;
        level += first;
    }
    if (!first)
        break_line(out, 0);
    wr_u8(out, '}');
}

bool dicom_json_may_show(uint32_t tag)
{
    static const uint32_t shown[] = {
        TAG_Modality,
        TAG_ScheduledStationAETitle,
        TAG_ScheduledProcedureStepStartDate,
        TAG_ScheduledProcedureStepStartTime,
        TAG_ScheduledProcedureStepStatus,
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (tag == shown[i])
            return true;
    return false;
}

/* Only characters that cannot be taken for a part of the line's own form. */
static bool is_plain(struct span text)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || memchr("*?._-:\\", c, 7);
        if (!plain)
            return false;
    }
    return text.n > 0 && text.n <= BRIEF_VALUE_BYTES;
}

static void brief_name(uint32_t tag, struct wr *out)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    if (entry && entry->keyword[0])
        wr_str(out, entry->keyword);
    else
        wr_fmt(out, TAG_FMT, TAG_ARGS(tag));
}

/* Of every key, whoever it is about; numbers and bytes are of no interest. */
static void whole_value(struct dicom_set set, const struct dicom_element *element, struct wr *out)
{
    bool is_string = dicom_vr_has((enum dicom_vr)element->vr, VR_STRING);
    struct span value = is_string ? span_trim_end(dicom_set_text(set, element)) : dicom_set_bytes(set, element);
    wr_u8(out, '=');
    if (is_string && (is_plain(value) || !value.n))
        wr_span(out, value);
    else
        print_value(set, element, out);
}

static void brief_value(struct dicom_set set, const struct dicom_element *element, struct wr *out)
{
    struct span value = dicom_set_bytes(set, element);
    bool is_string = dicom_vr_has((enum dicom_vr)element->vr, VR_STRING);
    if (is_string)
        value = span_trim_end(value);
    wr_u8(out, '=');
    if (!dicom_json_may_show(element->tag) || !is_string || value.n == 0) {
        wr_u8(out, '<');
        wr_decimal(out, value.n);
        wr_u8(out, '>');
    } else if (is_plain(value)) {
        wr_span(out, value);
    } else {
        dicom_json_string(value, BRIEF_VALUE_BYTES, out);
    }
}

static void print_keys(struct dicom_set set, struct wr *out,
                       void (*print)(struct dicom_set set, const struct dicom_element *element, struct wr *out))
{
    struct dicom_walk walk;
    dicom_walk_init(&walk, set);
    size_t start = out->n;
    bool first = true; /* in its brackets */
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END && !out->failed;) {
        size_t mark = out->n;
        switch (event) {
        case WALK_ELEMENT:
        case WALK_SEQUENCE:
            if (!first)
                wr_u8(out, ' ');
            brief_name(walk.element->tag, out);
            if (event == WALK_ELEMENT)
                print(walk.set, walk.element, out);
            else if (walk.element->length == 0)
                wr_str(out, "[]");
            break;
        case WALK_ITEM:
            wr_u8(out, '[');
            break;
        case WALK_ITEM_END:
            wr_u8(out, ']');
            break;
        default:
            break;
        }
        first = event == WALK_ITEM;
        if (!out->failed && out->n - start > BRIEF_BYTES) {
            wr_truncate(out, mark);
            wr_str(out, "...");
            return;
        }
    }
}

void dicom_json_brief(struct dicom_set set, struct wr *out)
{
    print_keys(set, out, brief_value);
}

void dicom_json_keys(struct dicom_set set, struct wr *out)
{
    print_keys(set, out, whole_value);
}
