/* line.c -- "(0010,0030) DA [16780304]     #   8, 1 PatientBirthDate", taken apart. */
#include "text/line.h"

#include "dicom/dictionary.h"

bool text_is_escaped(enum dicom_vr vr)
{
    return dicom_vr_has(vr, VR_STRING) && !dicom_vr_has(vr, VR_MULTI);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static uint32_t skip_blanks(struct span *s)
{
    uint32_t n = 0;
    for (; s->n && is_blank(s->p[0]) && n < UINT16_MAX; n++)
        *s = span_of(s->p + 1, s->n - 1);
    return n;
}

static struct span without_blanks_behind(struct span s)
{
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool begins(struct span s, const char *text)
{
    size_t n = strlen(text);
    return s.n >= n && memcmp(s.p, text, n) == 0;
}

static bool contains(struct span s, const char *text)
{
    return s.n && memmem(s.p, s.n, text, strlen(text));
}

/* Up to the next line feed, without it; that is taken as well. */
static struct span take_line(struct span *rest)
{
    struct span line = span_cut(rest, '\n');
    if (!rest->p)
        *rest = span_of(line.p + line.n, 0);
    return line;
}

/* "(0010,0010)", as dump2dcm takes it also with blanks inside: "(0010, 0010)". */
static bool take_tag(struct span *line, uint32_t *tag)
{
    uint8_t text[16];
    size_t n = 0, i = 0;
    if (line->n == 0 || line->p[0] != '(')
        return false;
    while (i < line->n && n < sizeof text && line->p[i] != '\n') {
        uint8_t c = line->p[i++];
        if (!is_blank(c))
            text[n++] = c;
        if (c == ')')
            break;
    }
    struct span tight = span_of(text, n);
    if (!dicom_tag_take(&tight, tag) || tight.n)
        return false;
    *line = span_of(line->p + i, line->n - i);
    return true;
}

static bool begins_attribute(struct span line)
{
    uint32_t tag;
    skip_blanks(&line);
    return take_tag(&line, &tag);
}

/* "#   8, 1 PatientBirthDate", and nothing but blanks before it. */
static bool is_dump_comment(struct span s)
{
    skip_blanks(&s);
    if (s.n == 0 || s.p[0] != '#')
        return false;
    s = span_of(s.p + 1, s.n - 1);
    skip_blanks(&s);
    size_t digits = 0;
    while (digits < s.n && is_digit(s.p[digits]))
        digits++;
    return digits && digits < s.n && s.p[digits] == ',';
}

static bool is_comment_or_nothing(struct span s)
{
    skip_blanks(&s);
    return s.n == 0 || s.p[0] == '#';
}

enum bracket { NO_BRACKET, BRACKET, BRACKET_OF_DUMP };

/* Where the bracket is that ends the value in a line. A value may have brackets and "#" in it: the one before the
 * comment that a dump program writes counts, or else the first before any comment. */
static enum bracket find_bracket(struct span s, size_t *at)
{
    enum bracket found = NO_BRACKET;
    for (size_t i = 0; i < s.n; i++) {
        struct span behind = span_of(s.p + i + 1, s.n - i - 1);
        if (s.p[i] != ']')
            continue;
        bool is_of_dump = is_dump_comment(behind);
        if (!is_of_dump && (found || !is_comment_or_nothing(behind)))
            continue;
        *at = i;
        found = is_of_dump ? BRACKET_OF_DUMP : BRACKET;
    }
    return found;
}

/* A value in brackets. Where no bracket ends it, it goes on over the lines up to the next attribute: that is what
 * dcmdump makes of a line feed in a value. */
static void take_brackets(struct span line, struct span *rest, struct text_line *out)
{
    const uint8_t *start = line.p + 1, *end = NULL;
    struct span last = span_of(start, line.n - 1), ahead = *rest;
    size_t at;
    enum bracket found = find_bracket(last, &at);
    out->form = VALUE_BRACKETS;
    if (found)
        end = last.p + at;
    for (bool is_first = true; found != BRACKET_OF_DUMP && !(is_first && found) && ahead.n; is_first = false) {
        last = take_line(&ahead);
        if (begins_attribute(last))
            break;
        found = find_bracket(last, &at);
        if (found) {
            end = last.p + at;
            *rest = ahead;
        }
    }
    if (end)
        out->value = span_of(start, (size_t)(end - start));
    else
        out->form = VALUE_NOT_SHOWN;
}

static void take_value(struct span line, struct span *rest, const struct text_source *source, struct text_line *out)
{
    skip_blanks(&line);
    out->value_pos = (uint64_t)(line.p - source->text.p);
    if (line.n && line.p[0] == '[') {
        out->value_pos++;
        take_brackets(line, rest, out);
        return;
    }
    out->is_delimited = begins(line, "(") && contains(line, "with undefined length");
    out->is_empty = begins(line, "(") && contains(line, "#=0)");
    if (begins(line, "(Sequence with") || begins(line, "(Item with")) {
        out->form = VALUE_SEQUENCE;
        return;
    }
    struct span comment = line;
    struct span bare = without_blanks_behind(span_cut(&comment, '#'));
    out->form = VALUE_BARE;
    out->value = bare;
    if (bare.n == 0 || span_is(bare, "(no value available)"))
        out->form = VALUE_NONE;
    else if (span_is(bare, "(not loaded)") || (bare.n > 3 && begins(span_of(bare.p + bare.n - 3, 3), "...")))
        out->form = VALUE_NOT_SHOWN;
    else if (bare.p[0] == '=') {
        out->form = VALUE_NAME;
        out->value = span_of(bare.p + 1, bare.n - 1);
        out->value_pos++;
    }
}

/* Two letters, or "??", with nothing that belongs to them behind. */
static void take_vr(struct span *line, struct text_line *out)
{
    if (line->n < 2 || !((is_letter(line->p[0]) && is_letter(line->p[1])) || begins(*line, "??")))
        return;
    if (line->n > 2 && !is_blank(line->p[2]) && line->p[2] != '[' && line->p[2] != '#')
        return;
    out->vr[0] = (char)line->p[0];
    out->vr[1] = (char)line->p[1];
    *line = span_of(line->p + 2, line->n - 2);
}

bool text_line_next(const struct text_source *source, struct span *rest, struct text_line *out, struct err *err)
{
    while (rest->n) {
        struct span line = take_line(rest);
        *out = (struct text_line){ .indent = skip_blanks(&line) };
        if (line.n == 0 || line.p[0] == '#')
            continue;
        out->pos = (uint64_t)(line.p - source->text.p);
        if (!take_tag(&line, &out->tag))
            return err_set(err, ERR_SYNTAX, out->pos, 0,
                           "a line begins with a tag, like (0010,0010), or with # if it is a comment");
        skip_blanks(&line);
        take_vr(&line, out);
        take_value(line, rest, source, out);
        return true;
    }
    return false;
}
