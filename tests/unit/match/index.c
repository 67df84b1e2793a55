/* Values of entries, and the ranges in which plans look for them. */
#include "sets.h"

#include "match/index.h"

enum where { ANYWHERE, INSIDE, OUTSIDE };

static enum where where_is(const char *key, const char *stored, enum match_index index, struct match_options options)
{
    struct dicom_block *query = sets_block(key), *entry = sets_block(stored);
    struct match_plan *plan = sets_plan(query, options);
    struct match_values values;
    struct match_ranges ranges;
    enum where where = ANYWHERE;
    match_index_values(dicom_block_set(entry), 0, &values);
    if (match_plan_ranges(plan, index, &ranges)) {
        where = OUTSIDE;
        for (uint32_t r = 0; r < ranges.count; r++)
            for (uint32_t v = 0; v < values.count; v++)
                if (match_value_compare(values.value[v], ranges.range[r].first) >= 0
                    && match_value_compare(values.value[v], ranges.range[r].last) <= 0)
                    where = INSIDE;
    }
    match_plan_free(&plan);
    dicom_block_free(&query);
    dicom_block_free(&entry);
    return where;
}

#define UTF8 "SpecificCharacterSet=ISO_IR 192;"
#define STEP "ScheduledProcedureStepSequence="

static void what_a_key_leaves(void **state)
{
    (void)state;
    static const struct {
        const char *key, *stored;
        enum match_index index;
        enum where expected;
    } rows[] = {
        { "PatientID=A1", "PatientID=A1;" STEP "{}", INDEX_patient_id, INSIDE },
        { "PatientID=A1", "PatientID=a1;" STEP "{}", INDEX_patient_id, OUTSIDE },
        { "PatientID=A1", "PatientID=B\\A1 ;" STEP "{}", INDEX_patient_id, INSIDE },
        { "PatientID=B\\A1", "PatientID=A1;" STEP "{}", INDEX_patient_id, INSIDE },
        { "PatientID=A1", STEP "{}", INDEX_patient_id, OUTSIDE },
        { "PatientID=", "PatientID=A1;" STEP "{}", INDEX_patient_id, ANYWHERE },
        { "PatientID=*1", "PatientID=A1;" STEP "{}", INDEX_patient_id, ANYWHERE },
        { "PatientID=X\\*1", "PatientID=A1;" STEP "{}", INDEX_patient_id, ANYWHERE },
        { "PatientID=A?1", "PatientID=AB1;" STEP "{}", INDEX_patient_id, INSIDE },
        { "PatientID=A?1", "PatientID=BB1;" STEP "{}", INDEX_patient_id, OUTSIDE },
        { "PatientID=1234567890*", "PatientID=1234567890123;" STEP "{}", INDEX_patient_id, INSIDE },
        { "PatientID=1234567890", "PatientID=1234567891;" STEP "{}", INDEX_patient_id, OUTSIDE },
        { "StudyInstanceUID=1.2\\1.3", "StudyInstanceUID=1.3;" STEP "{}", INDEX_study_uid, INSIDE },
        { "PatientName=doe^jo*", "PatientName=DOE^John;" STEP "{}", INDEX_patient_name, INSIDE },
        { "PatientName=doe^ja*", "PatientName=DOE^John;" STEP "{}", INDEX_patient_name, OUTSIDE },
        { "PatientName=STRASSE*", UTF8 "PatientName=Stra\xC3\x9F\x65;" STEP "{}", INDEX_patient_name, INSIDE },
        { UTF8 "PatientName=\xE5\xB1\xB1*", UTF8 "PatientName=Yamada^T=\xE5\xB1\xB1\xE7\x94\xB0;" STEP "{}",
          INDEX_patient_name, INSIDE },
        { UTF8 "PatientName==\xE5\xB1\xB1*", UTF8 "PatientName=Yamada^T=\xE5\xB1\xB1\xE7\x94\xB0;" STEP "{}",
          INDEX_patient_name, INSIDE },
        { "PatientName=Abcdefghijklmnopqr", "PatientName=ABCDEFGHIJKLMNOPQR;" STEP "{}", INDEX_patient_name, INSIDE },
        { "PatientName=Do?", "PatientName=Doe;" STEP "{}", INDEX_patient_name, ANYWHERE },
        { STEP "{Modality=CT}", STEP "{Modality=CT}", INDEX_modality, INSIDE },
        { STEP "{Modality=CT}", STEP "{Modality=MR}", INDEX_modality, OUTSIDE },
        { STEP "{Modality=CT}", STEP "{Modality=CT}", INDEX_station, ANYWHERE },
        { "PatientID=17", "PatientID=0\\1\\2\\3\\4\\5\\6\\7\\8\\9\\10\\11\\12\\13\\14\\15\\16\\17;" STEP "{}",
          INDEX_patient_id, INSIDE }, /* more values than it stands under */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum where got =
            where_is(rows[i].key, rows[i].stored, rows[i].index, (struct match_options){ .only_device = false });
        if (got != rows[i].expected)
            fail_msg("%s for %s: %d, not %d", rows[i].key, rows[i].stored, (int)got, (int)rows[i].expected);
    }
    struct match_options sensitive = { .case_sensitive_pn = true };
    assert_int_equal(where_is("PatientName=Doe", "PatientName=Doe;" STEP "{}", INDEX_patient_name, sensitive),
                     ANYWHERE);
}

static void what_a_device_leaves(void **state)
{
    (void)state;
    struct span aliases[] = { BYTES("CT_OLD") };
    struct match_options options = { .only_device = true,
                                     .device = { .ae = BYTES("CT1"), .aliases = aliases, .alias_count = 1 } };
    static const char key[] = "PatientID=", station[] = STEP "{ScheduledStationAETitle=CT1}";
    static const char old[] = STEP "{ScheduledStationAETitle=CT_OLD}", other[] = STEP "{ScheduledStationAETitle=CT2}";
    assert_int_equal(where_is(key, station, INDEX_station, options), INSIDE);
    assert_int_equal(where_is(key, old, INDEX_station, options), INSIDE);
    assert_int_equal(where_is(key, other, INDEX_station, options), OUTSIDE);
    options.only_device = false;
    assert_int_equal(where_is(station, old, INDEX_station, options), INSIDE);
    assert_int_equal(where_is(station, other, INDEX_station, options), OUTSIDE);
    options.device.without_station = true; /* who has no station may match, and stands nowhere */
    assert_int_equal(where_is(station, other, INDEX_station, options), ANYWHERE);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_a_key_leaves), cmocka_unit_test(what_a_device_leaves) };
    return cmocka_run_group_tests_name("match/index", tests, NULL, NULL);
}
