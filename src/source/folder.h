/* folder.h -- a folder of .wl files, kept in memory and followed as it changes.
 *
 * One thread of its own watches with inotify, parses what changed, and publishes to a catalog. Laws 3 to 6: parse once;
 * fresh (a file that was in place before a query is in its answer); one bad file harms nobody; while the folder cannot
 * be read the catalog carries a fault.
 *
 * With `per_called_aet` every subfolder of `path` is a worklist of its own, named after it; else there is one worklist,
 * the folder itself. */
#ifndef MWL_SOURCE_FOLDER_H
#define MWL_SOURCE_FOLDER_H

#include "base/err.h"
#include "base/limits.h"
#include "catalog/catalog.h"
#include "dicom/charset.h"
#include "dicom/parse.h"

struct source_folder;

struct source_folder_options {
    const char *path;            /* made absolute by source_folder_open() */
    bool per_called_aet;         /* FolderPerCalledAet */
    bool strict_aet_comparison;  /* else two subfolders that differ only in letter case are an error at start */
    bool require_complete;       /* RequireComplete: a file that lacks a type 1 value is set aside */
    uint32_t rescan_interval_ms; /* RescanInterval: for symbolic links and network file systems */
    uint32_t lock_wait_ms;       /* LockWait: how long a `lockfile` that a writer holds is waited for */
    struct dicom_charset default_charset; /* of text in files without (0008,0005) */
    const struct limits *limits;          /* borrowed */
    bool in_pieces; /* of the first reading, publish what was read so far; else all of it at its end, which is faster */
    uint32_t early_ms;  /* how long source_folder_open() waits until everything is read; 0: as long as it takes */
    bool may_be_faulty; /* at start: what is wrong with the folder is then no error, but in the log, and
                           a fault of the catalog until it is mended */
    /* Asked about each file that could be served, on the folder's thread: false with *err sets it aside for that
     * reason. May be NULL. */
    bool (*accept)(void *arg, const char *name, struct dicom_set set, struct err *err);
    void *accept_arg;
    /* Whether what stands at a path may be read by this process at all: a symbolic link to what may not is set aside
     * with that reason. On the folder's thread. NULL: everything may, as far as permissions go. */
    bool (*may_read)(const void *arg, const char *path);
    const void *may_read_arg;
};

/* Reads the folder and begins to follow it; returns when everything that was there is in the catalog, or after
 * `early_ms`: then it is still loading. NULL with *err if
 * the folder does not exist or cannot be read at start, unless that is allowed (ERR_IO, what to do in the text), two
 * subfolders compare equal (ERR_CONFIG), or no memory. */
struct source_folder *source_folder_open(const struct source_folder_options *options, struct err *err);

/* Ends the thread and frees the catalogs; no snapshot may be pinned any more, nobody waiting. */
void source_folder_close(struct source_folder **folder);

/* Its absolute path. */
const char *source_folder_path(const struct source_folder *folder);

/* The catalog for a called AE title (trimmed); the only one there is without `per_called_aet`. NULL if no subfolder has
 * that name: the title is looked up among the names found, never made into a path. Good until source_folder_close(). */
struct catalog *source_folder_catalog(struct source_folder *folder, struct span called_ae);

/* The subfolder that is the worklist for a called AE title, by its own name, which may differ in letter case; "" if the
 * folder itself is; NULL if none is. Good until source_folder_close(). */
const char *source_folder_subfolder(struct source_folder *folder, struct span called_ae);

/* Tells of every file that is set aside from the worklist for a called AE title, in the order of names, and why, in the
 * words of the log. Waits until the folder is current; `found` is called on the folder's thread, and not any more when
 * this returns. */
typedef void source_set_aside_found(void *arg, const char *name, const char *reason);
void source_folder_set_aside(struct source_folder *folder, struct span called_ae, source_set_aside_found *found,
                             void *arg);

/* True if nothing that happened in the folder before this call is still to be applied (law 4). Cheap: one ioctl, one
 * atomic load. */
bool source_folder_is_current(const struct source_folder *folder);

/* True while what was there at start is still being read, for longer than `early_ms`: the catalogs hold a part of it.
 * One atomic load. */
bool source_folder_is_loading(const struct source_folder *folder);

/* Somebody who waits for that it is current. Owned by the waiter, zeroed before use; it may be used again after it was
 * called. */
struct source_waiter {
    void (*ready)(struct source_waiter *waiter); /* called once, on the folder's thread: hand over and return */
    void *arg;                                   /* for its owner */
    struct source_waiter *next, **link;          /* the folder's; link is NULL unless waiting */
};

/* Calls waiter->ready when everything that happened before this call is applied. */
void source_folder_wait(struct source_folder *folder, struct source_waiter *waiter);

/* Waits for that itself, for at most so many milliseconds. False: it was not enough. */
bool source_folder_await(struct source_folder *folder, uint32_t ms);

/* Forgets a waiter: when this returns, ready is not running and will not be called. Harmless if it was called already.
 */
void source_folder_forget(struct source_folder *folder, struct source_waiter *waiter);

/* Counters, for the log and for tests. */
struct source_folder_counts {
    uint64_t files;                   /* in the catalogs now */
    uint64_t set_aside;               /* with a reason, now */
    uint64_t parsed;                  /* and put into a catalog, since the start */
    uint64_t overflows;               /* of the event queue, since the start */
    uint64_t rescans;                 /* of a whole worklist folder after the first, since the start */
    struct dicom_tolerances forgiven; /* by the parser, in all files since the start */
};

struct source_folder_counts source_folder_counts(struct source_folder *folder);

#endif
