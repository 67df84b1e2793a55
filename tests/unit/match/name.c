/* Names: groups, trailing delimiters, case, wild cards across them. */
#include "sets.h"

#define YAMADA                                                                                                         \
    "SpecificCharacterSet=ISO_IR 192;PatientName=Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E"

static void groups_and_delimiters(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientName==YAMADA", YAMADA, false }, /* that is not its ideographic group */
        { "SpecificCharacterSet=ISO_IR 192;PatientName==\xE5\xB1\xB1\xE7\x94\xB0*", YAMADA, true },
        { "SpecificCharacterSet=ISO_IR 192;PatientName=\xE5\xB1\xB1\xE7\x94\xB0*", YAMADA, true },
        { "SpecificCharacterSet=ISO_IR 192;PatientName=\xE5\xB1\xB1\xE7\x94\xB0?*", YAMADA, true },
        { "SpecificCharacterSet=ISO_IR 192;PatientName=\xE5\xB1\xB1\xE7\x94\xB0", YAMADA, false },
        { "SpecificCharacterSet=ISO_IR 192;PatientName=yamada*=\xE5\xB1\xB1*", YAMADA, true },
        { "SpecificCharacterSet=ISO_IR 192;PatientName=suzuki*=\xE5\xB1\xB1*", YAMADA, false },
        { "SpecificCharacterSet=ISO_IR 192;PatientName=Y*\xE9\x83\x8E", YAMADA, true }, /* across the "=" */
        { "PatientName=YAMADA^TAROU", YAMADA, true },
        { "PatientName=YAMADA^TAROU==", YAMADA, true },
        { "PatientName=YAMADA^TAROU=*", YAMADA, true },
        { "PatientName=*=*", YAMADA, true },
        { "PatientName=*=*", "PatientName=DOE^JOHN", false }, /* literal: there is no "=" */
        { "PatientName=*=*", "PatientName=DOE^JOHN=", false },
        { "PatientName=DOE^JOHN", "PatientName=DOE^JOHN^^^", true },
        { "PatientName=DOE^JOHN^^^", "PatientName=DOE^JOHN", true },
        { "PatientName=DOE^JOHN^ ^", "PatientName=DOE^JOHN==", true },
        { "PatientName=DOE", "PatientName=DOE^JOHN", false },
        { "PatientName=DOE*", "PatientName=DOE^JOHN", true },
        { "PatientName=DOE^J*", "PatientName=DOE^JOHN", true },
        { "PatientName=*JOHN", "PatientName=DOE^JOHN", true },
        { "PatientName=*^", "PatientName=", true }, /* "*" and nothing more */
        { "PatientName=^^", "PatientName=", true },
        { "PatientName=*=", "PatientName=DOE", true },
        { "PatientName=DOE", "PatientName=^^^", false },
        { "PatientName=?*", "PatientName=^^^", false }, /* delimiters alone are no name */
        { "PatientName=DOE", "PatientName=ROE==DOE", true },
        { "PatientName=a=b=c=d", "PatientName=A=B=C=D", true },
        { "PatientName=a=b=c=d", "PatientName=A=B=C=E", false }, /* there is no fourth group to be left out */
        { "PatientName=a=b=c=d", "PatientName=A=B=C", false },
        { "PatientName====DOE", "PatientName=ROE", false }, /* nor do empty groups before it ask for nothing */
        { "PatientName====DOE", "PatientName====DOE", true },
        { "OtherPatientNames=DOE^JANE", "OtherPatientNames=A^B\\DOE^JANE", true },
    };
    SETS_CHECK(rows);
}

static void case_is_ignored_unless_asked_for(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientName=doe^john", "PatientName=DOE^JOHN", true },
        { "PatientName=D*", "PatientName=doe", true },
        { "SpecificCharacterSet=ISO_IR 192;PatientName=m\xC3\xBCller*",
          "SpecificCharacterSet=ISO_IR 100;PatientName=M\xDCLLER^EVA", true },
        { "PatientName=strasse",
          "SpecificCharacterSet=ISO_IR 100;PatientName=Stra\xDF"
          "e",
          true },
        /* a sharp s is one character to "?", though its full folding is two */
        { "PatientName=????*", "SpecificCharacterSet=ISO_IR 100;PatientName=Wei\xDF", true },
        { "PatientName=?????*", "SpecificCharacterSet=ISO_IR 100;PatientName=Wei\xDF", false },
        { "SpecificCharacterSet=ISO_IR 100;PatientName=?EI\xDF", "SpecificCharacterSet=ISO_IR 100;PatientName=Wei\xDF",
          true },
        { "ReferringPhysicianName=house", "ReferringPhysicianName=HOUSE", true },
        /* a set that is not decoded: ASCII letters in any case, all else as it is */
        { "PatientName=yamada*", "SpecificCharacterSet=\\ISO 2022 IR 87;PatientName=Yamada=\x1B$B4DED\x1B(B", true },
    };
    SETS_CHECK(rows);
    static const struct sets_row sensitive[] = {
        { "PatientName=doe^john", "PatientName=DOE^JOHN", false },
        { "PatientName=DOE^JOHN", "PatientName=DOE^JOHN^", true },
        { "PatientName=doe*", "PatientName=DOE^JOHN", false },
    };
    sets_check(sensitive, sizeof sensitive / sizeof *sensitive, true);
}

/* A key is never taken for less than it says. */
static void a_key_too_long_to_be_a_name_restricts(void **state)
{
    (void)state;
    char key[8192] = "PatientName=";
    size_t start = strlen(key);
    memset(key + start, 'a', 6000);
    key[start + 3000] = '=';
    const struct sets_row rows[] = { { key, "PatientName=DOE", false }, { key, key, true } };
    SETS_CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_and_delimiters),
        cmocka_unit_test(a_key_too_long_to_be_a_name_restricts),
        cmocka_unit_test(case_is_ignored_unless_asked_for),
    };
    return cmocka_run_group_tests_name("match/name", tests, NULL, NULL);
}
