/* file.h -- what the catalog keeps of one file (or whatever its origin calls a file): its block, and an entry for each
 * Scheduled Procedure Step, counted as one.
 *
 * Only the writer counts; readers see files only through a version that they pinned. */
#ifndef MWL_CATALOG_FILE_H
#define MWL_CATALOG_FILE_H

#include "catalog/tree.h"
#include "dicom/set.h"

struct catalog_file;
struct catalog_posting;

/* One step of a file, with what orders it. Start date and time are kept as packed characters, most significant first,
 * without the separators of the old forms ("YYYY.MM.DD", "HH:MM:SS"; PS3.5 6.2), so that most comparisons touch no
 * block. */
struct catalog_step {
    struct catalog_file *file; /* borrowed; its refs stand for this step too */
    struct span id;            /* Scheduled Procedure Step ID; borrowed from the block */
    uint64_t date, time[2];
    uint32_t index; /* of the item */
};

/* A start date as its step keeps it. */
uint64_t catalog_step_date(struct span date);

struct catalog_file {
    uint64_t refs;
    struct dicom_block *block; /* owned */
    const char *name;          /* stands behind the steps */
    uint32_t origin;
    uint32_t count;
    bool is_out;        /* taken out again by the change that put it in */
    uint32_t unordered; /* steps with several start dates, of which the order knows the first */
    uint32_t posting_count;
    struct catalog_posting *postings; /* of all steps; owned */
    struct catalog_step steps[];
};

/* A file with one reference. Takes the block, also on failure. NULL: no memory. */
struct catalog_file *catalog_file_new(uint32_t origin, const char *name, struct dicom_block *block);

void catalog_file_release(struct catalog_file *file);

/* Files by origin and name. */
extern const struct catalog_tree_type catalog_files_by_name;

/* Steps by start date, start time, step ID, file name, index: the order of the answers. */
extern const struct catalog_tree_type catalog_steps_by_start;

#endif
