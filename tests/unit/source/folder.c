/* A folder followed: every way in which a file can come, change and go is seen by the query right after it. */
#include "source/folder.h"
#include "../check.h"
#include "scratch.h"

#include <sys/file.h>
#include <sys/resource.h>

static void files_come_change_and_go(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    scratch_file("wl/a.wl", "1");
    scratch_file("wl/B.WL", "1");
    scratch_file("wl/c.txt", "1");
    scratch_file("wl/.hidden.wl", "1");
    assert_int_equal(mkdir("wl/folder.wl", 0755), 0);
    scratch_open(&s);
    assert_served(&s, ".hidden.wl=1 B.WL=1 a.wl=1");
    assert_int_equal(source_folder_counts(s.folder).forgiven.odd_length, 0);
    assert_int_equal(unlink("wl/.hidden.wl"), 0);
    assert_int_equal(unlink("wl/B.WL"), 0);
    assert_served(&s, "a.wl=1");

    scratch_file("wl/a.wl", "2"); /* rewritten in place */
    assert_served(&s, "a.wl=2");
    scratch_file("other", "3");
    assert_int_equal(rename("other", "wl/b.wl"), 0); /* renamed into it */
    assert_served(&s, "a.wl=2 b.wl=3");
    scratch_file("other", "4");
    assert_int_equal(rename("other", "wl/a.wl"), 0); /* renamed over one */
    assert_served(&s, "a.wl=4 b.wl=3");
    assert_int_equal(rename("wl/a.wl", "wl/d.wl"), 0); /* renamed in it */
    assert_served(&s, "b.wl=3 d.wl=4");
    assert_int_equal(rename("wl/b.wl", "elsewhere"), 0); /* renamed away */
    assert_served(&s, "d.wl=4");
    assert_int_equal(rename("wl/d.wl", "wl/d.tmp"), 0); /* renamed to what is no worklist */
    assert_served(&s, "");
    assert_int_equal(link("elsewhere", "wl/e.wl"), 0); /* hard-linked */
    assert_served(&s, "e.wl=3");
    assert_int_equal(unlink("elsewhere"), 0);
    assert_int_equal(unlink("wl/e.wl"), 0); /* deleted */
    assert_served(&s, "");
    scratch_fini(&s);
}

static void a_file_is_read_when_it_is_closed(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    scratch_file("wl/old.wl", "1");
    scratch_open(&s);
    struct wr bytes = scratch_bytes("2");

    /* Made by open(), written in two pieces. Nobody waits for it, and nobody sees half of it. */
    int fd = open("wl/new.wl", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_served(&s, "old.wl=1");
    scratch_write(fd, bytes.p, bytes.n / 2);
    fchmod(fd, 0640); /* raises an event */
    assert_served(&s, "old.wl=1");
    scratch_write(fd, bytes.p + bytes.n / 2, bytes.n - bytes.n / 2);
    close(fd);
    assert_served(&s, "new.wl=2 old.wl=1");

    /* Rewritten in place: what was there is served until the end. */
    fd = open("wl/old.wl", O_WRONLY | O_TRUNC | O_CLOEXEC);
    scratch_write(fd, bytes.p, bytes.n / 2);
    fchmod(fd, 0640);
    assert_served(&s, "new.wl=2 old.wl=1");
    scratch_write(fd, bytes.p + bytes.n / 2, bytes.n - bytes.n / 2);
    close(fd);
    assert_served(&s, "new.wl=2 old.wl=2");
    assert_int_equal(source_folder_counts(s.folder).set_aside, 0);

    /* Closed by one writer while another has begun. */
    fd = open("wl/old.wl", O_WRONLY | O_CLOEXEC);
    int second = open("wl/old.wl", O_WRONLY | O_TRUNC | O_CLOEXEC);
    close(fd);
    assert_served(&s, "new.wl=2 old.wl=2");
    wr_fini(&bytes);
    bytes = scratch_bytes("3");
    scratch_write(second, bytes.p, bytes.n);
    close(second);
    assert_served(&s, "new.wl=2 old.wl=3");
    wr_fini(&bytes);
    scratch_fini(&s);
}

static void a_file_without_a_name_is_read_when_it_was_linked_and_closed(void **state)
{
    (void)state;
    struct scratch s;
    char path[64];
    scratch_init(&s);
    scratch_open(&s);
    struct wr bytes = scratch_bytes("1");
    int fd = open("wl", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    scratch_write(fd, bytes.p, bytes.n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    assert_int_equal(linkat(AT_FDCWD, path, AT_FDCWD, "wl/a.wl", AT_SYMLINK_FOLLOW), 0);
    close(fd);
    assert_served(&s, "a.wl=1");
    wr_fini(&bytes);
    scratch_fini(&s);
}

static void symbolic_links_are_followed_and_read_again(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    scratch_open(&s);
    scratch_file("target", "1");
    assert_int_equal(symlink("../target", "wl/a.wl"), 0);
    assert_served(&s, "a.wl=1");
    assert_int_equal(symlink("../nothing", "wl/b.wl"), 0);
    assert_served(&s, "a.wl=1");
    assert_int_equal(source_folder_counts(s.folder).set_aside, 1);
    scratch_file("new", "2");
    assert_int_equal(rename("new", "target"), 0); /* raises no event in the folder */
    assert_served_soon(&s, "a.wl=2");
    assert_int_equal(rename("target", "nothing"), 0);
    assert_served_soon(&s, "b.wl=2");
    scratch_fini(&s);
}

static void note_reason(void *arg, const char *name, const char *reason)
{
    struct wr *out = arg;
    wr_fmt(out, "%s: %.20s\n", name, reason);
}

#define assert_set_aside(s, expected)                                                                                  \
    do {                                                                                                               \
        struct wr said_;                                                                                               \
        wr_init(&said_, 4096);                                                                                         \
        source_folder_set_aside((s)->folder, span_str("ANY"), note_reason, &said_);                                    \
        wr_u8(&said_, 0);                                                                                              \
        assert_string_equal((const char *)said_.p, expected);                                                          \
        wr_fini(&said_);                                                                                               \
    } while (0)

static void what_cannot_be_served_is_set_aside(void **state)
{
    (void)state;
    static char large[4096 + 1];
    struct scratch s;
    struct limits limits = limits_default;
    scratch_init(&s);
    limits.file_bytes = 4096;
    s.options.limits = &limits;
    scratch_file("wl/good.wl", "1");
    scratch_junk("wl/empty.wl", "", 0);
    scratch_junk("wl/junk.wl", "\x10\0\x10\0PN\xFF\0Bach", 12);
    scratch_junk("wl/large.wl", large, sizeof large);
    scratch_junk("wl/no-step.wl", "\x10\0\x20\0LO\2\0ID", 10);
    assert_int_equal(mkfifo("wl/fifo.wl", 0644), 0);
    assert_int_equal(symlink("loop.wl", "wl/loop.wl"), 0);
    scratch_open(&s);
    assert_served(&s, "good.wl=1");
    assert_int_equal(source_folder_counts(s.folder).set_aside, 6);
    assert_set_aside(&s, "empty.wl: is empty\n"
                         "fifo.wl: is not a regular fil\n"
                         "junk.wl: not a DICOM file: no\n"
                         "large.wl: is larger than 4096 \n"
                         "loop.wl: cannot be read: Too \n"
                         "no-step.wl: it has no Scheduled \n");
    scratch_file("wl/junk.wl", "2"); /* mended */
    scratch_junk("wl/good.wl", "", 0);
    scratch_junk("wl/no-step.wl", "\x10\0\x20\0LO\1\0I", 9);
    assert_int_equal(unlink("wl/fifo.wl"), 0);
    assert_served(&s, "junk.wl=2");
    struct source_folder_counts counts = source_folder_counts(s.folder);
    assert_int_equal(counts.set_aside, 5);
    assert_int_equal(counts.files, 1);
    assert_int_equal(counts.forgiven.odd_length, 1);
    scratch_fini(&s);
}

/* A process without descriptors knows nothing about its files. An answer without them would look like a whole one, so
 * that the folder counts as one that cannot be read. */
static void want_of_descriptors_is_no_fault_of_a_file(void **state)
{
    (void)state;
    struct scratch s;
    struct rlimit before, few;
    scratch_init(&s);
    scratch_file("wl/a.wl", "1");
    scratch_file("other", "2");
    scratch_open(&s);
    assert_served(&s, "a.wl=1");
    int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(lowest >= 0);
    close(lowest);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){ (rlim_t)lowest + 1, before.rlim_max }; /* enough for the folder, not for a file in it */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_int_equal(rename("other", "wl/b.wl"), 0);
    assert_served(&s, "!a.wl=1");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_served_soon(&s, "a.wl=1 b.wl=2");
    assert_int_equal(source_folder_counts(s.folder).set_aside, 0);
    scratch_fini(&s);
}

/* Nor whether a writer is in the middle of his changes. */
static void want_of_descriptors_does_not_open_a_lock(void **state)
{
    (void)state;
    struct scratch s;
    struct rlimit before, few;
    scratch_init(&s);
    scratch_file("wl/a.wl", "1");
    scratch_file("wl/b.wl", "2");
    scratch_file("wl/lockfile", "");
    scratch_open(&s);
    assert_served(&s, "a.wl=1 b.wl=2");
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open("wl/lockfile", O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){ (rlim_t)fd + 2, before.rlim_max }; /* enough for the folder, not for a file in it */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_int_equal(unlink("wl/a.wl"), 0);
    assert_served(&s, "!a.wl=1 b.wl=2");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(rename("wl/b.wl", "wl/c.wl"), 0);
    close(fd);
    assert_served_soon(&s, "c.wl=2");
    scratch_fini(&s);
}

static void an_incomplete_file_is_served_unless_asked_otherwise(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    scratch_file("wl/a.wl", ""); /* no Patient ID */
    scratch_open(&s);
    assert_served(&s, "a.wl=");
    source_folder_close(&s.folder);
    s.options.require_complete = true;
    scratch_open(&s);
    assert_served(&s, "");
    assert_int_equal(source_folder_counts(s.folder).set_aside, 1);
    scratch_fini(&s);
}

static void a_folder_may_come_after_the_start(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    s.options.path = "later";
    struct err err = { 0 };
    assert_null(source_folder_open(&s.options, &err));
    assert_int_equal(err.code, ERR_IO);
    s.options.may_be_faulty = true;
    scratch_open(&s);
    assert_served(&s, "!");
    scratch_file("wl/a.wl", "1");
    assert_int_equal(rename("wl", "later"), 0);
    assert_served_soon(&s, "a.wl=1");
    scratch_fini(&s);
}

/* Takes no patient whose ID begins with a 2. */
static bool take_some(void *arg, const char *name, struct dicom_set set, struct err *err)
{
    int *asked = arg;
    (*asked)++;
    if (dicom_set_get(set, TAG_PatientID).p[0] != '2')
        return true;
    return err_set(err, ERR_UNSUPPORTED, 0, 0, "%s is of no use here", name);
}

static void a_file_may_be_refused(void **state)
{
    (void)state;
    struct scratch s;
    int asked = 0;
    scratch_init(&s);
    s.options.accept = take_some;
    s.options.accept_arg = &asked;
    scratch_file("wl/a.wl", "1");
    scratch_file("wl/b.wl", "2");
    scratch_junk("wl/c.wl", "junk", 4);
    scratch_open(&s);
    assert_served(&s, "a.wl=1");
    assert_int_equal(asked, 2);
    assert_int_equal(source_folder_counts(s.folder).set_aside, 2);
    scratch_file("wl/b.wl", "3");
    assert_served(&s, "a.wl=1 b.wl=3");
    scratch_file("wl/a.wl", "2");
    assert_served(&s, "b.wl=3"); /* what is refused is not served as it was before */
    assert_int_equal(asked, 4);
    scratch_fini(&s);
}

static void a_folder_that_vanishes_is_a_fault_until_it_is_back(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    scratch_file("wl/a.wl", "1");
    usleep(50000); /* or the next change could leave the same stamp, and a rescan would have to read it once more */
    scratch_open(&s);
    assert_int_equal(rename("wl", "away"), 0);
    assert_served(&s, "!a.wl=1");
    assert_int_equal(rename("away", "wl"), 0);
    assert_served_soon(&s, "a.wl=1");
    assert_int_equal(source_folder_counts(s.folder).parsed, 1); /* it is the same file still */

    assert_int_equal(unlink("wl/a.wl"), 0);
    assert_served(&s, "");
    assert_int_equal(rmdir("wl"), 0);
    assert_served(&s, "!");
    assert_int_equal(mkdir("wl", 0755), 0);
    scratch_file("wl/b.wl", "2");
    assert_served_soon(&s, "b.wl=2");
    scratch_file("wl/c.wl", "3"); /* and is followed as before */
    assert_served(&s, "b.wl=2 c.wl=3");
    scratch_fini(&s);
}

static void another_folder_in_its_place_is_noticed(void **state)
{
    (void)state;
    struct scratch s;
    scratch_init(&s);
    scratch_file("wl/a.wl", "1");
    assert_int_equal(rename("wl", "first"), 0);
    assert_int_equal(mkdir("second", 0755), 0);
    scratch_file("second/b.wl", "2");
    assert_int_equal(symlink("first", "wl"), 0);
    scratch_open(&s);
    assert_served(&s, "a.wl=1");
    assert_int_equal(symlink("second", "new"), 0);
    assert_int_equal(rename("new", "wl"), 0); /* neither folder changed */
    assert_served_soon(&s, "b.wl=2");
    scratch_file("first/c.wl", "3");
    scratch_file("second/d.wl", "4");
    assert_served(&s, "b.wl=2 d.wl=4");
    scratch_fini(&s);
}

static void a_writer_with_the_lockfile_is_waited_for(void **state)
{
    (void)state;
    struct scratch s;
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    scratch_init(&s);
    scratch_file("wl/a.wl", "1");
    scratch_file("wl/lockfile", "");
    scratch_open(&s);
    int fd = open("wl/lockfile", O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
    scratch_file("wl/a.wl", "2");
    scratch_file("wl/b.wl", "2");
    assert_served(&s, "a.wl=1"); /* after LockWait: the last state, and no fault */
    scratch_file("wl/c.wl", "2");
    assert_served(&s, "a.wl=1"); /* at once, since it was waited for before */
    close(fd);
    assert_served(&s, "a.wl=2 b.wl=2 c.wl=2");
    scratch_fini(&s);
}

static void a_folder_may_be_read_behind_the_start(void **state)
{
    (void)state;
    struct scratch s;
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    scratch_init(&s);
    s.options.lock_wait_ms = 60000;
    s.options.early_ms = 1;
    scratch_file("wl/a.wl", "1");
    scratch_file("wl/lockfile", "");
    int fd = open("wl/lockfile", O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0); /* it cannot be read before we let go */
    scratch_open(&s);
    assert_true(source_folder_is_loading(s.folder));
    assert_int_equal(source_folder_counts(s.folder).files, 0);
    close(fd);
    assert_served(&s, "a.wl=1");
    assert_false(source_folder_is_loading(s.folder));
    scratch_fini(&s);
}

/* More than one piece of the first reading (apply.c). */
static void all_of_a_large_folder_is_there_at_start(void **state)
{
    (void)state;
    enum { MANY = 10001 };
    struct scratch s;
    char path[64];
    scratch_init(&s);
    scratch_file("wl/0.wl", "1");
    for (int i = 1; i < MANY; i++) {
        snprintf(path, sizeof path, "wl/%d.wl", i);
        assert_int_equal(link("wl/0.wl", path), 0);
    }
    scratch_open(&s);
    assert_false(source_folder_is_loading(s.folder));
    assert_int_equal(source_folder_counts(s.folder).files, MANY);
    scratch_fini(&s);
}

static void a_folder_that_is_not_there_is_an_error_at_start(void **state)
{
    (void)state;
    struct scratch s;
    struct err err = { 0 };
    scratch_init(&s);
    s.options.path = "nowhere";
    assert_null(source_folder_open(&s.options, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.what, "nowhere"));
    assert_non_null(strstr(err.what, "No such file or directory"));
    scratch_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_change_and_go),
        cmocka_unit_test(a_file_is_read_when_it_is_closed),
        cmocka_unit_test(a_file_without_a_name_is_read_when_it_was_linked_and_closed),
        cmocka_unit_test(symbolic_links_are_followed_and_read_again),
        cmocka_unit_test(what_cannot_be_served_is_set_aside),
        cmocka_unit_test(want_of_descriptors_is_no_fault_of_a_file),
        cmocka_unit_test(want_of_descriptors_does_not_open_a_lock),
        cmocka_unit_test(an_incomplete_file_is_served_unless_asked_otherwise),
        cmocka_unit_test(a_folder_may_come_after_the_start),
        cmocka_unit_test(a_file_may_be_refused),
        cmocka_unit_test(a_folder_that_vanishes_is_a_fault_until_it_is_back),
        cmocka_unit_test(another_folder_in_its_place_is_noticed),
        cmocka_unit_test(a_writer_with_the_lockfile_is_waited_for),
        cmocka_unit_test(a_folder_may_be_read_behind_the_start),
        cmocka_unit_test(all_of_a_large_folder_is_there_at_start),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error_at_start),
    };
    return cmocka_run_group_tests_name("source/folder", tests, NULL, NULL);
}
