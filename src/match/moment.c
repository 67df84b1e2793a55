/* moment.c -- dates, times and ranges of them, by their meaning (PS3.4 C.2.2.2.1.3, C.2.2.2.5; PS3.5 6.2).
 *
 * Every value of a key becomes an interval on the scales of dicom/value.h; a stored value is the first moment that it
 * can mean, so "2230" is 22:30:00. A single value is an interval of one moment, a range goes to the last moment that
 * its upper bound can mean: "-1800" holds 18:00:59.999999. A date and its time become one moment where both are ranges
 * of the same form; otherwise each is compared on its own.
 *
 * Offsets: two DT that both have one are compared as instants; else both as the clock shows. Where timezone query
 * adjustment was negotiated, Timezone Offset From UTC (0008,0201) is the offset of a DT that has none, and a stored
 * date with its time is moved into the zone of the query, which may be on another day (match/zone.c). */
#include "dicom/dictionary.h"
#include "dicom/value.h"
#include "match/level.h"

static const int64_t day_us = INT64_C(24) * 60 * 60 * 1000000;

struct moment {
    int64_t first, last, local_first, local_last;
    bool has_offset;
};

enum { OFFSET_CHARS = 5 }; /* "+HHMM" */

/* `zone` is that of a DT without an offset, NULL if there is none. */
static bool read_moment(enum dicom_vr vr, struct span text, const struct match_zone *zone, struct moment *out)
{
    struct dicom_moments at, local;
    bool has_offset = false, ignored;
    text = span_trim(text);
    if (vr == VR_DA   ? !dicom_value_date(text, &at)
        : vr == VR_TM ? !dicom_value_time(text, &at)
                      : !dicom_value_datetime(text, &at, &has_offset))
        return false;
    local = at;
    if (has_offset && !dicom_value_datetime(span_of(text.p, text.n - OFFSET_CHARS), &local, &ignored))
        return false;
    if (vr == VR_DT && !has_offset && zone) {
        at.first -= zone->us;
        at.last -= zone->us;
        has_offset = true;
    }
    *out = (struct moment){ at.first, at.last, local.first, local.last, has_offset };
    return true;
}

static bool is_backward(const struct match_interval *interval)
{
    return interval->has_offset ? interval->first > interval->last : interval->local_first > interval->local_last;
}

/* The part before a "-" and the part after it, of which one may be missing. */
static bool read_range(enum dicom_vr vr, struct span from, struct span to, const struct match_zone *zone,
                       struct match_interval *out)
{
    struct moment a, b;
    bool has_from = span_trim(from).n > 0, has_to = span_trim(to).n > 0;
    if ((!has_from && !has_to) || (has_from && !read_moment(vr, from, zone, &a))
        || (has_to && !read_moment(vr, to, zone, &b)))
        return false;
    out->form = has_from && has_to ? FORM_BETWEEN : has_from ? FORM_FROM : FORM_UP_TO;
    out->first = has_from ? a.first : INT64_MIN;
    out->local_first = has_from ? a.local_first : INT64_MIN;
    out->last = has_to ? b.last : INT64_MAX;
    out->local_last = has_to ? b.local_last : INT64_MAX;
    out->has_offset = (!has_from || a.has_offset) && (!has_to || b.has_offset);
    return true;
}

/* In a DT a "-" may also begin an offset: what can be read as one value is one, else the first "-" that leaves a
 * range in the right order is its middle, else the first that leaves a range at all. */
static bool read_interval(enum dicom_vr vr, struct span text, const struct match_zone *zone, struct match_interval *out)
{
    struct moment at;
    if (read_moment(vr, text, zone, &at)) {
        *out =
            (struct match_interval){ at.first, at.first, at.local_first, at.local_first, at.has_offset, FORM_SINGLE };
        return true;
    }
    bool found = false;
    struct match_interval range;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '-')
            continue;
        if (!read_range(vr, span_of(text.p, i), span_of(text.p + i + 1, text.n - i - 1), zone, &range))
            continue;
        if (!found)
            *out = range;
        found = true;
        if (!is_backward(&range)) {
            *out = range;
            break;
        }
    }
    return found;
}

static bool read_moments(struct match_maker *maker, const struct match_test *test, struct span text, void *room)
{
    const char *what = test->vr == VR_DA ? "date" : test->vr == VR_TM ? "time" : "date and time";
    if (!read_interval(test->vr, text, test->zone, room))
        return err_set(maker->err, ERR_SYNTAX, 0, test->tag, "Neither a %s nor a range of two", what);
    maker->used.spaced_range += memchr(text.p, ' ', text.n) != NULL;
    return true;
}

static bool is_within(const struct match_interval *interval, const struct moment *at)
{
    if (interval->has_offset && at->has_offset)
        return at->first >= interval->first && at->first <= interval->last;
    return at->local_first >= interval->local_first && at->local_first <= interval->local_last;
}

/* Dates and the times that belong to them. Combined matching of every such pair is part of the Modality Worklist
 * (PS3.4 K.5.1.1, byte 2); a date of birth stands alone. */
static const struct pair {
    uint32_t date, time;
} pairs[] = {
    { TAG_ScheduledProcedureStepStartDate, TAG_ScheduledProcedureStepStartTime },
    { TAG_ScheduledProcedureStepEndDate, TAG_ScheduledProcedureStepEndTime },
    { TAG_StudyDate, TAG_StudyTime },
    { TAG_AdmittingDate, TAG_AdmittingTime },
    { TAG_IssueDateOfImagingServiceRequest, TAG_IssueTimeOfImagingServiceRequest },
};

enum { PAIRS = sizeof pairs / sizeof *pairs };

static int64_t start_of_day(int64_t at)
{
    int64_t into = at % day_us;
    return at - (into < 0 ? into + day_us : into);
}

/* Moves a stored date, or the time of one, into the zone of the query. A date without its time stays on its day. */
static void move(const struct match_test *test, struct dicom_set set, struct moment *at)
{
    int64_t shift = match_zone_shift(test->zone, set);
    const struct pair *pair = pairs;
    while (shift && pair < pairs + PAIRS && pair->date != test->tag && pair->time != test->tag)
        pair++;
    if (!shift || pair == pairs + PAIRS)
        return;
    if (pair->time == test->tag) {
        at->local_first += shift;
        at->local_first -= start_of_day(at->local_first);
        return;
    }
    struct moment clock;
    if (read_moment(VR_TM, dicom_set_get(set, pair->time), NULL, &clock))
        at->local_first = start_of_day(at->local_first + clock.local_first + shift);
}

/* A stored value, as the query has to see it. */
static bool read_stored(const struct match_test *test, struct dicom_set set, struct span text, struct moment *at)
{
    struct match_zone zone;
    bool zoned = test->zone && test->vr == VR_DT && match_zone_of(dicom_block_set(set.block), &zone);
    if (!read_moment(test->vr, text, zoned ? &zone : NULL, at))
        return false;
    if (test->zone && test->vr != VR_DT)
        move(test, set, at);
    return true;
}

static bool met_moment(const struct match_test *test, struct dicom_set set, const struct dicom_element *element)
{
    struct span rest = dicom_set_bytes(set, element);
    while (rest.p) {
        struct moment at;
        if (!read_stored(test, set, dicom_value_next(&rest, test->vr), &at))
            continue;
        for (uint32_t i = 0; i < test->count; i++)
            if (is_within(&test->intervals[i], &at))
                return true;
    }
    return false;
}

const struct match_kind match_kind_moment = { sizeof(struct match_interval), read_moments, met_moment };

/* A date without its time is no moment: an entry whose time is empty does not match (PS3.4 K.2.2.1.1.1). */
static bool met_both(const struct match_test *test, struct dicom_set set, const struct dicom_element *date)
{
    const struct dicom_element *time = dicom_set_find(set, test->time_tag);
    struct moment day, clock;
    if (!time || !read_moment(VR_DA, dicom_set_bytes(set, date), NULL, &day)
        || !read_moment(VR_TM, dicom_set_bytes(set, time), NULL, &clock))
        return false;
    int64_t at = day.first + clock.first + match_zone_shift(test->zone, set);
    return at >= test->intervals->first && at <= test->intervals->last;
}

const struct match_kind match_kind_both = { sizeof(struct match_interval), NULL, met_both };

static struct match_test *range_of(struct match_level *level, uint32_t tag)
{
    for (uint32_t i = 0; i < level->test_count; i++) {
        struct match_test *test = &level->tests[i];
        if (test->tag == tag && test->kind == &match_kind_moment && test->count == 1
            && test->intervals->form != FORM_SINGLE)
            return test;
    }
    return NULL;
}

/* Turns the test of a date into one of both, and takes that of the time away. */
static void combine(struct match_maker *maker, struct match_level *level, struct match_test *date,
                    struct match_test *time)
{
    struct match_interval *day = date->intervals, *clock = time->intervals;
    if (day->form != FORM_UP_TO)
        day->first += clock->first;
    if (day->form != FORM_FROM)
        day->last += clock->last - (day_us - 1); /* it was the last microsecond of its day */
    day->local_first = day->first;
    day->local_last = day->last;
    date->kind = &match_kind_both;
    date->time_tag = time->tag;

    struct span parts[] = { date->key.text, span_str(" "), time->key.text };
    uint8_t *text = arena_alloc(maker->arena, parts[0].n + 1 + parts[2].n);
    date->key.text = span_of(text, 0);
    for (size_t i = 0; text && i < sizeof parts / sizeof *parts; i++) {
        memcpy(text + date->key.text.n, parts[i].p, parts[i].n);
        date->key.text.n += parts[i].n;
    }
    struct match_test *end = level->tests + level->test_count--;
    memmove(time, time + 1, (size_t)(end - (time + 1)) * sizeof *time);
}

bool match_moments_settle(struct match_maker *maker, struct match_level *level)
{
    for (size_t i = 0; i < PAIRS; i++) {
        struct match_test *date = range_of(level, pairs[i].date), *time = range_of(level, pairs[i].time);
        if (date && time && date->intervals->form == time->intervals->form)
            combine(maker, level, date, time);
    }
    for (uint32_t i = 0; i < level->test_count; i++) {
        const struct match_test *test = &level->tests[i];
        if (test->kind != &match_kind_moment && test->kind != &match_kind_both)
            continue;
        for (uint32_t j = 0; j < test->count; j++)
            if (is_backward(&test->intervals[j]))
                return err_set(maker->err, ERR_SYNTAX, 0, test->time_tag ? test->time_tag : test->tag,
                               "The range ends before it begins");
    }
    return true;
}
