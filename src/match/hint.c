/* hint.c -- how what an entry has and what was asked for differ, in words: the mistakes that people and devices make.
 *
 * A row of the table is one mistake: a test of the two values, and its words. The first that fits is said. */
#include <stdlib.h>

#include "base/utf8.h"
#include "dicom/dictionary.h"
#include "match/explain.h"
#include "match/level.h"

enum { PLAIN_MAX = 256, NEAR_DAYS = 3, MENTIONED_DAYS = 400, LONG_TITLE = 5, NAME_MAX_BYTES = 64 };

struct pair {
    const struct match_miss *miss;
    struct span asked, had;
};

static const int64_t day_us = INT64_C(24) * 60 * 60 * 1000000;

static bool is_text(const struct pair *p)
{
    return dicom_vr_has(p->miss->vr, VR_STRING) && p->miss->vr != VR_DA && p->miss->vr != VR_TM && p->miss->vr != VR_DT;
}

static bool is_missing(const struct pair *p)
{
    return p->had.n == 0;
}

/* ---- text ---- */

static bool is_case(const struct pair *p)
{
    return is_text(p) && span_eq_nocase(p->asked, p->had);
}

static bool is_filler(uint8_t c)
{
    return c <= ' ' || c == 0x7F || strchr("-_./^=", c);
}

/* Letters and digits alone, small. */
static struct span plain(struct span text, uint8_t room[PLAIN_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < PLAIN_MAX; i++)
        if (!is_filler(text.p[i]))
            room[n++] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (uint8_t)(text.p[i] | 0x20) : text.p[i];
    return span_of(room, n);
}

static bool is_filled(const struct pair *p)
{
    uint8_t a[PLAIN_MAX], b[PLAIN_MAX];
    struct span asked = plain(p->asked, a), had = plain(p->had, b);
    return is_text(p) && asked.n && span_eq(asked, had);
}

/* Bytes that are no characters: what pads a value and is not trimmed. */
static bool has_control(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < ' ' && text.p[i] != 0x1B)
            return true;
    return false;
}

static bool is_padded(const struct pair *p)
{
    return has_control(p->asked) != has_control(p->had) && is_filled(p);
}

static struct span without_zeros(struct span text)
{
    while (text.n > 1 && *text.p == '0')
        text = span_of(text.p + 1, text.n - 1);
    return text;
}

static bool is_zero_lost(const struct pair *p)
{
    return is_text(p) && span_eq(without_zeros(p->asked), without_zeros(p->had));
}

/* Text in UTF-8 that was taken for Latin-1 and made UTF-8 once more: each byte has become a character. */
static struct span mistaken(struct span text, uint8_t room[2 * PLAIN_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && i < PLAIN_MAX; i++) {
        if (text.p[i] < 0x80) {
            room[n++] = text.p[i];
        } else {
            room[n++] = (uint8_t)(0xC0 | text.p[i] >> 6);
            room[n++] = (uint8_t)(0x80 | (text.p[i] & 0x3F));
        }
    }
    return span_of(room, n);
}

static bool is_charset(const struct pair *p)
{
    uint8_t room[2 * PLAIN_MAX];
    if (!is_text(p) || (span_is_ascii(p->asked) && span_is_ascii(p->had)))
        return false;
    return span_eq_nocase(mistaken(p->asked, room), p->had) || span_eq_nocase(mistaken(p->had, room), p->asked);
}

static bool has_unknown(struct span text)
{
    while (text.n)
        if (utf8_next(&text) >= DICOM_CHARSET_UNKNOWN)
            return true;
    return false;
}

static bool is_unreadable(const struct pair *p)
{
    return is_text(p) && (has_unknown(p->asked) || has_unknown(p->had));
}

static bool begins(struct span text, struct span with)
{
    return with.n && text.n > with.n && span_eq_nocase(span_of(text.p, with.n), with);
}

static bool is_beginning(const struct pair *p)
{
    return is_text(p) && p->miss->vr != VR_UI && begins(p->had, p->asked);
}

static bool is_near(const struct pair *p)
{
    uint32_t most = p->asked.n < LONG_TITLE ? 1 : 2;
    return is_text(p) && p->miss->vr != VR_UI && p->asked.n > 2 && p->asked.n < NAME_MAX_BYTES
           && p->had.n < NAME_MAX_BYTES && span_distance(p->asked, p->had) <= most;
}

/* ---- modalities that go by several codes ---- */

static const char *const modalities[][2] = {
    { "CR", "DX" }, { "DR", "DX" }, { "CR", "DR" }, { "XA", "RF" },  { "PT", "CT" },
    { "PX", "DX" }, { "IO", "DX" }, { "ES", "XC" }, { "OP", "OPT" }, { "US", "IVUS" },
};

static bool is_other_code(const struct pair *p)
{
    if (p->miss->tag != TAG_Modality)
        return false;
    for (size_t i = 0; i < sizeof modalities / sizeof *modalities; i++)
        for (int way = 0; way < 2; way++)
            if (span_is(p->asked, modalities[i][way]) && span_is(p->had, modalities[i][!way]))
                return true;
    return false;
}

/* ---- dates and times ---- */

static bool is_zone(const struct pair *p)
{
    return p->miss->zone_alone;
}

static bool is_zone_ignored(const struct pair *p)
{
    return p->miss->zone_needed;
}

/* The bounds of a range: false if it is none, or open at both ends. */
static bool bounds(struct span text, bool (*read)(struct span, struct dicom_moments *), struct dicom_moments *out)
{
    struct dicom_moments from = { INT64_MIN, INT64_MIN }, to = { INT64_MAX, INT64_MAX };
    struct span rest = text, low = span_cut(&rest, '-');
    if (!rest.p)
        return read(text, out);
    low = span_trim(low);
    rest = span_trim(rest);
    if ((low.n && !read(low, &from)) || (rest.n && !read(rest, &to)))
        return false;
    *out = (struct dicom_moments){ from.first, to.last };
    return true;
}

/* Days from what was asked to what the entry has; 0 if it cannot be said. */
static int64_t days_off(const struct pair *p)
{
    struct dicom_moments asked, had;
    if (p->miss->vr != VR_DA || !bounds(p->asked, dicom_value_date, &asked) || !dicom_value_date(p->had, &had))
        return 0;
    if (had.first < asked.first)
        return -((asked.first - had.first) / day_us);
    return had.first > asked.last ? (had.first - asked.last + day_us - 1) / day_us : 0;
}

static bool is_no_date(const struct pair *p)
{
    struct dicom_moments had;
    return (p->miss->vr == VR_DA && !dicom_value_date(p->had, &had))
           || (p->miss->vr == VR_TM && !dicom_value_time(p->had, &had));
}

/* An hour, or an hour and a minute, is one moment where it stands alone (PS3.4 C.2.2.2.1.3). */
static bool is_time_brief(const struct pair *p)
{
    struct dicom_moments asked, had;
    return p->miss->vr == VR_TM && dicom_value_time(p->asked, &asked) && dicom_value_time(p->had, &had)
           && asked.first < asked.last && had.first >= asked.first && had.first <= asked.last;
}

static bool is_time(const struct pair *p)
{
    return p->miss->vr == VR_TM;
}

static const struct hint {
    bool (*fits)(const struct pair *pair);
    enum match_nearness nearness;
    const char *words;
} hints[] = {
    { is_missing, NEAR_REMARK, "the entry has no value there, and an empty one matches nothing but an empty key" },
    { is_zone, NEAR_MISTAKE, "the same by the clock: the two name different time zones (0008,0201)" },
    { is_zone_ignored, NEAR_MISTAKE,
      "asked for in the time zone of the query (0008,0201), but the device did not negotiate timezone adjustment, so "
      "that clocks alone are compared" },
    { is_padded, NEAR_MISTAKE, "the same but for characters that pad it" },
    { is_case, NEAR_MISTAKE, "the same but for upper and lower case" },
    { is_filled, NEAR_MISTAKE, "the same but for blanks and punctuation" },
    { is_zero_lost, NEAR_MISTAKE, "the same but for zeros in front, which got lost on one side" },
    { is_charset, NEAR_MISTAKE,
      "the same letters in another character set: one side is written in another set than it says" },
    { is_unreadable, NEAR_MISTAKE,
      "one side has bytes that its character set does not have: it is written in another" },
    { is_other_code, NEAR_MISTAKE, "another code for such a device: scanner and order must use the same" },
    { is_beginning, NEAR_MISTAKE, "begins as asked: a key without * at its end asks for the whole value" },
    { is_near, NEAR_MISTAKE, "nearly the same: perhaps misspelt, or another name of it" },
    { is_no_date, NEAR_MISTAKE, "what the entry has is no date or time" },
    { is_time_brief, NEAR_MISTAKE,
      "a time without minutes or seconds asks for that one moment: a range asks for all of it" },
    { is_time, NEAR_REMARK, "another time than was asked for" },
};

static enum match_nearness put_days(int64_t days, struct wr *out)
{
    long long n = llabs(days);
    const char *side = days < 0 ? "before" : "after";
    if (out && n > MENTIONED_DAYS)
        wr_fmt(out, "long %s the days that were asked for", side);
    else if (out)
        wr_fmt(out, "%lld day%s %s what was asked for", n, n == 1 ? "" : "s", side);
    return n > NEAR_DAYS ? NEAR_REMARK : NEAR_MISTAKE;
}

/* The row that fits one value of the entry, NULL if none does. */
static const struct hint *hint_of(const struct pair *p)
{
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (hints[i].fits(p))
            return &hints[i];
    return NULL;
}

enum match_nearness match_miss_words(const struct match_miss *miss, struct wr *out)
{
    struct pair p = { miss, span_trim(miss->key->text), miss->had };
    struct span rest = miss->had;
    const struct hint *best = NULL;
    do { /* an entry with several values is as near as the nearest of them */
        p.had = rest.p ? span_trim(span_cut(&rest, '\\')) : rest;
        int64_t days = is_zone(&p) || is_zone_ignored(&p) ? 0 : days_off(&p);
        if (days)
            return put_days(days, out);
        const struct hint *hint = hint_of(&p);
        if (hint && (!best || hint->nearness > best->nearness))
            best = hint;
    } while (rest.p);
    if (best && out)
        wr_str(out, best->words);
    return best ? best->nearness : NEAR_NOTHING;
}
