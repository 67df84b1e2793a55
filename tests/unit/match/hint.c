/* What is said of two values that differ. */
#include "sets.h"

#include "match/explain.h"

#define STEP(inner) "ScheduledProcedureStepSequence={" inner "}"
#define START(text) STEP("ScheduledProcedureStepStartDate=" text)
#define TIME(text)  STEP("ScheduledProcedureStepStartTime=" text)

static const struct {
    const char *key, *stored, *words; /* some of them; "" for none at all */
} rows[] = {
    { STEP("ScheduledStationAETitle=ct1"), STEP("ScheduledStationAETitle=CT1"), "upper and lower case" },
    { STEP("ScheduledStationAETitle=CT_1"), STEP("ScheduledStationAETitle=CT 1"), "blanks and punctuation" },
    { STEP("ScheduledStationAETitle=CT_RAD1"), STEP("ScheduledStationAETitle=CT_RAD2"), "another name of it" },
    { STEP("ScheduledStationAETitle=CT"), STEP("ScheduledStationAETitle=CT1"), "without * at its end" },
    { STEP("ScheduledStationAETitle=CT1"), STEP("Modality=CT"), "no value there" },
    { STEP("ScheduledStationAETitle=ct1"), STEP("ScheduledStationAETitle=MR9\\CT1"), "upper and lower case" },
    { STEP("Modality=CR"), STEP("Modality=DX"), "another code for such a device" },
    { STEP("Modality=DX"), STEP("Modality=CR"), "another code for such a device" },
    { STEP("Modality=CT"), STEP("Modality=MR"), "" },
    { START("20261123"), START("20261122"), "1 day before" },
    { START("20261123"), START("20261125"), "2 days after" },
    { START("20261120-20261123"), START("20261125"), "2 days after" },
    { START("20261123-"), START("20261120"), "3 days before" },
    { START("20261123"), START("19261123"), "long before" },
    { START("20261123"), START("tomorrow"), "no date or time" },
    { TIME("08"), TIME("0830"), "a range asks for all of it" },
    { TIME("0800-0900"), TIME("0930"), "another time" },
    { "AccessionNumber=0012345", "AccessionNumber=12345", "zeros in front" },
    { "AccessionNumber=12345", "AccessionNumber=0012345", "zeros in front" },
    { "SpecificCharacterSet=ISO_IR 192;PatientName=M\xC3\xBCller",
      "SpecificCharacterSet=ISO_IR 192;PatientName=M\xC3\x83\xC2\xBCller", "character set" },
    { "PatientName=Xyz", "SpecificCharacterSet=ISO_IR 100;PatientName=H\xE4ndel", "" },
    { "PatientName=Handel", "SpecificCharacterSet=ISO_IR 100;PatientName=H\xE4ndel", "perhaps misspelt" },
    { "PatientName=Smith", "SpecificCharacterSet=ISO_IR 192;PatientName=H\xE4ndel", "does not have" },
    { "PatientID=1234", "PatientID=98765", "" },
};

static void words_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dicom_block *query = sets_block(rows[i].key), *entry = sets_block(rows[i].stored);
        struct match_plan *plan = sets_plan(query, (struct match_options){ 0 });
        struct match_miss miss;
        struct wr words;
        wr_init(&words, 1024);
        assert_int_equal(match_entry_failed(plan, dicom_block_set(entry), 0), 1);
        assert_true(match_entry_miss(plan, dicom_block_set(entry), 0, 0, &miss));
        match_miss_words(&miss, &words);
        wr_u8(&words, 0);
        if (*rows[i].words ? !strstr((const char *)words.p, rows[i].words) : words.n != 1)
            fail_msg("%s, %s: \"%s\"", rows[i].key, rows[i].stored, (const char *)words.p);
        wr_fini(&words);
        match_plan_free(&plan);
        dicom_block_free(&query);
        dicom_block_free(&entry);
    }
}

static void a_zone_is_named(void **state)
{
    (void)state;
#define WITH_ZONE(zone, date, time)                                                                                    \
    "TimezoneOffsetFromUTC=" zone                                                                                      \
    ";" STEP("ScheduledProcedureStepStartDate=" date ";ScheduledProcedureStepStartTime=" time)
    static const char *const asked[] = { "20261124", "20261123" }, *const words_of[] = { "not negotiate",
                                                                                         "time zones" };
    for (int adjust = 0; adjust < 2; adjust++) {
        struct dicom_block *query = adjust ? sets_block(WITH_ZONE("+0100", "20261123", ""))
                                           : sets_block(WITH_ZONE("+0100", "20261124", "")),
                           *entry = sets_block(WITH_ZONE("-0500", "20261123", "2200"));
        struct match_plan *plan = sets_plan(query, (struct match_options){ .adjust_zone = adjust });
        struct match_miss miss;
        struct wr words;
        wr_init(&words, 1024);
        assert_int_equal(match_entry_failed(plan, dicom_block_set(entry), 0), 1);
        assert_true(match_entry_miss(plan, dicom_block_set(entry), 0, 0, &miss));
        match_miss_words(&miss, &words);
        wr_u8(&words, 0);
        if (!strstr((const char *)words.p, words_of[adjust]))
            fail_msg("asked %s: %s", asked[adjust], (const char *)words.p);
        wr_fini(&words);
        match_plan_free(&plan);
        dicom_block_free(&query);
        dicom_block_free(&entry);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(words_fit), cmocka_unit_test(a_zone_is_named) };
    return cmocka_run_group_tests_name("match/hint", tests, NULL, NULL);
}
