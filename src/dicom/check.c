/* check.c -- the forms and lengths of PS3.5 Table 6.2-1, as rows. */
#include "dicom/check.h"

#include "base/log.h"
#include "base/utf8.h"
#include "dicom/value.h"

enum { NAME_CHARS = 64, NAME_COMPONENTS = 5, NAME_GROUPS = 3, SHOWN_BYTES = 64 };

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool are_digits(struct span s)
{
    size_t n = 0;
    while (n < s.n && is_digit(s.p[n]))
        n++;
    return s.n && n == s.n;
}

/* Printable characters of ISO 646, the backslash excepted, which could only be a separator. */
static bool is_plain(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '\\')
            return false;
    }
    return true;
}

static bool is_age(struct span s)
{
    return s.n == 4 && are_digits(span_of(s.p, 3)) && memchr("DWMY", s.p[3], 4);
}

static bool is_code(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (!is_digit(c) && !(c >= 'A' && c <= 'Z') && c != ' ' && c != '_')
            return false;
    }
    return true;
}

static bool is_date(struct span s)
{
    struct dicom_moments day;
    return s.n == 8 && are_digits(s) && dicom_value_date(s, &day);
}

/* The form with colons is one of ACR-NEMA, which may be read but not written (PS3.5 6.2, TM). */
static bool is_time(struct span s)
{
    struct dicom_moments time;
    return !memchr(s.p, ':', s.n) && dicom_value_time(s, &time);
}

static bool is_datetime(struct span s)
{
    struct dicom_moments moment;
    bool has_offset;
    return dicom_value_datetime(s, &moment, &has_offset);
}

static bool is_decimal(struct span s)
{
    struct dicom_number number;
    return dicom_value_number(s, &number);
}

static bool is_integer(struct span s)
{
    struct dicom_number number;
    struct span digits = s.p[0] == '+' || s.p[0] == '-' ? span_of(s.p + 1, s.n - 1) : s;
    return are_digits(digits) && dicom_value_number(s, &number) && number.is_whole
           && number.whole <= 0x7FFFFFFFu + (uint64_t)number.is_negative;
}

/* Neither control characters, in C0, DEL or C1, nor bytes that are no UTF-8; but those of `allowed`. */
static bool is_text(struct span s, const char *allowed)
{
    while (s.n) {
        uint32_t c = utf8_next(&s);
        if (c == UTF8_BAD || ((c < ' ' || (c >= 0x7F && c < 0xA0)) && !(c && c < ' ' && strchr(allowed, (int)c))))
            return false;
    }
    return true;
}

static bool is_line(struct span s)
{
    return is_text(s, "");
}

static bool is_paragraphs(struct span s)
{
    return is_text(s, "\t\n\f\r");
}

/* PS3.5 9.1: components are 0, or a number that does not begin with 0. */
static bool is_uid(struct span s)
{
    while (s.p) {
        struct span component = span_cut(&s, '.');
        if (!are_digits(component) || (component.p[0] == '0' && component.n > 1))
            return false;
    }
    return true;
}

static bool is_uri(struct span s)
{
    return is_plain(s) && !memchr(s.p, ' ', s.n);
}

/* What a single value of a VR may be. */
struct rule {
    bool (*is_form)(struct span one);
    const char *form; /* what is said of one that has another form */
    uint32_t chars;   /* the most; 0 for no bound */
};

static const struct rule rules[VR_COUNT] = {
    [VR_AE] = { is_plain, "has other characters than letters, digits and signs of ASCII", 16 },
    [VR_AS] = { is_age, "is no age: three digits and D, W, M or Y", 4 },
    [VR_CS] = { is_code, "has other characters than A-Z, 0-9, space and underscore", 16 },
    [VR_DA] = { is_date, "is not YYYYMMDD", 8 },
    [VR_DS] = { is_decimal, "is no decimal number", 16 },
    [VR_DT] = { is_datetime, "is not YYYYMMDDHHMMSS.FFFFFF&ZZXX, nor a beginning of it", 26 },
    [VR_IS] = { is_integer, "is no whole number from -2147483648 to 2147483647", 12 },
    [VR_LO] = { is_line, "has control characters", 64 },
    [VR_LT] = { is_paragraphs, "has control characters beside tab and the ends of lines and pages", 10240 },
    [VR_PN] = { is_line, "has control characters", 0 },
    [VR_SH] = { is_line, "has control characters", 16 },
    [VR_ST] = { is_paragraphs, "has control characters beside tab and the ends of lines and pages", 1024 },
    [VR_TM] = { is_time, "is not HHMMSS.FFFFFF, nor a beginning of it", 14 },
    [VR_UC] = { is_line, "has control characters", 0 },
    [VR_UI] = { is_uid, "is no UID: numbers without leading zeros, a dot between them", 64 },
    [VR_UR] = { is_uri, "is no URI: it has spaces, or characters beyond ASCII", 0 },
    [VR_UT] = { is_paragraphs, "has control characters beside tab and the ends of lines and pages", 0 },
};

/* A value as a message shows it. */
struct shown {
    char text[SHOWN_BYTES + 1];
};

static struct shown show(struct span value)
{
    struct shown shown;
    log_text(value, shown.text, sizeof shown.text);
    return shown;
}

/* Three groups of 64 characters, five components in each (PS3.5 6.2.1). */
static bool check_name(struct span name, uint64_t pos, struct err *err)
{
    struct span rest = name;
    for (int group = 1; rest.p; group++) {
        struct span components = span_cut(&rest, '=');
        size_t chars = utf8_length(components), count = 0;
        for (struct span r = components; r.p; count++)
            (void)span_cut(&r, '^');
        if (group > NAME_GROUPS)
            return err_set(err, ERR_SYNTAX, pos, 0, "\"%s\" has more than %d groups, which \"=\" separates",
                           show(name).text, NAME_GROUPS);
        if (count > NAME_COMPONENTS)
            return err_set(err, ERR_SYNTAX, pos, 0, "\"%s\" has %zu components, which \"^\" separates; %d are allowed",
                           show(name).text, count, NAME_COMPONENTS);
        if (chars > NAME_CHARS)
            return err_set(err, ERR_LIMIT, pos, 0, "\"%s\" has %zu characters in a group; %d are allowed",
                           show(name).text, chars, NAME_CHARS);
    }
    return true;
}

static bool check_one(enum dicom_vr vr, struct span one, uint64_t pos, struct err *err)
{
    const struct rule *rule = &rules[vr];
    if (rule->is_form && !rule->is_form(one))
        return err_set(err, ERR_SYNTAX, pos, 0, "\"%s\" %s", show(one).text, rule->form);
    size_t chars = utf8_length(one);
    if (rule->chars && chars > rule->chars)
        return err_set(err, ERR_LIMIT, pos, 0, "\"%s\" has %zu characters; %u are allowed", show(one).text, chars,
                       (unsigned)rule->chars);
    return vr != VR_PN || check_name(one, pos, err);
}

/* Bytes of one value; group and element of an AT are swapped one by one, so its unit is half of it. */
static size_t width_of(enum dicom_vr vr)
{
    return vr == VR_AT ? 4 : dicom_vr_info(vr)->unit;
}

bool dicom_check_value(enum dicom_vr vr, struct span value, struct err *err)
{
    if (vr >= VR_COUNT || value.n == 0)
        return true;
    if (!dicom_vr_has(vr, VR_STRING)) {
        size_t width = width_of(vr);
        return value.n % width == 0
               || err_set(err, ERR_SYNTAX, 0, 0, "%zu bytes are no whole number of values, which take %zu each",
                          value.n, width);
    }
    struct span rest = value;
    while (rest.p) {
        uint64_t pos = (uint64_t)(rest.p - value.p);
        struct span one = dicom_value_next(&rest, vr);
        if (one.n && !check_one(vr, one, pos, err))
            return false;
    }
    return true;
}
