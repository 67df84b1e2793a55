/* catalog.c -- versions: made by the one writer, pinned by readers, buried by the writer.
 *
 * The lock is held for a few instructions only, to pin, unpin and publish. A reader that lets go of the last pin of an
 * old version does not free it, which could mean a million nodes: it leaves it among the dead, and the next change, or
 * catalog_tidy(), takes them away. So memory is given back by the thread that has time for it, and nodes and files need
 * no atomic counts. */
#include "catalog/catalog.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog/additions.h"
#include "catalog/posting.h"
#include "catalog/version.h"

/* The C library keeps what is freed in the midst of its heaps, of which threads have several: all that a folder ever
 * held, if it was full for a moment. So many bytes of files are worth a look through all that is free. */
enum { WORTH_RETURNING = 8 << 20 };

/* The fault of one origin, as of its last commit. */
struct origin {
    struct origin *next;
    uint32_t number;
    char fault[CATALOG_FAULT_MAX];
};

struct catalog {
    pthread_mutex_t lock;
    atomic_uint_fast64_t dropped;     /* of the current version, for whoever asks without the lock */
    struct catalog_snapshot *current; /* under the lock */
    struct catalog_snapshot *dead;    /* under the lock: neither current nor pinned */
    struct origin *origins;           /* the writer's */
    uint64_t edits;                   /* the writer's: changes begun */
    uint64_t versions;                /* the writer's: not freed yet */
    uint64_t returned;                /* the writer's: of the bytes dropped, those that the system has back */
};

struct catalog_change {
    struct catalog *catalog;
    struct origin *origin;
    struct catalog_snapshot *next; /* the version to be */
    struct catalog_tree_edit by_name, by_start, by_value;
    struct catalog_additions added; /* not in by_value before the end */
};

static void bury(struct catalog *catalog, struct catalog_snapshot *dead)
{
    while (dead) {
        struct catalog_snapshot *version = dead;
        dead = version->next;
        catalog_tree_free(&catalog_postings_by_value, &version->by_value);
        catalog_tree_free(&catalog_steps_by_start, &version->by_start);
        catalog_tree_free(&catalog_files_by_name, &version->by_name);
        free(version);
        catalog->versions--;
    }
}

struct catalog *catalog_new(void)
{
    struct catalog *catalog = calloc(1, sizeof *catalog);
    struct catalog_snapshot *first = calloc(1, sizeof *first);
    if (!catalog || !first || pthread_mutex_init(&catalog->lock, NULL) != 0) {
        free(catalog);
        free(first);
        return NULL;
    }
    first->catalog = catalog;
    catalog->current = first;
    catalog->versions = 1;
    return catalog;
}

void catalog_free(struct catalog **catalog)
{
    struct catalog *c = *catalog;
    if (!c)
        return;
    *catalog = NULL;
    bool much = c->current->bytes >= WORTH_RETURNING;
    c->current->next = c->dead;
    bury(c, c->current);
    while (c->origins) {
        struct origin *origin = c->origins;
        c->origins = origin->next;
        free(origin);
    }
    pthread_mutex_destroy(&c->lock);
    free(c);
    if (much)
        malloc_trim(0);
}

void catalog_tidy(struct catalog *catalog)
{
    pthread_mutex_lock(&catalog->lock);
    struct catalog_snapshot *dead = catalog->dead;
    catalog->dead = NULL;
    pthread_mutex_unlock(&catalog->lock);
    bury(catalog, dead);
    uint64_t dropped = atomic_load(&catalog->dropped);
    if (catalog->versions > 1 || dropped - catalog->returned < WORTH_RETURNING)
        return; /* not free yet, or little */
    catalog->returned = dropped;
    malloc_trim(0);
}

static struct origin *origin_of(struct catalog *catalog, uint32_t number)
{
    for (struct origin *origin = catalog->origins; origin; origin = origin->next) {
        if (origin->number == number)
            return origin;
    }
    struct origin *origin = calloc(1, sizeof *origin);
    if (!origin)
        return NULL;
    origin->number = number;
    origin->next = catalog->origins;
    catalog->origins = origin;
    return origin;
}

struct catalog_change *catalog_begin(struct catalog *catalog, uint32_t origin)
{
    struct catalog_change *change = calloc(1, sizeof *change);
    struct catalog_snapshot *next = calloc(1, sizeof *next);
    struct origin *of = origin_of(catalog, origin);
    if (!change || !next || !of) {
        free(change);
        free(next);
        return NULL;
    }
    next->catalog = catalog;
    catalog->versions++;
    next->bytes = catalog->current->bytes;
    next->dropped = catalog->current->dropped;
    next->unordered = catalog->current->unordered;
    next->unindexed = catalog->current->unindexed;
    *change = (struct catalog_change){ .catalog = catalog, .origin = of, .next = next };
    /* Only this thread replaces the current version, so it may read it without the lock. */
    uint64_t id = ++catalog->edits;
    catalog_tree_edit_begin(&change->by_name, &catalog_files_by_name, &catalog->current->by_name, id);
    catalog_tree_edit_begin(&change->by_start, &catalog_steps_by_start, &catalog->current->by_start, id);
    catalog_tree_edit_begin(&change->by_value, &catalog_postings_by_value, &catalog->current->by_value, id);
    return change;
}

static struct catalog_file *find_file(const struct catalog_change *change, const char *name)
{
    struct catalog_file key = { .origin = change->origin->number, .name = name };
    return catalog_tree_find(&catalog_files_by_name, &change->by_name.tree, &key);
}

/* Memory for a file to be taken out, or NULL, and one to be put in, or NULL; but the postings of that one wait. */
static bool reserve(struct catalog_change *change, const struct catalog_file *out, const struct catalog_file *in)
{
    size_t files = (size_t)(out != NULL) + (in != NULL);
    size_t steps = (size_t)(out ? out->count : 0) + (in ? in->count : 0);
    size_t postings = out ? out->posting_count : 0;
    return catalog_tree_edit_reserve(&change->by_value, postings) && catalog_tree_edit_reserve(&change->by_start, steps)
           && catalog_tree_edit_reserve(&change->by_name, files);
}

static void take_out(struct catalog_change *change, struct catalog_file *file)
{
    file->refs++;
    file->is_out = true; /* means nothing but to the change that put it in */
    change->next->bytes -= dicom_block_size(file->block);
    change->next->dropped += dicom_block_size(file->block);
    change->next->unordered -= file->unordered;
    for (uint32_t i = 0; i < file->posting_count; i++)
        catalog_tree_edit_remove(&change->by_value, &file->postings[i]);
    for (uint32_t i = 0; i < file->count; i++)
        catalog_tree_edit_remove(&change->by_start, &file->steps[i]);
    catalog_tree_edit_remove(&change->by_name, file);
    catalog_file_release(file);
}

bool catalog_put(struct catalog_change *change, const char *name, struct dicom_block *block)
{
    struct catalog_file *file = catalog_file_new(change->origin->number, name, block);
    if (!file)
        return false;
    struct catalog_file *old = find_file(change, name);
    bool ok = reserve(change, old, file) && catalog_additions_add(&change->added, file);
    if (ok) {
        if (old)
            take_out(change, old);
        change->next->bytes += dicom_block_size(file->block);
        change->next->unordered += file->unordered;
        catalog_tree_edit_insert(&change->by_name, file);
        for (uint32_t i = 0; i < file->count; i++)
            catalog_tree_edit_insert(&change->by_start, &file->steps[i]);
    }
    catalog_file_release(file);
    return ok;
}

bool catalog_drop(struct catalog_change *change, const char *name)
{
    struct catalog_file *file = find_file(change, name);
    if (!file)
        return true;
    if (!reserve(change, file, NULL))
        return false;
    take_out(change, file);
    return true;
}

/* All files of a version without an index count as added. */
static bool add_all(struct catalog_change *change)
{
    struct catalog_tree_cursor cursor;
    struct catalog_file *file;
    catalog_additions_fini(&change->added);
    catalog_tree_cursor_begin(&cursor, &change->by_name.tree);
    while ((file = catalog_tree_cursor_next(&cursor)))
        if (!catalog_additions_add(&change->added, file))
            return false;
    return true;
}

/* Where memory ends, there is no index until the next change: queries look at everything then, and find the same. */
static void index_additions(struct catalog_change *change)
{
    struct catalog_snapshot *next = change->next;
    bool was_unindexed = next->unindexed;
    next->unindexed =
        (was_unindexed && !add_all(change)) || !catalog_additions_index(&change->added, &change->by_value);
    catalog_additions_fini(&change->added);
    next->by_value = catalog_tree_edit_end(&change->by_value);
    if (next->unindexed)
        catalog_tree_free(&catalog_postings_by_value, &next->by_value);
}

void catalog_discard(struct catalog_change **change)
{
    struct catalog_change *c = *change;
    if (!c)
        return;
    *change = NULL;
    catalog_additions_fini(&c->added);
    c->next->by_name = catalog_tree_edit_end(&c->by_name);
    c->next->by_start = catalog_tree_edit_end(&c->by_start);
    c->next->by_value = catalog_tree_edit_end(&c->by_value);
    c->next->next = NULL;
    bury(c->catalog, c->next);
    free(c);
}

void catalog_commit(struct catalog_change **change, const char *fault)
{
    struct catalog_change *c = *change;
    struct catalog *catalog = c->catalog;
    struct catalog_snapshot *next = c->next;
    *change = NULL;
    index_additions(c);
    snprintf(c->origin->fault, sizeof c->origin->fault, "%s", fault ? fault : "");
    for (struct origin *origin = catalog->origins; origin && !next->fault[0]; origin = origin->next)
        memcpy(next->fault, origin->fault, sizeof next->fault);
    next->by_name = catalog_tree_edit_end(&c->by_name);
    next->by_start = catalog_tree_edit_end(&c->by_start);
    free(c);

    pthread_mutex_lock(&catalog->lock);
    struct catalog_snapshot *old = catalog->current, *dead = catalog->dead;
    catalog->current = next;
    catalog->dead = NULL;
    atomic_store(&catalog->dropped, next->dropped);
    if (old->pins == 0) {
        old->next = dead;
        dead = old;
    }
    pthread_mutex_unlock(&catalog->lock);
    bury(catalog, dead);
}

struct catalog_snapshot *catalog_snapshot_acquire(struct catalog *catalog)
{
    pthread_mutex_lock(&catalog->lock);
    struct catalog_snapshot *snapshot = catalog->current;
    snapshot->pins++;
    pthread_mutex_unlock(&catalog->lock);
    return snapshot;
}

void catalog_snapshot_release(struct catalog_snapshot **snapshot)
{
    struct catalog_snapshot *s = *snapshot;
    if (!s)
        return;
    *snapshot = NULL;
    struct catalog *catalog = s->catalog;
    pthread_mutex_lock(&catalog->lock);
    if (--s->pins == 0 && s != catalog->current) {
        s->next = catalog->dead;
        catalog->dead = s;
    }
    pthread_mutex_unlock(&catalog->lock);
}

const char *catalog_snapshot_fault(const struct catalog_snapshot *snapshot)
{
    return snapshot->fault[0] ? snapshot->fault : NULL;
}

uint64_t catalog_snapshot_count(const struct catalog_snapshot *snapshot)
{
    return snapshot->by_start.count;
}

uint64_t catalog_snapshot_burden(const struct catalog_snapshot *snapshot)
{
    return atomic_load(&snapshot->catalog->dropped) - snapshot->dropped;
}
