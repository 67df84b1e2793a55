/* query.c -- a walk over a pinned version, in slices of time.
 *
 * Where it goes is chosen at the start (choice.h). Steps that do not come in the order of the answers are gathered
 * first; if they turn out to be too many, the walk goes over all of the dates after all. Wherever a step was found, it
 * is compared with the plan: an index only says where not to look. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/prefetch.h"
#include "catalog/choice.h"
#include "catalog/gather.h"

/* Entries between two looks at the clock: a match takes well under a microsecond or so, a look a tenth of that. But a
 * query can be made to take a thousand times as long, so every slice begins with single entries and goes in strides
 * only while they are fast. */
enum { STRIDE = 8 };

/* Steps gathered between two looks at the clock. */
enum { GATHER_STRIDE = 256 };

/* How many entries ahead a block is asked for, and each of the things that lead to it before that. */
enum { AHEAD = 3 };

struct catalog_query {
    const struct match_plan *plan;
    const struct catalog_snapshot *snapshot;
    struct catalog_choice choice;
    enum { WALK_STEPS, WALK_RUN, GATHER, WALK_GATHERED } phase;
    struct catalog_tree_cursor cursor; /* WALK_STEPS */
    struct catalog_run run;            /* WALK_RUN, GATHER */
    uint32_t runs;                     /* GATHER: begun */
    struct catalog_gather gather;
    uint64_t examined;
};

static void walk_steps(struct catalog_query *query)
{
    catalog_gather_fini(&query->gather);
    query->phase = WALK_STEPS;
    catalog_choice_open_steps(&query->choice, query->snapshot, &query->cursor);
}

struct catalog_query *catalog_query_new(struct catalog_snapshot *snapshot, const struct match_plan *plan)
{
    struct catalog_query *query = calloc(1, sizeof *query);
    if (!query)
        return NULL;
    query->plan = plan;
    query->snapshot = snapshot;
    catalog_choose(snapshot, plan, &query->choice);
    if (!query->choice.indexed) {
        walk_steps(query);
        return query;
    }
    query->phase = WALK_GATHERED;
    if (query->choice.ranges.count) {
        catalog_choice_open_run(&query->choice, snapshot, query->runs++, &query->run);
        query->phase = query->choice.ranges.count == 1 && query->run.ordered ? WALK_RUN : GATHER;
    }
    return query;
}

void catalog_query_free(struct catalog_query **query)
{
    if (*query)
        catalog_gather_fini(&(*query)->gather);
    free(*query);
    *query = NULL;
}

static bool is_of_the_dates(const struct catalog_query *query, const struct catalog_step *step)
{
    return step->date >= query->choice.first_date && step->date <= query->choice.last_date;
}

/* Gathers some more, and goes over to the next phase at the end. */
static void gather(struct catalog_query *query)
{
    for (uint32_t i = 0; i < GATHER_STRIDE; i++) {
        const struct catalog_step *step = catalog_run_next(&query->run);
        if (step) {
            if (is_of_the_dates(query, step) && !catalog_gather_add(&query->gather, step)) {
                walk_steps(query);
                return;
            }
        } else if (query->runs < query->choice.ranges.count) {
            catalog_choice_open_run(&query->choice, query->snapshot, query->runs++, &query->run);
        } else {
            query->phase = WALK_GATHERED;
            return;
        }
    }
}

/* The step that comes so many behind the next one, if what leads to it is in memory near by. */
static const struct catalog_step *step_ahead(const struct catalog_query *query, uint32_t distance)
{
    if (query->phase == WALK_STEPS)
        return catalog_tree_cursor_ahead(&query->cursor, distance);
    if (query->phase != WALK_RUN)
        return NULL;
    const struct catalog_posting *posting = catalog_tree_cursor_ahead(&query->run.cursor, distance);
    return posting ? posting->step : NULL;
}

/* Looking at a million entries is waiting for memory, unless what comes is asked for in time: first the posting, if it
 * is one, then its step, the file of that, and the block of that. */
static void look_ahead(const struct catalog_query *query)
{
    const struct catalog_posting *posting;
    const struct catalog_step *step;
    if (query->phase == WALK_RUN && (posting = catalog_tree_cursor_ahead(&query->run.cursor, 4 * AHEAD)))
        prefetch(posting, sizeof *posting);
    if ((step = step_ahead(query, 3 * AHEAD)))
        prefetch(step, sizeof *step);
    if ((step = step_ahead(query, 2 * AHEAD)))
        prefetch(step->file, sizeof *step->file);
    if ((step = step_ahead(query, AHEAD)))
        dicom_block_prefetch(step->file->block);
}

/* The next step to compare with the plan; NULL at the end. */
static const struct catalog_step *next_step(struct catalog_query *query)
{
    if (query->phase == WALK_RUN)
        return catalog_run_next(&query->run);
    if (query->phase == WALK_GATHERED)
        return catalog_gather_take(&query->gather);
    const struct catalog_step *step = catalog_tree_cursor_next(&query->cursor);
    return step && step->date <= query->choice.last_date ? step : NULL;
}

enum catalog_next catalog_query_next(struct catalog_query *query, uint32_t budget_us, struct catalog_entry *out)
{
    uint64_t start = 0, looked = 0, next_look = query->examined + 1;
    while (query->phase == GATHER) {
        start = start ? start : clock_mono_us();
        gather(query);
        if (clock_mono_us() - start >= budget_us)
            return CATALOG_AGAIN;
    }
    const struct catalog_step *step;
    while ((step = next_step(query))) {
        look_ahead(query);
        query->examined++;
        struct dicom_set set = dicom_block_set(step->file->block);
        if (!match_entry(query->plan, set, step->index)) {
            *out = (struct catalog_entry){ .set = set, .step = step->index, .name = step->file->name };
            return CATALOG_ENTRY;
        }
        if (query->examined < next_look)
            continue;
        uint64_t now = clock_mono_us();
        if (!start)
            start = looked = now; /* who finds something at once never looks */
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
