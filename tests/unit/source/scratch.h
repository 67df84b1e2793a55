/* scratch.h -- a folder for a test to write worklists into, and what is served from it. */
#ifndef MWL_TESTS_UNIT_SOURCE_SCRATCH_H
#define MWL_TESTS_UNIT_SOURCE_SCRATCH_H

#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../worklist.h"
#include "base/log.h"
#include "source/folder.h"

struct scratch {
    char path[64];    /* of a folder of its own */
    char before[512]; /* the working directory */
    struct source_folder_options options;
    struct source_folder *folder;
};

/* The test's working directory becomes a new folder; "wl" below it is the worklist folder. */
static inline void scratch_init(struct scratch *s)
{
    *s = (struct scratch){
        .options = { .path = "wl", .rescan_interval_ms = 100, .lock_wait_ms = 50, .limits = &limits_default }
    };
    snprintf(s->path, sizeof s->path, "/tmp/mwl-source-XXXXXX");
    assert_non_null(getcwd(s->before, sizeof s->before));
    assert_non_null(mkdtemp(s->path));
    assert_int_equal(chdir(s->path), 0);
    assert_int_equal(mkdir("wl", 0755), 0);
    log_set_level(LOG_ERROR);
}

static inline void scratch_open(struct scratch *s)
{
    struct err err = { 0 };
    s->folder = source_folder_open(&s->options, &err);
    assert_string_equal(err.what, "");
    assert_non_null(s->folder);
}

static inline void scratch_fini(struct scratch *s)
{
    char command[128];
    source_folder_close(&s->folder);
    assert_int_equal(chdir(s->before), 0);
    snprintf(command, sizeof command, "rm -rf %s", s->path);
    assert_int_equal(system(command), 0);
}

/* The bytes of a worklist for this patient, to be freed with wr_fini(). */
static inline struct wr scratch_bytes(const char *patient_id)
{
    const struct worklist_step step = { "20260101", "1000", "S1" };
    struct wr bytes;
    wr_init(&bytes, 1 << 20);
    worklist_write(&bytes, patient_id, &step, 1);
    return bytes;
}

static inline void scratch_write(int fd, const void *p, size_t n)
{
    assert_int_equal(write(fd, p, n), n);
}

/* Writes a worklist to a file, made or truncated, and closes it. */
static inline void scratch_file(const char *path, const char *patient_id)
{
    struct wr bytes = scratch_bytes(patient_id);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    scratch_write(fd, bytes.p, bytes.n);
    close(fd);
    wr_fini(&bytes);
}

static inline void scratch_junk(const char *path, const char *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    scratch_write(fd, bytes, n);
    close(fd);
}

/* Returns when all that happened is applied, as a query does. */
static inline void scratch_settle(struct scratch *s)
{
    assert_true(source_folder_await(s->folder, 60000));
}

/* What a catalog serves, as "name=PatientID name=PatientID", by name; "!" in front while it has a fault. */
static inline const char *scratch_served(struct catalog *catalog, char *text, size_t room)
{
    struct worklist_plan all;
    struct catalog_entry entry;
    size_t n = 0;
    worklist_plan_init(&all, "");
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(catalog);
    struct catalog_query *query = catalog_query_new(snapshot, all.plan);
    text[0] = '\0';
    if (catalog_snapshot_fault(snapshot))
        n += (size_t)snprintf(text, room, "!");
    while (catalog_query_next(query, 1000000, &entry) == CATALOG_ENTRY && n < room) {
        struct span id = dicom_set_get(entry.set, TAG_PatientID);
        n += (size_t)snprintf(text + n, room - n, "%s%s=%.*s", n && text[n - 1] != '!' ? " " : "", entry.name,
                              SPAN_FMT(id));
    }
    catalog_query_free(&query);
    catalog_snapshot_release(&snapshot);
    worklist_plan_fini(&all);
    return text;
}

/* What is served right now to a query that waits as queries do. */
#define assert_served(s, expected)                                                                                     \
    do {                                                                                                               \
        char served_[4096];                                                                                            \
        scratch_settle(s);                                                                                             \
        struct catalog *catalog_ = source_folder_catalog((s)->folder, span_str("ANY"));                                \
        assert_string_equal(scratch_served(catalog_, served_, sizeof served_), expected);                              \
    } while (0)

/* The same for what only the next tick or rescan can notice: asks until it is so, for ten seconds at most. */
#define assert_served_soon(s, expected)                                                                                \
    do {                                                                                                               \
        char served_[4096];                                                                                            \
        struct catalog *catalog_ = source_folder_catalog((s)->folder, span_str("ANY"));                                \
        for (int i_ = 0; i_ < 1000; i_++) {                                                                            \
            scratch_settle(s);                                                                                         \
            if (strcmp(scratch_served(catalog_, served_, sizeof served_), expected) == 0)                              \
                break;                                                                                                 \
            usleep(10000);                                                                                             \
        }                                                                                                              \
        assert_string_equal(served_, expected);                                                                        \
    } while (0)

#endif
