/* query.c -- a walk over a pinned version, in slices of time.
 *
 * The entries stand in the order of their start dates, and most queries ask for today: the walk begins with the first
 * entry of the dates that can match and ends behind the last. */
#include <stdlib.h>

#include "base/clock.h"
#include "catalog/version.h"

/* Entries between two looks at the clock: a match takes well under a microsecond or so, a look a tenth of that. But a
 * query can be made to take a thousand times as long, so every slice begins with single entries and goes in strides
 * only while they are fast. */
enum { STRIDE = 8 };

struct catalog_query {
    const struct match_plan *plan;
    struct catalog_tree_cursor cursor;
    uint64_t last_date; /* of those that can match */
    uint64_t examined;
};

static bool is_before(const void *item, const void *key)
{
    return ((const struct catalog_step *)item)->date < *(const uint64_t *)key;
}

struct catalog_query *catalog_query_new(struct catalog_snapshot *snapshot, const struct match_plan *plan)
{
    struct catalog_query *query = calloc(1, sizeof *query);
    if (!query)
        return NULL;
    query->plan = plan;
    query->last_date = UINT64_MAX;
    struct match_dates dates;
    if (snapshot->unordered || !match_plan_dates(plan, &dates)) {
        catalog_tree_cursor_begin(&query->cursor, &snapshot->by_start);
    } else {
        uint64_t first = catalog_step_date(span_str(dates.first));
        query->last_date = catalog_step_date(span_str(dates.last));
        catalog_tree_cursor_seek(&query->cursor, &snapshot->by_start, is_before, &first);
    }
    return query;
}

void catalog_query_free(struct catalog_query **query)
{
    free(*query);
    *query = NULL;
}

enum catalog_next catalog_query_next(struct catalog_query *query, uint32_t budget_us, struct catalog_entry *out)
{
    uint64_t start = clock_mono_us(), looked = start, next_look = query->examined + 1;
    const struct catalog_step *step;
    while ((step = catalog_tree_cursor_next(&query->cursor))) {
        if (step->date > query->last_date)
            return CATALOG_END;
        query->examined++;
        struct dicom_set set = dicom_block_set(step->file->block);
        if (!match_entry(query->plan, set, step->index)) {
            *out = (struct catalog_entry){ .set = set, .step = step->index, .name = step->file->name };
            return CATALOG_ENTRY;
        }
        if (query->examined < next_look)
            continue;
        uint64_t now = clock_mono_us();
        if (now - start >= budget_us)
            return CATALOG_AGAIN;
        next_look += now - looked < budget_us / (2 * STRIDE) ? STRIDE : 1;
        looked = now;
    }
    return CATALOG_END;
}

uint64_t catalog_query_examined(const struct catalog_query *query)
{
    return query->examined;
}
