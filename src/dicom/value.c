/* value.c -- single values and numbers (PS3.5 6.2, 6.4). */
#include "dicom/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rd.h"

/* A DS has 16 characters and an IS 12 (PS3.5 6.2); some devices send more, none sends this many. */
enum { NUMBER_BYTES = 64 };

struct span dicom_value_next(struct span *rest, enum dicom_vr vr)
{
    struct span one = *rest;
    if (dicom_vr_has(vr, VR_MULTI))
        one = span_cut(rest, '\\');
    else
        *rest = (struct span){ NULL, 0 };
    if (!dicom_vr_has(vr, VR_STRING))
        return one;
    return dicom_vr_has(vr, VR_LEAD) ? span_trim(one) : span_trim_end(one);
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* "E" and what follows it, up to the end of the text. */
static bool parse_exponent(struct span s, int *out)
{
    size_t i = 1;
    bool negative = s.n > i && s.p[i] == '-';
    if (negative || (s.n > i && s.p[i] == '+'))
        i++;
    if (i == s.n)
        return false;
    int exponent = 0;
    for (; i < s.n; i++) {
        if (!is_digit(s.p[i]))
            return false;
        if (exponent < 10000)
            exponent = exponent * 10 + (s.p[i] - '0');
    }
    *out = negative ? -exponent : exponent;
    return true;
}

bool dicom_number_eq(const struct dicom_number *a, const struct dicom_number *b)
{
    if (a->is_whole && b->is_whole)
        return a->whole == b->whole && a->is_negative == b->is_negative;
    /* One that is not whole has a fraction, or is beyond what is kept of whole ones. */
    return a->is_whole == b->is_whole && a->value >= b->value && a->value <= b->value;
}

static struct dicom_number whole_number(uint64_t magnitude, bool is_negative)
{
    double value = (double)magnitude;
    return (struct dicom_number){ is_negative ? -value : value, magnitude, true, is_negative && magnitude };
}

/* Digits times a power of ten, if that is a whole number below 2^64. */
static bool whole_of(const char *digits, size_t n, int exponent, uint64_t *out)
{
    uint64_t magnitude = 0;
    while (n && digits[n - 1] == '0') {
        n--;
        exponent++;
    }
    if (n && exponent < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (__builtin_mul_overflow(magnitude, 10, &magnitude)
            || __builtin_add_overflow(magnitude, (uint64_t)(digits[i] - '0'), &magnitude))
            return false;
    for (; magnitude && exponent; exponent--)
        if (__builtin_mul_overflow(magnitude, 10, &magnitude))
            return false;
    *out = magnitude;
    return true;
}

/* strtod() rounds right but reads the locale's decimal point, so it gets the digits without one: 1.5 as 15e-1. */
bool dicom_value_number(struct span text, struct dicom_number *out)
{
    struct span s = span_trim(text);
    if (s.n > NUMBER_BYTES)
        return false;
    char digits[NUMBER_BYTES + 16];
    size_t n = 0, i = 0;
    int exponent = 0, decimals = 0;
    bool any = false, point = false;

    if (s.n && (s.p[0] == '+' || s.p[0] == '-'))
        digits[n++] = (char)s.p[i++];
    for (; i < s.n && (is_digit(s.p[i]) || (s.p[i] == '.' && !point)); i++) {
        if (s.p[i] == '.') {
            point = true;
            continue;
        }
        any = true;
        decimals += point;
        digits[n++] = (char)s.p[i];
    }
    bool has_exponent = i < s.n && (s.p[i] == 'e' || s.p[i] == 'E');
    if (!any || (i < s.n && !has_exponent))
        return false;
    if (has_exponent && !parse_exponent(span_of(s.p + i, s.n - i), &exponent))
        return false;
    bool is_signed = s.p[0] == '+' || s.p[0] == '-';
    uint64_t magnitude;
    if (whole_of(digits + is_signed, n - is_signed, exponent - decimals, &magnitude)) {
        *out = whole_number(magnitude, s.p[0] == '-');
        return true;
    }
    snprintf(digits + n, sizeof digits - n, "e%d", exponent - decimals);
    double number = strtod(digits, NULL);
    if (!isfinite(number))
        return false;
    *out = (struct dicom_number){ .value = number };
    return true;
}

enum kind { NO_NUMBER, TAG_PAIR, UNSIGNED, SIGNED, FLOATING };

static enum kind kind_of(enum dicom_vr vr)
{
    static const uint8_t kinds[VR_COUNT + 1] = {
        [VR_AT] = TAG_PAIR, [VR_US] = UNSIGNED, [VR_UL] = UNSIGNED, [VR_UV] = UNSIGNED, [VR_OW] = UNSIGNED,
        [VR_OL] = UNSIGNED, [VR_OV] = UNSIGNED, [VR_SS] = SIGNED,   [VR_SL] = SIGNED,   [VR_SV] = SIGNED,
        [VR_FL] = FLOATING, [VR_FD] = FLOATING, [VR_OF] = FLOATING, [VR_OD] = FLOATING,
    };
    return (enum kind)kinds[vr];
}

/* Bytes of one number. The unit of an AT is half of it, since group and element are swapped one by one. */
static size_t width_of(enum dicom_vr vr)
{
    return vr == VR_AT ? 4 : dicom_vr_info(vr)->unit;
}

size_t dicom_value_count(struct span bytes, enum dicom_vr vr)
{
    return kind_of(vr) == NO_NUMBER ? 0 : bytes.n / width_of(vr);
}

/* The bits of a number, its sign carried up to bit 63. */
static uint64_t bits_of(struct span bytes, enum dicom_vr vr, size_t index)
{
    if (index >= dicom_value_count(bytes, vr))
        return 0;
    size_t width = width_of(vr);
    struct rd r = rd_of(bytes);
    rd_skip(&r, index * width);
    if (kind_of(vr) == TAG_PAIR) {
        uint64_t group = rd_u16le(&r);
        return group << 16 | rd_u16le(&r);
    }
    bool is_signed = kind_of(vr) == SIGNED;
    if (width == 2) {
        uint16_t v = rd_u16le(&r);
        return is_signed ? (uint64_t)(int16_t)v : v;
    }
    uint32_t low = rd_u32le(&r);
    if (width == 4)
        return is_signed ? (uint64_t)(int32_t)low : low;
    return (uint64_t)rd_u32le(&r) << 32 | low;
}

static double floating(uint64_t bits, size_t width)
{
    if (width == sizeof(double)) {
        double d;
        memcpy(&d, &bits, sizeof d);
        return d;
    }
    uint32_t low = (uint32_t)bits;
    float f;
    memcpy(&f, &low, sizeof f);
    return f;
}

struct dicom_number dicom_value_binary(struct span bytes, enum dicom_vr vr, size_t index)
{
    uint64_t bits = bits_of(bytes, vr, index);
    if (kind_of(vr) == FLOATING) {
        double number = floating(bits, width_of(vr)), magnitude = fabs(number);
        if (magnitude < 0x1p64 && magnitude <= (double)(uint64_t)magnitude) /* no fraction was cut off */
            return whole_number((uint64_t)magnitude, number < 0);
        return (struct dicom_number){ .value = number };
    }
    bool is_negative = kind_of(vr) == SIGNED && (int64_t)bits < 0;
    return whole_number(is_negative ? 0 - bits : bits, is_negative);
}

/* The fewest digits that are read back as the same number. printf() writes the locale's decimal point, which may be
 * any character, even one of several bytes; it becomes ".". */
static void print_floating(double number, size_t width, struct wr *out)
{
    bool narrow = width == sizeof(float);
    char text[40];
    for (int precision = narrow ? 6 : 15; precision <= (narrow ? 9 : 17); precision++) {
        snprintf(text, sizeof text, "%.*g", precision, number);
        double again = strtod(text, NULL);
        if (narrow ? (float)again == (float)number : again == number)
            break;
    }
    bool in_point = false;
    for (const char *c = text; *c; c++) {
        bool ordinary = is_digit((uint8_t)*c) || (*c >= 'a' && *c <= 'z') || *c == '+' || *c == '-';
        if (ordinary || !in_point)
            wr_u8(out, ordinary ? (uint8_t)*c : '.');
        in_point = !ordinary;
    }
}

void dicom_value_print(struct span bytes, enum dicom_vr vr, size_t index, struct wr *out)
{
    uint64_t bits = bits_of(bytes, vr, index);
    switch (kind_of(vr)) {
    case TAG_PAIR:
        wr_fmt(out, "%04x,%04x", (unsigned)(bits >> 16), (unsigned)(bits & 0xFFFF));
        break;
    case SIGNED:
        wr_fmt(out, "%lld", (long long)bits);
        break;
    case FLOATING:
        print_floating(floating(bits, width_of(vr)), width_of(vr), out);
        break;
    default:
        wr_fmt(out, "%llu", (unsigned long long)bits);
    }
}
