/* Files loaded side by side come out in the order in which they went in, each with what is in it. */
#include "../check.h"

#include "scratch.h"

#include "source/pool.h"

enum { MANY = 1000 };

static void put(struct source_pool *pool, const struct source_place *place, struct source_files *files, int i)
{
    char name[32];
    snprintf(name, sizeof name, "%d.wl", i);
    struct source_file *file = source_files_get(files, name);
    assert_non_null(file);
    file->touch = TOUCH_MOVED;
    source_pool_put(pool, place, file);
}

/* The next one is file number i: every seventh is junk, every eleventh is not there. */
static void take(struct source_pool *pool, int i)
{
    char name[32];
    snprintf(name, sizeof name, "%d.wl", i);
    struct source_job *job = source_pool_take(pool);
    assert_string_equal(job->file->name, name);
    assert_int_equal(job->loaded, i % 11 == 0 ? LOADED_NOTHING : i % 7 == 0 ? LOADED_BAD : LOADED);
    if (job->loaded != LOADED)
        return;
    snprintf(name, sizeof name, "%d", i);
    assert_true(span_is(dicom_set_get(dicom_block_set(job->load.block), TAG_PatientID), name));
    dicom_block_free(&job->load.block);
}

static void load_all(uint32_t threads)
{
    struct scratch s;
    struct source_files files = { NULL };
    scratch_init(&s);
    for (int i = 0; i < MANY; i++) {
        char path[32], id[32];
        snprintf(path, sizeof path, "wl/%d.wl", i);
        snprintf(id, sizeof id, "%d", i);
        if (i % 7 == 0)
            scratch_junk(path, "junk", 4);
        else
            scratch_file(path, id);
        if (i % 11 == 0)
            assert_int_equal(unlink(path), 0);
    }
    struct source_place place = { .fd = open("wl", O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
    struct source_pool *pool = source_pool_new(&s.options, threads);
    assert_non_null(pool);
    int out = 0;
    for (int i = 0; i < MANY; i++) {
        while (source_pool_is_full(pool) || (i % 100 == 0 && !source_pool_is_empty(pool)))
            take(pool, out++);
        put(pool, &place, &files, i);
    }
    while (!source_pool_is_empty(pool))
        take(pool, out++);
    assert_int_equal(out, MANY);
    source_pool_free(&pool);
    source_files_fini(&files);
    close(place.fd);
    scratch_fini(&s);
}

static void alone(void **state)
{
    (void)state;
    load_all(0);
}

static void with_helpers(void **state)
{
    (void)state;
    load_all(3);
}

static void nothing_to_do_is_no_reason_to_wait(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    struct source_pool *pool = source_pool_new(&s.options, 100);
    assert_true(source_pool_is_empty(pool));
    assert_false(source_pool_is_full(pool));
    source_pool_free(&pool);
    scratch_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),
        cmocka_unit_test(with_helpers),
        cmocka_unit_test(nothing_to_do_is_no_reason_to_wait),
    };
    return cmocka_run_group_tests_name("source/pool", tests, NULL, NULL);
}
