/* Fuzzy matching of names: which words meet which, and that nothing is lost that matches by the letter. */
#include "sets.h"

#define UTF8 "SpecificCharacterSet=ISO_IR 192;PatientName="
#define YAMADA                                                                                                         \
    UTF8 "Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E=\xE3\x82\x84\xE3\x81\xBE\xE3\x81\xA0^"        \
         "\xE3\x81\x9F\xE3\x82\x8D\xE3\x81\x86"
#define MUELLER                                                                                                        \
    UTF8 "M\xC3\xBCller-L\xC3\xBC"                                                                                     \
         "denscheidt^Eva Maria^^Dr."

static void words_begin_words_in_any_order(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientName=muller", MUELLER, true },
        { "PatientName=MULLER^EVA", MUELLER, true },
        { "PatientName=eva muller", MUELLER, true },
        { "PatientName=Maria, Ludenscheidt", MUELLER, true },
        { "PatientName=mul^e", MUELLER, true },
        { "PatientName=dr", MUELLER, true },
        { "PatientName=uller", MUELLER, false }, /* the end of a word is not its beginning */
        { "PatientName=muller^otto", MUELLER, false },
        { "PatientName=muller muller", MUELLER, false }, /* a word of its own for each */
        { "PatientName=e eva", UTF8 "M\xC3\xBCller^Eva Ernst", true },
        { "PatientName=e eva", UTF8 "M\xC3\xBCller^Ernst Eva", true },
        { "PatientName=e eva", UTF8 "M\xC3\xBCller^Eva", false },
        { UTF8 "m\xC3\xBCller", "PatientName=MULLER^EVA", true }, /* on either side */
        { "PatientName=O'Brien", "PatientName=OBRIEN^SEAN", true },
        { "PatientName=DOE", "PatientName=^^^", false },
        { "PatientName=DOE", "PatientName=", false },
        { "OtherPatientNames=jane doe", "OtherPatientNames=A^B\\DOE^JANE", true },
        { "OtherPatientNames=a doe", "OtherPatientNames=A^B\\DOE^JANE", false }, /* one name, not two of them */
        { "OtherPatientNames=x\\jane", "OtherPatientNames=A^B\\DOE^JANE", true },
    };
    SETS_CHECK_WITH(rows, .fuzzy_names = true);
}

static void wild_cards_stay_in_their_words(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientName=m?ller", MUELLER, true },       { "PatientName=m*er eva", MUELLER, true },
        { "PatientName=*uller^maria", MUELLER, true }, { "PatientName=* eva", MUELLER, true },
        { "PatientName=x* eva", MUELLER, false },      { "PatientName=**", "PatientName=", true }, /* asks nothing */
    };
    SETS_CHECK_WITH(rows, .fuzzy_names = true);
}

static void groups_keep_to_themselves(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientName=tarou yamada", YAMADA, true },
        { UTF8 "\xE5\xA4\xAA\xE9\x83\x8E \xE5\xB1\xB1", YAMADA, true },
        { UTF8 "yamada \xE5\xB1\xB1", YAMADA, false }, /* in no one group */
        { UTF8 "tarou=\xE5\xB1\xB1", YAMADA, true },
        { UTF8 "suzuki=\xE5\xB1\xB1", YAMADA, false },
        { UTF8 "=\xE5\xB1\xB1", YAMADA, true },
        { UTF8 "=yamada", YAMADA, false },
        { UTF8 "==\xE3\x82\x84\xE3\x81\xBE", YAMADA, true },
        /* half-width katakana */
        { UTF8 "\xEF\xBE\x94\xEF\xBE\x8F\xEF\xBE\x80\xEF\xBE\x9E",
          UTF8 "\xE3\x83\xA4\xE3\x83\x9E\xE3\x83\x80^\xE3\x82\xBF", true },
    };
    SETS_CHECK_WITH(rows, .fuzzy_names = true);
}

static void what_matches_by_the_letter_still_does(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientName=*uller*", "PatientName=MULLER^EVA", true },
        { "PatientName=*=*", YAMADA, true },
        { "PatientName=*=*", "PatientName=DOE^JOHN", false }, /* it has one group */
        { "PatientName=D*^J*N", "PatientName=DOE^JOHN", true },
        { "PatientName=a=b=c=d", "PatientName=A=B=C=D", true },
        { "PatientName=a=b=c=d", "PatientName=A=B=C", false },
        { "PatientName=a b c d e f g h i j k l m n o p q", "PatientName=A B C D E F G H I J K L M N O P Q", true },
        { "PatientName=q p o n m l k j i h g f e d c b a", "PatientName=A B C D E F G H I J K L M N O P Q", false },
        { "PatientName=p o n m l k j i h g f e d c b a", "PatientName=A B C D E F G H I J K L M N O P", true },
    };
    SETS_CHECK_WITH(rows, .fuzzy_names = true);
    static const struct sets_row exact[] = { { "PatientName=eva muller", "PatientName=MULLER^EVA", false } };
    SETS_CHECK(exact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_begin_words_in_any_order),
        cmocka_unit_test(wild_cards_stay_in_their_words),
        cmocka_unit_test(groups_keep_to_themselves),
        cmocka_unit_test(what_matches_by_the_letter_still_does),
    };
    return cmocka_run_group_tests_name("match/fuzzy", tests, NULL, NULL);
}
