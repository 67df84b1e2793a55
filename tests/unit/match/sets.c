/* sets.c -- text into data sets and back. */
#include "sets.h"

#include <stdio.h>

#include "dicom/dictionary.h"
#include "dicom/value.h"

static const struct match_options defaults = { .limits = &limits_default };

/* Takes "Keyword=" or "gggg,eeee:VR=" off the front. */
static const char *read_attribute(const char *text, uint32_t *tag, enum dicom_vr *vr)
{
    const char *equals = strchr(text, '=');
    assert_non_null(equals);
    unsigned group, element;
    char code[3];
    int scanned = sscanf(text, "%4x,%4x:%2[A-Z]=", &group, &element, code);
    if (scanned >= 2 && text[4] == ',') {
        *tag = group << 16 | element;
        *vr = scanned == 3 ? dicom_vr_from_code((uint8_t)code[0], (uint8_t)code[1]) : dicom_dictionary_vr(*tag);
    } else {
        const struct dicom_dictionary_entry *entry = dicom_dictionary_keyword(span_of(text, (size_t)(equals - text)));
        if (!entry)
            fail_msg("no attribute: %s", text);
        *tag = entry->tag;
        *vr = (enum dicom_vr)entry->vr;
    }
    return equals + 1;
}

static void write_number(struct wr *w, enum dicom_vr vr, const char *text)
{
    unsigned group, element;
    double number = strtod(text, NULL);
    float narrow = (float)number;
    if (vr == VR_AT) {
        assert_int_equal(sscanf(text, "%4x,%4x", &group, &element), 2);
        wr_u16le(w, (uint16_t)group);
        wr_u16le(w, (uint16_t)element);
    } else if (vr == VR_FL) {
        wr_bytes(w, &narrow, sizeof narrow);
    } else if (vr == VR_FD) {
        wr_bytes(w, &number, sizeof number);
    } else {
        uint64_t whole = *text == '-' ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 10);
        wr_bytes(w, &whole, dicom_vr_info(vr)->unit);
    }
}

static void write_value(struct dicom_writer *writer, uint32_t tag, enum dicom_vr vr, struct span text)
{
    bool is_number = dicom_value_count(span_of(NULL, 64), vr) > 0;
    if (!is_number || (text.n && text.p[0] == '*')) {
        dicom_write_element(writer, tag, vr, text);
        return;
    }
    struct wr numbers;
    wr_init(&numbers, 4096);
    while (text.n) {
        struct span one = span_cut(&text, '\\');
        char number[64];
        snprintf(number, sizeof number, "%.*s", SPAN_FMT(one));
        write_number(&numbers, vr, number);
    }
    dicom_write_element(writer, tag, vr, wr_done(&numbers));
    wr_fini(&numbers);
}

/* Up to the end, or to the "}" of an item. */
static const char *write_level(struct dicom_writer *writer, const char *text)
{
    while (*text && *text != '}') {
        uint32_t tag;
        enum dicom_vr vr;
        text = read_attribute(text, &tag, &vr);
        if (vr == VR_SQ) {
            dicom_write_begin_sequence(writer, tag);
            while (*text == '{') {
                dicom_write_begin_item(writer);
                text = write_level(writer, text + 1);
                assert_int_equal(*text, '}');
                text++;
                dicom_write_end_item(writer);
            }
            dicom_write_end_sequence(writer);
        } else {
            size_t n = strcspn(text, ";}");
            write_value(writer, tag, vr, span_of(text, n));
            text += n;
        }
        text += *text == ';';
    }
    return text;
}

void sets_write(struct dicom_writer *writer, const char *text)
{
    text = write_level(writer, text);
    assert_int_equal(*text, 0);
}

struct dicom_block *sets_block(const char *text)
{
    struct wr bytes;
    struct dicom_writer writer;
    struct err err = { 0 };
    wr_init(&bytes, 1 << 20);
    dicom_write_init(&writer, &bytes, SYNTAX_EXPLICIT_LE);
    sets_write(&writer, text);
    assert_false(bytes.failed);
    struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                           .max_bytes = 1 << 20,
                                           .limits = &limits_default };
    struct dicom_block *block = dicom_parse(wr_done(&bytes), &options, NULL, &err);
    if (!block)
        fail_msg("%s: %s", text, err.what);
    wr_fini(&bytes);
    return block;
}

void sets_print(struct dicom_set set, struct wr *out)
{
    for (uint32_t i = 0; i < set.count; i++) {
        const struct dicom_element *element = &set.elements[i];
        const struct dicom_dictionary_entry *entry = dicom_dictionary_find(element->tag);
        enum dicom_vr vr = (enum dicom_vr)element->vr;
        if (i)
            wr_u8(out, ';');
        if (entry)
            wr_fmt(out, "%s=", entry->keyword);
        else
            wr_fmt(out, "%04X,%04X:%s=", TAG_ARGS(element->tag), dicom_vr_info(vr)->code);
        struct span bytes = dicom_set_bytes(set, element);
        size_t numbers = dicom_value_count(bytes, vr);
        for (size_t n = 0; n < numbers; n++) {
            if (n)
                wr_u8(out, '\\');
            dicom_value_print(bytes, vr, n, out);
        }
        if (vr != VR_SQ && !numbers)
            wr_span(out, span_trim_end(bytes));
        for (uint32_t n = 0; vr == VR_SQ && n < element->length; n++) {
            wr_u8(out, '{');
            sets_print(dicom_set_item(set, element, n), out);
            wr_u8(out, '}');
        }
    }
}

struct match_plan *sets_plan(struct dicom_block *query, struct match_options options)
{
    struct err err = { 0 };
    if (!options.limits)
        options.limits = &limits_default;
    struct match_plan *plan = match_plan_new(dicom_block_set(query), &options, &err);
    if (!plan)
        fail_msg("no plan: %s", err.what);
    return plan;
}

void sets_check(const struct sets_row *rows, size_t count, bool case_sensitive_pn)
{
    sets_check_with(rows, count, (struct match_options){ .case_sensitive_pn = case_sensitive_pn });
}

void sets_check_with(const struct sets_row *rows, size_t count, struct match_options options)
{
    for (size_t i = 0; i < count; i++) {
        struct dicom_block *query = sets_block(rows[i].key), *stored = sets_block(rows[i].stored);
        struct match_plan *plan = sets_plan(query, options);
        bool matched = !match_entry(plan, dicom_block_set(stored), 0);
        if (matched != rows[i].expected)
            fail_msg("%s against %s is %s", rows[i].key, rows[i].stored, matched ? "a match" : "no match");
        match_plan_free(&plan);
        dicom_block_free(&query);
        dicom_block_free(&stored);
    }
}

void sets_check_faults(const struct sets_fault *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct err err = { 0 };
        struct dicom_block *query = sets_block(rows[i].key);
        struct match_plan *plan = match_plan_new(dicom_block_set(query), &defaults, &err);
        if (plan)
            fail_msg("%s was taken", rows[i].key);
        if (err.code != rows[i].code || err.tag != rows[i].tag || !strstr(err.what, rows[i].what))
            fail_msg("%s: error %d at %08X: %s", rows[i].key, (int)err.code, (unsigned)err.tag, err.what);
        assert_true(strlen(err.what) <= 64); /* an Error Comment (PS3.7 C.4.2) */
        dicom_block_free(&query);
    }
}

void sets_check_answer(const char *key, const char *stored, uint32_t step, const struct match_answer *how,
                       const char *expected)
{
    struct dicom_block *query = sets_block(key), *entry = sets_block(stored);
    struct match_plan *plan = sets_plan(query, (struct match_options){ 0 });
    struct wr bytes, text;
    struct dicom_writer writer;
    struct err err = { 0 };
    struct dicom_tolerances used = { 0 };
    wr_init(&bytes, 1 << 16);
    wr_init(&text, 1 << 16);
    dicom_write_init(&writer, &bytes, SYNTAX_EXPLICIT_LE);
    assert_null(match_entry(plan, dicom_block_set(entry), step));
    match_project(plan, dicom_block_set(entry), step, how ? how : &(struct match_answer){ 0 }, &writer);
    assert_false(bytes.failed);
    struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                           .max_bytes = 1 << 16,
                                           .limits = &limits_default };
    struct dicom_block *answer = dicom_parse(wr_done(&bytes), &options, &used, &err);
    if (!answer)
        fail_msg("%s of %s: %s", key, stored, err.what);
    assert_int_equal(used.out_of_order, 0);
    sets_print(dicom_block_set(answer), &text);
    if (!span_is(wr_done(&text), expected))
        fail_msg("%s of %s:\n%.*s, not\n%s", key, stored, SPAN_FMT(wr_done(&text)), expected);
    wr_fini(&text);
    wr_fini(&bytes);
    match_plan_free(&plan);
    dicom_block_free(&answer);
    dicom_block_free(&query);
    dicom_block_free(&entry);
}
