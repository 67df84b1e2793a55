/* worklist.c -- note what has to be looked at; apply.c does it. */
#include "source/worklist.h"

#include <stdlib.h>
#include <sys/inotify.h>

struct source_worklist *source_worklist_new(const char *name, char *path, int inotify,
                                            struct dicom_tolerances *forgiven)
{
    struct source_worklist *worklist = calloc(1, sizeof *worklist);
    if (!worklist) {
        free(path);
        return NULL;
    }
    source_place_init(&worklist->place, path, inotify);
    worklist->name = strdup(name);
    worklist->catalog = catalog_new();
    worklist->forgiven = forgiven;
    worklist->look = true;
    if (!worklist->name || !worklist->catalog)
        source_worklist_free(&worklist);
    return worklist;
}

void source_worklist_free(struct source_worklist **worklist)
{
    struct source_worklist *w = *worklist;
    if (!w)
        return;
    *worklist = NULL;
    source_files_fini(&w->files);
    source_place_fini(&w->place);
    catalog_discard(&w->change);
    catalog_free(&w->catalog);
    free(w->name);
    free(w);
}

void source_worklist_touch(struct source_worklist *worklist, struct source_file *file, enum source_touch touch,
                           bool scanned)
{
    if (!file->listed) {
        file->next = worklist->work;
        worklist->work = file;
        file->listed = true;
        file->touch = touch;
        file->scanned = false;
    } else if (touch != TOUCH_CHECK) {
        file->touch = touch; /* a change of permissions says nothing about the writer, so it leaves what is known */
    }
    file->scanned |= scanned;
    file->due = true;
    worklist->due = true;
}

static void touch_all_listed(struct source_worklist *worklist)
{
    for (struct source_file *file = worklist->work; file; file = file->next) {
        file->due = true;
        worklist->due = true;
    }
}

void source_worklist_event(struct source_worklist *worklist, uint32_t mask, const char *name)
{
    if (mask & IN_IGNORED)
        worklist->place.watch = -1;
    if (!name) {
        worklist->look = true;
        return;
    }
    if (mask & IN_ISDIR)
        return;
    if (!source_worklist_is_name(name)) {
        /* A file made with O_TMPFILE and linked while it was open is closed under another name; and who releases the
         * lockfile closes it. */
        if (mask & IN_CLOSE_WRITE)
            touch_all_listed(worklist);
        return;
    }
    enum source_touch touch = mask & IN_MOVED_TO      ? TOUCH_MOVED
                              : mask & IN_CLOSE_WRITE ? TOUCH_CLOSED
                              : mask & IN_CREATE      ? TOUCH_CREATED
                                                      : TOUCH_CHECK;
    struct source_file *file = source_files_get(&worklist->files, name);
    if (file)
        source_worklist_touch(worklist, file, touch, false);
    else
        worklist->scan = true; /* which finds it, or that there is no memory still */
}

void source_worklist_ask_writers(struct source_worklist *worklist)
{
    if (worklist->written)
        touch_all_listed(worklist);
}

void source_worklist_tick(struct source_worklist *worklist, bool rescan)
{
    worklist->look = true;
    touch_all_listed(worklist);
    if (worklist->unfinished || (rescan && worklist->place.polled))
        worklist->scan = true;
    worklist->unfinished = false;
    worklist->scan_links |= rescan;
    catalog_tidy(worklist->catalog);
}
