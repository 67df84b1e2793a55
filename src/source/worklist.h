/* worklist.h -- one folder of worklist files and the catalog that it fills.
 *
 * Events and scans only note what is to be looked at; source_worklist_apply() then looks at all of it in one round,
 * under the lockfile if there is one, and publishes one version. All of it runs on the folder's thread. */
#ifndef MWL_SOURCE_WORKLIST_H
#define MWL_SOURCE_WORKLIST_H

#include "source/place.h"
#include "source/pool.h"

enum source_worklist_state {
    WORKLIST_SERVED,
    WORKLIST_GONE,   /* its subfolder was removed */
    WORKLIST_CLASHES /* its name compares equal to that of another */
};

struct source_worklist {
    struct source_worklist *next;
    char *name;                       /* the AE title that it serves: its subfolder's name; "" for the only one */
    enum source_worklist_state state; /* under the folder's lock */
    uint32_t met;                     /* number of the last listing of subfolders that met it */

    struct catalog *catalog;
    struct catalog_change *change; /* being made; between two applies only of the first reading, if it is to be
                                      published as a whole */
    struct source_place place;
    struct source_files files;
    struct source_file *work;          /* files to be looked at, now or later */
    struct dicom_tolerances *forgiven; /* by the parser, in all files of the folder since the start; borrowed */

    /* what is to be done */
    bool look;       /* the folder itself may be another, or unreadable */
    bool scan;       /* any file may have changed */
    bool scan_links; /* the target of any symbolic link may have changed */
    bool due;        /* some file on the list of work is */
    bool loading;    /* the first reading: in pieces, which nobody takes for the whole */
    bool more;       /* the last apply read one piece, and others are left */
    bool unfinished; /* there was no memory for a change: once more at the next tick */
    int lost;        /* an errno: while files were looked at, the folder was found not to be readable any more, or
                        memory or descriptors ended; or 0 */

    bool has_links;           /* or had some, as the log said */
    bool faulty;              /* the catalog carries a fault */
    uint32_t scans;           /* made so far */
    uint64_t locked_since_us; /* a writer has held the lockfile since then; 0: none */
    bool lock_overdue;        /* for longer than LockWait, as the log said */
    uint64_t written;         /* files that wait for their writers */
    uint64_t undecided;       /* files that hold back who waits, see struct source_file */

    uint64_t served, set_aside, parsed, rescans; /* files now, ditto; files since the start, scans of everything but
                                                    the first */
};

/* Takes `path`, also on failure. NULL: no memory. */
struct source_worklist *source_worklist_new(const char *name, char *path, int inotify,
                                            struct dicom_tolerances *forgiven);
void source_worklist_free(struct source_worklist **worklist);

/* Notes an event of inotify; `name` is NULL where it concerns the folder itself. */
void source_worklist_event(struct source_worklist *worklist, uint32_t mask, const char *name);

/* Notes what may have changed without an event; once a second. `rescan`: also what only a rescan can tell. */
void source_worklist_tick(struct source_worklist *worklist, bool rescan);

/* Notes the files that wait for their writers. */
void source_worklist_ask_writers(struct source_worklist *worklist);

/* Notes one file. */
void source_worklist_touch(struct source_worklist *worklist, struct source_file *file, enum source_touch touch,
                           bool scanned);

/* Notes every file of the open folder that is not as it was read. False: it could not be listed, and is lost. */
bool source_worklist_scan(struct source_worklist *worklist);

/* Notes the symbolic links whose targets changed. */
void source_worklist_scan_links(struct source_worklist *worklist);

/* Does what was noted. The pool is empty before and after. */
void source_worklist_apply(struct source_worklist *worklist, struct source_pool *pool,
                           const struct source_folder_options *options);

/* Serves a file that was loaded, or sets it aside, in the change that is open. False: it has to be looked at again. */
bool source_worklist_settle(struct source_worklist *worklist, const struct source_folder_options *options,
                            struct source_job *job);

/* True if something that happened before the last apply is not in the catalog, though it soon may be: a lockfile is
 * waited for, or events were lost and a file that was found may still be growing; the first reading goes on; or there
 * was no memory to say anything, not even that there is none. */
bool source_worklist_is_held(const struct source_worklist *worklist);

/* Gives the catalog a fault, to be cleared by the next apply that finds the folder readable. */
void source_worklist_fail(struct source_worklist *worklist, const char *fault);

/* True for *.wl, in any letter case. */
bool source_worklist_is_name(const char *name);

#endif
