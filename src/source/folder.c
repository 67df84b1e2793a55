/* folder.c -- the thread that follows a folder, and its beginning and end.
 *
 * Round by round: note who waits, read the events that are queued, do what they ask for, publish, tell who waited. A
 * round is bounded by what was queued when it began, so that nobody who waits is kept by files that come later. */
#include "source/folder.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "source/inside.h"

enum { TICK_MS = 1000, LOCK_RETRY_MS = 20 };

static const char who[] = "source/folder";

/* ---- the thread ---- */

static void say_progress(struct source_folder *folder)
{
    struct source_folder_counts counts = source_folder_counts(folder);
    log_line(LOG_INFO, who, "Worklist folder %s: still loading, %llu files read, %llu set aside", folder->options.path,
             (unsigned long long)counts.parsed, (unsigned long long)counts.set_aside);
}

static void tick(struct source_folder *folder)
{
    uint64_t now = clock_mono_us();
    if (now < folder->next_tick_us)
        return;
    bool rescan = now >= folder->next_rescan_us;
    if (folder->next_tick_us && atomic_load(&folder->loading))
        say_progress(folder);
    folder->next_tick_us = now + TICK_MS * 1000;
    if (rescan)
        folder->next_rescan_us = now + (uint64_t)folder->options.rescan_interval_ms * 1000;
    for (struct source_worklist *w = folder->worklists; w; w = w->next)
        source_worklist_tick(w, rescan);
    if (folder->options.per_called_aet)
        source_subfolders_list(folder, NULL);
}

/* Until the next tick, or sooner if a writer holds a lockfile that is waited for. */
static int sleep_ms(const struct source_folder *folder)
{
    uint64_t now = clock_mono_us(), until = folder->next_tick_us;
    for (const struct source_worklist *w = folder->worklists; w; w = w->next) {
        if (w->more)
            return 0;
        if (w->locked_since_us && !w->lock_overdue && now + LOCK_RETRY_MS * 1000 < until)
            until = now + LOCK_RETRY_MS * 1000;
    }
    return now < until ? (int)((until - now + 999) / 1000) : 0;
}

/* What keeps the folder from being current after a round. */
struct rest {
    bool held;    /* those who wait have to wait on */
    bool written; /* those who come have to ask */
};

static struct rest apply(struct source_folder *folder, uint64_t overflows)
{
    struct source_folder_counts sum = { .overflows = overflows };
    struct rest rest = { false, false };
    for (struct source_worklist *w = folder->worklists; w; w = w->next) {
        if (w->state == WORKLIST_SERVED) {
            source_worklist_apply(w, folder->pool, &folder->options);
            rest.held |= source_worklist_is_held(w);
            rest.written |= w->written > 0;
            sum.files += w->served;
            sum.set_aside += w->set_aside;
        }
        sum.parsed += w->parsed;
        sum.rescans += w->rescans;
    }
    pthread_mutex_lock(&folder->lock);
    sum.forgiven = folder->forgiven;
    folder->counts = sum;
    pthread_mutex_unlock(&folder->lock);
    return rest;
}

static void say_hello(struct source_folder *folder)
{
    struct source_folder_counts counts = source_folder_counts(folder);
    unsigned long long entries = 0;
    pthread_mutex_lock(&folder->lock);
    for (const struct source_worklist *w = folder->worklists; w; w = w->next) {
        struct catalog_snapshot *snapshot = catalog_snapshot_acquire(w->catalog);
        entries += catalog_snapshot_count(snapshot);
        catalog_snapshot_release(&snapshot);
    }
    pthread_mutex_unlock(&folder->lock);
    log_line(LOG_INFO, who, "Worklist folder %s: %llu files, %llu entries, %llu set aside", folder->options.path,
             (unsigned long long)counts.files, entries, (unsigned long long)counts.set_aside);
}

static void end_loading(struct source_folder *folder)
{
    for (struct source_worklist *w = folder->worklists; w; w = w->next)
        w->loading = false;
    atomic_store(&folder->loading, false);
    say_hello(folder);
}

static bool is_stopping(struct source_folder *folder)
{
    pthread_mutex_lock(&folder->lock);
    bool stopping = folder->stopping;
    pthread_mutex_unlock(&folder->lock);
    return stopping;
}

static void *run(void *arg)
{
    struct source_folder *folder = arg;
    uint64_t overflows = 0, woken;
    struct pollfd fds[] = { { .fd = folder->inotify, .events = POLLIN }, { .fd = folder->wake, .events = POLLIN } };
    while (!is_stopping(folder)) {
        bool asked = source_waiters_cover(folder);
        atomic_store(&folder->busy, true);
        source_events_read(folder, &overflows);
        for (struct source_worklist *w = folder->worklists; asked && w; w = w->next)
            source_worklist_ask_writers(w);
        if (folder->list_root && folder->options.per_called_aet)
            source_subfolders_list(folder, NULL);
        tick(folder);
        struct rest rest = apply(folder, overflows);
        if (!rest.held && atomic_load(&folder->loading))
            end_loading(folder); /* before anyone can find it current */
        atomic_store(&folder->busy, rest.held || rest.written);
        if (!rest.held)
            source_waiters_call(folder);
        if (poll(fds, 2, sleep_ms(folder)) > 0 && fds[1].revents) {
            ssize_t n = read(folder->wake, &woken, sizeof woken);
            (void)n;
        }
    }
    return NULL;
}

/* ---- beginning and end ---- */

static char *absolute(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        path += 2 + strspn(path + 2, "/");
    char *result = NULL, *here = path[0] == '/' ? strdup("") : getcwd(NULL, 0);
    if (here && asprintf(&result, "%s%s%s", here, path[0] == '/' ? "" : "/", path) < 0)
        result = NULL;
    free(here);
    for (size_t n = result ? strlen(result) : 0; n > 1 && result[n - 1] == '/'; n--)
        result[n - 1] = '\0';
    return result;
}

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_MEMORY, 0, 0, "No memory to follow a worklist folder");
}

static bool open_descriptors(struct source_folder *folder, struct err *err)
{
    folder->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (folder->inotify < 0)
        return err_set(err, ERR_IO, 0, 0, "The folder %.120s cannot be followed: %s%s", folder->options.path,
                       strerror(errno), errno == EMFILE ? "; raise fs.inotify.max_user_instances" : "");
    folder->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (folder->wake < 0)
        return err_set(err, ERR_IO, 0, 0, "No event descriptor: %s", strerror(errno));
    return true;
}

/* Finds the worklists; each is looked at once here, so that a folder that cannot be read is known before anything
 * starts. */
static bool open_worklists(struct source_folder *folder, struct err *err)
{
    char *path = strdup(folder->options.path);
    if (!path)
        return no_memory(err);
    if (folder->options.per_called_aet) {
        source_place_init(&folder->root, path, folder->inotify);
        bool listed = source_subfolders_list(folder, folder->options.may_be_faulty ? NULL : err);
        if (!listed && folder->options.may_be_faulty)
            log_line(LOG_ERROR, who, "%s", folder->root.fault);
        return listed || folder->options.may_be_faulty;
    }
    struct source_worklist *worklist = folder->worklists =
        source_worklist_new("", path, folder->inotify, &folder->forgiven);
    if (!worklist)
        return no_memory(err);
    worklist->place.confined = folder->options.may_read;
    if (source_place_enter(&worklist->place) == PLACE_LOST && !folder->options.may_be_faulty)
        return err_set(err, ERR_IO, 0, 0, "%s", worklist->place.fault);
    source_place_leave(&worklist->place);
    worklist->scan = true;
    return true;
}

/* How many threads load files beside the one that follows the folder. */
static uint32_t helpers(void)
{
    enum { MOST = 4 };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 2 ? 0 : processors > MOST ? MOST - 1 : (uint32_t)processors - 1;
}

static bool start_threads(struct source_folder *folder, struct err *err)
{
    /* None of the threads gets a signal: the one that a lease may send is nobody's. */
    folder->pool = source_pool_new(&folder->options, helpers());
    int error = folder->pool ? thread_start(&folder->thread, run, folder) : ENOMEM;
    return error == 0 || err_set(err, ERR_IO, 0, 0, "No thread to follow the worklist folder: %s", strerror(error));
}

struct source_folder *source_folder_open(const struct source_folder_options *options, struct err *err)
{
    struct source_folder *folder = calloc(1, sizeof *folder);
    if (!folder) {
        no_memory(err);
        return NULL;
    }
    folder->options = *options;
    folder->options.path = folder->path = absolute(options->path);
    folder->inotify = folder->wake = -1;
    folder->list_root = true;
    folder->events = malloc(SOURCE_EVENTS_BYTES);
    pthread_mutex_init(&folder->lock, NULL);
    pthread_cond_init(&folder->called, NULL);
    atomic_init(&folder->busy, true);
    atomic_init(&folder->loading, true);
    source_place_init(&folder->root, NULL, -1);
    bool ok = (folder->path && folder->events) || no_memory(err);
    ok = ok && open_descriptors(folder, err) && open_worklists(folder, err);
    for (struct source_worklist *w = folder->worklists; w; w = w->next)
        w->loading = true;
    folder->running = ok && start_threads(folder, err);
    if (!folder->running) {
        source_folder_close(&folder);
        return NULL;
    }
    source_folder_await(folder, options->early_ms ? options->early_ms : UINT32_MAX);
    return folder;
}

void source_folder_close(struct source_folder **folder)
{
    struct source_folder *f = *folder;
    const uint64_t one = 1;
    if (!f)
        return;
    *folder = NULL;
    if (f->running) {
        pthread_mutex_lock(&f->lock);
        f->stopping = true;
        pthread_mutex_unlock(&f->lock);
        ssize_t n = write(f->wake, &one, sizeof one);
        (void)n;
        pthread_join(f->thread, NULL);
    }
    source_pool_free(&f->pool);
    while (f->worklists) {
        struct source_worklist *worklist = f->worklists;
        f->worklists = worklist->next;
        source_worklist_free(&worklist);
    }
    source_place_fini(&f->root);
    if (f->inotify >= 0)
        close(f->inotify);
    if (f->wake >= 0)
        close(f->wake);
    pthread_cond_destroy(&f->called);
    pthread_mutex_destroy(&f->lock);
    free(f->events);
    free(f->path);
    free(f);
}

const char *source_folder_path(const struct source_folder *folder)
{
    return folder->path;
}

struct source_folder_counts source_folder_counts(struct source_folder *folder)
{
    pthread_mutex_lock(&folder->lock);
    struct source_folder_counts counts = folder->counts;
    pthread_mutex_unlock(&folder->lock);
    return counts;
}
