/* posting.c -- the postings of a file, and how they are ordered. */
#include "catalog/posting.h"

#include <stdlib.h>

/* Room for `more` postings behind those that are there. */
static bool reserve(struct catalog_file *file, uint32_t *room, uint32_t more)
{
    if (*room - file->posting_count >= more)
        return true;
    /* As many for every step to come; files of one step, and that is nearly all, have no more. */
    uint32_t wanted = file->posting_count ? 2 * *room + more : more * file->count;
    struct catalog_posting *postings = realloc(file->postings, wanted * sizeof *postings);
    if (!postings)
        return false;
    file->postings = postings;
    *room = wanted;
    return true;
}

bool catalog_postings_make(struct catalog_file *file)
{
    struct dicom_set set = dicom_block_set(file->block);
    uint32_t room = 0;
    for (uint32_t i = 0; i < file->count; i++) {
        struct match_values values;
        match_index_values(set, i, &values);
        if (!reserve(file, &room, values.count))
            return false;
        for (uint32_t v = 0; v < values.count; v++)
            file->postings[file->posting_count++] =
                (struct catalog_posting){ .value = values.value[v], .step = &file->steps[i] };
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct catalog_posting *x = a, *y = b;
    int order = match_value_compare(x->value, y->value);
    return order ? order : catalog_steps_by_start.compare(x->step, y->step);
}

static void leave(void *item)
{
    (void)item;
}

const struct catalog_tree_type catalog_postings_by_value = { compare, leave, leave };

bool catalog_posting_is_before(const void *posting, const void *place)
{
    const struct catalog_posting *x = posting;
    const struct catalog_place *y = place;
    int order = match_value_compare(x->value, y->value);
    return order ? order < 0 : x->step->date < y->date;
}

bool catalog_posting_is_not_behind(const void *posting, const void *place)
{
    const struct catalog_posting *x = posting;
    const struct catalog_place *y = place;
    int order = match_value_compare(x->value, y->value);
    return order ? order < 0 : x->step->date <= y->date;
}
