/* pairs.c -- values out of small pools, so that they meet; keys that are stored values with something done to them. */
#include "pairs.h"

#include "sets.h"

#define NUL "\x7F" /* PAIRS_NUL */

enum { MOST = 8 }; /* of what may come again and again: who chooses need not be fair */

static uint64_t chance; /* splitmix64 */

static uint32_t (*below)(uint32_t n); /* who chooses */

static uint32_t by_chance(uint32_t n)
{
    uint64_t z = chance += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

static const char *pick(const char *const *from)
{
    uint32_t n = 0;
    while (from[n])
        n++;
    return from[below(n)];
}

/* ---- values ---- */

static void add(struct text *to, const char *what)
{
    size_t n = strlen(to->s);
    assert_true(n + strlen(what) < sizeof to->s);
    strcpy(to->s + n, what);
}

static const char *const letters[] = {
    "A", "B", "a", "z", "Z", "1", " ", "\xC3\x89", "\xC3\xA9", "\xE5\xB1\xB1", NULL
};
static const char *const codes[] = { "CT", "MR", "US", "A", "AA32", "AA33", NULL };
static const char *const uids[] = { "1.2", "1.2.3", "1.2.33", "1.3", "1", NULL };
static const char *const ages[] = { "040Y", "041Y", "040M", NULL };
static const char *const decimals[] = { "1", "1.0", "10e-1", "-1", "001", "0.1", ".1", "9007199254740993", NULL };
static const char *const wholes[] = { "0", "1", "2", "42", "255", "8234", NULL };
static const char *const wides[] = { "9007199254740993", "9007199254740992", "1", "0", NULL };
static const char *const tags[] = { "0010,0010", "0010,0020", "0020,0010", NULL };
static const char *const days[] = { "20240228", "20240229", "20240301", "2024.02.29", "20231231", "20230229", NULL };
static const char *const times[] = { "10",     "1000",       "100000",        "100000.5", "100000.500000", "1030",
                                     "103059", "10:30:59.9", "103059.999999", "2359",     "0000",          NULL };
static const char *const years[] = { "2024", "1130", "2025", "202402", "20240229", "20240229+0100", NULL };
static const char *const clocks[] = { "10", "1030", "103000.5", "1030+0100", "0930+0000", "0430-0500", NULL };
static const char *const parts[] = { "Doe",          "DOE", "Jo",  "\xC3\x89va", "\xC3\xA9va",
                                     "\xE5\xB1\xB1", "",    "Zoe", "Jo ",        NULL };
static const char *const junk[] = { "x", "-", "--", "2024*", "20241301", "1?", "1e", "2500", NULL };

enum kind { LETTERS, LONG_TEXT, CODES, UIDS, AGES, DECIMALS, WHOLES, WIDES, TAGS, DAYS, TIMES, INSTANTS, NAMES };

static void random_name(struct text *to)
{
    for (uint32_t group = 0, groups = 1 + below(3) * below(2); group < groups; group++) {
        add(to, group ? "=" : "");
        for (uint32_t part = 0, count = below(4); part < count; part++) {
            add(to, part ? "^" : "");
            add(to, pick(parts));
        }
    }
}

static void random_value(enum kind kind, struct text *to)
{
    static const char *const *const pools[] = {
        [CODES] = codes, [UIDS] = uids, [AGES] = ages, [DECIMALS] = decimals, [WHOLES] = wholes,
        [WIDES] = wides, [TAGS] = tags, [DAYS] = days, [TIMES] = times,
    };
    bool day = below(2);
    if (kind == NAMES)
        random_name(to);
    else if (kind == INSTANTS)
        add(to, day ? "20240229" : pick(years));
    else if (kind != LETTERS && kind != LONG_TEXT)
        add(to, pick(pools[kind]));
    if (kind == INSTANTS && day)
        add(to, pick(clocks));
    for (uint32_t n = below(5); n && (kind == LETTERS || kind == LONG_TEXT); n--)
        add(to, pick(letters));
}

static bool is_number(enum kind kind)
{
    return kind == WHOLES || kind == WIDES || kind == TAGS;
}

static bool is_moment(enum kind kind)
{
    return kind == DAYS || kind == TIMES || kind == INSTANTS;
}

static bool has_wild_cards(enum kind kind)
{
    return kind == LETTERS || kind == LONG_TEXT || kind == CODES || kind == NAMES;
}

/* What is stored: none, one or several values, padded. */
static void stored_value(enum kind kind, struct text *to)
{
    if (below(8) == 0)
        return;
    random_value(kind, to);
    for (int more = 0; more < MOST && below(6) == 0; more++) {
        add(to, "\\");
        random_value(kind, to);
    }
    if (!is_number(kind))
        add(to, (const char *[]){ "", "", "", " ", NUL }[below(5)]);
}

/* One character becomes "?", or some become "*". */
static void make_wild(struct text *value)
{
    size_t n = strlen(value->s), at = n ? below((uint32_t)n) : 0, end = at;
    while (at < n && (value->s[at] & 0xC0) == 0x80)
        at--;
    bool star = below(2) || n == 0;
    for (end = at; end < n; end++)
        if ((value->s[end] & 0xC0) != 0x80 && end > at && (!star || below(3) == 0))
            break;
    struct text tail;
    strcpy(tail.s, value->s + end);
    value->s[at] = 0;
    add(value, star ? "*" : "?");
    add(value, tail.s);
}

static void other_case(struct text *value)
{
    for (char *c = value->s; *c; c++)
        if ((*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z'))
            *c ^= 0x20;
}

static uint32_t form; /* of all ranges of the present pair; above 3: each has its own */

static void make_range(enum kind kind, struct text *value)
{
    struct text other = { "" };
    random_value(kind, &other);
    const char *dash = (const char *[]){ "-", "-", "-", " - " }[below(4)];
    switch (form < 4 ? form : below(4)) {
    case 0:
        add(value, dash);
        break;
    case 1:
        add(value, dash);
        add(value, other.s);
        break;
    case 2:
        add(&other, dash);
        add(&other, value->s);
        *value = other;
        break;
    default:
        strcpy(other.s, dash);
        add(&other, value->s);
        *value = other;
        break;
    }
}

/* A key made of what is stored. */
static void key_value(enum kind kind, const struct text *stored, struct text *to)
{
    if (below(6) == 0)
        return;
    struct text value = { "" };
    if (below(4))
        value = *stored;
    else
        random_value(kind, &value);
    value.s[strcspn(value.s, NUL)] = 0; /* it is padding, and only at the end */
    char *more = strchr(value.s, '\\');
    if (more && below(3))
        *more = 0;
    bool numbers = is_number(kind);
    if (is_moment(kind) && (form < 4 || below(2)))
        make_range(kind, &value);
    for (int again = 0; again < MOST && !numbers && below(has_wild_cards(kind) ? 3 : 100) == 0; again++)
        make_wild(&value);
    if (below(8) == 0)
        other_case(&value);
    if (!numbers && below(60) == 0)
        strcpy(value.s, pick(junk));
    if (!numbers && below(16) == 0)
        strcpy(value.s, below(2) ? "*" : "**");
    if (kind == NAMES)
        add(&value, (const char *[]){ "", "", "", "^", "=", "=*", "==" }[below(7)]);
    if (kind == NAMES && below(8) == 0)
        add(to, "=");
    add(to, value.s);
    if (below(8) == 0) {
        add(to, numbers && !to->s[0] ? "" : "\\");
        random_value(kind, to);
    }
    if (!numbers && below(4) == 0)
        add(to, (const char *[]){ " ", "  ", NUL }[below(3)]);
}

/* ---- attributes ---- */

struct attribute {
    const char *name;
    enum kind kind;
};

static const struct attribute of_patient[] = {
    { "SpecificCharacterSet", CODES },
    { "StudyDate", DAYS },
    { "StudyTime", TIMES },
    { "AccessionNumber", LETTERS },
    { "PatientName", NAMES },
    { "PatientID", LETTERS },
    { "PatientBirthDate", DAYS },
    { "PatientSex", CODES },
    { "OtherPatientNames", NAMES },
    { "PatientAge", AGES },
    { "PatientWeight", DECIMALS },
    { "PregnancyStatus", WHOLES },
    { "PatientComments", LONG_TEXT },
    { "StudyInstanceUID", UIDS },
    { "SelectorATValue", TAGS },
    { "SelectorSVValue", WIDES },
    { "SelectorUVValue", WIDES },
    { "AcquisitionDuration", WHOLES },
};

static const struct attribute of_step[] = {
    { "Modality", CODES },
    { "ScheduledStationAETitle", CODES },
    { "ScheduledProcedureStepStartDate", DAYS },
    { "ScheduledProcedureStepStartTime", TIMES },
    { "ScheduledProcedureStepEndDate", DAYS },
    { "ScheduledPerformingPhysicianName", NAMES },
    { "ScheduledProcedureStepDescription", LETTERS },
    { "ScheduledProcedureStepStartDateTime", INSTANTS },
};

static const struct attribute of_code[] = {
    { "CodeValue", CODES },
    { "CodingSchemeDesignator", CODES },
    { "CodeMeaning", LETTERS },
    { "LongCodeValue", LETTERS },
};

static void add_attribute(struct text *to, const char *name, const char *value)
{
    add(to, to->s[0] && to->s[strlen(to->s) - 1] != '{' ? ";" : "");
    add(to, name);
    add(to, "=");
    add(to, value);
}

/* Some of these in the entry; some of these in the query, if there is one. `every` of them is a key. */
static void add_attributes(const struct attribute *from, size_t count, uint32_t every, struct text *entry,
                           struct text *query)
{
    for (size_t i = 0; i < count; i++) {
        struct text stored = { "" }, key = { "" };
        bool is_set = strcmp(from[i].name, "SpecificCharacterSet") == 0;
        if (is_set)
            add(&stored, "ISO_IR 192");
        else
            stored_value(from[i].kind, &stored);
        key_value(from[i].kind, &stored, &key);
        if (is_set || below(8))
            add_attribute(entry, from[i].name, stored.s);
        if (query && (is_set || below(form < 4 && is_moment(from[i].kind) ? 2 : every) == 0))
            add_attribute(query, from[i].name, is_set ? stored.s : key.s);
    }
}

#define ADD(from, every, entry, query) add_attributes(from, sizeof(from) / sizeof *(from), every, entry, query)

/* A sequence of codes, of which the query's item is made of one. */
static void add_codes(struct text *entry, struct text *query)
{
    uint32_t items = below(4), chosen = items ? below(items) : 0;
    struct text key = { "" }, none = { "" };
    add_attribute(entry, "ScheduledProtocolCodeSequence", "");
    for (uint32_t i = 0; i < items; i++) {
        struct text item = { "" };
        ADD(of_code, 2, &item, i == chosen ? &key : NULL);
        add(entry, "{");
        add(entry, item.s);
        add(entry, "}");
    }
    if (items == 0)
        ADD(of_code, 4, &none, &key);
    if (!query || below(3))
        return;
    add_attribute(query, "ScheduledProtocolCodeSequence", "");
    if (below(8) == 0)
        return;
    add(query, "{");
    add(query, key.s);
    add(query, below(32) ? "}" : "}{CodeValue=A}");
}

/* A private attribute, in whatever block its creator has on each side. */
static void add_private(struct pair *pair)
{
    struct text stored = { "" }, key = { "" };
    stored_value(LETTERS, &stored);
    key_value(LETTERS, &stored, &key);
    static const char *const creators[] = { "ACME", "ACME ", "OTHER", NULL };
    const char *at_home = below(2) ? "0009,0010:LO" : "0009,0042:LO";
    add_attribute(&pair->entry, at_home, pick(creators));
    add_attribute(&pair->entry, below(2) ? "0009,1001:LO" : "0009,4201:LO", stored.s);
    if (below(4))
        return;
    if (below(8))
        add_attribute(&pair->query, "0009,0010:LO", "ACME");
    add_attribute(&pair->query, "0009,1001:LO", key.s);
}

struct dicom_block *pairs_block(const char *text)
{
    struct wr bytes;
    struct dicom_writer writer;
    struct err err = { 0 };
    wr_init(&bytes, 1 << 16);
    dicom_write_init(&writer, &bytes, SYNTAX_EXPLICIT_LE);
    sets_write(&writer, text);
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i] == PAIRS_NUL)
            bytes.p[i] = 0;
    struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                           .max_bytes = 1 << 16,
                                           .limits = &limits_default };
    struct dicom_block *block = dicom_parse(wr_done(&bytes), &options, NULL, &err);
    if (!block)
        fail_msg("%s: %s", text, err.what);
    wr_fini(&bytes);
    return block;
}

void pair_make(struct pair *pair, uint64_t seed)
{
    chance = seed;
    pair_make_by(pair, by_chance);
}

void pair_make_by(struct pair *pair, uint32_t (*chooser)(uint32_t n))
{
    *pair = (struct pair){ 0 };
    below = chooser;
    struct text step_key = { "" };
    uint32_t steps = 1 + below(2), step = pair->step = below(steps);
    form = below(24);
    pair->case_sensitive_pn = below(4) == 0;
    ADD(of_patient, 8, &pair->entry, &pair->query);
    add_private(pair);
    add_attribute(&pair->entry, "ScheduledProcedureStepSequence", "");
    for (uint32_t i = 0; i < steps; i++) {
        struct text item = { "" };
        ADD(of_step, 4, &item, i == step ? &step_key : NULL);
        add_codes(&item, i == step ? &step_key : NULL);
        add(&pair->entry, "{");
        add(&pair->entry, item.s);
        add(&pair->entry, "}");
    }
    if (below(4) == 0)
        return;
    add_attribute(&pair->query, "ScheduledProcedureStepSequence", "");
    if (below(16) == 0)
        return;
    add(&pair->query, "{");
    add(&pair->query, step_key.s);
    add(&pair->query, "}");
}
