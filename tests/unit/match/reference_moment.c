/* reference_moment.c -- dates, times and ranges of them, by what they look like: PS3.5 6.2, PS3.4 C.2.2.2.5. */
#include <stdlib.h>
#include <time.h>

#include "reference_value.h"

/* ---- dates and times, PS3.5 6.2 ---- */

/* Digits become 9; everything else stays, but a NUL, which would be taken for the end. */
static void shape_of(struct span s, char *out, char *digits)
{
    for (size_t i = 0; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        out[i] = digit ? '9' : s.p[i] ? (char)s.p[i] : '0';
        if (digit)
            *digits++ = (char)s.p[i];
    }
    out[s.n] = *digits = 0;
}

static bool is_one_of(const char *shape, const char *const *shapes)
{
    for (; *shapes; shapes++)
        if (strcmp(shape, *shapes) == 0)
            return true;
    return false;
}

static int number(const char *digits, size_t at, size_t n, int otherwise)
{
    char part[8] = "";
    if (strlen(digits) < at + n)
        return otherwise;
    memcpy(part, digits + at, n);
    return atoi(part);
}

static const int64_t second = 1000000;

/* HHMMSSFFFFFF, which may end after every part. */
static bool clock_of(const char *digits, struct moment *out)
{
    static const int64_t width[] = { 24 * 3600, 3600, 60, 1 };
    int h = number(digits, 0, 2, 0), m = number(digits, 2, 2, 0), s = number(digits, 4, 2, 0);
    if (h > 23 || m > 59 || s > 59)
        return false;
    size_t n = strlen(digits);
    out->first = ((h * 60 + m) * 60 + s) * second;
    out->last = out->first + width[n < 6 ? n / 2 : 3] * second - 1;
    if (n > 6) {
        int64_t unit = second;
        for (size_t i = 6; i < n; i++) {
            unit /= 10;
            out->first += (digits[i] - '0') * unit;
        }
        out->last = out->first + unit - 1;
    }
    return true;
}

static bool day_of(int year, int month, int day, int64_t *out)
{
    struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
    *out = (int64_t)timegm(&tm) * second;
    return tm.tm_year == year - 1900 && tm.tm_mon == month - 1 && tm.tm_mday == day;
}

/* YYYYMMDD and a time, which may end after every part. */
static bool calendar_of(const char *digits, struct moment *out)
{
    size_t n = strlen(digits);
    int year = number(digits, 0, 4, 0), month = number(digits, 4, 2, 1), day = number(digits, 6, 2, 1);
    if (month < 1 || month > 12 || !day_of(year, month, day, &out->first))
        return false;
    int64_t next = out->first;
    if (n == 4)
        (void)day_of(year + 1, 1, 1, &next);
    else if (n == 6)
        (void)day_of(year + month / 12, month % 12 + 1, 1, &next);
    else
        next += 24 * 3600 * second;
    out->last = next - 1;
    struct moment clock;
    if (n <= 8)
        return true;
    if (!clock_of(digits + 8, &clock))
        return false;
    out->last = out->first + clock.last;
    out->first += clock.first;
    return true;
}

bool read_moment(const char *vr, struct span s, struct moment *out)
{
    static const char *const days[] = { "99999999", "9999.99.99", NULL };
    static const char *const times[] = { "99", "9999", "999999", "99:99", "99:99:99", NULL };
    static const char *const both[] = { "9999",         "999999",         "99999999", "9999999999",
                                        "999999999999", "99999999999999", NULL };
    char shape[64], digits[64];
    s = strip(s, true);
    if (s.n >= sizeof shape)
        return false;
    shape_of(s, shape, digits);
    *out = (struct moment){ 0 };
    if (strcmp(vr, "DA") == 0)
        return is_one_of(shape, days) && calendar_of(digits, out);

    char *sign = strpbrk(shape, "+-"), *point = strchr(shape, '.');
    if (strcmp(vr, "DT") == 0 && sign) {
        if (strcmp(sign + 1, "9999") != 0)
            return false;
        size_t n = strlen(digits) - 4;
        int minutes = number(digits, n, 2, 0) * 60 + number(digits, n + 2, 2, 0);
        bool east = *sign == '+';
        if (number(digits, n + 2, 2, 0) > 59 || minutes > (east ? 14 : 12) * 60 || (!east && minutes == 0))
            return false;
        out->has_offset = true;
        out->offset = (east ? minutes : -minutes) * 60 * second;
        digits[n] = *sign = 0;
    }
    if (point) { /* of a fraction, behind the seconds */
        size_t n = strspn(point + 1, "9");
        if (n < 1 || n > 6 || point[1 + n])
            return false;
        *point = 0;
        size_t whole = strlen(digits) - n;
        if (strcmp(vr, "DT") == 0 ? whole != 14 : whole != 6)
            return false;
    }
    if (strcmp(vr, "TM") == 0)
        return is_one_of(shape, times) && clock_of(digits, out);
    return is_one_of(shape, both) && calendar_of(digits, out);
}

/* ---- single value and range matching of moments, PS3.4 C.2.2.2.1.3, C.2.2.2.5 ---- */

bool is_backward(const struct range *r)
{
    if (!r->has_from || !r->has_to)
        return false;
    if (r->from.has_offset && r->to.has_offset)
        return r->from.first - r->from.offset > r->to.last - r->to.offset;
    return r->from.first > r->to.last;
}

/* A "-" may begin an offset. What can be one value is one; else the first "-" with a range around it that does not run
 * backward, else the first with a range. */
bool read_range(const char *vr, struct span s, struct range *out)
{
    struct range r = { .has_from = true };
    if (read_moment(vr, s, &r.from)) {
        *out = r;
        return true;
    }
    bool found = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '-')
            continue;
        struct span from = strip(span_of(s.p, i), true), to = strip(span_of(s.p + i + 1, s.n - i - 1), true);
        r = (struct range){ .has_from = from.n > 0, .has_to = to.n > 0, .is_range = true };
        if ((!r.has_from && !r.has_to) || (r.has_from && !read_moment(vr, from, &r.from))
            || (r.has_to && !read_moment(vr, to, &r.to)))
            continue;
        if (!found || (is_backward(out) && !is_backward(&r)))
            *out = r;
        found = true;
    }
    return found;
}

/* A stored moment is the first that it can mean, a lower bound too, an upper bound the last. Instants are compared
 * where both sides have offsets, else what the clocks show. */
bool moment_matches(const struct range *r, const struct moment *at)
{
    bool offsets = at->has_offset && (!r->has_from || r->from.has_offset) && (!r->has_to || r->to.has_offset);
    int64_t when = at->first - (offsets ? at->offset : 0);
    int64_t from = r->from.first - (offsets ? r->from.offset : 0), to = r->to.last - (offsets ? r->to.offset : 0);
    if (!r->is_range)
        return when == from;
    return (!r->has_from || when >= from) && (!r->has_to || when <= to);
}
