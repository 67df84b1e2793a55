/* Bytes to UTF-8: the standard's examples, and what devices make of the rules. */
#include "texts.h"

#include <stdio.h>

#include "base/utf8.h"

/* Decodes behind an "@", so that what was written before is seen to stay. */
static unsigned decode(const char *term, enum dicom_vr vr, struct span bytes, struct wr *w)
{
    wr_reset(w);
    wr_u8(w, '@');
    return dicom_charset_decode(charset_of(term), vr, bytes, w);
}

static void check(const char *term, enum dicom_vr vr, struct span bytes, const char *utf8, unsigned forgiven)
{
    struct wr w;
    wr_init(&w, 10000);
    unsigned was = decode(term, vr, bytes, &w);
    if (was != forgiven || w.p[0] != '@' || !span_is(span_of(w.p + 1, w.n - 1), utf8))
        fail_msg("%s: %.*s (%u), not %s (%u)", term, SPAN_FMT(wr_done(&w)), was, utf8, forgiven);
    wr_fini(&w);
}

/* One byte that means nothing, as UTF-8. */
#define UNKNOWN(low_six_bits_of_the_upper, last) "\xF4\x8F" low_six_bits_of_the_upper last
#define UNKNOWN_80                               UNKNOWN("\xBE", "\x80")
#define UNKNOWN_A1                               UNKNOWN("\xBE", "\xA1")
#define UNKNOWN_FC                               UNKNOWN("\xBF", "\xBC")
#define UNKNOWN_FF                               UNKNOWN("\xBF", "\xBF")

static void texts_of_every_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check(texts[i].term, texts[i].vr, texts[i].bytes, texts[i].utf8, 0);
}

/* PS3.5 6.1.2.5.3: the first set is active again, whatever the writer did. */
static void delimiters_and_controls_bring_the_first_set_back(void **state)
{
    (void)state;
    static const char *const ways[] = { "\t", "\n", "\f", "\r", "\r\n" };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char bytes[64], utf8[64];
        size_t n = (size_t)snprintf(bytes, sizeof bytes, "\xE9\x1B-L\xD0%s\xE9", ways[i]);
        snprintf(utf8, sizeof utf8, "é\xD0\xB0%sé", ways[i]);
        check("ISO 2022 IR 100\\ISO 2022 IR 144", VR_LT, span_of(bytes, n), utf8, 0);
    }
    /* The same bytes in VRs that have values, components, or neither. */
    const char *term = "ISO 2022 IR 100\\ISO 2022 IR 144";
    struct span bytes = BYTES("\x1B-L\xD0\\\xE9\x1B-L\xD0^\xE9\x1B-L\xD0=\xE9");
    check(term, VR_PN, bytes, "а\\éа^éа=é", CHARSET_FIRST_GROUP);
    check(term, VR_LO, bytes, "а\\éа^ща=щ", 0);
    check(term, VR_LT, bytes, "а\\ща^ща=щ", 0);
    /* Both halves of the code table. */
    check("ISO 2022 IR 13\\ISO 2022 IR 6\\ISO 2022 IR 100", VR_LT, BYTES("~\xB1\x1B(B\x1B-A~\xB1\r~\xB1"), "‾ｱ~±\r‾ｱ",
          0);
}

static void two_bytes_are_one_character_whatever_they_look_like(void **state)
{
    (void)state;
    check("\\ISO 2022 IR 87", VR_PN, BYTES("=\x1B$B==5\\8^??7*\x1B(B^A"), "=十宮五真栗^A", 0);
    check("\\ISO 2022 IR 87", VR_LO, BYTES("\x1B$B5\\\x1B(B\\\x1B$B5\\\x1B(B"), "宮\\宮", 0);
    check("GBK", VR_PN, BYTES("\x81\x5C\\\x81\x5E^\x81\x7C"), "乗\\乛^亅", 0);
}

/* Writers that leave the way back out, or the way in after a delimiter. */
static void missing_escape_sequences(void **state)
{
    (void)state;
    const unsigned unescaped = CHARSET_UNESCAPED;
    check("\\ISO 2022 IR 87", VR_PN, BYTES("Yamada=\x1B$B;3ED=\x1B$B$d$^"), "Yamada=山田=やま", unescaped);
    check("\\ISO 2022 IR 87", VR_PN, BYTES("A=\x1B$B;3ED^"), "A=山田^", unescaped);
    check("\\ISO 2022 IR 87", VR_LO, BYTES("\x1B$B;3ED\\"), "山田\\", unescaped);
    check("\\ISO 2022 IR 87", VR_LO, BYTES("\x1B$B;3ED"), "山田", 0); /* at the end nothing is missed */
    check("\\ISO 2022 IR 87", VR_LT, BYTES("\x1B$B;3ED\r\nA"), "山田\r\nA", 0);
    check("\\ISO 2022 IR 87", VR_LO, BYTES("\x1B$B;3 ED "), "山 田 ", 0);
    /* Korean with one sequence at the beginning, and with none */
    check("\\ISO 2022 IR 149", VR_PN, BYTES("Hong=\x1B$)C\xFB\xF3^\xD1\xCE"), "Hong=洪^吉", unescaped);
    check("ISO 2022 IR 149", VR_PN, BYTES("\xC8\xAB^\xB1\xE6"), "홍^길", unescaped);
    check("\\ISO 2022 IR 58", VR_PN, BYTES("Zhang=\xD5\xC5^\xD0\xA1"), "Zhang=张^小", unescaped);
    /* Of two sets nobody knows which, before one was named. */
    check("\\ISO 2022 IR 58\\ISO 2022 IR 149", VR_LO, BYTES("\xA1"), UNKNOWN_A1, CHARSET_UNKNOWN);
    check("\\ISO 2022 IR 58\\ISO 2022 IR 149", VR_LO, BYTES("\x1B$)C\xC8\xAB\\\xC8\xAB"), "홍\\홍", unescaped);
    /* A first set that has an upper half is not second-guessed. */
    check("ISO 2022 IR 100\\ISO 2022 IR 149", VR_LO, BYTES("\x1B$)C\xC8\xAB\\\xC8\xAB"), "홍\\È«", 0);
}

/* PS3.5 6.2.1 wants them in the second and third only. */
static void escape_sequences_in_the_first_group_of_a_name(void **state)
{
    (void)state;
    const char *term = "\\ISO 2022 IR 87";
    check(term, VR_PN, BYTES("\x1B$B;3ED\x1B(B"), "山田", CHARSET_FIRST_GROUP);
    check(term, VR_PN, BYTES("A=\x1B$B;3\x1B(B\\\x1B$BED\x1B(B"), "A=山\\田", CHARSET_FIRST_GROUP);
    check(term, VR_PN, BYTES("A=\x1B$B;3\x1B(B^=\x1B$BED\x1B(B"), "A=山^=田", 0);
    check(term, VR_LO, BYTES("\x1B$B;3ED\x1B(B"), "山田", 0);
}

static void escape_sequences_that_were_not_announced(void **state)
{
    (void)state;
    check("", VR_PN, BYTES("A=\x1B$B;3ED\x1B(B"), "A=山田", CHARSET_UNDECLARED);
    check("ISO_IR 100", VR_LO, BYTES("\xE9\x1B-L\xD0"), "éа", CHARSET_UNDECLARED);
    check("ISO_IR 100", VR_LO, BYTES("\xE9\x1B-A\xE9\x1B(BA"), "ééA", 0);
    check("\\ISO 2022 IR 87", VR_LO, BYTES("\x1B$(D0!"), "丂", CHARSET_UNDECLARED);
    /* Nobody's: what follows is not read as something else, up to the next sequence or control. */
    check("", VR_LO, BYTES("A\x1B$(QB\\C^\x1B(BD"),
          "A" UNKNOWN("\xBC", "\x9B") UNKNOWN("\xBC", "\xA4") UNKNOWN("\xBC", "\xA8") UNKNOWN("\xBD", "\x91")
              UNKNOWN("\xBD", "\x82") UNKNOWN("\xBD", "\x9C") UNKNOWN("\xBD", "\x83") UNKNOWN("\xBD", "\x9E") "D",
          CHARSET_UNKNOWN);
    check("", VR_LT, BYTES("\x1Bz\nB"), UNKNOWN("\xBC", "\x9B") UNKNOWN("\xBD", "\xBA") "\nB", CHARSET_UNKNOWN);
    check("", VR_LO, BYTES("A\x1B"), "A" UNKNOWN("\xBC", "\x9B"), CHARSET_UNKNOWN);
    check("", VR_LO, BYTES("\x1B$  "), UNKNOWN("\xBC", "\x9B") UNKNOWN("\xBC", "\xA4") "  ", CHARSET_UNKNOWN);
    check("ISO_IR 192", VR_LO, BYTES("\x1B(B"), UNKNOWN("\xBC", "\x9B") "(B", CHARSET_UNKNOWN);
}

static void characters_of_the_larger_sets_of_vendors(void **state)
{
    (void)state;
    check("\\ISO 2022 IR 149", VR_LO, BYTES("\x1B$)C\x8C\x63\xB1\xE6"), "똠길", CHARSET_SUPERSET);
    check("\\ISO 2022 IR 58", VR_PN, BYTES("=\x1B$)A\xE9\x46^\x1B$)A\x86\xB4\x81\x5C"), "=镕^喆乗", CHARSET_SUPERSET);
}

/* A byte that the set does not have is kept, as a character that no text has. */
static void bytes_that_mean_nothing(void **state)
{
    (void)state;
    static const char *const terms[] = { "", "ISO_IR 109", "ISO_IR 126", "ISO_IR 13", "ISO_IR 166", "klingon" };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        check(terms[i], VR_LO, BYTES("A\x80\xFFZ"),
              strcmp(terms[i], "ISO_IR 109") == 0 ? "A" UNKNOWN_80 "˙Z" : "A" UNKNOWN_80 UNKNOWN_FF "Z",
              CHARSET_UNKNOWN);
    check("ISO_IR 192", VR_PN, BYTES("M\xFCLLER^\xC3\xBC"), "M" UNKNOWN_FC "LLER^ü", CHARSET_UNKNOWN);
    check("ISO_IR 192", VR_PN, BYTES("\xC3"), UNKNOWN("\xBF", "\x83"), CHARSET_UNKNOWN);
    check("GB18030", VR_PN, BYTES("\xFF\x80^\x81"), UNKNOWN_FF UNKNOWN_80 "^" UNKNOWN("\xBE", "\x81"), CHARSET_UNKNOWN);
    check("GB18030", VR_PN, BYTES("\x81\x30\x81="), UNKNOWN("\xBE", "\x81") "0" UNKNOWN("\xBE", "\x81") "=",
          CHARSET_UNKNOWN);
    /* Two bytes that are no character: what follows keeps its place. */
    check("\\ISO 2022 IR 149", VR_LO, BYTES("\x1B$)C\xFE\xA1\xB1\xE6\xB1"),
          UNKNOWN("\xBF", "\xBE") UNKNOWN_A1 "길" UNKNOWN("\xBE", "\xB1"), CHARSET_UNKNOWN);
    check("\\ISO 2022 IR 87", VR_LO, BYTES("\x1B$B\x2F\x2F;3;"),
          UNKNOWN("\xBC", "\xAF") UNKNOWN("\xBC", "\xAF") "山" UNKNOWN("\xBC", "\xBB"), CHARSET_UNKNOWN);
    /* Nor can text have them itself. */
    check("ISO_IR 192", VR_LO, BYTES(UNKNOWN_FF),
          UNKNOWN("\xBF", "\xB4") UNKNOWN("\xBE", "\x8F") UNKNOWN("\xBE", "\xBF") UNKNOWN("\xBE", "\xBF"),
          CHARSET_UNKNOWN);
    check("GB18030", VR_LO, BYTES("\xE3\x32\x9A\x35"), UNKNOWN("\xBF", "\xA3") "2" UNKNOWN("\xBE", "\x9A") "5",
          CHARSET_UNKNOWN);
}

static void other_codings(void **state)
{
    (void)state;
    check("WINDOWS 1251", VR_PN, BYTES("\xC8\xE2\xE0\xED\xEE\xE2^\x88\x98"), "Иванов^€" UNKNOWN("\xBE", "\x98"),
          CHARSET_UNKNOWN);
    check("WINDOWS 1251", VR_LT, BYTES("A\r\n"), "A\r\n", 0);
    check("ISO_IR 13", VR_LT, BYTES("\\~\xB1"), "¥‾ｱ", 0);
    check("ISO_IR 13", VR_LO, BYTES("\\~\xB1"), "\\‾ｱ", 0);
}

/* Whatever comes, what is written is UTF-8, and not much of it. */
static void anything_becomes_utf8(void **state)
{
    (void)state;
    static const char *const terms[] = { "",
                                         "ISO_IR 13",
                                         "ISO_IR 192",
                                         "GB18030",
                                         "WINDOWS 1251",
                                         "klingon",
                                         "ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 149\\ISO 2022 IR 58" };
    uint32_t chance = 1;
    struct wr w;
    wr_init(&w, 4096);
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[24];
        for (size_t at = 0; at < sizeof bytes; at++) {
            chance = chance * 1664525 + 1013904223;
            uint8_t c = (uint8_t)(chance >> 24);
            bytes[at] = chance >> 20 & 7 ? c : (uint8_t) "\x1B$)CB(\\^=-A"[c % 11];
        }
        size_t term = (chance >> 8) % (sizeof terms / sizeof *terms);
        unsigned forgiven = decode(terms[term], i & 1 ? VR_PN : VR_LT, span_of(bytes, sizeof bytes), &w);
        if (!utf8_valid(wr_done(&w)) || w.n > 1 + 4 * sizeof bytes)
            fail_msg("%s, round %d", terms[term], i);
        bool unknown = dicom_charset_encode(dicom_charset_utf8(), VR_LT, wr_done(&w), NULL);
        assert_int_equal(!(forgiven & CHARSET_UNKNOWN), unknown);
    }
    wr_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_every_set),
        cmocka_unit_test(delimiters_and_controls_bring_the_first_set_back),
        cmocka_unit_test(two_bytes_are_one_character_whatever_they_look_like),
        cmocka_unit_test(missing_escape_sequences),
        cmocka_unit_test(escape_sequences_in_the_first_group_of_a_name),
        cmocka_unit_test(escape_sequences_that_were_not_announced),
        cmocka_unit_test(characters_of_the_larger_sets_of_vendors),
        cmocka_unit_test(bytes_that_mean_nothing),
        cmocka_unit_test(other_codings),
        cmocka_unit_test(anything_becomes_utf8),
    };
    return cmocka_run_group_tests_name("dicom/charset_decode", tests, NULL, NULL);
}
