/* print_value.c -- values as dcmdump writes them: numbers between backslashes, bytes in hexadecimal digits, strings in
 * brackets. */
#include "text/print_value.h"

#include "base/utf8.h"
#include "dicom/dictionary.h"
#include "dicom/uid.h"
#include "dicom/value.h"

/* How the values of a VR that is no string look. */
enum look { BYTES, WORDS, NUMBERS };

static enum look look_of(enum dicom_vr vr)
{
    return vr == VR_OB || vr == VR_UN ? BYTES : vr == VR_OW ? WORDS : NUMBERS;
}

static const char cut_mark[] = "...";

enum { CUT_MARK = sizeof cut_mark - 1 };

/* Bytes of one unit each, two hexadecimal digits a byte, the last byte of a word first. */
static void print_bytes(struct span value, size_t unit, bool brief, struct wr *out)
{
    size_t count = value.n / unit, width = 2 * unit + 1, shown = count;
    if (brief && count * width > TEXT_PRINT_LINE + 1)
        shown = (TEXT_PRINT_LINE - CUT_MARK) / width;
    for (size_t i = 0; i < shown; i++) {
        wr_str(out, i ? "\\" : "");
        for (size_t k = unit; k > 0; k--)
            wr_fmt(out, "%02x", value.p[i * unit + k - 1]);
    }
    wr_str(out, shown < count ? cut_mark : "");
}

static void print_number(enum dicom_vr vr, struct span value, size_t index, bool raw, struct wr *out)
{
    if (vr == VR_AT) {
        uint32_t tag = (uint32_t)dicom_value_binary(value, vr, index).whole;
        wr_fmt(out, TEXT_TAG_FMT, TAG_ARGS(tag));
        return;
    }
    size_t unit = dicom_vr_info(vr)->unit;
    bool is_floating = vr == VR_FL || vr == VR_FD || vr == VR_OF || vr == VR_OD;
    if (is_floating && raw)
        text_print_floating(dicom_value_binary(value, vr, index).value, unit, out);
    else
        dicom_value_print(value, vr, index, out);
}

/* What does not fit any more is cut off, with the mark if more than the last one is. */
static void print_numbers(enum dicom_vr vr, struct span value, const struct text_print_options *options, struct wr *out)
{
    size_t count = dicom_value_count(value, vr), start = out->n;
    for (size_t i = 0; i < count; i++) {
        size_t before = out->n;
        wr_str(out, i ? "\\" : "");
        print_number(vr, value, i, options->raw, out);
        size_t width = out->n - start;
        bool fits = width <= TEXT_PRINT_LINE && (i + 1 == count || width + CUT_MARK <= TEXT_PRINT_LINE);
        if (!options->brief || fits)
            continue;
        out->n = before;
        wr_str(out, i + 1 < count ? cut_mark : "");
        return;
    }
}

void text_print_numbers(enum dicom_vr vr, struct span value, const struct text_print_options *options, struct wr *out)
{
    if (look_of(vr) == NUMBERS)
        print_numbers(vr, value, options, out);
    else
        print_bytes(value, look_of(vr) == WORDS ? 2 : 1, options->brief, out);
}

/* So many characters of a text, whole ones. */
static struct span first_characters(struct span text, size_t count)
{
    struct span rest = text;
    while (rest.n && count--)
        utf8_next(&rest);
    return span_of(text.p, text.n - rest.n);
}

/* A byte that its character set does not have (dicom/charset.h), or that is no UTF-8. */
static bool is_unknown(uint32_t c)
{
    return c == UTF8_BAD || (c >= DICOM_CHARSET_UNKNOWN && c <= DICOM_CHARSET_UNKNOWN + 0xFF);
}

static bool is_safe(uint32_t c)
{
    return !is_unknown(c) && utf8_is_harmless(c);
}

bool text_is_unsafe(struct span text)
{
    while (text.n)
        if (!is_safe(utf8_next(&text)))
            return true;
    return false;
}

/* Text for a terminal, and for whoever reads it back: one line, and no control character. */
static void print_safe(struct span text, bool escaped, struct wr *out)
{
    while (text.n) {
        struct span one = text;
        uint32_t c = utf8_next(&text);
        one.n -= text.n;
        if (c == '\\' && escaped)
            wr_str(out, "\\\\");
        else if (is_safe(c))
            wr_span(out, one);
        else if (c == '\n' || c == '\r')
            wr_str(out, c == '\n' ? "\\n" : "\\r");
        else
            for (size_t i = 0; i < (is_unknown(c) ? 1 : one.n); i++)
                wr_fmt(out, "\\x%02x", c == UTF8_BAD || !is_unknown(c) ? one.p[i] : (unsigned)(c & 0xFF));
    }
}

void text_print_safe(struct span text, struct wr *out)
{
    print_safe(text, false, out);
}

static void print_brackets(struct span text, size_t width, const struct text_print_options *options, bool escaped,
                           struct wr *out)
{
    bool cut = options->brief && width + 2 > TEXT_PRINT_LINE;
    if (cut && options->raw)
        text.n = TEXT_PRINT_LINE - CUT_MARK - 1;
    else if (cut)
        text = first_characters(text, TEXT_PRINT_LINE - CUT_MARK - 1);
    wr_str(out, "[");
    (options->raw ? wr_span(out, text) : print_safe(text, escaped, out));
    wr_str(out, cut ? cut_mark : "]");
}

void text_print_string(enum dicom_vr vr, struct span value, struct dicom_charset charset,
                       const struct text_print_options *options, bool escaped, struct wr *out)
{
    const struct dicom_uid_entry *uid = vr == VR_UI ? dicom_uid_find(value) : NULL;
    if (uid && *uid->dcmtk) {
        wr_fmt(out, "=%s", uid->dcmtk);
        return;
    }
    if (options->raw || dicom_charset_is_plain(charset, vr, value)) {
        print_brackets(value, options->raw ? value.n : utf8_length(value), options, escaped, out);
        return;
    }
    struct wr utf8;
    wr_init(&utf8, 4 * value.n);
    dicom_charset_decode(charset, vr, value, &utf8);
    out->failed |= utf8.failed;
    out->starved |= utf8.starved;
    print_brackets(wr_done(&utf8), utf8_length(wr_done(&utf8)), options, escaped, out);
    wr_fini(&utf8);
}

uint32_t text_value_count(enum dicom_vr vr, struct span value)
{
    if (!dicom_vr_has(vr, VR_STRING))
        return dicom_vr_info(vr)->code[0] == 'O' || vr == VR_UN ? 1 : (uint32_t)dicom_value_count(value, vr);
    if (value.n == 0 || !dicom_vr_has(vr, VR_MULTI))
        return value.n > 0;
    uint32_t count = 1;
    for (size_t i = 0; i < value.n; i++)
        count += value.p[i] == '\\';
    return count;
}
