/* files.c -- Landlock (landlock(7)): which files can be opened, and no more sockets of TCP.
 *
 * Debian 12 has no wrapper for its three system calls and a header that knows less than newer kernels do; each of them
 * is used as far as it goes. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/inside.h"

/* struct landlock_ruleset_attr as of ABI 6. */
struct attributes {
    uint64_t handled_access_fs, handled_access_net, scoped;
};

/* By the ABI that brought them. */
#define ALL_OF_1     ((1ULL << 13) - 1)
#define REFER_2      (1ULL << 13)
#define TRUNCATE_3   (1ULL << 14)
#define NET_4        3ULL /* bind and connect TCP */
#define IOCTL_DEV_5  (1ULL << 15)
#define SCOPED_6     3ULL /* abstract Unix sockets of others, signals to others */
#define NAME_SERVICE 53

static long create_ruleset(const struct attributes *attributes, size_t size, uint32_t flags)
{
    return syscall(SYS_landlock_create_ruleset, attributes, size, flags);
}

/* 0 where there is none. */
static long abi_version(void)
{
    long abi = create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : abi;
}

bool sandbox_has_files(void)
{
    return abi_version() > 0;
}

/* Everything that a kernel can keep from us. */
static struct attributes all_of(long abi, size_t *size)
{
    struct attributes a = { .handled_access_fs = ALL_OF_1 };
    if (abi >= 2)
        a.handled_access_fs |= REFER_2;
    if (abi >= 3)
        a.handled_access_fs |= TRUNCATE_3;
    if (abi >= 4)
        a.handled_access_net = NET_4;
    if (abi >= 5)
        a.handled_access_fs |= IOCTL_DEV_5;
    if (abi >= 6)
        a.scoped = SCOPED_6;
    *size = abi >= 6   ? sizeof a
            : abi >= 4 ? offsetof(struct attributes, scoped)
                       : offsetof(struct attributes, handled_access_net);
    return a;
}

static uint64_t access_of(unsigned rights)
{
    uint64_t access = 0;
    if (rights & SANDBOX_READ)
        access |= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    if (rights & SANDBOX_REMOVE)
        access |= LANDLOCK_ACCESS_FS_REMOVE_FILE;
    if (rights & SANDBOX_WRITE)
        access |=
            LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | TRUNCATE_3;
    if (rights & SANDBOX_EXECUTE)
        access |= LANDLOCK_ACCESS_FS_EXECUTE;
    return access;
}

static bool allow(int ruleset, const struct attributes *all, const char *path, unsigned rights)
{
    const uint64_t of_files =
        LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE | TRUNCATE_3;
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT; /* removed since it was added: then it is not reachable */
    bool done = fstat(fd, &st) == 0;
    if (done) {
        struct landlock_path_beneath_attr rule = { .allowed_access = access_of(rights) & all->handled_access_fs,
                                                   .parent_fd = fd };
        if (!S_ISDIR(st.st_mode))
            rule.allowed_access &= of_files;
        done =
            !rule.allowed_access || syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    }
    int error = errno;
    close(fd);
    errno = error;
    return done;
}

/* An answer that is too long for a datagram is asked for again by TCP. */
static bool allow_names(int ruleset, const struct attributes *all)
{
    struct {
        uint64_t allowed_access, port;
    } rule = { 2 /* connect */, NAME_SERVICE };
    enum { RULE_NET_PORT = 2 };
    return !all->handled_access_net || syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0) == 0;
}

static bool restrict_to(const struct sandbox_reach *reach, long abi)
{
    size_t size;
    struct attributes all = all_of(abi, &size);
    int ruleset = (int)create_ruleset(&all, size, 0);
    bool done = ruleset >= 0;
    for (uint32_t i = 0; i < reach->count && done; i++)
        done = allow(ruleset, &all, reach->places[i].path, reach->places[i].rights);
    done = done && (!reach->names || allow_names(ruleset, &all));
    done = done && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    int error = errno;
    if (ruleset >= 0)
        close(ruleset);
    errno = error;
    return done;
}

static void append(char *text, size_t room, const char *fmt, ...)
{
    size_t n = strlen(text);
    va_list args;
    va_start(args, fmt);
    vsnprintf(text + n, room - n, fmt, args);
    va_end(args);
}

static void describe(const struct sandbox_reach *reach, long abi, char *text, size_t room)
{
    const char *comma = " ";
    bool everything = false;
    snprintf(text, room, "Landlock %ld: none is written, and read are those below", abi);
    for (uint32_t i = 0; i < reach->count; i++) {
        if (!(reach->places[i].rights & SANDBOX_READ))
            continue;
        append(text, room, "%s%s", comma, reach->places[i].path);
        comma = ", ";
        everything |= strcmp(reach->places[i].path, "/") == 0;
    }
    if (everything)
        append(text, room, " (which is all there are: put the worklist folder into a folder of its own)");
}

bool sandbox_limit_files(const struct sandbox_reach *reach, char *text, size_t room)
{
    long abi = abi_version();
    if (!abi)
        snprintf(text, room, "this kernel has no Landlock, or it is not among its security modules (lsm=): %s",
                 strerror(errno));
    else if (!restrict_to(reach, abi))
        snprintf(text, room, "Landlock refuses it: %s", strerror(errno));
    else {
        describe(reach, abi, text, room);
        return true;
    }
    return false;
}
