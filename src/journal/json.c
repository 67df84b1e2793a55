/* json.c -- a record as JSON, for programs and for `mwl journal`. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "dicom/json.h"
#include "dicom/parse.h"
#include "journal/record.h"

enum { BRIEF_MAX = 2048 };

/* Text of a peer that may be anything; JSON is UTF-8. */
static void set_text(json_t *object, const char *name, struct span text)
{
    if (utf8_valid(text)) {
        json_object_set_new(object, name, json_stringn(text.n ? (const char *)text.p : "", text.n));
        return;
    }
    struct wr safe;
    wr_init(&safe, 4 * JOURNAL_TEXT);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= ' ' && text.p[i] < 0x7F)
            wr_u8(&safe, text.p[i]);
        else
            wr_fmt(&safe, "\\x%02X", text.p[i]);
    }
    json_object_set_new(object, name, json_stringn((const char *)safe.p, safe.n));
    wr_fini(&safe);
}

static void set_number(json_t *object, const char *name, uint64_t number)
{
    json_object_set_new(object, name, json_integer((json_int_t)number));
}

/* "2026-11-24T07:58:03.123456Z" */
static void set_time(json_t *object, uint64_t at_us)
{
    char text[64], whole[32];
    time_t seconds = (time_t)(at_us / 1000000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, sizeof text, "%s.%06uZ", whole, (unsigned)(at_us % 1000000));
    json_object_set_new(object, "time", json_string(text));
}

static void set_keys(json_t *object, const struct journal_record *r)
{
    struct dicom_parse_options options = { .syntax = r->syntax,
                                           .max_bytes = limits_default.identifier_bytes,
                                           .limits = &limits_default };
    struct err err = { 0 };
    struct wr keys;
    struct dicom_block *block = r->masked || r->truncated ? NULL : dicom_parse(r->identifier, &options, NULL, &err);
    wr_init(&keys, BRIEF_MAX);
    if (block)
        dicom_json_brief(dicom_block_set(block), &keys);
    else if (r->masked)
        wr_span(&keys, r->keys);
    else
        wr_fmt(&keys, "%zu bytes", r->length);
    set_text(object, "keys", wr_done(&keys));
    wr_fini(&keys);
    dicom_block_free(&block);
}

static void set_hex(json_t *object, const char *name, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * bytes.n + 1);
    if (!text)
        return;
    for (size_t i = 0; i < bytes.n; i++) {
        text[2 * i] = digits[bytes.p[i] >> 4];
        text[2 * i + 1] = digits[bytes.p[i] & 15];
    }
    json_object_set_new(object, name, json_stringn(text, 2 * bytes.n));
    free(text);
}

static void set_association(json_t *object, const struct journal_view *view, bool whole)
{
    const struct journal_record *r = view->record;
    set_text(object, "implementationClassUID", r->implementation_class_uid);
    set_text(object, "implementationVersion", r->implementation_version);
    set_text(object, "contexts", r->contexts);
    set_text(object, "ended", span_str(view->ended));
    if (!whole)
        return;
    set_text(object, "proposed", r->proposed);
    json_object_set_new(object, "truncated", json_boolean(r->truncated));
    set_number(object, "maximumPduLength", r->max_length);
}

static void set_query(json_t *object, const struct journal_record *r, bool whole)
{
    char status[8];
    snprintf(status, sizeof status, "%04X", r->status);
    set_number(object, "association", r->association);
    set_keys(object, r);
    set_text(object, "changed", r->changed);
    set_number(object, "entries", r->entries);
    set_number(object, "answers", r->answers);
    json_object_set_new(object, "status", r->cut_off ? json_null() : json_string(status));
    set_text(object, "comment", r->comment);
    set_number(object, "microseconds", r->took_us);
    set_number(object, "bytes", r->length);
    json_object_set_new(object, "masked", json_boolean(r->masked));
    json_object_set_new(object, "truncated", json_boolean(r->truncated));
    if (!whole)
        return;
    json_object_set_new(object, "fuzzyNames", json_boolean(r->fuzzy_names));
    json_object_set_new(object, "adjustZone", json_boolean(r->adjust_zone));
    set_text(object, "transferSyntax", span_str(dicom_syntax_info(r->syntax)->uid));
    set_hex(object, "identifier", r->identifier);
}

static int put(const char *buffer, size_t n, void *arg)
{
    wr_span(arg, span_of(buffer, n));
    return 0;
}

void journal_json(const struct journal_view *view, bool whole, struct wr *out)
{
    const struct journal_record *r = view->record;
    json_t *object = json_object();
    set_number(object, "number", view->number);
    json_object_set_new(object, "kind", json_string(r->is_query ? "query" : "association"));
    set_time(object, r->at_us);
    set_text(object, "callingAet", r->calling_ae);
    set_text(object, "calledAet", r->called_ae);
    set_text(object, "address", r->peer);
    if (r->is_query)
        set_query(object, r, whole);
    else
        set_association(object, view, whole);
    json_dump_callback(object, put, out, JSON_COMPACT);
    json_decref(object);
}
