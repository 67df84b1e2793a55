/* Generated worklists: the same for the same seed, valid, and spread as a department's are. */
#include "entries.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

enum { COUNT = 3000 };

static const struct bench_department department = { .seed = 7, .count = COUNT };

static void an_entry_depends_on_seed_count_and_number_alone(void **state)
{
    (void)state;
    struct wr one, same, other;
    for (uint32_t n = 0; n < COUNT; n += 500)
        write_entry(department, n, &one), wr_fini(&one); /* what came before changes nothing */
    write_entry(department, 77, &one);
    write_entry(department, 77, &same);
    assert_true(span_eq(wr_done(&one), wr_done(&same)));
    write_entry((struct bench_department){ .seed = 8, .count = COUNT }, 77, &other);
    assert_false(span_eq(wr_done(&one), wr_done(&other)));
    wr_fini(&one);
    wr_fini(&same);
    wr_fini(&other);
}

static void every_entry_is_valid_and_of_the_size_of_a_worklist(void **state)
{
    (void)state;
    unsigned plain = 0, with_groups = 0;
    for (uint32_t n = 0; n < COUNT; n++) {
        struct wr file;
        write_entry(department, n, &file);
        assert_in_range(file.n, 1000, 2000);
        struct dicom_block *block = parse_entry(wr_done(&file));
        struct dicom_set set = dicom_block_set(block);
        const struct dicom_element *name = dicom_set_find(set, TAG_PatientName);
        assert_non_null(name);
        assert_false(name->flags & ELEMENT_UNDECODED);
        struct span text = span_trim_end(dicom_set_text(set, name));
        assert_false(span_is(text, "Unnamed")); /* its character set has every letter */
        plain += span_is_ascii(text);
        with_groups += memchr(text.p, '=', text.n) != NULL;
        dicom_block_free(&block);
        wr_fini(&file);
    }
    assert_in_range(plain, COUNT / 2, COUNT * 3 / 4);
    assert_in_range(with_groups, COUNT / 50, COUNT / 10);
}

/* So many entries have the modality, the station and the day of entry 0. */
static uint32_t like_the_first(struct bench_department d)
{
    struct span wanted[3] = { 0 };
    struct dicom_block *first = NULL;
    uint32_t found = 0;
    for (uint32_t n = 0; n < d.count; n++) {
        struct wr file;
        write_entry(d, n, &file);
        struct dicom_block *block = parse_entry(wr_done(&file));
        struct dicom_set step = step_of(dicom_block_set(block));
        struct span got[3] = { dicom_set_get(step, TAG_Modality), dicom_set_get(step, TAG_ScheduledStationAETitle),
                               dicom_set_get(step, TAG_ScheduledProcedureStepStartDate) };
        bool is_first = n == 0, same = true;
        for (int i = 0; i < 3; i++) {
            if (is_first)
                wanted[i] = got[i];
            same = same && span_eq(got[i], wanted[i]);
        }
        found += same;
        if (is_first)
            first = block;
        else
            dicom_block_free(&block);
        wr_fini(&file);
    }
    dicom_block_free(&first);
    return found;
}

static void a_station_has_ten_steps_a_day_in_a_folder_of_any_size(void **state)
{
    (void)state;
    for (uint32_t count = 10; count <= 10000; count *= 10)
        assert_int_equal(like_the_first((struct bench_department){ .seed = 1, .count = count }), BENCH_STEPS_A_DAY);
}

static void a_folder_has_as_many_files_as_were_wanted(void **state)
{
    (void)state;
    char folder[] = "/tmp/mwl-bench-XXXXXX", path[300];
    assert_non_null(mkdtemp(folder));
    struct err err = { 0 };
    assert_true(bench_generate(&(struct bench_department){ .seed = 1, .count = 25 }, folder, &err));
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    unsigned files = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        assert_int_equal(unlink(path), 0);
        files++;
    }
    closedir(dir);
    assert_int_equal(files, 25);
    assert_int_equal(rmdir(folder), 0);
    snprintf(path, sizeof path, "%s/not/there", folder);
    assert_false(bench_generate(&department, path, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.what, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_depends_on_seed_count_and_number_alone),
        cmocka_unit_test(every_entry_is_valid_and_of_the_size_of_a_worklist),
        cmocka_unit_test(a_station_has_ten_steps_a_day_in_a_folder_of_any_size),
        cmocka_unit_test(a_folder_has_as_many_files_as_were_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
