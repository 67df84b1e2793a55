/* additions.c -- postings sorted, then inserted one after another; or, where there are none yet, made a tree of. */
#include "catalog/additions.h"

#include <stdlib.h>

#include "catalog/posting.h"

/* A posting with what nearly always decides its place, so that few comparisons touch anything else. */
struct row {
    struct match_value value;
    uint64_t date;
    struct catalog_posting *posting;
};

bool catalog_additions_add(struct catalog_additions *additions, struct catalog_file *file)
{
    if (additions->count == additions->room) {
        size_t room = additions->room ? 2 * additions->room : 16;
        struct catalog_file **files = realloc(additions->files, room * sizeof *files);
        if (!files)
            return false;
        additions->files = files;
        additions->room = room;
    }
    additions->files[additions->count++] = file;
    file->refs++;
    return true;
}

void catalog_additions_fini(struct catalog_additions *additions)
{
    for (size_t i = 0; i < additions->count; i++)
        catalog_file_release(additions->files[i]);
    free(additions->files);
    *additions = (struct catalog_additions){ NULL, 0, 0 };
}

static int compare(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = match_value_compare(x->value, y->value);
    if (order)
        return order;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return catalog_steps_by_start.compare(x->posting->step, y->posting->step);
}

static size_t count_postings(const struct catalog_additions *additions)
{
    size_t count = 0;
    for (size_t i = 0; i < additions->count; i++)
        count += additions->files[i]->is_out ? 0 : additions->files[i]->posting_count;
    return count;
}

/* All postings in order; freed by the caller. NULL: no memory. */
static struct row *sort_postings(const struct catalog_additions *additions, size_t count)
{
    struct row *rows = malloc((count + 1) * sizeof *rows);
    if (!rows)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < additions->count; i++) {
        const struct catalog_file *file = additions->files[i];
        for (uint32_t p = 0; p < file->posting_count && !file->is_out; p++) {
            struct catalog_posting *posting = &file->postings[p];
            rows[n++] = (struct row){ posting->value, posting->step->date, posting };
        }
    }
    qsort(rows, count, sizeof *rows, compare);
    return rows;
}

/* The rows become what a tree is filled with: pointers, in the same memory. */
static void *const *pointers_of(struct row *rows, size_t count)
{
    void **pointers = (void **)rows;
    for (size_t i = 0; i < count; i++) {
        void *posting = rows[i].posting;
        memcpy(&pointers[i], &posting, sizeof posting); /* behind it are only rows that were read */
    }
    return pointers;
}

bool catalog_additions_index(const struct catalog_additions *additions, struct catalog_tree_edit *by_value)
{
    size_t count = count_postings(additions);
    struct row *rows = sort_postings(additions, count);
    bool ok = rows;
    if (ok && by_value->tree.count == 0) {
        ok = catalog_tree_edit_fill(by_value, pointers_of(rows, count), count);
    } else {
        for (size_t i = 0; ok && i < count; i++) {
            ok = catalog_tree_edit_reserve(by_value, 1);
            if (ok)
                catalog_tree_edit_insert(by_value, rows[i].posting);
        }
    }
    free(rows);
    return ok;
}
