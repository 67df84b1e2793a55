/* A folder thread without the rights of root: files of others, for which there are no leases, and what it may not
 * read. Needs root, to take them away from just that thread. */
#include "../check.h"
#include "scratch.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>

enum { SOMEBODY = 54321 };

static const uint32_t rights = 1u << CAP_LEASE | 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;

/* Lowers or raises them for this thread and those that it starts. */
static bool set_rights(bool raised)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0 || (data[0].permitted & rights) != rights)
        return false;
    data[0].effective = raised ? data[0].effective | rights : data[0].effective & ~rights;
    return syscall(SYS_capset, &header, data) == 0;
}

static bool begin(struct scratch *s)
{
    if (!set_rights(true) || geteuid() != 0)
        return false;
    scratch_init(s);
    return true;
}

static void open_without_rights(struct scratch *s)
{
    assert_true(set_rights(false));
    scratch_open(s);
    assert_true(set_rights(true));
}

static void files_of_others_are_read_whole_and_soon(void **state)
{
    (void)state;
    struct scratch s;
    if (!begin(&s))
        skip();
    struct wr bytes = scratch_bytes("2");
    scratch_file("wl/fresh.wl", "1");
    assert_int_equal(chown("wl/fresh.wl", SOMEBODY, SOMEBODY), 0);

    /* The premise: no lease on it. */
    assert_true(set_rights(false));
    int fd = open("wl/fresh.wl", O_RDONLY | O_CLOEXEC);
    assert_int_equal(fcntl(fd, F_SETLEASE, F_RDLCK), -1);
    assert_int_equal(errno, EACCES);
    close(fd);

    open_without_rights(&s); /* returns when all that was there is served, though it was written a moment ago */
    assert_served(&s, "fresh.wl=1");

    scratch_file("new", "1");
    assert_int_equal(chown("new", SOMEBODY, SOMEBODY), 0);
    assert_int_equal(rename("new", "wl/renamed.wl"), 0);
    assert_served(&s, "fresh.wl=1 renamed.wl=1");

    fd = open("wl/slow.wl", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(fchown(fd, SOMEBODY, SOMEBODY), 0);
    scratch_write(fd, bytes.p, bytes.n / 2);
    assert_served(&s, "fresh.wl=1 renamed.wl=1");
    scratch_write(fd, bytes.p + bytes.n / 2, bytes.n - bytes.n / 2);
    close(fd);
    assert_served(&s, "fresh.wl=1 renamed.wl=1 slow.wl=2");
    wr_fini(&bytes);
    scratch_fini(&s);
}

static void an_unreadable_file_is_set_aside_until_its_mode_changes(void **state)
{
    (void)state;
    struct scratch s;
    if (!begin(&s))
        skip();
    scratch_file("wl/a.wl", "1");
    scratch_file("wl/b.wl", "2");
    assert_int_equal(chmod("wl/a.wl", 0), 0);
    assert_true(set_rights(false));
    assert_int_equal(open("wl/a.wl", O_RDONLY | O_CLOEXEC), -1); /* the premise */
    open_without_rights(&s);
    assert_served(&s, "b.wl=2");
    assert_int_equal(source_folder_counts(s.folder).set_aside, 1);
    assert_int_equal(chmod("wl/a.wl", 0644), 0);
    assert_served(&s, "a.wl=1 b.wl=2");
    assert_int_equal(chmod("wl/b.wl", 0), 0);
    assert_served(&s, "a.wl=1");
    scratch_fini(&s);
}

static void an_unreadable_folder_is_a_fault_until_its_mode_changes(void **state)
{
    (void)state;
    struct scratch s;
    struct err err = { 0 };
    if (!begin(&s))
        skip();
    scratch_file("wl/a.wl", "1");
    assert_int_equal(chmod("wl", 0), 0);
    assert_true(set_rights(false));
    assert_null(source_folder_open(&s.options, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.what, "Permission denied"));
    assert_true(set_rights(true));
    assert_int_equal(chmod("wl", 0755), 0);

    open_without_rights(&s);
    assert_served(&s, "a.wl=1");
    for (mode_t mode = 0; mode <= 0644; mode += 0644) { /* not to be listed; to be listed, but not searched */
        assert_int_equal(chmod("wl", mode), 0);
        assert_served(&s, "!a.wl=1");
        assert_int_equal(chmod("wl", 0755), 0);
        assert_served_soon(&s, "a.wl=1");
    }
    scratch_file("wl/b.wl", "2");
    assert_served(&s, "a.wl=1 b.wl=2");
    scratch_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_others_are_read_whole_and_soon),
        cmocka_unit_test(an_unreadable_file_is_set_aside_until_its_mode_changes),
        cmocka_unit_test(an_unreadable_folder_is_a_fault_until_its_mode_changes),
    };
    return cmocka_run_group_tests_name("source/rights", tests, NULL, NULL);
}
