/* Text for devices with fewer letters, or less room: what is written, and what is left as it is. */
#include "sets.h"

#include "dicom/dictionary.h"
#include "match/spell.h"

#define UTF8 "SpecificCharacterSet=ISO_IR 192;"

static struct dicom_charset charset_of(const char *term)
{
    return dicom_charset_from_value(span_str(term), NULL);
}

static void letters_become_others(void **state)
{
    (void)state;
    static const struct {
        const char *term;
        enum dicom_vr vr;
        const char *text, *expected; /* NULL: there is no way */
    } rows[] = {
        { "", VR_PN, "M\xC3\xBCller^\xC3\x85se", "Muller^Ase" },
        { "", VR_PN,
          "Stra\xC3\x9F"
          "e",
          "Strasse" },
        { "", VR_PN, "\xC3\x86r\xC3\xB8", "Aero" },
        { "", VR_PN, "\xC3\x86R\xC3\x98", "AERO" },
        { "", VR_PN, "Wa\xC5\x82\xC4\x99sa", "Walesa" },
        { "", VR_PN, "\xD0\x96\xD1\x83\xD0\xBA\xD0\xBE\xD0\xB2^\xD0\xAE\xD1\x80\xD0\xB8\xD0\xB9", "Zhukov^Iurii" },
        { "", VR_PN, "\xD0\x96\xD0\xA3\xD0\x9A\xD0\x9E\xD0\x92", "ZHUKOV" },
        { "", VR_PN, "\xCE\x94\xCE\xB9\xCE\xBF\xCE\xBD\xCF\x85\xCF\x83\xCE\xB9\xCE\xBF\xCF\x82", "Dionysios" },
        { "", VR_PN, "\xCE\x98\xCE\xAD\xCE\xBA\xCE\xBB\xCE\xB1", "Thekla" },
        { "ISO_IR 100", VR_PN, "M\xC3\xBCller \xC5\x81uk\xC3\xA1\xC5\xA1",
          "M\xC3\xBCller Luk\xC3\xA1s" }, /* what it has stays */
        { "ISO_IR 144", VR_PN, "\xD0\x96\xD1\x83\xD0\xBA \xC3\xA9", "\xD0\x96\xD1\x83\xD0\xBA e" },
        { "", VR_LO, "\xEF\xBC\xA1\xEF\xBC\xA2 \xE2\x85\xA3", "AB IV" }, /* full width, a Roman number */
        { "", VR_LO, "\xE5\xB1\xB1", NULL },
        { "", VR_LO, "caf\xC3\xA9 \xE5\xB1\xB1", NULL }, /* all of it, or nothing */
        /* the groups of a name */
        { "", VR_PN, "Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E=\xE3\x82\x84", "Yamada^Tarou" },
        { "ISO_IR 13", VR_PN, "Yamada=\xE5\xB1\xB1=\xEF\xBE\x94", "Yamada==\xEF\xBE\x94" },
        { "", VR_PN, "\xE5\xB1\xB1\xE7\x94\xB0", NULL },
        { "", VR_PN, "Yamada=\xE5\xB1\xB1\\\xC3\x89ric", "Yamada\\Eric" },
        { "", VR_PN, "Yamada\\\xE5\xB1\xB1", NULL },
        { "", VR_PN, "\xFF", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wr out;
        wr_init(&out, 1024);
        bool said = match_spell(charset_of(rows[i].term), TAG_PatientName, rows[i].vr, span_str(rows[i].text), &out);
        if (said != (rows[i].expected != NULL) || (said && !span_is(wr_done(&out), rows[i].expected)))
            fail_msg("row %zu: \"%.*s\"", i, SPAN_FMT(wr_done(&out)));
        wr_fini(&out);
    }
}

static void what_identifies_stays(void **state)
{
    (void)state;
    static const uint32_t tags[] = { TAG_PatientID,
                                     TAG_AccessionNumber,
                                     TAG_CodeValue,
                                     TAG_ScheduledProcedureStepID,
                                     TAG_RequestedProcedureID,
                                     TAG_FillerOrderNumberImagingServiceRequest };
    struct wr out;
    wr_init(&out, 1024);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        assert_false(match_spell(charset_of(""), tags[i], VR_LO, span_str("\xC3\xA9"), &out));
    assert_true(match_spell(charset_of(""), TAG_PatientAddress, VR_LO, span_str("\xC3\xA9"), &out));
    wr_fini(&out);
}

static void answers_in_letters_of_the_device(void **state)
{
    (void)state;
    struct match_bent bent;
    struct match_answer how = {
        .charsets = { charset_of("ISO_IR 6") }, .charset_count = 1, .transliterate = true, .bent = &bent
    };
    sets_check_answer("PatientName=;PatientID=", UTF8 "PatientName=M\xC3\xBCller;PatientID=1", 0, &how,
                      "PatientName=Muller;PatientID=1");
    assert_true(bent.spelled);
    assert_false(bent.cut);
    sets_check_answer("PatientName=;PatientID=", "PatientName=Muller;PatientID=1", 0, &how,
                      "PatientName=Muller;PatientID=1");
    assert_false(bent.spelled);
    /* an ID that it cannot say: then nothing is said in it */
    sets_check_answer("PatientName=;PatientID=", UTF8 "PatientName=M\xC3\xBCller;PatientID=\xC3\xA9", 0, &how,
                      UTF8 "PatientName=M\xC3\xBCller;PatientID=\xC3\xA9");
    assert_false(bent.spelled);
    how.transliterate = false;
    sets_check_answer("PatientName=", UTF8 "PatientName=M\xC3\xBCller", 0, &how, UTF8 "PatientName=M\xC3\xBCller");
}

static void text_is_cut_between_characters(void **state)
{
    (void)state;
    static const struct dicom_length lengths[] = { { TAG_PatientAddress, 5 },
                                                   { TAG_PatientName, 4 },
                                                   { TAG_OtherPatientNames, 4 },
                                                   { TAG_ScheduledProcedureStepDescription, 6 },
                                                   { TAG_PatientComments, 3 } };
    struct match_bent bent;
    struct match_answer how = { .charsets = { charset_of("ISO_IR 192") },
                                .charset_count = 1,
                                .lengths = lengths,
                                .length_count = sizeof lengths / sizeof *lengths,
                                .bent = &bent };
    static const struct {
        const char *key, *stored, *expected;
        bool cut;
    } rows[] = {
        { "PatientAddress=", "PatientAddress=12345", "PatientAddress=12345", false },
        { "PatientAddress=", "PatientAddress=123456", "PatientAddress=12345", true },
        { "PatientAddress=", "PatientAddress=1234 6", "PatientAddress=1234", true },
        { "PatientAddress=",
          UTF8 "PatientAddress=1234\xC3\xA9"
               "6",
          UTF8 "PatientAddress=1234\xC3\xA9", true },
        { "PatientAddress=",
          UTF8 "PatientAddress=1234e\xCC\x81"
               "6",
          "PatientAddress=1234", true }, /* not a letter without its accent */
        { "PatientName=", "PatientName=Yamada^Tarou=ab^cd=e", "PatientName=Yama=ab^c=e", true },
        { "OtherPatientNames=", "OtherPatientNames=A\\BCDEF", "OtherPatientNames=A\\BCDE", true },
        { "PatientComments=", "PatientComments=a\\bc", "PatientComments=a\\b", true }, /* an LT is one value */
        { "ScheduledProcedureStepSequence={ScheduledProcedureStepDescription=}",
          "ScheduledProcedureStepSequence={ScheduledProcedureStepDescription=CT head plain}",
          "ScheduledProcedureStepSequence={ScheduledProcedureStepDescription=CT hea}", true },
        { "PatientID=", "PatientID=1234567", "PatientID=1234567", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sets_check_answer(rows[i].key, rows[i].stored, 0, &how, rows[i].expected);
        assert_int_equal(bent.cut, rows[i].cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_become_others),
        cmocka_unit_test(what_identifies_stays),
        cmocka_unit_test(answers_in_letters_of_the_device),
        cmocka_unit_test(text_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("match/spell", tests, NULL, NULL);
}
