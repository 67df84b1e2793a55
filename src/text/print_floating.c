/* print_floating.c -- a floating point number in the digits that dcmdump prints.
 *
 * dcmdump does not use the C library's printf() but arithmetic of its own, an old and simple one: digits come out of
 * the number by dividing its whole part, and multiplying what is behind the point, by ten, in doubles. The last of 17
 * digits is then often another one. Who compares two dumps wants the same digits, right or wrong. */
#include <math.h>
#include <stdio.h>

#include "text/print_value.h"

enum { WHOLE_DIGITS = 310, DIGITS = WHOLE_DIGITS + 350 };

struct digits {
    char text[DIGITS]; /* digits alone */
    int count;
    int point; /* how many of them stand before the point; negative: zeros behind it */
};

/* The digits of a whole number, the first first; returns how many. */
static int take_whole(double whole, char *out)
{
    char backward[WHOLE_DIGITS];
    int n = 0;
    while (whole > 0 && n < WHOLE_DIGITS) {
        double rest = modf(whole / 10, &whole);
        backward[n++] = (char)('0' + (int)((rest + .01) * 10)); /* 0.5999... of a 6 is one */
    }
    for (int i = 0; i < n; i++)
        out[i] = backward[n - 1 - i];
    return n;
}

static char take_digit(double *fraction)
{
    double digit;
    *fraction = modf(*fraction * 10, &digit);
    return (char)('0' + (int)digit);
}

/* Adds one to the last digit, and where that is a nine to the one before. */
static void round_up(struct digits *d)
{
    int i = d->count - 1;
    while (i >= 0 && d->text[i] == '9')
        d->text[i--] = '0';
    if (i >= 0) {
        d->text[i]++;
        return;
    }
    memmove(d->text + 1, d->text, (size_t)d->count);
    d->text[0] = '1';
    d->count++;
    d->point++;
}

static bool is_half(double fraction)
{
    double digit;
    modf(fraction * 10, &digit);
    return digit >= 5;
}

/* Digits behind the point, `most` of them; zeros ahead of the first other one are not counted. */
static void take_fraction(struct digits *d, double fraction, int most)
{
    bool leading = true;
    while (most > 0 && fraction > 0) {
        char digit = take_digit(&fraction);
        leading = leading && digit == '0';
        if (leading && d->count == 0)
            d->point--;
        else
            d->text[d->count++] = digit;
        most -= !leading;
    }
    if (fraction > 0 && is_half(fraction) && d->count)
        round_up(d);
}

static void drop_zeros(struct digits *d, int least)
{
    while (d->count > least && d->text[d->count - 1] == '0')
        d->count--;
}

/* "1.5e+10": for what has more digits before the point than are wanted, or many zeros behind it. */
static void put_exponential(struct digits *d, double fraction, int precision, struct wr *out)
{
    if (d->count > precision) {
        bool up = d->text[precision] >= '5';
        d->count = precision;
        if (up)
            round_up(d);
    } else {
        take_fraction(d, fraction, precision - d->count);
    }
    drop_zeros(d, 1);
    int exponent = d->point - 1;
    wr_bytes(out, d->text, 1);
    if (d->count > 1)
        wr_str(out, ".");
    wr_bytes(out, d->text + 1, (size_t)d->count - 1);
    wr_fmt(out, "e%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}

static void put_plain(struct digits *d, double fraction, int precision, struct wr *out)
{
    take_fraction(d, fraction, precision - d->count);
    drop_zeros(d, d->point > 0 ? d->point : 0);
    if (d->point <= 0)
        wr_str(out, "0");
    else
        wr_bytes(out, d->text, (size_t)d->point);
    int behind = d->count - (d->point > 0 ? d->point : 0);
    if (behind == 0)
        return;
    wr_str(out, ".");
    wr_fill(out, '0', d->point < 0 ? (size_t)-d->point : 0);
    wr_bytes(out, d->text + (d->count - behind), (size_t)behind);
}

void text_print_floating(double number, size_t width, struct wr *out)
{
    if (isnan(number) || isinf(number)) {
        wr_str(out, isnan(number) ? "nan" : number < 0 ? "-inf" : "inf");
        return;
    }
    int precision = width == sizeof(float) ? 9 : 17;
    double whole, fraction = modf(fabs(number), &whole);
    struct digits d = { .count = 0 };
    d.count = d.point = take_whole(whole, d.text);
    wr_str(out, number < 0 ? "-" : "");
    if (d.count > precision || (d.count == 0 && fraction > 0 && fraction < .0001))
        put_exponential(&d, fraction, precision, out);
    else
        put_plain(&d, fraction, precision, out);
}
