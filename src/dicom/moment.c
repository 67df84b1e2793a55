/* moment.c -- dates and times as spans of microseconds (PS3.5 6.2: DA, TM, DT; PS3.4 C.2.2.2.1.3).
 *
 * Each part of a text takes its digits off the front and narrows the span: the year 2025, its month 03, its day 14.
 * Where the text ends early the span stays as wide as what was said. */
#include "dicom/value.h"

static const int64_t second_us = 1000000;
static const int64_t minute_us = 60 * second_us;
static const int64_t hour_us = 60 * minute_us;
static const int64_t day_us = 24 * hour_us;

/* Takes a number of exactly `digits` digits, from `low` to `high`. */
static bool take(struct span *s, size_t digits, int low, int high, int *out)
{
    if (s->n < digits)
        return false;
    int number = 0;
    for (size_t i = 0; i < digits; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        number = number * 10 + (s->p[i] - '0');
    }
    *s = span_of(s->p + digits, s->n - digits);
    *out = number;
    return number >= low && number <= high;
}

static bool take_byte(struct span *s, uint8_t byte)
{
    if (s->n == 0 || s->p[0] != byte)
        return false;
    *s = span_of(s->p + 1, s->n - 1);
    return true;
}

/* Nothing follows, or the offset of a DT. */
static bool ended(struct span s)
{
    return s.n == 0 || s.p[0] == '+' || s.p[0] == '-';
}

static struct dicom_moments moments(int64_t first, int64_t width)
{
    return (struct dicom_moments){ first, first + width - 1 };
}

static int days_of_month(int year, int month)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Days from 0000-03-01. Years that begin in March put the leap day last, so that the days before a month follow
 * from its number alone (153 days in any five months from March or August). One cycle of 400 years, 146,097 days,
 * keeps January of the year 0 positive on the way. */
static int64_t days_before(int year, int month, int day)
{
    int march_year = year + 400 - (month <= 2);
    int march_month = (month + 9) % 12;
    int before = 365 * march_year + march_year / 4 - march_year / 100 + march_year / 400;
    return before + (153 * march_month + 2) / 5 + day - 1 - 146097;
}

/* The other way round: the year that begins in March, and the day in it; from that month and day as above. */
void dicom_value_print_date(int64_t moment, char out[9])
{
    const int64_t cycle = 146097, end = days_before(10000, 1, 1);
    int64_t day = moment / day_us - (moment % day_us < 0);
    if (day < days_before(0, 1, 1) || day >= end) {
        memcpy(out, day < end ? "00000000" : "99999999", 9);
        return;
    }
    day += cycle;
    int64_t of_cycle = day % cycle;
    int64_t year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / (cycle - 1)) / 365;
    int64_t of_year = of_cycle - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    year += day / cycle * 400 - 400 + (month >= 10);
    uint32_t number =
        (uint32_t)(year * 10000 + (month < 10 ? month + 3 : month - 9) * 100 + of_year - (153 * month + 2) / 5 + 1);
    for (int i = 7; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    out[8] = 0;
}

/* ".F" of one to six digits, within the second that *out is. */
static bool take_fraction(struct span *s, struct dicom_moments *out)
{
    int64_t first = out->first, width = second_us;
    int digit;
    do {
        if (width == 1 || !take(s, 1, 0, 9, &digit))
            return false;
        width /= 10;
        first += digit * width;
    } while (!ended(*s));
    *out = moments(first, width);
    return true;
}

/* HH[MM[SS[.F]]], in the old form of ACR-NEMA with colons between. */
static bool take_time(struct span *s, bool may_be_old, struct dicom_moments *out)
{
    int hour, minute, second;
    if (!take(s, 2, 0, 23, &hour))
        return false;
    *out = moments(hour * hour_us, hour_us);
    if (ended(*s))
        return true;

    bool old = may_be_old && take_byte(s, ':');
    if (!take(s, 2, 0, 59, &minute))
        return false;
    *out = moments(out->first + minute * minute_us, minute_us);
    if (ended(*s))
        return true;

    if (old && !take_byte(s, ':'))
        return false;
    if (!take(s, 2, 0, 60, &second))
        return false;
    int64_t last_of_minute = out->last;
    *out = moments(out->first + second * second_us, second_us);
    if (take_byte(s, '.') && !take_fraction(s, out))
        return false;
    if (second == 60)
        *out = moments(last_of_minute, 1);
    return true;
}

/* YYYY[MM[DD[HH[MM[SS[.F]]]]]] */
static bool take_date_and_time(struct span *s, struct dicom_moments *out)
{
    int year, month, day;
    if (!take(s, 4, 0, 9999, &year))
        return false;
    out->first = days_before(year, 1, 1) * day_us;
    out->last = days_before(year + 1, 1, 1) * day_us - 1;
    if (ended(*s))
        return true;

    if (!take(s, 2, 1, 12, &month))
        return false;
    *out = moments(days_before(year, month, 1) * day_us, days_of_month(year, month) * day_us);
    if (ended(*s))
        return true;

    if (!take(s, 2, 1, days_of_month(year, month), &day))
        return false;
    *out = moments(out->first + (day - 1) * day_us, day_us);
    if (ended(*s))
        return true;

    int64_t midnight = out->first;
    if (!take_time(s, false, out))
        return false;
    out->first += midnight;
    out->last += midnight;
    return true;
}

/* "+HHMM" or "-HHMM", in microseconds; -0000, by which RFC 2822 means local time, is not allowed in a DT. */
static bool take_offset(struct span *s, int64_t *out)
{
    int hours, minutes;
    bool west = take_byte(s, '-');
    if (!west && !take_byte(s, '+'))
        return false;
    if (!take(s, 2, 0, 14, &hours) || !take(s, 2, 0, 59, &minutes))
        return false;
    int of_day = hours * 60 + minutes;
    *out = (west ? -of_day : of_day) * minute_us;
    return west ? of_day > 0 && of_day <= 12 * 60 : of_day <= 14 * 60;
}

bool dicom_value_date(struct span text, struct dicom_moments *out)
{
    struct span s = span_trim_end(text);
    int year, month, day;
    if (!take(&s, 4, 0, 9999, &year))
        return false;
    bool old = take_byte(&s, '.');
    if (!take(&s, 2, 1, 12, &month) || (old && !take_byte(&s, '.')))
        return false;
    if (!take(&s, 2, 1, days_of_month(year, month), &day) || s.n)
        return false;
    *out = moments(days_before(year, month, day) * day_us, day_us);
    return true;
}

bool dicom_value_time(struct span text, struct dicom_moments *out)
{
    struct span s = span_trim_end(text);
    struct dicom_moments time;
    if (!take_time(&s, true, &time) || s.n)
        return false;
    *out = time;
    return true;
}

bool dicom_value_datetime(struct span text, struct dicom_moments *out, bool *has_offset)
{
    struct span s = span_trim_end(text);
    struct dicom_moments local;
    int64_t offset = 0;
    if (!take_date_and_time(&s, &local))
        return false;
    bool offset_follows = s.n > 0;
    if (offset_follows && (!take_offset(&s, &offset) || s.n))
        return false;
    *out = (struct dicom_moments){ local.first - offset, local.last - offset };
    *has_offset = offset_follows;
    return true;
}
