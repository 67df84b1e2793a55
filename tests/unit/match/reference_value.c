/* reference_value.c -- what the values of each VR are and when two are the same: PS3.5 6.2, PS3.4 C.2.2.2.1 to .4. */
#include "reference_value.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the Value Representations, PS3.5 Table 6.2-1 ---- */

static const struct rule rules[] = {
    { "AE", TEXT, true, true, true, 0 },       { "CS", TEXT, true, true, true, 0 },
    { "LO", TEXT, true, true, true, 0 },       { "SH", TEXT, true, true, true, 0 },
    { "UC", TEXT, false, true, true, 0 },      { "ST", TEXT, false, true, false, 0 },
    { "LT", TEXT, false, true, false, 0 },     { "UT", TEXT, false, true, false, 0 },
    { "UR", TEXT, false, true, false, 0 },     { "AS", TEXT, false, false, true, 0 },
    { "UI", TEXT, false, false, true, 0 },     { "PN", NAME, false, true, true, 0 },
    { "DA", MOMENT, false, false, true, 0 },   { "TM", MOMENT, false, false, true, 0 },
    { "DT", MOMENT, false, false, true, 0 },   { "DS", DECIMAL, true, false, true, 0 },
    { "IS", DECIMAL, true, false, true, 0 },   { "US", WHOLE, false, false, true, 2 },
    { "UL", WHOLE, false, false, true, 4 },    { "UV", WHOLE, false, false, true, 8 },
    { "SS", NEGATIVE, false, false, true, 2 }, { "SL", NEGATIVE, false, false, true, 4 },
    { "SV", NEGATIVE, false, false, true, 8 }, { "FL", FLOATING, false, false, true, 4 },
    { "FD", FLOATING, false, false, true, 8 }, { "AT", TAGS, false, false, true, 4 },
    { "UN", BYTES, false, false, false, 0 },   { "OB", BYTES, false, false, false, 0 },
};

const struct rule *rule_of(enum dicom_vr vr)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].code, dicom_vr_info(vr)->code) == 0)
            return &rules[i];
    abort();
}

static bool is_binary(const struct rule *rule)
{
    return rule->width > 0;
}

/* ---- single values ---- */

/* PS3.5 6.2: what fills a value up is no part of it. */
struct span strip(struct span s, bool lead)
{
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == 0))
        s.n--;
    while (lead && s.n && s.p[0] == ' ')
        s = span_of(s.p + 1, s.n - 1);
    return s;
}

static struct span without(struct span s, const char *ends)
{
    while (s.n && strchr(ends, s.p[s.n - 1]) && s.p[s.n - 1])
        s.n--;
    return s;
}

/* PS3.5 6.4: the values of an element, the empty ones left out. */
struct values values_of(const struct rule *rule, struct span all)
{
    struct values v = { .n = 0 };
    size_t from = 0;
    if (is_binary(rule)) {
        for (; from + rule->width <= all.n; from += rule->width)
            v.one[v.n++] = span_of(all.p + from, rule->width);
        return v;
    }
    for (size_t i = 0; i <= all.n; i++) {
        if (i < all.n && !(rule->many && all.p[i] == '\\'))
            continue;
        struct span one = strip(span_of(all.p + from, i - from), rule->lead);
        if (rule->way == NAME) /* PS3.5 6.2.1: nor are delimiters behind its last component */
            one = without(one, "^= ");
        if (one.n)
            v.one[v.n++] = one;
        from = i + 1;
    }
    return v;
}

static bool has(struct span s, char c)
{
    return s.n && memchr(s.p, c, s.n);
}

/* PS3.4 C.2.2.2.4: "*" alone is universal matching; a run of stars asks no more. */
static bool is_stars(struct span s)
{
    s = strip(s, true);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '*')
            return false;
    return s.n > 0;
}

/* PS3.4 C.2.2.2.3; of several values, any of which is to match, one that is universal makes all so. */
bool is_universal(const struct rule *rule, struct span key)
{
    if (key.n == 0)
        return true;
    if (is_binary(rule)) { /* 2AH 00H is the number 42 */
        while (key.n && key.p[key.n - 1] == ' ')
            key.n--;
        return span_is(key, "*");
    }
    struct values v = values_of(rule, key);
    for (size_t i = 0; i < v.n; i++)
        if (is_stars(v.one[i]))
            return true;
    return v.n == 0;
}

/* ---- text, PS3.4 C.2.2.2.1, C.2.2.2.4 ---- */

struct letters {
    uint32_t c[256];
    size_t n;
};

static struct letters letters_of(struct span s, bool fold)
{
    struct letters out = { .n = 0 };
    for (size_t i = 0; i < s.n && out.n < 256;) {
        uint32_t c = s.p[i++];
        int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
        if (more)
            c &= 0x3Fu >> more;
        for (; more && i < s.n; more--)
            c = c << 6 | (s.p[i++] & 0x3F);
        if (fold && ((c >= 'A' && c <= 'Z') || c == 0xC9 || c == 0xDC))
            c += 32;
        out.c[out.n++] = c;
    }
    return out;
}

static bool is_like(const uint32_t *pattern, size_t m, const uint32_t *text, size_t n)
{
    if (m == 0)
        return n == 0;
    if (*pattern == '*')
        return is_like(pattern + 1, m - 1, text, n) || (n && is_like(pattern, m, text + 1, n - 1));
    return n && (*pattern == '?' || *pattern == *text) && is_like(pattern + 1, m - 1, text + 1, n - 1);
}

static bool text_matches(struct span key, struct span stored, bool wild, bool fold)
{
    struct letters k = letters_of(key, fold), s = letters_of(stored, fold);
    if (wild)
        return is_like(k.c, k.n, s.c, s.n);
    return k.n == s.n && memcmp(k.c, s.c, k.n * sizeof *k.c) == 0;
}

/* ---- names, PS3.5 6.2.1 ---- */

struct name {
    char whole[512];
    struct span group[16];
    size_t groups;
};

/* The groups without what means nothing at their ends, and put together again. */
static void take_apart(struct span s, struct name *name)
{
    size_t from = 0, n = 0;
    s = without(s, "^= ");
    name->groups = 0;
    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '=')
            continue;
        struct span group = without(span_of(s.p + from, i - from), "^ ");
        n += (size_t)snprintf(name->whole + n, sizeof name->whole - n, "%s%.*s", name->groups ? "=" : "",
                              SPAN_FMT(group));
        name->group[name->groups++] = group;
        from = i + 1;
    }
    name->whole[without(span_of(name->whole, n), "=").n] = 0;
}

/* A key without "=" asks for one group, any of them; one with "=" group by group, an empty one asking nothing, unless
 * it has more than the three there can be; and either may be the whole name, literally. */
static bool name_matches(struct span key, struct span stored, bool fold)
{
    struct name k, s;
    take_apart(key, &k);
    take_apart(stored, &s);
    if (s.whole[0] == 0)
        return false;
    if (text_matches(span_str(k.whole), span_str(s.whole), true, fold))
        return true;
    bool grouped = k.groups > 1;
    if (k.groups > 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        struct span group = i < s.groups ? s.group[i] : (struct span){ NULL, 0 };
        if (!grouped && group.n && text_matches(k.group[0], group, true, fold))
            return true;
        if (grouped && i < k.groups && k.group[i].n && !(group.n && text_matches(k.group[i], group, true, fold)))
            return false;
    }
    return grouped;
}

/* ---- numbers ---- */

static bool read_decimal(struct span s, long double *out)
{
    char text[80], *end;
    s = strip(s, true);
    if (s.n == 0 || s.n >= sizeof text || has(s, 'x') || has(s, 'n') || has(s, 'i'))
        return false;
    snprintf(text, sizeof text, "%.*s", SPAN_FMT(s));
    *out = strtold(text, &end);
    return *end == 0 && text[0] != ' ';
}

static long double binary(const struct rule *rule, struct span s)
{
    uint64_t bits = 0;
    for (size_t i = rule->width; i-- > 0;)
        bits = bits << 8 | s.p[i];
    float narrow;
    double wide;
    switch (rule->way) {
    case NEGATIVE:
        return rule->width == 2 ? (int16_t)bits : rule->width == 4 ? (int32_t)bits : (long double)(int64_t)bits;
    case FLOATING:
        memcpy(&narrow, s.p, sizeof narrow);
        if (rule->width == 8)
            memcpy(&wide, s.p, sizeof wide);
        return rule->width == 8 ? (long double)wide : (long double)narrow;
    default:
        return (long double)bits;
    }
}

/* ---- one value ---- */

bool value_matches(const struct rule *rule, struct span key, struct span stored, bool fold)
{
    struct range range;
    struct moment at;
    long double a, b;
    switch (rule->way) {
    case TEXT:
        return text_matches(key, stored, rule->wild, false);
    case NAME:
        return name_matches(key, stored, fold);
    case MOMENT:
        return read_range(rule->code, key, &range) && read_moment(rule->code, stored, &at)
               && moment_matches(&range, &at);
    case DECIMAL:
        return read_decimal(key, &a) && read_decimal(stored, &b) && a == b;
    case TAGS:
    case BYTES:
        return span_eq(key, stored);
    default:
        return binary(rule, key) == binary(rule, stored);
    }
}

bool is_good_key(const struct rule *rule, struct span one)
{
    struct range range;
    long double decimal;
    if (!rule->wild && rule->way != BYTES && !is_binary(rule) && (has(one, '*') || has(one, '?')))
        return false;
    if (rule->way == MOMENT)
        return read_range(rule->code, one, &range);
    return rule->way != DECIMAL || read_decimal(one, &decimal);
}
