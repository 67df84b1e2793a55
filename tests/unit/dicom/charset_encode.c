/* UTF-8 to bytes: the standard's own, and otherwise bytes that a reader of the rules finds no fault with. */
#include "texts.h"

#include <stdio.h>

#include "base/utf8.h"

static void check(const char *term, enum dicom_vr vr, const char *utf8, struct span bytes)
{
    struct wr w;
    wr_init(&w, 10000);
    if (!dicom_charset_encode(charset_of(term), vr, span_str(utf8), &w))
        fail_msg("%s: cannot say %s", term, utf8);
    if (!span_eq(wr_done(&w), bytes))
        fail_msg("%s: %s is %.*s", term, utf8, SPAN_FMT(wr_done(&w)));
    assert_true(dicom_charset_encode(charset_of(term), vr, span_str(utf8), NULL));
    wr_fini(&w);
}

static void check_not(const char *term, enum dicom_vr vr, const char *utf8)
{
    struct wr w;
    wr_init(&w, 10000);
    wr_u8(&w, '@');
    if (dicom_charset_encode(charset_of(term), vr, span_str(utf8), &w)
        || dicom_charset_encode(charset_of(term), vr, span_str(utf8), NULL))
        fail_msg("%s: says %s as %.*s", term, utf8, SPAN_FMT(wr_done(&w)));
    assert_span(wr_done(&w), "@");
    wr_fini(&w);
}

static void texts_of_every_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].ours)
            check(texts[i].term, texts[i].vr, texts[i].utf8, texts[i].bytes);
}

static void back_in_the_first_set_where_a_reader_is(void **state)
{
    (void)state;
    const char *term = "ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 87";
    check(term, VR_LO, "я\\я", BYTES("\x1B-L\xEF\x1B-A\\\x1B-L\xEF\x1B-A"));
    check(term, VR_LT, "я\\я", BYTES("\x1B-L\xEF\\\xEF\x1B-A"));
    check(term, VR_LT, "я\r\nя", BYTES("\x1B-L\xEF\x1B-A\r\n\x1B-L\xEF\x1B-A"));
    check(term, VR_LO, "я^я=я", BYTES("\x1B-L\xEF^\xEF=\xEF\x1B-A"));
    check(term, VR_PN, "=я^я=é", BYTES("=\x1B-L\xEF\x1B-A^\x1B-L\xEF\x1B-A=\xE9"));
    check(term, VR_LO, "山é山", BYTES("\x1B$B;3\xE9;3\x1B(B")); /* the upper half was Latin-1 all the time */
    check(term, VR_LO, "山я山", BYTES("\x1B$B;3'q;3\x1B(B"));   /* kanji sets have Cyrillic letters too */
    check(term, VR_LO, "山A 山", BYTES("\x1B$B;3\x1B(BA \x1B$B;3\x1B(B"));
    check("ISO 2022 IR 13\\ISO 2022 IR 6", VR_LT, "‾~\\¥", BYTES("~\x1B(B~\\\x1B(J\\"));
}

/* PS3.5 6.2.1: the first component group is of one byte a character, without escape sequences. */
static void no_escape_sequence_in_the_first_group_of_a_name(void **state)
{
    (void)state;
    check_not("\\ISO 2022 IR 87", VR_PN, "山田^太郎");
    check_not("ISO 2022 IR 100\\ISO 2022 IR 144", VR_PN, "Иванов");
    check_not("\\ISO 2022 IR 87", VR_PN, "A=山\\山");
    check("\\ISO 2022 IR 87", VR_PN, "=山", BYTES("=\x1B$B;3\x1B(B"));
    check("\\ISO 2022 IR 87", VR_PN, "A=山\\B=山", BYTES("A=\x1B$B;3\x1B(B\\B=\x1B$B;3\x1B(B"));
    check("\\ISO 2022 IR 87", VR_LO, "山田", BYTES("\x1B$B;3ED\x1B(B"));
}

static void what_a_set_does_not_have(void **state)
{
    (void)state;
    check_not("", VR_LO, "é");
    check_not("ISO_IR 100", VR_LO, "Š");
    check_not("ISO_IR 100", VR_LO, "e\xCC\x81"); /* a letter and its accent are two characters */
    check_not("ISO_IR 13", VR_LT, "a~");
    check_not("ISO_IR 13", VR_LT, "a\\");
    check("ISO_IR 13", VR_LO, "a\\b", BYTES("a\\b"));
    check("ISO_IR 13", VR_LT, "¥", BYTES("\\"));
    check_not("ISO_IR 13", VR_LO, "¥"); /* its code separates values */
    check_not("ISO 2022 IR 100\\ISO 2022 IR 101", VR_LO, "я");
    check_not("\\ISO 2022 IR 58", VR_LO, "喆"); /* read from GBK, never written */
    check_not("\\ISO 2022 IR 149", VR_LO, "똠");
    check_not("GBK", VR_LO, "𠀀");
    check_not("GBK", VR_LO, "ḿ");
    check("GB18030", VR_LO, "ḿ𠀀€", BYTES("\xA8\xBC\x95\x32\x82\x36\xA2\xE3"));
    check("WINDOWS 1251", VR_LO, "Иж€", BYTES("\xC8\xE6\x88"));
    check_not("WINDOWS 1251", VR_LO, "é");
    check_not("klingon", VR_LO, "é");
    static const char *const terms[] = { "", "ISO_IR 100", "ISO_IR 192", "GB18030", "\\ISO 2022 IR 87" };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        check_not(terms[i], VR_LO, "\xF4\x8F\xBF\xBC"); /* a byte that could not be read */
        check_not(terms[i], VR_LO, "A\xFC");            /* no UTF-8 */
        check_not(terms[i], VR_LO, "A\x1B");
        check(terms[i], VR_LO, "", (struct span){ NULL, 0 });
        check(terms[i], VR_LT, "A\t\f\r\n", BYTES("A\t\f\r\n"));
    }
}

/* -- the rules, checked on bytes by somebody who does not know the encoder --------------------------------------- */

struct sequence {
    const char *bytes;
    char half; /* of the code table: 0 or 1 */
    int width;
    const char *iso_ir;
};

static const struct sequence sequences[] = {
    { "(B", 0, 1, " 6" },    { "(J", 0, 1, " 13" },  { "$B", 0, 2, " 87" },  { "$(D", 0, 2, " 159" },
    { "-A", 1, 1, " 100" },  { "-B", 1, 1, " 101" }, { "-C", 1, 1, " 109" }, { "-D", 1, 1, " 110" },
    { "-L", 1, 1, " 144" },  { "-G", 1, 1, " 127" }, { "-F", 1, 1, " 126" }, { "-H", 1, 1, " 138" },
    { "-M", 1, 1, " 148" },  { "-b", 1, 1, " 203" }, { "-T", 1, 1, " 166" }, { ")I", 1, 1, " 13" },
    { "$)C", 1, 2, " 149" }, { "$)A", 1, 2, " 58" },
};

static const struct sequence *sequence_at(struct span text)
{
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        size_t n = strlen(sequences[i].bytes);
        if (text.n >= n && memcmp(text.p, sequences[i].bytes, n) == 0)
            return &sequences[i];
    }
    return NULL;
}

static const struct sequence *sequence_of(char half, const char *iso_ir)
{
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (sequences[i].half == half && strcmp(sequences[i].iso_ir, iso_ir) == 0)
            return &sequences[i];
    return NULL;
}

/* One of the values ends in that number; ISO 646 is the lower half of nearly all. */
static bool is_named(const char *terms, const char *iso_ir)
{
    for (struct span rest = span_str(terms); rest.p;) {
        struct span one = span_cut(&rest, '\\');
        size_t n = strlen(iso_ir);
        if ((one.n >= n && memcmp(one.p + one.n - n, iso_ir, n) == 0)
            || (strcmp(iso_ir, " 6") == 0 && !span_is(one, "ISO 2022 IR 13")))
            return true;
    }
    return false;
}

/* NULL, or which rule these bytes of a value break (PS3.5 6.1.2.5.3, 6.2.1). */
static const char *broken_rule(const char *terms, enum dicom_vr vr, struct span text)
{
    struct span rest = span_str(terms);
    struct span first = span_cut(&rest, '\\');
    char number[8] = " 6";
    if (first.n)
        snprintf(number, sizeof number, "%.*s",
                 SPAN_FMT(span_of(strrchr(strndupa((const char *)first.p, first.n), ' '), 4)));
    const struct sequence *start[2] = { sequence_of(0, number), sequence_of(1, number) };
    if (!start[0])
        start[0] = sequence_of(0, " 6");
    const struct sequence *now[2] = { start[0], start[1] };
    bool extended = rest.p, first_group = true;
    while (text.n) {
        uint8_t c = text.p[0];
        bool delimiter =
            c < 0x20 ? c != 0x1B : (c == '\\' && dicom_vr_has(vr, VR_MULTI)) || (vr == VR_PN && (c == '^' || c == '='));
        size_t n = 1;
        if (c == 0x1B) {
            const struct sequence *s = sequence_at(span_of(text.p + 1, text.n - 1));
            if (!extended)
                return "no code extensions with one value";
            if (vr == VR_PN && first_group)
                return "no escape sequence in the first component group";
            if (!s || !is_named(terms, s->iso_ir))
                return "only sets that were named";
            now[(int)s->half] = s;
            n += strlen(s->bytes);
        } else if (c >= 0x21 && c < 0x7F && now[0]->width == 2) {
            if (text.n < 2 || text.p[1] < 0x21 || text.p[1] > 0x7E)
                return "back in the first set before delimiters and spaces, and whole characters";
            n = 2;
        } else if (delimiter) {
            if (now[0] != start[0] || (start[1] && now[1] != start[1]))
                return "back in the first set before delimiters and controls";
            now[1] = start[1];
            first_group = c == '\\' || (first_group && c != '=');
        } else if (c == ' ' && now[0]->width == 2) {
            return "spaces are of one byte";
        } else if (c >= 0x80) {
            if (c < 0xA0 || !now[1])
                return "an upper half that nothing was said of";
            n = (size_t)now[1]->width;
            if (text.n < n || text.p[n - 1] < 0xA0)
                return "whole characters";
        }
        text = span_of(text.p + n, text.n - n);
    }
    return now[0] != start[0] || (start[1] && now[1] != start[1]) ? "back in the first set at the end" : NULL;
}

static void the_rules_know_bad_text(void **state)
{
    (void)state;
    static const struct {
        const char *terms;
        enum dicom_vr vr;
        struct span bytes;
    } rows[] = {
        { "ISO_IR 100", VR_LO, TEXT("\x1B-A\xE9") },
        { "\\ISO 2022 IR 87", VR_PN, TEXT("\x1B$B;3\x1B(B") },
        { "\\ISO 2022 IR 87", VR_PN, TEXT("A=\x1B$B;3\x1B(B\\\x1B$B;3\x1B(B") },
        { "\\ISO 2022 IR 149", VR_LO, TEXT("\x1B$B;3\x1B(B") },
        { "\\ISO 2022 IR 87", VR_LO, TEXT("\x1B$B;3\\A") },
        { "\\ISO 2022 IR 87", VR_LO, TEXT("\x1B$B;3") },
        { "\\ISO 2022 IR 87", VR_LO, TEXT("\x1B$B;3 \x1B(B") },
        { "\\ISO 2022 IR 149", VR_PN, TEXT("=\x1B$)C\xFB\xF3^\xFB\xF3") },
        { "ISO 2022 IR 100\\ISO 2022 IR 144", VR_LT, TEXT("\x1B-L\xEF\r\n\x1B-A") },
        { "ISO 2022 IR 100\\ISO 2022 IR 144", VR_LT, TEXT("\x1B-L\xEF") },
        { "ISO 2022 IR 13\\ISO 2022 IR 87", VR_LO, TEXT("\x1B$B;3\x1B(B") },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!broken_rule(rows[i].terms, rows[i].vr, rows[i].bytes))
            fail_msg("row %zu is well", i);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *rule =
            strstr(texts[i].term, "2022") ? broken_rule(texts[i].term, texts[i].vr, texts[i].bytes) : NULL;
        if (rule)
            fail_msg("%s: %s", texts[i].utf8, rule);
    }
}

static uint32_t chance(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % below;
}

/* Texts of all scripts in sets of all kinds: who can say it says it by the rules, and is understood. */
static void what_is_written_can_be_read(void **state)
{
    (void)state;
    static const char *const sets[] = {
        "ISO 2022 IR 13\\ISO 2022 IR 87",
        "ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126\\ISO 2022 IR 149",
        "\\ISO 2022 IR 58\\ISO 2022 IR 159\\ISO 2022 IR 203",
        "ISO 2022 IR 166\\ISO 2022 IR 87\\ISO 2022 IR 138\\ISO 2022 IR 127",
        "ISO 2022 IR 101\\ISO 2022 IR 109\\ISO 2022 IR 110\\ISO 2022 IR 148\\ISO 2022 IR 6\\ISO 2022 IR 13",
        "\\ISO 2022 IR 149\\ISO 2022 IR 58\\ISO 2022 IR 87",
    };
    static const char *const pieces[] = { "A",  "z ", "^",  "=",  "\\", "\r\n", "~", "é", "ř", "ğ",
                                          "ħ",  "ņ",  "Ж",  "Ω",  "ش",  "ש",    "ก", "œ", "ｱ", "山",
                                          "十", "ひ", "伙", "홍", "张", "¥",    "?", "*" };
    enum { PIECES = sizeof pieces / sizeof *pieces };
    static const enum dicom_vr vrs[] = { VR_PN, VR_LO, VR_LT };
    uint32_t dice = 7, said = 0;
    struct wr text, bytes, back;
    wr_init(&text, 1000);
    wr_init(&bytes, 1000);
    wr_init(&back, 1000);
    for (int i = 0; i < 60000; i++) {
        const char *terms = sets[chance(&dice, sizeof sets / sizeof *sets)];
        enum dicom_vr vr = vrs[chance(&dice, 3)];
        wr_reset(&text);
        wr_reset(&bytes);
        wr_reset(&back);
        for (uint32_t n = chance(&dice, 7); n > 0; n--)
            wr_str(&text, pieces[chance(&dice, PIECES)]);
        if (!dicom_charset_encode(charset_of(terms), vr, wr_done(&text), &bytes))
            continue;
        said++;
        const char *rule = broken_rule(terms, vr, wr_done(&bytes));
        unsigned forgiven = dicom_charset_decode(charset_of(terms), vr, wr_done(&bytes), &back);
        if (rule || forgiven || !span_eq(wr_done(&back), wr_done(&text)))
            fail_msg("%s: %.*s is read as %.*s: %s", terms, SPAN_FMT(wr_done(&text)), SPAN_FMT(wr_done(&back)),
                     rule ? rule : "");
    }
    assert_true(said > 10000);
    wr_fini(&text);
    wr_fini(&bytes);
    wr_fini(&back);
}

static void a_full_writer_is_the_callers_to_notice(void **state)
{
    (void)state;
    for (size_t cap = 0; cap < 8; cap++) {
        struct wr w;
        wr_init(&w, cap);
        assert_true(dicom_charset_encode(charset_of("\\ISO 2022 IR 87"), VR_LO, span_str("山"), &w));
        assert_true(w.failed);
        assert_false(dicom_charset_encode(charset_of("\\ISO 2022 IR 87"), VR_LO, span_str("山é"), &w));
        wr_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_every_set),
        cmocka_unit_test(back_in_the_first_set_where_a_reader_is),
        cmocka_unit_test(no_escape_sequence_in_the_first_group_of_a_name),
        cmocka_unit_test(what_a_set_does_not_have),
        cmocka_unit_test(the_rules_know_bad_text),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(a_full_writer_is_the_callers_to_notice),
    };
    return cmocka_run_group_tests_name("dicom/charset_encode", tests, NULL, NULL);
}
