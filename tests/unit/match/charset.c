/* The character set of an answer, and the same patient found whatever set the query and the entry are in. */
#include "sets.h"

#include "dicom/charset.h"

#define SET(term)   "SpecificCharacterSet=" term ";"
#define LATIN1      SET("ISO_IR 100")
#define UTF8        SET("ISO_IR 192")
#define JAPANESE    SET("\\ISO 2022 IR 87")
#define STEP(inner) "ScheduledProcedureStepSequence={" inner "}"
#define DOCTOR      "ScheduledPerformingPhysicianName="

struct row {
    const char *offered; /* terms of the sets that the answer may go in, "|" between them */
    const char *key, *stored, *expected;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct match_answer how = { .charset_count = 0 };
        for (struct span rest = span_str(rows[i].offered); rest.n;)
            how.charsets[how.charset_count++] = dicom_charset_from_value(span_cut(&rest, '|'), NULL);
        sets_check_answer(rows[i].key, rows[i].stored, 0, &how, rows[i].expected);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void the_first_set_that_can_say_it_all(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ISO_IR 192", "PatientName=", LATIN1 "PatientName=M\xDCLLER", UTF8 "PatientName=MÜLLER" },
        { "ISO_IR 100", "PatientName=", UTF8 "PatientName=MÜLLER", LATIN1 "PatientName=M\xDCLLER" },
        { "", "PatientName=", LATIN1 "PatientName=M\xDCLLER", UTF8 "PatientName=MÜLLER" },
        { "ISO_IR 100", "PatientName=", UTF8 "PatientName=Люк", UTF8 "PatientName=Люк" },
        { "ISO_IR 100", "PatientName=", UTF8 "PatientName=MU\xCC\x88LLER", LATIN1 "PatientName=M\xDCLLER" },
        { "ISO_IR 144", "PatientName=", UTF8 "PatientName=MU\xCC\x88LLER", UTF8 "PatientName=MU\xCC\x88LLER" },
        { "ISO_IR 100|ISO_IR 144", "PatientName=", UTF8 "PatientName=Люк",
          SET("ISO_IR 144") "PatientName=\xBB\xEE\xDA" },
        { "ISO_IR 100|ISO_IR 144", "PatientName=;AccessionNumber=", UTF8 "AccessionNumber=é;PatientName=Люк",
          UTF8 "AccessionNumber=é;PatientName=Люк" }, /* one for all of it */
        { "ISO 2022 IR 100\\ISO 2022 IR 144",
          "PatientName=;AccessionNumber=", UTF8 "AccessionNumber=é;PatientName=L=Люк",
          SET("ISO 2022 IR 100\\ISO 2022 IR 144") "AccessionNumber=\xE9;PatientName=L=\x1B-L\xBB\xEE\xDA\x1B-A" },
        { "\\ISO 2022 IR 87", "PatientName=", UTF8 "PatientName=Yamada=山田",
          JAPANESE "PatientName=Yamada=\x1B$B;3ED\x1B(B" },
        { "\\ISO 2022 IR 87", "PatientName=", UTF8 "PatientName=山田", UTF8 "PatientName=山田" }, /* PS3.5 6.2.1 */
        { "GBK", "PatientName=", SET("GB18030") "PatientName=\x81\x5C", SET("GBK") "PatientName=\x81\x5C" },
        { "ISO_IR 100", "PatientName=;PatientID=", LATIN1 "PatientName=M\xDCLLER;PatientID=1",
          LATIN1 "PatientName=M\xDCLLER;PatientID=1" },
    };
    CHECK(rows);
}

static void it_is_named_once_and_only_if_it_is_needed(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ISO_IR 100", "PatientID=", LATIN1 "PatientName=\xDC;PatientID=1", "PatientID=1" },
        { "ISO_IR 100", SET("") "PatientID=", LATIN1 "PatientID=1", "PatientID=1" },
        { "ISO_IR 100", "PatientID=", JAPANESE "PatientID=\x1B(B1", "PatientID=1" },
        { "ISO_IR 192", STEP(DOCTOR), LATIN1 STEP(DOCTOR "\xDC"), UTF8 STEP(DOCTOR "Ü") },
        { "ISO_IR 192", "ScheduledProcedureStepSequence=", LATIN1 STEP(DOCTOR "\xDC"), UTF8 STEP(DOCTOR "Ü") },
        /* items with a set of their own */
        { "ISO_IR 100", "PatientName=;" STEP(DOCTOR), LATIN1 "PatientName=A;" STEP(UTF8 DOCTOR "Ü"),
          LATIN1 "PatientName=A;" STEP(DOCTOR "\xDC") },
        { "ISO_IR 192", "PatientName=;ScheduledProcedureStepSequence=",
          LATIN1 "PatientName=\xDC;" STEP(UTF8 DOCTOR "Ü;"
                                                      "ScheduledProtocolCodeSequence={CodeMeaning=é}"),
          UTF8 "PatientName=Ü;" STEP(DOCTOR "Ü;"
                                            "ScheduledProtocolCodeSequence={CodeMeaning=é}") },
        { "ISO_IR 100", "PatientName=;ScheduledProcedureStepSequence=",
          LATIN1 "PatientName=A;" STEP(UTF8 "Modality=CT"), "PatientName=A;" STEP("Modality=CT") },
    };
    CHECK(rows);
}

/* However a writer chose to say it, who understands that set gets it as it is. */
static void text_in_the_asked_set_is_copied(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "\\ISO 2022 IR 87", "PatientName=", JAPANESE "PatientName=\x1B$BB@O:\x1B(B",
          JAPANESE "PatientName=\x1B$BB@O:\x1B(B" }, /* in the first group, where none should be */
        { "\\ISO 2022 IR 149", "PatientComments=", SET("\\ISO 2022 IR 149") "PatientComments=\x1B$)CA \xC8\xAB",
          SET("\\ISO 2022 IR 149") "PatientComments=\x1B$)CA \xC8\xAB" },
    };
    CHECK(rows);
}

/* In JIS X 0201 two codes of ISO 646 are a yen sign and an overline. */
static void plain_text_in_a_set_that_is_not(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ISO_IR 13", "PatientName=;PatientID=", UTF8 "PatientName=ﾔﾏﾀﾞ;PatientID=A-1",
          SET("ISO_IR 13") "PatientName=\xD4\xCF\xC0\xDE;PatientID=A-1" },
        { "ISO_IR 13", "PatientName=;PatientID=", UTF8 "PatientName=ﾔﾏﾀﾞ;PatientID=A~1",
          UTF8 "PatientName=ﾔﾏﾀﾞ;PatientID=A~1" },
        { "ISO_IR 100", "PatientID=;PatientComments=", SET("ISO_IR 13") "PatientID=A\\B;PatientComments=\\100",
          LATIN1 "PatientID=A\\B;PatientComments=\xA5"
                 "100" },
    };
    CHECK(rows);
}

/* Text that no set can have but its own: the answer goes as it is stored, and every level says in which. */
static void what_cannot_be_read_is_not_lost(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "ISO_IR 100", "PatientName=;PatientID=", UTF8 "PatientName=M\xDCLLER;PatientID=1",
          UTF8 "PatientName=M\xDCLLER;PatientID=1" },
        { "ISO_IR 192", "PatientName=;PatientComments=", LATIN1 "PatientName=M\xDCLLER;PatientComments=\x93",
          LATIN1 "PatientName=M\xDCLLER;PatientComments=\x93" },
        { "ISO_IR 100", "PatientName=", UTF8 "PatientName=Ü;PatientComments=\x93", LATIN1 "PatientName=\xDC" },
        { "ISO_IR 100", "PatientName=", SET("klingon") "PatientName=\xDC", SET("klingon") "PatientName=\xDC" },
        { "ISO_IR 100", "PatientName=;" STEP(DOCTOR ";ScheduledProtocolCodeSequence="),
          LATIN1 "PatientName=\xDC;" STEP(UTF8 DOCTOR "\xFF;ScheduledProtocolCodeSequence={CodeMeaning=é}"),
          LATIN1 "PatientName=\xDC;" STEP(UTF8 DOCTOR "\xFF;ScheduledProtocolCodeSequence={CodeMeaning=é}") },
        { "ISO_IR 100", "PatientName=;ScheduledProcedureStepSequence=",
          "PatientName=\xFF;" STEP(UTF8 DOCTOR "Ü;"
                                               "ScheduledProtocolCodeSequence={" UTF8 "CodeMeaning=é}"),
          "PatientName=\xFF;" STEP(UTF8 DOCTOR "Ü;"
                                               "ScheduledProtocolCodeSequence={CodeMeaning=é}") },
    };
    CHECK(rows);
}

static void text_in_the_words_of_the_query(void **state)
{
    (void)state;
    struct match_answer how = { .narrow = true, .charset_count = 1 };
    how.charsets[0] = dicom_charset_from_value(span_str("\\ISO 2022 IR 87"), NULL);
    sets_check_answer(UTF8 STEP(DOCTOR "A=太*"), JAPANESE STEP(DOCTOR "A=\x1B$BB@O:\x1B(B^"), 0, &how,
                      JAPANESE STEP(DOCTOR "A=\x1B$BB@O:\x1B(B"));
    /* The one group that is asked for comes to stand first, where code extensions may not be. */
    sets_check_answer(UTF8 STEP(DOCTOR "太郎"), JAPANESE STEP(DOCTOR "A=\x1B$BB@O:\x1B(B"), 0, &how,
                      UTF8 STEP(DOCTOR "太郎"));
}

/* One patient, said in every way, and asked for in every way. */
static void a_patient_is_found_across_sets(void **state)
{
    (void)state;
    /* NOLINTBEGIN(bugprone-suspicious-missing-comma) SET() ends where the name begins */
    static const struct {
        const char *stored[4], *keys[8], *others[5];
    } patients[] = {
        { { LATIN1 "PatientName=M\xFCller^J\xF6rg", UTF8 "PatientName=Müller^Jörg",
            SET("ISO_IR 148") "PatientName=M\xFCller^J\xF6rg",
            SET("GB18030") "PatientName=M\xA8\xB9ller^J\x81\x30\x8B\x32rg" },
          { LATIN1 "PatientName=M\xDCLLER^J\xD6RG", UTF8 "PatientName=müller^jörg", UTF8 "PatientName=M?LLER^J?RG",
            UTF8 "PatientName=MU\xCC\x88LLER*", SET("ISO_IR 101") "PatientName=M\xFCl*", "PatientName=M*r^J?rg",
            SET("\\ISO 2022 IR 100") "PatientName=M\x1B-A\xFCLLER^*", NULL },
          { "PatientName=M??LLER^*", "PatientName=MULLER^*", SET("ISO_IR 144") "PatientName=M\xFCller^J\xF6rg",
            "PatientName=M\xFCller^J\xF6rg", NULL } },
        { { JAPANESE "PatientName=Miya=\x1B$B5\\K\\\x1B(B^\x1B$B==\x1B(B", UTF8 "PatientName=Miya=宮本^十",
            SET("GB18030") "PatientName=Miya=\x8C\x6D\xB1\xBE^\xCA\xAE",
            SET("ISO 2022 IR 13\\ISO 2022 IR 87") "PatientName=Miya=\x1B$B5\\K\\\x1B(J^\x1B$B==\x1B(J" },
          { UTF8 "PatientName=宮本^十", UTF8 "PatientName=宮*", UTF8 "PatientName=??^?", UTF8 "PatientName==宮本^*",
            JAPANESE "PatientName=*=\x1B$B5\\\x1B(B*", JAPANESE "PatientName=miya=\x1B$B5\\K\\\x1B(B^?",
            "PatientName=MIYA", SET("GBK") "PatientName==\x8C\x6D\xB1\xBE^*" },
          { UTF8 "PatientName=宮", UTF8 "PatientName=???^?", UTF8 "PatientName==Miya", "PatientName=*=*=*", NULL } },
        { { SET("\\ISO 2022 IR 149") "PatientName=Hong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6",
            UTF8 "PatientName=Hong=洪^吉=홍^길",
            SET("ISO 2022 IR 149") "PatientName=Hong=\xFB\xF3^\xD1\xCE=\xC8\xAB^\xB1\xE6", NULL },
          { UTF8 "PatientName=홍^길", UTF8 "PatientName=hong", UTF8 "PatientName===홍*", UTF8 "PatientName=HONG=洪*",
            SET("\\ISO 2022 IR 149") "PatientName=\x1B$)C\xC8\xAB*", UTF8 "PatientName=Hong=洪^吉=홍^길",
            UTF8 "PatientName=?^길", NULL },
          { UTF8 "PatientName==홍*", UTF8 "PatientName=hong=홍*", UTF8 "PatientName=길", NULL } },
    };
    /* NOLINTEND(bugprone-suspicious-missing-comma) */
    for (size_t i = 0; i < sizeof patients / sizeof *patients; i++)
        for (size_t s = 0; s < 4 && patients[i].stored[s]; s++) {
            for (size_t k = 0; k < 8 && patients[i].keys[k]; k++)
                sets_check(&(struct sets_row){ patients[i].keys[k], patients[i].stored[s], true }, 1, false);
            for (size_t k = 0; k < 5 && patients[i].others[k]; k++)
                sets_check(&(struct sets_row){ patients[i].others[k], patients[i].stored[s], false }, 1, false);
        }
}

/* A byte that cannot be read equals itself; a wild card passes over it; no letter is like it. */
static void what_cannot_be_read_is_no_letter(void **state)
{
    (void)state;
    static const struct sets_row rows[] = {
        { "PatientName=M?ller", UTF8 "PatientName=M\xFCller", true },
        { "PatientName=m*", UTF8 "PatientName=M\xFCller", true },
        { "PatientName=M\xFCLLER", "PatientName=M\xFCller", true },
        { "PatientName=M\xFCLLER", UTF8 "PatientName=M\xFCller", true },
        { LATIN1 "PatientName=M\xFCller", UTF8 "PatientName=M\xFCller", false },
        { "PatientName=M\xFCller", UTF8 "PatientName=Müller", false },
        { "PatientName=M\xFCller", "PatientName=M\xF6ller", false },
        { "PatientName=M\xFCller", UTF8 "PatientName=Miller", false },
        { "PatientName=M??ller", UTF8 "PatientName=M\xFCller", false },
        /* what stands behind an escape sequence that nobody knows is not read as something else */
        { "PatientID=*@O*", "PatientID=\x1B$(QB@O:", false },
        { "PatientID=B@O:", "PatientID=\x1B$(QB@O:", false },
        { "PatientID=\x1B$(QB@O:", "PatientID=\x1B$(QB@O:", true },
    };
    SETS_CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_set_that_can_say_it_all),
        cmocka_unit_test(it_is_named_once_and_only_if_it_is_needed),
        cmocka_unit_test(text_in_the_asked_set_is_copied),
        cmocka_unit_test(plain_text_in_a_set_that_is_not),
        cmocka_unit_test(what_cannot_be_read_is_not_lost),
        cmocka_unit_test(text_in_the_words_of_the_query),
        cmocka_unit_test(a_patient_is_found_across_sets),
        cmocka_unit_test(what_cannot_be_read_is_no_letter),
    };
    return cmocka_run_group_tests_name("match/charset", tests, NULL, NULL);
}
