/* apply.c -- do what was noted of a worklist: look at each file, serve it or set it aside, publish. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "source/lockfile.h"
#include "source/whole.h"
#include "source/worklist.h"

/* The origin of all entries of a catalog that a folder fills. */
enum { ORIGIN = 1 };

/* When to speak of a writer who never closes; how long a file that may be whole holds back who waits. */
enum { KEPT_OPEN_MS = 10000, HOLD_MS = SOURCE_SETTLE_MS + 1000 };

/* Files of the first reading that are read between two looks at events, and at the end of the program. */
enum { PIECE = 10000 };

static const char who[] = "source/folder";

/* A file's name made fit for the log, behind its subfolder's where there are several. */
static const char *shown(const struct source_worklist *worklist, const struct source_file *file, char room[512])
{
    char path[512];
    snprintf(path, sizeof path, "%s%s%s", worklist->name, worklist->name[0] ? "/" : "", file->name);
    return log_text(span_str(path), room, 512);
}

static void stand(struct source_worklist *worklist, struct source_file *file, enum source_standing standing)
{
    worklist->served += (standing == FILE_SERVED) - (uint64_t)(file->standing == FILE_SERVED);
    worklist->set_aside += (standing == FILE_SET_ASIDE) - (uint64_t)(file->standing == FILE_SET_ASIDE);
    file->standing = standing;
}

static void serve(struct source_worklist *worklist, struct source_file *file, const struct source_load *load)
{
    char room[512];
    if (file->reason)
        log_line(LOG_WARNING, who, "%s is no longer set aside", shown(worklist, file, room));
    if (load->text[0])
        log_line(LOG_WARNING, who, "%s %s; it is served all the same (RequireComplete is false)",
                 shown(worklist, file, room), load->text);
    if (file->is_link && !worklist->has_links)
        log_line(LOG_INFO, who, "%s is a symbolic link: a change behind it is noticed by the next rescan only",
                 shown(worklist, file, room));
    worklist->has_links |= file->is_link;
    free(file->reason);
    file->reason = NULL;
    worklist->parsed++;
    stand(worklist, file, FILE_SERVED);
}

static void set_aside(struct source_worklist *worklist, struct source_file *file, const char *reason)
{
    char room[512];
    if (!file->reason || strcmp(file->reason, reason) != 0) {
        log_line(LOG_WARNING, who, "%s set aside: %s", shown(worklist, file, room), reason);
        free(file->reason);
        file->reason = strdup(reason);
    }
    stand(worklist, file, FILE_SET_ASIDE);
}

/* It stays as it was until its writer is done. */
static void wait_for_writer(struct source_worklist *worklist, struct source_file *file, const struct source_load *load)
{
    char room[512];
    uint64_t now = clock_mono_us();
    if (!file->waiting_since_us || !source_stamp_eq(&file->waiting, &load->stamp)) {
        file->waiting = load->stamp;
        file->waiting_since_us = now;
    }
    if (!file->hold_until_us)
        file->hold_until_us = now + HOLD_MS * 1000;
    file->written = !load->undecided;
    file->undecided = load->undecided && file->scanned && now < file->hold_until_us;
    if (file->touch == TOUCH_CREATED) /* a link would have been read at once: from now on a second one says nothing */
        file->touch = TOUCH_CHECK;
    if (!load->undecided && !file->warned && now - file->waiting_since_us >= KEPT_OPEN_MS * 1000) {
        log_line(LOG_WARNING, who, "%s is not read: another program has had it open for writing for %d seconds",
                 shown(worklist, file, room), KEPT_OPEN_MS / 1000);
        file->warned = true;
    }
}

/* Whether the folder may be searched still; a file that may not be read could be the folder's fault. */
static bool is_searchable(struct source_worklist *worklist)
{
    struct stat st;
    if (fstatat(worklist->place.fd, ".", &st, 0) == 0)
        return true;
    source_place_lose(&worklist->place, errno);
    return false;
}

/* Looks at one file. False: it has to be looked at again. */
static bool look_at(struct source_worklist *worklist, struct catalog_change *change, struct source_loader *loader,
                    struct source_file *file)
{
    struct source_load load;
    enum source_loaded loaded = source_load(loader, worklist->place.fd, file, !worklist->place.polled, &load);
    if (loaded == LOADED_DENIED && !is_searchable(worklist)) {
        worklist->scan = true; /* once it is */
        return false;
    }
    if (loaded == LOADED_LATER) {
        wait_for_writer(worklist, file, &load);
        return false;
    }
    if (loaded == LOADED ? !catalog_put(change, file->name, load.block) : !catalog_drop(change, file->name)) {
        log_line(LOG_ERROR, who, "No memory for %s; tried again in a second", shown(worklist, file, (char[512]){ 0 }));
        return false;
    }
    file->stamp = load.stamp;
    file->unsure = load.unsure;
    file->written = file->undecided = file->warned = false;
    file->waiting_since_us = file->hold_until_us = 0;
    if (loaded == LOADED)
        serve(worklist, file, &load);
    else if (loaded == LOADED_NOTHING)
        stand(worklist, file, FILE_UNREAD);
    else
        set_aside(worklist, file, load.text);
    return !load.retry;
}

/* Looks at every file that is due, of the first reading at so many of them, and takes off the list those that are done
 * with. */
static void look_at_work(struct source_worklist *worklist, struct catalog_change *change, struct source_loader *loader)
{
    struct source_file **link = &worklist->work, *file;
    uint32_t left = worklist->loading ? PIECE : UINT32_MAX;
    worklist->due = worklist->more = false;
    worklist->written = worklist->undecided = 0;
    while ((file = *link)) {
        bool due = file->due && worklist->place.fd >= 0;
        if (due && left-- == 0) {
            worklist->due = worklist->more = true;
            return;
        }
        if (due)
            file->due = false;
        if (!due || !look_at(worklist, change, loader, file)) {
            worklist->written += file->written;
            worklist->undecided += file->undecided;
            link = &file->next;
            continue;
        }
        *link = file->next;
        file->listed = false;
        if (file->standing == FILE_UNREAD)
            source_files_forget(&worklist->files, file);
    }
}

/* Whether the lockfile lets us read; *lock is to be released then. */
static bool may_read(struct source_worklist *worklist, uint32_t wait_ms, int *lock)
{
    uint64_t now = clock_mono_us();
    if (source_lockfile_acquire(worklist->place.fd, lock)) {
        if (worklist->lock_overdue)
            log_line(LOG_WARNING, who, "%s/lockfile is free again", worklist->place.path);
        worklist->locked_since_us = 0;
        worklist->lock_overdue = false;
        return true;
    }
    if (!worklist->locked_since_us)
        worklist->locked_since_us = now;
    if (!worklist->lock_overdue && now - worklist->locked_since_us >= (uint64_t)wait_ms * 1000) {
        worklist->lock_overdue = true;
        log_line(LOG_WARNING, who, "%s/lockfile is held by a writer; the worklist stays as it was until it is free",
                 worklist->place.path);
    }
    return false;
}

static void publish(struct source_worklist *worklist, struct catalog_change *change, const char *fault)
{
    catalog_commit(&change, fault);
    worklist->faulty = fault != NULL;
}

void source_worklist_fail(struct source_worklist *worklist, const char *fault)
{
    if (worklist->faulty)
        return;
    struct catalog_change *change = catalog_begin(worklist->catalog, ORIGIN);
    if (!change) {
        worklist->unfinished = true;
        return;
    }
    log_line(LOG_ERROR, who, "%s", fault);
    publish(worklist, change, fault);
}

static void work(struct source_worklist *worklist, struct source_loader *loader)
{
    if (worklist->scan) {
        if (!source_worklist_scan(worklist))
            return;
        worklist->scan = false;
        worklist->rescans += worklist->scans > 1;
    }
    if (!worklist->due && !worklist->faulty)
        return;
    struct catalog_change *change = catalog_begin(worklist->catalog, ORIGIN);
    if (!change) {
        worklist->unfinished = true;
        return;
    }
    look_at_work(worklist, change, loader);
    bool lost = worklist->place.fd < 0;
    if (worklist->faulty && !lost)
        log_line(LOG_WARNING, who, "The worklist folder %s can be read again", worklist->place.path);
    publish(worklist, change, lost ? worklist->place.fault : NULL);
}

static void begin_anew(struct source_worklist *worklist, uint32_t rescan_interval_ms)
{
    worklist->scan = true;
    if (worklist->place.polled)
        log_line(LOG_WARNING, who,
                 "The worklist folder %s is on a network file system, where others change files unseen: it is read "
                 "again every %u ms, and a query may miss what is newer",
                 worklist->place.path, rescan_interval_ms);
}

void source_worklist_apply(struct source_worklist *worklist, struct source_loader *loader)
{
    int lock = -1;
    if (!worklist->look && !worklist->scan && !worklist->scan_links && !worklist->due)
        return;
    if (source_place_enter(&worklist->place) == PLACE_NEW)
        begin_anew(worklist, loader->options->rescan_interval_ms);
    worklist->look = false;
    if (worklist->place.fd >= 0 && worklist->scan_links)
        source_worklist_scan_links(worklist);
    worklist->scan_links = false;
    if (worklist->place.fd >= 0 && (worklist->scan || worklist->due || worklist->faulty)
        && may_read(worklist, loader->options->lock_wait_ms, &lock)) {
        work(worklist, loader);
        source_lockfile_release(&lock);
    }
    if (worklist->place.fd < 0)
        source_worklist_fail(worklist, worklist->place.fault);
    source_place_leave(&worklist->place);
}

bool source_worklist_is_held(const struct source_worklist *worklist)
{
    return worklist->more || worklist->undecided > 0 || (worklist->locked_since_us && !worklist->lock_overdue);
}
