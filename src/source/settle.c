/* settle.c -- what becomes of a file once it was loaded: it is served, set aside with a reason, or looked at again. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "source/whole.h"
#include "source/worklist.h"

/* When to speak of a writer who never closes; how long a file that may be whole holds back who waits. */
enum { KEPT_OPEN_MS = 10000, HOLD_MS = SOURCE_SETTLE_MS + 1000 };

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

/* A tolerance that a file of this folder is the first to need. */
static void note_tolerance(const char *name, const char *what, uint32_t before, uint32_t now)
{
    if (now && !before)
        log_line(LOG_INFO, who, "%s is forgiven %s; told once, of the first such file", name, what);
}

/* Undecodable text is told of every such file, not only of the first: a name that nobody can read is found by no name.
 */
static void note_tolerances(struct source_worklist *worklist, const struct source_file *file,
                            const struct dicom_tolerances *used)
{
    static const struct dicom_tolerances none;
    char room[512];
    if (memcmp(used, &none, sizeof none) == 0)
        return;
    const char *name = shown(worklist, file, room);
#define TOLERANCE(id, text) note_tolerance(name, text, worklist->forgiven->id, used->id);
#include "dicom/tolerance.def"
#undef TOLERANCE
    if (used->undecodable_text)
        log_line(
            LOG_WARNING, who,
            "%s has text with bytes that its Specific Character Set does not have: it is sent as it is stored, and "
            "compared without them",
            name);
}

/* Whether who opened the folder takes the file; else it is as bad as one that could not be parsed. */
static void ask(const struct source_folder_options *options, struct source_job *job)
{
    struct err err = { 0 };
    if (job->loaded != LOADED || !options->accept
        || options->accept(options->accept_arg, job->file->name, dicom_block_set(job->load.block), &err))
        return;
    dicom_block_free(&job->load.block);
    source_load_describe(&job->load, &err);
    job->loaded = LOADED_BAD;
}

/* Whether the folder may be searched still; a file that may not be read could be the folder's fault. It is closed when
 * nobody loads from it any more. */
static bool is_searchable(struct source_worklist *worklist)
{
    struct stat st;
    if (!worklist->lost && fstatat(worklist->place.fd, ".", &st, 0) != 0)
        worklist->lost = errno;
    return !worklist->lost;
}

/* The folder counts as one that cannot be read until a later look succeeds. False, for the caller to return. */
static bool lose(struct source_worklist *worklist, int error)
{
    if (!worklist->lost)
        worklist->lost = error;
    return false;
}

bool source_worklist_settle(struct source_worklist *worklist, const struct source_folder_options *options,
                            struct source_job *job)
{
    struct source_file *file = job->file;
    const struct source_load *load = &job->load;
    if (job->loaded == LOADED_DENIED && !is_searchable(worklist))
        return false;
    /* Nothing is wrong with the file, and an answer without it would be one. */
    if (job->loaded == LOADED_BAD && load->shortage)
        return lose(worklist, load->shortage);
    if (job->loaded == LOADED_LATER) {
        wait_for_writer(worklist, file, load);
        return false;
    }
    ask(options, job);
    bool kept = job->loaded == LOADED ? catalog_put(worklist->change, file->name, load->block)
                                      : catalog_drop(worklist->change, file->name);
    if (!kept)
        return lose(worklist, ENOMEM);
    if (job->loaded == LOADED)
        note_tolerances(worklist, file, &load->used);
    dicom_tolerances_add(worklist->forgiven, &load->used);
    file->stamp = load->stamp;
    file->unsure = load->unsure;
    file->written = file->undecided = file->warned = false;
    file->waiting_since_us = file->hold_until_us = 0;
    if (job->loaded == LOADED)
        serve(worklist, file, load);
    else if (job->loaded == LOADED_NOTHING)
        stand(worklist, file, FILE_UNREAD);
    else
        set_aside(worklist, file, load->text);
    return !load->retry;
}
