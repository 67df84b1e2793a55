/* lockfile.c -- one open, one lock. */
#include "source/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "source/place.h"

int source_lockfile_acquire(int dir, int *fd)
{
    *fd = openat(dir, "lockfile", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (*fd < 0)
        return source_is_shortage(errno) ? errno : 0;
    struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
    if (fcntl(*fd, F_OFD_SETLK, &lock) == 0)
        return 0;
    bool held = errno == EAGAIN || errno == EACCES;
    source_lockfile_release(fd);
    return held ? EAGAIN : 0; /* what cannot be locked at all keeps nobody out */
}

void source_lockfile_release(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
