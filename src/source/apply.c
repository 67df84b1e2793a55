/* apply.c -- do what was noted of a worklist: have each file loaded and settled, publish. */
#include <errno.h>

#include "base/clock.h"
#include "base/log.h"
#include "source/lockfile.h"
#include "source/worklist.h"

/* The origin of all entries of a catalog that a folder fills. */
enum { ORIGIN = 1 };

/* Files of the first reading that are read between two looks at events, and at the end of the program. */
enum { PIECE = 10000 };

static const char who[] = "source/folder";

static void count_waiting(struct source_worklist *worklist, const struct source_file *file)
{
    worklist->written += file->written;
    worklist->undecided += file->undecided;
}

/* Settles the file that was loaded longest ago; one that is to be looked at again goes on the list `again`. */
static void settle_one(struct source_worklist *worklist, struct source_pool *pool,
                       const struct source_folder_options *options, struct source_file **again)
{
    struct source_job *job = source_pool_take(pool);
    struct source_file *file = job->file;
    if (!source_worklist_settle(worklist, options, job)) {
        count_waiting(worklist, file);
        file->next = *again;
        *again = file;
        return;
    }
    file->listed = false;
    if (file->standing == FILE_UNREAD)
        source_files_forget(&worklist->files, file);
}

/* The folder counts as one that cannot be read until a later look succeeds, and then anything may have changed. */
static void lose(struct source_worklist *worklist, int error)
{
    source_place_lose(&worklist->place, error);
    worklist->scan = true;
}

/* Looks at every file that is due, of the first reading at so many of them. Only those stay on the list of work that
 * are not done with. */
static void look_at_work(struct source_worklist *worklist, struct source_pool *pool,
                         const struct source_folder_options *options)
{
    struct source_file **link = &worklist->work, *again = NULL, *file;
    uint32_t left = worklist->loading ? PIECE : UINT32_MAX;
    worklist->due = worklist->more = false;
    worklist->written = worklist->undecided = 0;
    while ((file = *link) && !worklist->more && !worklist->lost) {
        if (!file->due) {
            count_waiting(worklist, file);
            link = &file->next;
        } else if (left-- == 0) {
            worklist->due = worklist->more = true;
        } else {
            *link = file->next;
            file->due = false;
            if (source_pool_is_full(pool))
                settle_one(worklist, pool, options, &again);
            source_pool_put(pool, &worklist->place, file);
        }
    }
    while (!source_pool_is_empty(pool))
        settle_one(worklist, pool, options, &again);
    while ((file = again)) {
        again = file->next;
        file->next = worklist->work;
        worklist->work = file;
    }
    if (worklist->lost) {
        lose(worklist, worklist->lost);
        worklist->lost = 0;
    }
}

/* Whether the lockfile lets us read; *lock is to be released then. */
static bool may_read(struct source_worklist *worklist, uint32_t wait_ms, int *lock)
{
    uint64_t now = clock_mono_us();
    int error = source_lockfile_acquire(worklist->place.fd, lock);
    if (error && error != EAGAIN) {
        lose(worklist, error);
        return false;
    }
    if (!error) {
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

/* The change that is open, or a new one; NULL: no memory, which the next tick may have. */
static struct catalog_change *begin_change(struct source_worklist *worklist)
{
    if (!worklist->change)
        worklist->change = catalog_begin(worklist->catalog, ORIGIN);
    worklist->unfinished |= !worklist->change;
    return worklist->change;
}

static void publish(struct source_worklist *worklist, const char *fault)
{
    catalog_commit(&worklist->change, fault);
    worklist->faulty = fault != NULL;
}

void source_worklist_fail(struct source_worklist *worklist, const char *fault)
{
    if (worklist->faulty)
        return;
    if (!begin_change(worklist))
        return;
    log_line(LOG_ERROR, who, "%s", fault);
    publish(worklist, fault);
}

static void work(struct source_worklist *worklist, struct source_pool *pool,
                 const struct source_folder_options *options)
{
    if (worklist->scan) {
        if (!source_worklist_scan(worklist))
            return;
        worklist->scan = false;
        worklist->rescans += worklist->scans > 1;
    }
    if (!worklist->due && !worklist->faulty)
        return;
    if (!begin_change(worklist))
        return;
    look_at_work(worklist, pool, options);
    bool lost = worklist->place.fd < 0;
    if (!worklist->faulty && lost)
        log_line(LOG_ERROR, who, "%s", worklist->place.fault);
    if (worklist->faulty && !lost)
        log_line(LOG_WARNING, who, "The worklist folder %s can be read again", worklist->place.path);
    if (!worklist->more || lost || options->in_pieces)
        publish(worklist, lost ? worklist->place.fault : NULL);
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

/* There is nothing to wait for in a folder that is gone: who asks is told so. */
static void give_up(struct source_worklist *worklist)
{
    worklist->locked_since_us = 0;
    worklist->lock_overdue = false;
    worklist->more = false;
    worklist->written = worklist->undecided = 0;
    source_worklist_fail(worklist, worklist->place.fault);
}

void source_worklist_apply(struct source_worklist *worklist, struct source_pool *pool,
                           const struct source_folder_options *options)
{
    int lock = -1;
    if (!worklist->look && !worklist->scan && !worklist->scan_links && !worklist->due)
        return;
    if (source_place_enter(&worklist->place) == PLACE_NEW)
        begin_anew(worklist, options->rescan_interval_ms);
    worklist->look = false;
    if (worklist->place.fd >= 0 && worklist->scan_links)
        source_worklist_scan_links(worklist);
    worklist->scan_links = false;
    if (worklist->place.fd >= 0 && (worklist->scan || worklist->due || worklist->faulty)
        && may_read(worklist, options->lock_wait_ms, &lock)) {
        work(worklist, pool, options);
        source_lockfile_release(&lock);
    }
    if (worklist->place.fd < 0)
        give_up(worklist);
    source_place_leave(&worklist->place);
}

bool source_worklist_is_held(const struct source_worklist *worklist)
{
    return worklist->more || worklist->unfinished || worklist->undecided > 0
           || (worklist->locked_since_us && !worklist->lock_overdue);
}
