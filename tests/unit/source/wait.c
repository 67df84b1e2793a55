/* Law 4: a file that was in place before a query is in its answer; also while thousands of others arrive, and when the
 * kernel drops events. */
#include "../check.h"
#include "scratch.h"

#include <pthread.h>

enum { TRIALS = 1000, OTHERS = 10000 };

/* Renames files into the folder as fast as it can: each was written once and is linked under many names before. */
static void *arrive(void *arg)
{
    (void)arg;
    char from[64], to[64];
    for (int i = 0; i < OTHERS; i++) {
        snprintf(from, sizeof from, "stock/%05d", i);
        snprintf(to, sizeof to, "wl/other-%05d.wl", i);
        if (rename(from, to) != 0)
            return arg;
    }
    return NULL;
}

static void make_stock(int count)
{
    char path[64];
    assert_int_equal(mkdir("stock", 0755), 0);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "stock/%05d", i);
        scratch_file(path, "0");
    }
}

static void a_renamed_file_is_in_the_next_answer(void **state)
{
    (void)state;
    struct scratch s;
    pthread_t thread;
    void *failed = NULL;
    scratch_init(&s);
    make_stock(OTHERS);
    scratch_open(&s);
    assert_int_equal(pthread_create(&thread, NULL, arrive, &s), 0);
    struct worklist_plan wanted;
    worklist_plan_init(&wanted, "WANTED");
    int missed = 0;
    for (int i = 0; i < TRIALS; i++) {
        struct catalog_entry entry;
        scratch_file("new", i % 2 ? "WANTED" : "OTHER");
        assert_int_equal(rename("new", "wl/a.wl"), 0); /* sorts first, so the query need not look far */
        scratch_settle(&s);
        struct catalog_snapshot *snapshot = catalog_snapshot_acquire(source_folder_catalog(s.folder, span_str("")));
        struct catalog_query *query = catalog_query_new(snapshot, wanted.plan);
        bool first = catalog_query_next(query, 0, &entry) == CATALOG_ENTRY;
        missed += first != (i % 2 == 1);
        catalog_query_free(&query);
        catalog_snapshot_release(&snapshot);
    }
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_int_equal(missed, 0);
    scratch_settle(&s);
    assert_int_equal(source_folder_counts(s.folder).files, OTHERS + 1);
    worklist_plan_fini(&wanted);
    scratch_fini(&s);
}

/* Keeps the folder's thread in its call until the test lets it go on. */
struct gate {
    sem_t entered, leave;
};

static void stand_in_the_gate(struct source_waiter *waiter)
{
    struct gate *gate = waiter->arg;
    sem_post(&gate->entered);
    while (sem_wait(&gate->leave) != 0)
        ;
}

static void an_overflow_of_the_queue_loses_nothing(void **state)
{
    (void)state;
    struct scratch s;
    struct gate gate;
    char from[64], to[64];
    int queue_length = 0;
    FILE *setting = fopen("/proc/sys/fs/inotify/max_queued_events", "r");
    assert_non_null(setting);
    assert_int_equal(fscanf(setting, "%d", &queue_length), 1);
    fclose(setting);
    if (queue_length > 20000)
        skip();
    scratch_init(&s);
    make_stock(2);
    scratch_file("wl/gone.wl", "1");
    scratch_file("wl/changed.wl", "1");
    scratch_open(&s);
    sem_init(&gate.entered, 0, 0);
    sem_init(&gate.leave, 0, 0);
    struct source_waiter waiter = { .ready = stand_in_the_gate, .arg = &gate };
    source_folder_wait(s.folder, &waiter);
    while (sem_wait(&gate.entered) != 0)
        ;
    for (int i = 0; i <= queue_length; i++) { /* one event after the other, none equal to the one before */
        snprintf(from, sizeof from, "stock/%05d", i % 2);
        snprintf(to, sizeof to, "wl/x%d", i % 2);
        assert_int_equal(i % 4 < 2 ? rename(from, to) : rename(to, from), 0);
    }
    scratch_file("new", "2");
    assert_int_equal(rename("new", "wl/changed.wl"), 0);
    assert_int_equal(unlink("wl/gone.wl"), 0);
    scratch_file("new", "3");
    assert_int_equal(rename("new", "wl/new.wl"), 0);
    sem_post(&gate.leave);
    source_folder_forget(s.folder, &waiter);
    assert_served(&s, "changed.wl=2 new.wl=3");
    assert_true(source_folder_counts(s.folder).overflows > 0);
    sem_destroy(&gate.entered);
    sem_destroy(&gate.leave);
    scratch_fini(&s);
}

static void count_call(struct source_waiter *waiter)
{
    int *calls = waiter->arg;
    ++*calls;
}

static void who_is_forgotten_is_not_called(void **state)
{
    (void)state;
    struct scratch s;
    struct gate gate;
    int calls = 0;
    scratch_init(&s);
    scratch_open(&s);
    sem_init(&gate.entered, 0, 0);
    sem_init(&gate.leave, 0, 0);
    struct source_waiter first = { .ready = stand_in_the_gate, .arg = &gate };
    struct source_waiter second = { .ready = count_call, .arg = &calls };
    source_folder_wait(s.folder, &first);
    while (sem_wait(&gate.entered) != 0)
        ;
    source_folder_wait(s.folder, &second); /* the thread is in the gate, so this one waits */
    source_folder_forget(s.folder, &second);
    sem_post(&gate.leave);
    source_folder_forget(s.folder, &first); /* returns when it is out of the gate */
    scratch_file("wl/a.wl", "1");
    assert_served(&s, "a.wl=1");
    assert_int_equal(calls, 0);
    sem_destroy(&gate.entered);
    sem_destroy(&gate.leave);
    scratch_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_renamed_file_is_in_the_next_answer),
        cmocka_unit_test(an_overflow_of_the_queue_loses_nothing),
        cmocka_unit_test(who_is_forgotten_is_not_called),
    };
    return cmocka_run_group_tests_name("source/wait", tests, NULL, NULL);
}
