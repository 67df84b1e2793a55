/* whole.c -- the lease, and the rules around it. */
#include "source/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"

/* Takes a read lease and drops it at once, so that no writer ever waits for us. */
static enum source_whole ask_for_lease(int fd)
{
    /* Who opens the file for writing in between makes the kernel send SIGIO: to this thread, which has it blocked, and
     * not to the process, which it would end. */
    struct f_owner_ex owner = { F_OWNER_TID, gettid() };
    if (fcntl(fd, F_SETOWN_EX, &owner) != 0)
        return FILE_UNDECIDED;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
        fcntl(fd, F_SETLEASE, F_UNLCK);
        return FILE_WHOLE;
    }
    return errno == EAGAIN ? FILE_WRITTEN : FILE_UNDECIDED;
}

static bool is_settled(const struct source_file *file, const struct stat *st)
{
    const int64_t settle_us = (int64_t)SOURCE_SETTLE_MS * 1000;
    int64_t written_us = (int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000;
    if ((int64_t)clock_wall_us() - written_us >= settle_us)
        return true;
    /* A clock that is wrong, here or on the other side of a network: watch it for as long. */
    struct source_stamp now = source_stamp_of(st);
    return file->waiting_since_us && source_stamp_eq(&now, &file->waiting)
           && (int64_t)(clock_mono_us() - file->waiting_since_us) >= settle_us;
}

enum source_whole source_file_is_whole(const struct source_file *file, int fd, const struct stat *st, bool leases)
{
    bool linked = st->st_nlink > 1 || file->is_link;
    if (file->touch == TOUCH_MOVED || (file->touch == TOUCH_CREATED && linked))
        return FILE_WHOLE;
    /* The target of a symbolic link can be on a file system where a lease is refused without a writer. */
    enum source_whole answer = leases ? ask_for_lease(fd) : FILE_UNDECIDED;
    if (answer == FILE_WRITTEN && file->is_link)
        answer = FILE_UNDECIDED;
    if (answer == FILE_UNDECIDED && (file->touch == TOUCH_CLOSED || is_settled(file, st)))
        answer = FILE_WHOLE;
    return answer;
}
