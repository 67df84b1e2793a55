/* place.c -- open, compare, watch. */
#include "source/place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* CREATE: a link raises nothing else. ATTRIB: permissions of a file, or of the folder itself. Overflow, IGNORED and
 * UNMOUNT come unasked. */
static const uint32_t mask = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB
                             | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/* File systems that somebody else changes too, of which inotify hears nothing (inotify(7)). */
static const unsigned long shared_file_systems[] = {
    NFS_SUPER_MAGIC,         SMB_SUPER_MAGIC,       CIFS_SUPER_MAGIC,
    SMB2_SUPER_MAGIC,        FUSE_SUPER_MAGIC,      V9FS_MAGIC,
    AFS_SUPER_MAGIC,         CODA_SUPER_MAGIC,      CEPH_SUPER_MAGIC,
    0x0BD00BD0 /* Lustre */, 0x01161970 /* GFS2 */, OCFS2_SUPER_MAGIC,
};

static bool is_shared(int fd)
{
    struct statfs fs;
    if (fstatfs(fd, &fs) != 0)
        return false;
    for (size_t i = 0; i < sizeof shared_file_systems / sizeof *shared_file_systems; i++) {
        if ((unsigned long)fs.f_type == shared_file_systems[i])
            return true;
    }
    return false;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the path becomes the place's own */
void source_place_init(struct source_place *place, char *path, int inotify)
{
    *place = (struct source_place){ .path = path, .inotify = inotify, .watch = -1, .fd = -1 };
}

static void unwatch(struct source_place *place)
{
    if (place->watch >= 0)
        inotify_rm_watch(place->inotify, place->watch);
    place->watch = -1;
}

void source_place_fini(struct source_place *place)
{
    source_place_leave(place);
    unwatch(place);
    free(place->path);
    place->path = NULL;
}

void source_place_leave(struct source_place *place)
{
    if (place->fd >= 0)
        close(place->fd);
    place->fd = -1;
}

bool source_is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM;
}

void source_place_lose(struct source_place *place, int error)
{
    source_place_leave(place);
    unwatch(place);
    const char *hint = error == ENOSPC   ? " (raise fs.inotify.max_user_watches)"
                       : error == ESTALE ? " (it is being replaced)"
                       : error == EACCES && place->confined
                           ? " (or it is a link that leads out of what may be read: see LinkedFolder, Sandbox)"
                           : "";
    snprintf(place->fault, sizeof place->fault, "The worklist folder %.160s cannot be read: %s%s", place->path,
             strerror(error), hint);
}

static enum source_place_state lost(struct source_place *place, int error)
{
    source_place_lose(place, error);
    return PLACE_LOST;
}

enum source_place_state source_place_enter(struct source_place *place)
{
    struct stat st, again;
    place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->fd < 0 || fstat(place->fd, &st) != 0)
        return lost(place, errno);
    if (fstatat(place->fd, ".", &again, 0) != 0) /* it may be listed, but may it be searched? */
        return lost(place, errno);
    if (place->watch >= 0 && place->dev == st.st_dev && place->ino == st.st_ino)
        return PLACE_SAME;
    unwatch(place);
    place->watch = inotify_add_watch(place->inotify, place->path, mask);
    if (place->watch < 0)
        return lost(place, errno);
    if (stat(place->path, &again) != 0)
        return lost(place, errno);
    if (again.st_dev != st.st_dev || again.st_ino != st.st_ino)
        return lost(place, ESTALE); /* the watch may be on another folder than the one that is open */
    place->dev = st.st_dev;
    place->ino = st.st_ino;
    place->polled = is_shared(place->fd);
    place->fault[0] = '\0';
    return PLACE_NEW;
}
