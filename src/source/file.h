/* file.h -- what is known of one file of a worklist folder, whether it is served, set aside or still being written; and
 * a table of files by name. */
#ifndef MWL_SOURCE_FILE_H
#define MWL_SOURCE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* By what a file is recognised as unchanged. */
struct source_stamp {
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec mtime, ctime;
};

struct source_stamp source_stamp_of(const struct stat *st);
bool source_stamp_eq(const struct source_stamp *a, const struct source_stamp *b);

/* The last that was heard of a file, which says how far its content can be trusted to be whole. */
enum source_touch {
    TOUCH_CHECK,   /* something changed: its permissions, or what a scan sees */
    TOUCH_CREATED, /* it appeared: a link to a whole file, or open() by somebody who is about to write */
    TOUCH_CLOSED,  /* a writer closed it */
    TOUCH_MOVED    /* it was renamed: whoever does that means it to be whole */
};

enum source_standing { FILE_UNREAD, FILE_SERVED, FILE_SET_ASIDE };

struct source_file {
    const char *name;          /* bytes, as the folder has them; stands behind this struct */
    struct source_stamp stamp; /* when it was read or set aside */
    enum source_standing standing;
    bool is_link;  /* symbolic: changes of the target raise no event */
    bool unsure;   /* changed so short a time before it was read that the stamp may not tell the next change */
    uint32_t seen; /* number of the last scan that met it */
    ino_t inode;   /* by which that scan met it */
    char *reason;  /* of a file set aside, as it was logged; owned, else NULL */

    /* while it is on its worklist's list of work */
    struct source_file *next;
    bool listed;
    bool due; /* to be looked at in this round; else waiting for a writer, or for the tick */
    enum source_touch touch;
    bool scanned;                /* found by a scan, as events may have been lost */
    bool written;                /* somebody has it open for writing */
    bool undecided;              /* holds back who waits for the folder, since nobody can tell whether it is whole */
    bool warned;                 /* that a writer keeps it open */
    struct source_stamp waiting; /* its stamp when it was looked at last */
    uint64_t waiting_since_us;   /* with that stamp, on the monotonic clock; 0: it does not wait */
    uint64_t hold_until_us;      /* it is not undecided beyond this */
};

/* A table: all zeros is empty. */
struct source_files {
    void *root; /* a tree of tsearch(3) */
};

/* The file of a name, made where there is none. NULL: no memory. */
struct source_file *source_files_get(struct source_files *files, const char *name);

/* Takes it out and frees it. */
void source_files_forget(struct source_files *files, struct source_file *file);

/* Visits every file; `visit` must not add or take out any. */
void source_files_each(const struct source_files *files, void (*visit)(void *arg, struct source_file *file), void *arg);

void source_files_fini(struct source_files *files);

#endif
