/* number.c -- what each VR takes for a number is a row; the numbers are read one after another. */
#include "text/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/log.h"
#include "dicom/dictionary.h"
#include "dicom/value.h"

enum kind { NOTHING, WHOLE, SIGNED, FLOATING, TAG, HEXADECIMAL };

static const struct {
    uint8_t kind, width;
} rows[VR_COUNT] = {
    [VR_AT] = { TAG, 4 },         [VR_FD] = { FLOATING, 8 },    [VR_FL] = { FLOATING, 4 }, [VR_OB] = { HEXADECIMAL, 1 },
    [VR_OD] = { FLOATING, 8 },    [VR_OF] = { FLOATING, 4 },    [VR_OL] = { WHOLE, 4 },    [VR_OV] = { WHOLE, 8 },
    [VR_OW] = { HEXADECIMAL, 2 }, [VR_SL] = { SIGNED, 4 },      [VR_SS] = { SIGNED, 2 },   [VR_SV] = { SIGNED, 8 },
    [VR_UL] = { WHOLE, 4 },       [VR_UN] = { HEXADECIMAL, 1 }, [VR_US] = { WHOLE, 2 },    [VR_UV] = { WHOLE, 8 },
};

static void put(struct wr *out, uint64_t bits, size_t width)
{
    for (size_t i = 0; i < width; i++)
        wr_u8(out, (uint8_t)(bits >> 8 * i));
}

static bool read_hexadecimal(struct span text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i], letter = c | 0x20;
        bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && !(letter >= 'a' && letter <= 'f'))
            return false;
        *out = *out << 4 | (uint64_t)(is_digit ? c - '0' : letter - 'a' + 10);
    }
    return true;
}

static bool read_tag(struct span text, uint64_t *out)
{
    uint32_t tag = 0;
    uint64_t digits;
    if (text.n == 8 && read_hexadecimal(text, &digits))
        tag = (uint32_t)digits;
    else if (!dicom_tag_take(&text, &tag) || text.n)
        return false;
    *out = (uint64_t)TAG_ELEMENT(tag) << 16 | TAG_GROUP(tag); /* the group is sent first */
    return true;
}

/* The largest number of so many bytes. */
static uint64_t largest(size_t width)
{
    return width < 8 ? ((uint64_t)1 << 8 * width) - 1 : UINT64_MAX;
}

static bool read_whole(struct span text, size_t width, bool is_signed, uint64_t *out)
{
    struct dicom_number number;
    uint64_t bound = largest(width) >> is_signed;
    if (!dicom_value_number(text, &number) || !number.is_whole || (number.is_negative && !is_signed))
        return false;
    *out = number.is_negative ? 0 - number.whole : number.whole;
    return number.whole <= bound || (number.is_negative && number.whole == bound + 1);
}

static bool read_floating(struct span text, size_t width, uint64_t *out)
{
    struct dicom_number number = { .value = 0 };
    bool is_negative = text.n && text.p[0] == '-';
    struct span word = is_negative ? span_of(text.p + 1, text.n - 1) : text;
    if (span_eq_nocase(word, span_str("nan")))
        number.value = NAN;
    else if (span_eq_nocase(word, span_str("inf")) || span_eq_nocase(word, span_str("infinity")))
        number.value = is_negative ? -INFINITY : INFINITY;
    else if (!dicom_value_number(text, &number) || (width == 4 && fabs(number.value) > (double)FLT_MAX))
        return false;
    if (width == 8) {
        memcpy(out, &number.value, sizeof *out);
        return true;
    }
    float narrow = (float)number.value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    *out = bits;
    return true;
}

/* What is said of text that is no such number. */
static void describe(enum kind kind, size_t width, char *to, size_t room)
{
    unsigned long long top = largest(width);
    if (kind == WHOLE)
        snprintf(to, room, "is no whole number from 0 to %llu", top);
    else if (kind == SIGNED)
        snprintf(to, room, "is no whole number from -%llu to %llu", top / 2 + 1, top / 2);
    else if (kind == FLOATING)
        snprintf(to, room, "is no number of %zu bytes", width);
    else if (kind == TAG)
        snprintf(to, room, "is no tag, like (0010,0010)");
    else
        snprintf(to, room, "is not %zu hexadecimal digits", 2 * width);
}

static bool read_one(enum kind kind, size_t width, struct span one, uint64_t *bits)
{
    switch (kind) {
    case WHOLE:
    case SIGNED:
        return read_whole(one, width, kind == SIGNED, bits);
    case FLOATING:
        return read_floating(one, width, bits);
    case TAG:
        return read_tag(one, bits);
    case HEXADECIMAL:
        return one.n == 2 * width && read_hexadecimal(one, bits);
    case NOTHING:
        break;
    }
    return false;
}

bool text_numbers(enum dicom_vr vr, struct span text, struct wr *out, struct err *err)
{
    enum kind kind = vr < VR_COUNT ? (enum kind)rows[vr].kind : NOTHING;
    size_t width = vr < VR_COUNT ? rows[vr].width : 1;
    struct span rest = span_trim(text);
    if (rest.n == 0)
        return true;
    while (rest.p) {
        uint64_t pos = (uint64_t)(rest.p - text.p), bits = 0;
        struct span one = span_trim(span_cut(&rest, '\\'));
        if (!read_one(kind, width, one, &bits)) {
            char shown[64], form[96];
            describe(kind, width, form, sizeof form);
            return err_set(err, ERR_SYNTAX, pos, 0, "\"%s\" %s", log_text(one, shown, sizeof shown), form);
        }
        put(out, bits, width);
    }
    return true;
}
