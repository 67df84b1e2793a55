/* What Orthanc takes out of text, as it was seen to do (Debian's 1.10.1), and what of it keeps an entry off the list.
 */
#include "host.h"

#include "plugin/losses.h"

/* A data set with these texts, in UTF-8 unless another character set is named; and how it is taken. */
static bool take(const char *encoding, const char *charset, const char *name, const char *id, const char *physician,
                 struct err *err)
{
    struct dicom_writer w;
    struct wr bytes;
    wr_init(&bytes, 4096);
    dicom_write_init(&w, &bytes, SYNTAX_EXPLICIT_LE);
    worklist_text(&w, TAG_SpecificCharacterSet, VR_CS, charset ? charset : "ISO_IR 192");
    worklist_text(&w, TAG_PatientName, VR_PN, name);
    worklist_text(&w, TAG_PatientID, VR_LO, id);
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(&w);
    worklist_text(&w, TAG_ScheduledPerformingPhysicianName, VR_PN, physician);
    dicom_write_end_item(&w);
    dicom_write_end_sequence(&w);
    struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE, .max_bytes = 4096, .limits = &limits_default };
    *err = (struct err){ 0 };
    struct dicom_block *block = dicom_parse(wr_done(&bytes), &options, NULL, err);
    assert_string_equal(err->what, "");
    struct plugin_losses losses;
    plugin_losses_init(&losses, encoding);
    bool taken = plugin_losses_accept(&losses, "a.wl", dicom_block_set(block), err);
    dicom_block_free(&block);
    wr_fini(&bytes);
    return taken;
}

static void names_that_come_out_whole(void **state)
{
    (void)state;
    static const struct {
        const char *encoding, *name;
        bool expected;
    } rows[] = {
        { "Ascii", "Haendel^Georg", true },
        { "Ascii", "Händel^Georg", false },
        { "Latin1", "Händel^Georg", true },
        { "latin1", "Dvořák^Antonín", false },
        { "Latin2", "Dvořák^Antonín", true },
        { "Latin5", "Şimşek^İbrahim", true },
        { "Latin1", "Люксембург^Роза", false },
        { "Cyrillic", "Люксембург^Роза", true },
        { "Cyrillic", "Їжак^Ґава", false },
        { "Windows1251", "Люксембург^Роза", false },
        { "Windows1251", "Luxemburg^Rosa", true },
        { "Greek", "Διονυσιος", true },
        { "Arabic", "قباني^لنزار", true },
        { "Hebrew", "שרון^דבורה", true },
        { "Thai", "นามสกุล^ชื่อ", true },
        { "Latin1", "Yamada^Tarou=山田^太郎", false },
        { "Japanese", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎", true },
        { "Japanese", "Händel^Georg", false },
        { "JapaneseKanji", "Yamada^Tarou=山田^太郎=やまだ^たろう", true },
        { "JapaneseKanji", "山田^太郎", true },
        { "JapaneseKanji", "Taka=髙", false },
        { "Korean", "Hong^Gildong=洪^吉洞=홍^길동", true },
        { "Korean", "Händel^Georg", false },
        { "SimplifiedChinese", "Zhang^XiaoDong=张^小东", true },
        { "SimplifiedChinese", "Zhang=東", false },
        { "Chinese", "Wang^XiaoDong=王^小東", true },
        { "Utf8", "Wang^XiaoDong=王^小東=Їжак^Ґава", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err;
        if (take(rows[i].encoding, NULL, rows[i].name, "1", "", &err) != rows[i].expected)
            fail_msg("%s in %s: %s", rows[i].name, rows[i].encoding, err.what);
    }
}

static void who_it_is_must_stay_who_it_is(void **state)
{
    (void)state;
    struct err err;
    log_set_level(LOG_ERROR);
    assert_false(take("Latin1", NULL, "Роза", "1", "", &err));
    assert_string_equal(err.what, "Orthanc would take letters out of its Patient's Name, which its DefaultEncoding, "
                                  "Latin1, cannot send: write \"DefaultEncoding\" : \"Utf8\" into Orthanc's "
                                  "configuration");
    assert_false(take("Latin1", NULL, "Bach", "1Ж", "", &err));
    assert_non_null(strstr(err.what, "its Patient ID"));
    assert_true(take("Latin1", NULL, "Bach", "1", "Роза", &err)); /* with a warning */
    /* Bytes that mean nothing are lost in any encoding. */
    assert_false(take("Utf8", "ISO_IR 192", "B\xFF", "1", "", &err));
    assert_string_equal(err.what, "its Patient's Name has bytes that its Specific Character Set does not have, and "
                                  "Orthanc would take them out");
}

static void every_name_of_orthanc_is_known(void **state)
{
    (void)state;
    static const char *const names[] = { "Ascii",    "Utf8",          "Latin1",           "Latin2",      "Latin3",
                                         "Latin4",   "Latin5",        "Cyrillic",         "Arabic",      "Greek",
                                         "Hebrew",   "Thai",          "Chinese",          "Windows1251", "Korean",
                                         "Japanese", "JapaneseKanji", "SimplifiedChinese" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct err err;
        assert_true(take(names[i], NULL, "Bach^Johann", "1", "", &err));
        assert_int_equal(take(names[i], NULL, "\xF0\x9F\xA9\xBB", "1", "", &err),
                         strcmp(names[i], "Utf8") == 0 || strcmp(names[i], "Chinese") == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_come_out_whole),
        cmocka_unit_test(who_it_is_must_stay_who_it_is),
        cmocka_unit_test(every_name_of_orthanc_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
