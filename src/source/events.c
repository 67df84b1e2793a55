/* events.c -- from inotify's queue to notes on worklists. */
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "source/inside.h"

static void dispatch(struct source_folder *folder, const struct inotify_event *event, uint64_t *overflows)
{
    const char *name = event->len ? event->name : NULL; /* the kernel ends it with a NUL */
    bool lost = event->mask & IN_Q_OVERFLOW;
    *overflows += lost;
    if (lost || event->wd == folder->root.watch) {
        folder->list_root = true;
        if (event->mask & IN_IGNORED)
            folder->root.watch = -1;
    }
    /* Two worklists can share a watch, where one subfolder is a symbolic link to the other. */
    for (struct source_worklist *worklist = folder->worklists; worklist; worklist = worklist->next) {
        if (lost)
            worklist->scan = true;
        else if (worklist->place.watch == event->wd)
            source_worklist_event(worklist, event->mask, name);
    }
}

void source_events_read(struct source_folder *folder, uint64_t *overflows)
{
    int queued = 0;
    if (ioctl(folder->inotify, FIONREAD, &queued) != 0)
        return;
    while (queued > 0) {
        ssize_t n = read(folder->inotify, folder->events, SOURCE_EVENTS_BYTES);
        if (n <= 0)
            return;
        for (const char *p = folder->events; p < folder->events + n;) {
            const struct inotify_event *event = (const void *)p;
            dispatch(folder, event, overflows);
            p += sizeof *event + event->len;
        }
        queued -= (int)n;
    }
}
