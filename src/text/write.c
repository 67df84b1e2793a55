/* write.c -- values into bytes, checked one by one; then as DICOM in the order of their tags. */
#include "text/write.h"

#include <stdio.h>

#include "base/log.h"
#include "base/utf8.h"
#include "dicom/charset.h"
#include "dicom/check.h"
#include "dicom/dictionary.h"
#include "dicom/file.h"
#include "dicom/write.h"
#include "text/number.h"

struct writer {
    struct text_draft *d;
    struct dicom_writer to;
    struct wr utf8, bytes; /* of the value at hand */
    const struct text_source **source;
    struct err *err;
    bool is_query; /* values are keys */
};

/* The offset in the source of a byte of the value; of the value itself, where it is no piece of the source. */
static uint64_t place_of(const struct text_element *element, uint64_t offset)
{
    struct span text = element->source->text, value = element->value;
    if (!text.p || !value.p || value.p < text.p || value.p > text.p + text.n)
        return element->pos;
    return (uint64_t)(value.p - text.p) + offset;
}

static bool fail(struct writer *w, const struct text_element *element, const struct err *why)
{
    /* What was stored in another character set was looked at in UTF-8, whose offsets are others. */
    bool is_stored = w->d->is_stored && dicom_vr_has(element->vr, VR_TEXT);
    *w->source = element->source;
    return text_element_fail(element, w->err, why->code, place_of(element, is_stored ? 0 : why->pos), "%s", why->what);
}

static bool check(struct writer *w, const struct text_element *element, struct span value)
{
    struct err why = { 0 };
    if (!w->is_query)
        return dicom_check_value(element->vr, value, &why) || fail(w, element, &why);
    if (!dicom_vr_has(element->vr, VR_STRING) || dicom_vr_has(element->vr, VR_TEXT) || span_is_ascii(value))
        return true;
    err_set(&why, ERR_SYNTAX, 0, 0, "its VR has plain ASCII only");
    return fail(w, element, &why);
}

static void print_charset(struct dicom_charset charset, char *to, size_t room)
{
    struct wr name;
    wr_init(&name, room);
    dicom_charset_print(charset, &name);
    snprintf(to, room, "%.*s", SPAN_FMT(name.n ? wr_done(&name) : span_str("ISO_IR 6, which is ASCII,")));
    wr_fini(&name);
}

/* Names the first character that the set does not have. */
static bool fail_charset(struct writer *w, const struct text_element *element, struct dicom_charset charset)
{
    char name[120];
    struct err why = { 0 };
    print_charset(charset, name, sizeof name);
    for (struct span rest = element->value; rest.n && !why.code;) {
        struct span one = rest;
        uint32_t c = utf8_next(&rest);
        one.n -= rest.n;
        if (!dicom_charset_encode(charset, element->vr, one, NULL))
            err_set(&why, ERR_SYNTAX, (uint64_t)(one.p - element->value.p), 0, "the character set %s has no U+%04X",
                    name, (unsigned)c);
    }
    err_set(&why, ERR_SYNTAX, 0, 0, "the character set %s cannot hold this text", name);
    return fail(w, element, &why);
}

/* Text that is stored in its character set, into UTF-8. */
static bool decode(struct writer *w, const struct text_element *element, struct dicom_charset charset)
{
    wr_reset(&w->utf8);
    if (dicom_charset_decode(charset, element->vr, element->value, &w->utf8) & CHARSET_UNKNOWN) {
        struct err why = { 0 };
        char name[120], shown[64];
        print_charset(charset, name, sizeof name);
        err_set(&why, ERR_SYNTAX, 0, 0,
                "\"%s\" is not text in the character set %s: save it in UTF-8, or correct (0008,0005)",
                log_text(element->value, shown, sizeof shown), name);
        return fail(w, element, &why);
    }
    return true;
}

/* What is stored in the character set of the file already is looked at, and kept as it is. */
static bool encode_stored(struct writer *w, const struct text_element *element, struct dicom_charset charset)
{
    wr_span(&w->bytes, element->value);
    return decode(w, element, charset) && check(w, element, wr_done(&w->utf8));
}

static bool encode_text(struct writer *w, const struct text_element *element, struct dicom_charset charset)
{
    if (w->d->is_stored && !element->source->is_argument)
        return encode_stored(w, element, charset);
    if (!utf8_valid(element->value)) {
        struct err why = { .code = ERR_SYNTAX, .what = "this is not text in UTF-8" };
        return fail(w, element, &why);
    }
    return check(w, element, element->value)
           && (dicom_charset_encode(charset, element->vr, element->value, &w->bytes)
               || fail_charset(w, element, charset));
}

/* A sequence that the dictionary does not call one, or the other way round, is unreadable without explicit VRs. */
static bool agrees_with_dictionary(struct writer *w, const struct text_element *element)
{
    enum dicom_vr vr = dicom_dictionary_vr(element->tag);
    if (vr == VR_UN || (vr == VR_SQ) == (element->vr == VR_SQ))
        return true;
    struct err why = { 0 };
    err_set(&why, ERR_SYNTAX, 0, 0, "its VR in PS3.6 is %s", dicom_vr_info(vr)->code);
    return fail(w, element, &why);
}

/* The value as bytes in w->bytes. */
static bool encode(struct writer *w, const struct text_element *element, struct dicom_charset charset)
{
    struct err why = { 0 };
    wr_reset(&w->utf8);
    wr_reset(&w->bytes);
    if (dicom_vr_has(element->vr, VR_TEXT) && !element->is_binary)
        return encode_text(w, element, charset);
    if (!dicom_vr_has(element->vr, VR_STRING) && !element->is_binary)
        return text_numbers(element->vr, element->value, &w->bytes, &why) || fail(w, element, &why);
    /* PS3.5 6.2: what fills a UID up is a NUL, and no space, which the writer adds. */
    bool is_uid = element->vr == VR_UI && !element->is_binary;
    wr_span(&w->bytes, is_uid ? span_trim_end(element->value) : element->value);
    return check(w, element, element->value);
}

/* The character set of a level: its own, or that around it. */
static bool enter(struct writer *w, const struct text_level *level, struct dicom_charset *charset)
{
    const struct text_element *element = text_draft_find(level, TAG_SpecificCharacterSet);
    if (!element)
        return true;
    *charset = dicom_charset_from_value(element->value, NULL);
    if (dicom_charset_is_defined(*charset))
        return true;
    struct err why = { 0 };
    char shown[64];
    err_set(&why, ERR_SYNTAX, 0, 0, "\"%s\" is no character set of DICOM; UTF-8 is ISO_IR 192",
            log_text(element->value, shown, sizeof shown));
    return fail(w, element, &why);
}

static void take_failure(struct wr *to, const struct wr *from)
{
    to->failed |= from->failed;
    to->starved |= from->starved;
}

/* No deeper than limits.depth let items in. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool write_level(struct writer *w, const struct text_level *level, struct dicom_charset charset)
{
    if (!enter(w, level, &charset))
        return false;
    for (const struct text_element *e = level->first; e; e = e->next) {
        if (!agrees_with_dictionary(w, e))
            return false;
        if (e->vr != VR_SQ) {
            if (!encode(w, e, charset))
                return false;
            take_failure(w->to.wr, &w->bytes); /* a value too long for any file */
            take_failure(w->to.wr, &w->utf8);
            dicom_write_element(&w->to, e->tag, e->vr, wr_done(&w->bytes));
            continue;
        }
        (e->is_delimited ? dicom_write_begin_open_sequence : dicom_write_begin_sequence)(&w->to, e->tag);
        for (const struct text_level *item = e->items; item; item = item->next) {
            (item->is_delimited ? dicom_write_begin_open_item : dicom_write_begin_item)(&w->to);
            if (!write_level(w, item, charset))
                return false;
            dicom_write_end_item(&w->to);
        }
        dicom_write_end_sequence(&w->to);
    }
    return true;
}

/* No deeper than limits.depth let items in. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool needs_charset(const struct text_level *level)
{
    for (const struct text_element *e = level->first; e; e = e->next) {
        for (const struct text_level *item = e->items; item; item = item->next) {
            if (needs_charset(item))
                return true;
        }
        if (dicom_vr_has(e->vr, VR_TEXT) && !e->is_binary && !span_is_ascii(e->value))
            return true;
    }
    return false;
}

/* All stored text into UTF-8, before another character set is chosen. No deeper than limits.depth let items in. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool decode_level(struct writer *w, struct text_level *level, struct dicom_charset charset)
{
    if (!enter(w, level, &charset))
        return false;
    for (struct text_element *e = level->first; e; e = e->next) {
        for (struct text_level *item = e->items; item; item = item->next) {
            if (!decode_level(w, item, charset))
                return false;
        }
        if (!dicom_vr_has(e->vr, VR_TEXT) || e->is_binary || e->source->is_argument)
            continue;
        if (!decode(w, e, charset))
            return false;
        w->d->arena.failed |= w->utf8.failed;
        w->d->arena.starved |= w->utf8.starved;
        e->value = arena_copy(&w->d->arena, wr_done(&w->utf8));
    }
    return true;
}

static const struct text_source charset_source = { "--charset", { NULL, 0 }, true };

/* Sets (0008,0005) of the whole data set, where the caller says which, or text needs one that has none. */
static bool choose_charset(struct writer *w, const char *name)
{
    struct text_element *element = text_draft_find(&w->d->top, TAG_SpecificCharacterSet);
    if (!name && (element || w->d->is_stored || !needs_charset(&w->d->top)))
        return true;
    struct dicom_charset charset = dicom_charset_utf8();
    if (name)
        charset = dicom_charset_from_value(span_str(name), NULL);
    if (w->d->is_stored && !decode_level(w, &w->d->top, (struct dicom_charset){ 0 }))
        return false;
    w->d->is_stored = false;
    *w->source = &charset_source;
    if (!dicom_charset_is_defined(charset))
        return err_set(w->err, ERR_SYNTAX, 0, 0, "there is no character set \"%s\"; UTF-8 is ISO_IR 192", name);
    if (!element)
        element = text_draft_add(w->d, &w->d->top, TAG_SpecificCharacterSet, &charset_source, 0, w->err);
    if (!element)
        return false;
    wr_reset(&w->utf8);
    dicom_charset_print(charset, &w->utf8);
    element->value = arena_copy(&w->d->arena, wr_done(&w->utf8));
    return true;
}

/* The whole data set, behind the File Meta Information of a file or alone. */
static bool write_whole(struct writer *w, enum dicom_syntax syntax, const struct text_write_options *options,
                        struct wr *out)
{
    if (!choose_charset(w, options->charset))
        return false;
    if (w->d->arena.failed) { /* some value is not what was read */
        *w->source = NULL;
        if (w->d->arena.starved)
            return err_set(w->err, ERR_MEMORY, 0, 0, "no memory for the text");
        return err_set(w->err, ERR_LIMIT, 0, 0, "the text takes more memory than a worklist entry may");
    }
    struct wr data_set;
    wr_init(&data_set, options->max_bytes);
    dicom_write_init(&w->to, &data_set, syntax);
    bool is_right = write_level(w, &w->d->top, (struct dicom_charset){ 0 });
    if (is_right) {
        if (!w->is_query)
            dicom_file_begin(out, syntax);
        if (!dicom_syntax_info(syntax)->deflated)
            wr_span(out, wr_done(&data_set));
        else if (!data_set.failed && !dicom_deflate(wr_done(&data_set), out))
            out->failed = true;
        take_failure(out, &data_set);
        if (out->failed) {
            *w->source = NULL;
            if (out->starved)
                err_set(w->err, ERR_MEMORY, 0, 0, "no memory for the %s", w->is_query ? "query" : "file");
            is_right = err_set(w->err, ERR_LIMIT, 0, 0, "the %s would have more than %u bytes",
                               w->is_query ? "query" : "file", (unsigned)options->max_bytes);
        }
    }
    wr_fini(&data_set);
    return is_right;
}

static bool write_with(struct writer *w, enum dicom_syntax syntax, const struct text_write_options *options,
                       struct wr *out)
{
    wr_init(&w->utf8, (size_t)options->max_bytes * 4);
    wr_init(&w->bytes, (size_t)options->max_bytes * 4);
    *w->source = NULL;
    bool is_written = write_whole(w, syntax, options, out);
    wr_fini(&w->bytes);
    wr_fini(&w->utf8);
    return is_written;
}

bool text_write(struct text_draft *d, const struct text_write_options *options, struct wr *out,
                const struct text_source **source, struct err *err)
{
    return write_with(&(struct writer){ .d = d, .source = source, .err = err }, d->syntax, options, out);
}

bool text_write_identifier(struct text_draft *d, enum dicom_syntax syntax, uint32_t max_bytes, struct wr *out,
                           const struct text_source **source, struct err *err)
{
    return write_with(&(struct writer){ .d = d, .source = source, .err = err, .is_query = true }, syntax,
                      &(struct text_write_options){ .max_bytes = max_bytes }, out);
}
