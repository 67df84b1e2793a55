/* Folding: the same name however it was typed. */
#include "../check.h"

#include "match/fold.h"

static void equal_text_gets_equal_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum match_fold fold;
        const char *expected;
    } rows[] = {
        { "Stra\xC3\x9F"
          "e",
          FOLD_CASE, "strasse" }, /* full folding: sharp s is two letters */
        { "STRA\xC3\x9F"
          "E",
          FOLD_LETTER,
          "stra\xC3\x9F"
          "e" }, /* sharp s is one character */
        { "\xE1\xBA\x9E\xC3\x89\xCE\xA3\xCF\x82", FOLD_LETTER,
          "\xC3\x9F\xC3\xA9\xCF\x83\xCF\x83" }, /* capital sharp s, E acute, both sigmas */
        { "M\xDCLLER", FOLD_LETTER, "m\xDCller" },
        { "E\xCC\x81RIC", FOLD_CASE, "\xC3\xA9ric" }, /* E, combining acute: composed, then small */
        { "\xC3\x89RIC", FOLD_CASE, "\xC3\xA9ric" },  /* the same in one code point */
        { "E\xCC\x81RIC", FOLD_NFC, "\xC3\x89RIC" },  /* composed, its case kept */
        { "\xCE\xA3\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x82", FOLD_CASE,
          "\xCF\x83\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x83" }, /* both small sigmas are one */
        { "\xE2\x84\xAA", FOLD_CASE, "k" },                             /* the sign Kelvin */
        { "DOE^JOHN", FOLD_CASE, "doe^john" },
        { "DOE^JOHN", FOLD_NFC, "DOE^JOHN" },
        { "DOE^JOHN", FOLD_NONE, "DOE^JOHN" },
        { "M\xDCLLER", FOLD_CASE, "m\xDCller" }, /* Latin-1 undecoded: its ASCII letters only */
        { "M\xDCLLER", FOLD_NFC, "M\xDCLLER" },
        { "", FOLD_CASE, "" },
        { "M\xC3\xBCller-L\xC3\xBC"
          "denscheidt",
          FOLD_BARE, "muller-ludenscheidt" },
        { "O'BRIEN^Se\xC3\xA1n J.", FOLD_BARE, "obrien^sean j" },
        { "S\xC3\xB8rensen^\xC3\x85se", FOLD_BARE, "sorensen^ase" },
        { "Wa\xC5\x82\xC4\x99sa", FOLD_BARE, "walesa" },
        { "I\xC5\x9F\xC4\xB1k", FOLD_BARE, "isik" },
        { "\xC3\x86r\xC3\xB8", FOLD_BARE, "aero" },
        { "Stra\xC3\x9F"
          "e",
          FOLD_BARE, "strasse" },
        { "\xCE\x86\xCE\xBD\xCE\xBD\xCE\xB1", FOLD_BARE, "\xCE\xB1\xCE\xBD\xCE\xBD\xCE\xB1" }, /* alpha with tonos */
        { "\xEF\xBE\x94\xEF\xBE\x8F\xEF\xBE\x80\xEF\xBE\x9E", FOLD_BARE,
          "\xE3\x83\xA4\xE3\x83\x9E\xE3\x83\x80" },    /* half-width yamada; its voicing stays */
        { "\xEA\xB9\x80", FOLD_BARE, "\xEA\xB9\x80" }, /* hangul stays a syllable */
        { "\xE0\xB8\x97\xE0\xB8\xB5\xE0\xB9\x88", FOLD_BARE,
          "\xE0\xB8\x97\xE0\xB8\xB5\xE0\xB9\x88" }, /* what stands above a Thai letter is no accent */
        { "M\xDCLLER", FOLD_BARE, "m\xDCller" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct match_folded room;
        struct span folded = match_fold(span_str(rows[i].text), rows[i].fold, &room);
        if (!span_is(folded, rows[i].expected))
            fail_msg("row %zu: \"%.*s\"", i, SPAN_FMT(folded));
    }
}

static void text_beyond_the_room_stays_as_it_is(void **state)
{
    (void)state;
    enum { LONG = sizeof(struct match_folded) + 2 };
    static uint8_t text[LONG];
    struct match_folded room;
    memset(text, 'A', sizeof text);
    struct span ascii = match_fold(span_of(text, sizeof text), FOLD_CASE, &room);
    assert_ptr_equal(ascii.p, text);
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xC3\x89", 2);
    /* as long as fits in bytes, but of twice as many code points once decomposed */
    for (size_t n = 2 * FOLD_CHARS; n <= sizeof text; n += 2 * FOLD_CHARS) {
        struct span folded = match_fold(span_of(text, n), FOLD_CASE, &room);
        assert_ptr_equal(folded.p, text);
        assert_int_equal(folded.n, n);
    }
    struct span fits = match_fold(span_of(text, FOLD_CHARS), FOLD_CASE, &room);
    assert_int_equal(fits.n, FOLD_CHARS);
    assert_memory_equal(fits.p, "\xC3\xA9", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_text_gets_equal_bytes),
        cmocka_unit_test(text_beyond_the_room_stays_as_it_is),
    };
    return cmocka_run_group_tests_name("match/fold", tests, NULL, NULL);
}
