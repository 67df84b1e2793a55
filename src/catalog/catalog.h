/* catalog.h -- the worklist itself, in memory: every entry, in the order of the answers, as of one moment.
 *
 * Versions are persistent: a tree of entries whose nodes never change once they are published, and which shares with
 * the version before it all that did not change. Taking a snapshot pins a root; no lock is held while it is read, and
 * an update copies O(log n) nodes. What no snapshot can see any more is freed by the writer, at its next commit or when
 * it tidies up.
 *
 * Threads: one writer at a time (begin ... commit), any number of readers. Entries of one file are seen together or not
 * at all. */
#ifndef MWL_CATALOG_CATALOG_H
#define MWL_CATALOG_CATALOG_H

#include "base/err.h"
#include "dicom/set.h"
#include "match/plan.h"

struct catalog;
struct catalog_change;
struct catalog_snapshot;
struct catalog_query;

/* One Scheduled Procedure Step of one file: what makes one answer. */
struct catalog_entry {
    struct dicom_set set; /* the file's data set; good while the snapshot is pinned */
    uint32_t step;        /* item of its Scheduled Procedure Step Sequence */
    const char *name;     /* of the file, or whatever its origin calls it */
};

/* An empty catalog. NULL: no memory. */
struct catalog *catalog_new(void);

/* No snapshot may be pinned any more. */
void catalog_free(struct catalog **catalog);

/* Begins a change on behalf of `origin`, a small number that its caller chose: names of different origins are different
 * things. Only one change at a time. NULL: no memory. */
struct catalog_change *catalog_begin(struct catalog *catalog, uint32_t origin);

/* Sets the entries of `name` (copied), replacing those that it had. Takes the block, also on failure. False: no memory;
 * what the name had stays. The block passed catalog_check(). */
bool catalog_put(struct catalog_change *change, const char *name, struct dicom_block *block);

/* Removes the entries of `name`; nothing happens if it has none. False: no memory; what the name had stays. */
bool catalog_drop(struct catalog_change *change, const char *name);

/* Publishes the change as the next version, seen by every later snapshot. `fault`, if not NULL, says why this origin
 * cannot be read now (copied, one line): queries are to be answered with A700 until a commit with NULL. Frees the
 * change. */
void catalog_commit(struct catalog_change **change, const char *fault);

/* Gives a change up; nobody sees anything of it. Frees it; NULL is fine. */
void catalog_discard(struct catalog_change **change);

/* Frees what no snapshot can see any more, and lets the system have memory back if there is much of it. For the writer,
 * now and then. */
void catalog_tidy(struct catalog *catalog);

/* Pins the present version; cannot fail. */
struct catalog_snapshot *catalog_snapshot_acquire(struct catalog *catalog);
void catalog_snapshot_release(struct catalog_snapshot **snapshot);

/* The first fault among the origins; NULL if all could be read. Good while pinned. */
const char *catalog_snapshot_fault(const struct catalog_snapshot *snapshot);

/* Entries in all. */
uint64_t catalog_snapshot_count(const struct catalog_snapshot *snapshot);

/* Bytes of the files that were replaced or removed since this version was current: what the pin may keep in memory. A
 * query that goes on for long looks at this now and then. */
uint64_t catalog_snapshot_burden(const struct catalog_snapshot *snapshot);

/* A query over a snapshot; both it and the plan are borrowed until catalog_query_free(). NULL: no memory. */
struct catalog_query *catalog_query_new(struct catalog_snapshot *snapshot, const struct match_plan *plan);
void catalog_query_free(struct catalog_query **query);

enum catalog_next { CATALOG_ENTRY, CATALOG_END, CATALOG_AGAIN };

/* The next entry that matches, by start date, start time, step ID, file name, step number. CATALOG_AGAIN after about
 * `budget_us` microseconds of work without one: call again when others had their turn. */
enum catalog_next catalog_query_next(struct catalog_query *query, uint32_t budget_us, struct catalog_entry *out);

/* Entries looked at so far. */
uint64_t catalog_query_examined(const struct catalog_query *query);

#endif
