/* narrow.c -- says what an entry has in the way in which the query asked for it.
 *
 * For whoever compares an answer with the query once more, and knows less of the standard: Orthanc takes a Scheduled
 * Procedure Step out of an answer of a plugin if its text is not literally what the key says. A station that is one
 * of several, a time of hours alone or a name with a "^" behind it would be lost. What comes out of here is never
 * another value, only less of it (one of several) or the same in other words (PS3.5 6.2: 10 and 100000). */
#include "dicom/value.h"
#include "match/level.h"

static const struct match_test *test_of(const struct match_level *level, const struct match_return *ret)
{
    for (uint32_t i = 0; i < level->test_count; i++)
        if (level->tests[i].tag == ret->tag && span_eq(level->tests[i].creator, ret->creator))
            return &level->tests[i];
    return NULL;
}

static struct span first_text(const struct match_test *test, struct span rest)
{
    struct span whole = rest;
    while (rest.p) {
        struct span one = dicom_value_next(&rest, test->vr);
        if (match_text_met(test, one))
            return one;
    }
    return whole;
}

static bool is_delimiter(uint8_t c)
{
    return c == '^' || c == '=' || c == ' ';
}

static struct span without_end(struct span name)
{
    while (name.n && is_delimiter(name.p[name.n - 1]))
        name.n--;
    return name;
}

/* The name without the delimiters at its end, which mean nothing, and with those of the key; only the group that the
 * key asks for, if it asks for one without wild cards. */
static struct span name_as_asked(const struct match_test *test, struct span asked, struct span stored,
                                 struct match_narrowed *room)
{
    struct span core = without_end(stored), key = without_end(asked);
    if (match_is_wild(key) || memchr(asked.p, '\\', asked.n))
        return core;
    for (struct span rest = core; rest.p && !memchr(key.p, '=', key.n);) {
        struct span group = span_cut(&rest, '=');
        if (match_name_met(test, group)) {
            core = without_end(group);
            break;
        }
    }
    struct span tail = span_trim_end(span_of(key.p + key.n, asked.n - key.n));
    if (!core.p || core.n + tail.n > sizeof room->bytes)
        return core;
    memcpy(room->bytes, core.p, core.n);
    if (tail.n)
        memcpy(room->bytes + core.n, tail.p, tail.n);
    return span_of(room->bytes, core.n + tail.n);
}

static bool read_moment(enum dicom_vr vr, struct span text, int64_t *out)
{
    struct dicom_moments at;
    if (vr == VR_DA ? !dicom_value_date(text, &at) : !dicom_value_time(text, &at))
        return false;
    *out = at.first;
    return true;
}

/* YYYYMMDD; HHMMSS and what more there was. */
static struct span written_out(enum dicom_vr vr, struct span stored, struct match_narrowed *room)
{
    size_t n = 0, least = vr == VR_DA ? 8 : 6;
    for (size_t i = 0; i < stored.n && n < sizeof room->bytes; i++)
        if (stored.p[i] != ':' && (vr == VR_TM || stored.p[i] != '.'))
            room->bytes[n++] = stored.p[i];
    while (n < least)
        room->bytes[n++] = '0';
    return span_of(room->bytes, n);
}

/* A date or a time as the key has it, or one end of its range; else in full. */
static struct span moment_as_asked(enum dicom_vr vr, struct span asked, struct span stored, struct match_narrowed *room)
{
    int64_t at, other;
    stored = span_trim(stored);
    if (!read_moment(vr, stored, &at))
        return stored;
    for (struct span keys = asked; keys.p;) {
        for (struct span ends = span_cut(&keys, '\\'); ends.p;) {
            struct span end = span_trim(span_cut(&ends, '-'));
            if (read_moment(vr, end, &other) && other == at)
                return end;
        }
    }
    return written_out(vr, stored, room);
}

/* The first number that is one of the key's, as the key has it. */
static struct span number_as_asked(struct span asked, struct span stored)
{
    struct dicom_number number, other;
    for (struct span rest = stored; rest.p;) {
        if (!dicom_value_number(dicom_value_next(&rest, VR_DS), &number))
            continue;
        for (struct span keys = asked; keys.p;) {
            struct span key = dicom_value_next(&keys, VR_DS);
            if (dicom_value_number(key, &other) && dicom_number_eq(&number, &other))
                return key;
        }
    }
    return stored;
}

struct span match_narrow(const struct match_level *level, const struct match_return *ret, struct dicom_set set,
                         const struct dicom_element *element, struct match_narrowed *room)
{
    struct span stored = dicom_set_text(set, element);
    struct span asked = span_trim_end(ret->asked);
    if (asked.n == 0 || stored.n == 0)
        return stored;
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    if (vr == VR_DA || vr == VR_TM)
        return moment_as_asked(vr, asked, stored, room);
    if (vr == VR_DS || vr == VR_IS)
        return number_as_asked(asked, stored);
    const struct match_test *test = test_of(level, ret);
    if (!test || (test->kind != &match_kind_text && test->kind != &match_kind_name))
        return stored;
    if (test->kind == &match_kind_name)
        return name_as_asked(test, asked, stored, room);
    return dicom_vr_has(vr, VR_MULTI) ? first_text(test, stored) : stored;
}
