/* scan.c -- find what changed without the help of events: name by name, by inode, size, and both times. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "source/worklist.h"

bool source_worklist_is_name(const char *name)
{
    size_t n = strlen(name);
    return n >= 3 && strcasecmp(name + n - 3, ".wl") == 0;
}

static bool looks_unchanged(int dir, const struct source_file *file)
{
    struct stat st;
    if (file->standing == FILE_UNREAD || file->unsure || fstatat(dir, file->name, &st, 0) != 0)
        return false;
    struct source_stamp now = source_stamp_of(&st);
    return source_stamp_eq(&now, &file->stamp);
}

static bool meet(struct source_worklist *worklist, const char *name, ino_t inode)
{
    struct source_file *file = source_files_get(&worklist->files, name);
    if (!file)
        return false;
    file->seen = worklist->scans;
    file->inode = inode;
    if (looks_unchanged(worklist->place.fd, file))
        return true;
    enum source_touch touch = file->standing == FILE_UNREAD ? TOUCH_CREATED : TOUCH_CHECK;
    source_worklist_touch(worklist, file, touch, true);
    return true;
}

static void miss(void *arg, struct source_file *file)
{
    struct source_worklist *worklist = arg;
    if (file->seen != worklist->scans)
        source_worklist_touch(worklist, file, TOUCH_CHECK, true);
}

static int by_inode(const void *a, const void *b)
{
    const struct source_file *x = *(struct source_file *const *)a, *y = *(struct source_file *const *)b;
    return x->inode < y->inode ? -1 : x->inode > y->inode;
}

/* Puts the list of work in the order of inodes: that is the order in which the files lie on the disk, and mostly the
 * one in which they were made, so that those of one day come together. */
static void sort_work(struct source_worklist *worklist)
{
    size_t count = 0;
    struct source_file *file, **link = &worklist->work;
    for (file = worklist->work; file; file = file->next)
        count++;
    struct source_file **files = malloc((count + 1) * sizeof *files);
    if (!files)
        return; /* in another order it takes longer */
    for (count = 0, file = worklist->work; file; file = file->next)
        files[count++] = file;
    qsort(files, count, sizeof *files, by_inode);
    for (size_t i = 0; i < count; i++) {
        *link = files[i];
        link = &files[i]->next;
    }
    *link = NULL;
    free(files);
}

bool source_worklist_scan(struct source_worklist *worklist)
{
    int fd = openat(worklist->place.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    bool ok = dir != NULL;
    int error = errno;
    if (!dir && fd >= 0)
        close(fd);
    worklist->scans++;
    while (ok) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        error = errno;
        if (!entry)
            break;
        if (entry->d_type != DT_DIR && source_worklist_is_name(entry->d_name)) {
            ok = meet(worklist, entry->d_name, entry->d_ino);
            error = ok ? 0 : ENOMEM;
        }
    }
    if (dir)
        closedir(dir);
    sort_work(worklist);
    if (error == 0)
        source_files_each(&worklist->files, miss, worklist);
    else /* also for want of memory or descriptors: part of a worklist is not to be taken for all of it */
        source_place_lose(&worklist->place, error);
    return error == 0;
}

static void check_link(void *arg, struct source_file *file)
{
    struct source_worklist *worklist = arg;
    if (file->is_link && !looks_unchanged(worklist->place.fd, file))
        source_worklist_touch(worklist, file, TOUCH_CHECK, false);
}

void source_worklist_scan_links(struct source_worklist *worklist)
{
    source_files_each(&worklist->files, check_link, worklist);
}
