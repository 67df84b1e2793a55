/* subfolders.c -- one worklist per called AE title: each subfolder is the one of its name.
 *
 * Titles are looked up among the names that were found, never made into a path. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "source/inside.h"

/* Characters of an AE title (PS3.5 6.2); how many subfolders are followed at most. */
enum { AE_TITLE_MAX = 16, WORKLISTS_MAX = 4096 };

static const char who[] = "source/folder";

static bool titles_equal(const struct source_folder *folder, struct span a, struct span b)
{
    a = span_trim(a);
    b = span_trim(b);
    return folder->options.strict_aet_comparison ? span_eq(a, b) : span_eq_nocase(a, b);
}

const struct source_worklist *source_subfolders_find(const struct source_folder *folder, struct span called_ae)
{
    for (const struct source_worklist *w = folder->worklists; w; w = w->next) {
        bool it_is = !folder->options.per_called_aet || titles_equal(folder, span_str(w->name), called_ae);
        if (it_is && w->state == WORKLIST_SERVED)
            return w;
    }
    return NULL;
}

struct catalog *source_folder_catalog(struct source_folder *folder, struct span called_ae)
{
    pthread_mutex_lock(&folder->lock);
    const struct source_worklist *worklist = source_subfolders_find(folder, called_ae);
    pthread_mutex_unlock(&folder->lock);
    return worklist ? worklist->catalog : NULL;
}

const char *source_folder_subfolder(struct source_folder *folder, struct span called_ae)
{
    pthread_mutex_lock(&folder->lock);
    const struct source_worklist *worklist = source_subfolders_find(folder, called_ae);
    pthread_mutex_unlock(&folder->lock);
    return worklist ? worklist->name : NULL;
}

static void set_state(struct source_folder *folder, struct source_worklist *worklist, enum source_worklist_state state)
{
    pthread_mutex_lock(&folder->lock);
    worklist->state = state;
    pthread_mutex_unlock(&folder->lock);
}

/* The worklist of exactly this name, new where there was none; NULL: no memory, or too many. */
static struct source_worklist *worklist_of(struct source_folder *folder, const char *name)
{
    uint32_t count = 0;
    char *path = NULL;
    struct source_worklist *worklist = folder->worklists;
    for (; worklist; worklist = worklist->next, count++) {
        if (strcmp(worklist->name, name) == 0)
            return worklist;
    }
    if (count >= WORKLISTS_MAX || asprintf(&path, "%s/%s", folder->root.path, name) < 0)
        return NULL;
    worklist = source_worklist_new(name, path, folder->inotify, &folder->forgiven);
    if (!worklist)
        return NULL;
    worklist->state = WORKLIST_GONE;
    worklist->place.confined = folder->options.may_read;
    pthread_mutex_lock(&folder->lock);
    worklist->next = folder->worklists;
    folder->worklists = worklist;
    pthread_mutex_unlock(&folder->lock);
    return worklist;
}

static struct source_worklist *rival_of(struct source_folder *folder, const struct source_worklist *worklist)
{
    for (struct source_worklist *w = folder->worklists; w; w = w->next) {
        if (w != worklist && w->state == WORKLIST_SERVED && w->met == folder->listings
            && titles_equal(folder, span_str(w->name), span_str(worklist->name)))
            return w;
    }
    return NULL;
}

static bool is_subfolder(int root, const char *name)
{
    struct stat st;
    size_t n = strlen(name);
    return name[0] != '.' && n <= AE_TITLE_MAX && fstatat(root, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

/* Marks what is there as met. False: it could not be listed. */
static bool meet_all(struct source_folder *folder)
{
    int fd = openat(folder->root.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir && fd >= 0)
        close(fd);
    if (!dir)
        return false;
    errno = 0;
    folder->listings++;
    for (struct dirent *entry; (entry = readdir(dir)); errno = 0) {
        if (!is_subfolder(folder->root.fd, entry->d_name))
            continue;
        struct source_worklist *worklist = worklist_of(folder, entry->d_name);
        if (worklist)
            worklist->met = folder->listings;
        else
            log_line(LOG_ERROR, who, "No room for the worklist folder of %s", entry->d_name);
    }
    bool ok = errno == 0;
    closedir(dir);
    return ok;
}

static void remove_missing(struct source_folder *folder)
{
    char fault[256];
    for (struct source_worklist *w = folder->worklists; w; w = w->next) {
        if (w->met == folder->listings || w->state == WORKLIST_GONE)
            continue;
        set_state(folder, w, WORKLIST_GONE);
        snprintf(fault, sizeof fault, "The worklist folder %.160s was removed", w->place.path);
        source_worklist_fail(w, fault);
    }
}

static bool admit_new(struct source_folder *folder, struct err *err)
{
    for (struct source_worklist *w = folder->worklists; w; w = w->next) {
        if (w->met != folder->listings || w->state == WORKLIST_SERVED)
            continue;
        const struct source_worklist *rival = rival_of(folder, w);
        if (!rival) {
            w->look = true;
            set_state(folder, w, WORKLIST_SERVED);
            continue;
        }
        if (err)
            return err_set(err, ERR_CONFIG, 0, 0,
                           "The subfolders %s and %s of %.100s are the same AE title; rename one, or set "
                           "StrictAetComparison to true",
                           rival->name, w->name, folder->root.path);
        if (w->state != WORKLIST_CLASHES)
            log_line(LOG_ERROR, who, "The subfolder %s is not served: it is the same AE title as %s", w->name,
                     rival->name);
        set_state(folder, w, WORKLIST_CLASHES);
    }
    return true;
}

bool source_subfolders_list(struct source_folder *folder, struct err *err)
{
    enum source_place_state state = source_place_enter(&folder->root);
    if (state == PLACE_LOST)
        return err_set(err, ERR_IO, 0, 0, "%s", folder->root.fault); /* each worklist will find that out as well */
    bool ok = true;
    if (state == PLACE_NEW || folder->root.polled || folder->list_root) {
        folder->list_root = !meet_all(folder);
        if (!folder->list_root) {
            remove_missing(folder);
            ok = admit_new(folder, err);
        }
    }
    source_place_leave(&folder->root);
    return ok;
}
