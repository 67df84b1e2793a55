/* choice.c -- estimates from the shape of the trees; nothing is counted, and nothing but the way down is looked at. */
#include "catalog/choice.h"

/* What a posting costs when its steps must be put in order, against one that comes in order. */
static const double gathered = 2;

/* So few that nothing is worth looking for better. */
static const double few = 16;

static bool step_is_before(const void *step, const void *place)
{
    return ((const struct catalog_step *)step)->date < ((const struct catalog_place *)place)->date;
}

static bool step_is_not_behind(const void *step, const void *place)
{
    return ((const struct catalog_step *)step)->date <= ((const struct catalog_place *)place)->date;
}

static bool is_one_value(const struct match_range *range)
{
    return match_value_compare(range->first, range->last) == 0;
}

/* The dates belong to the order of the steps below one value. */
static struct catalog_place first_place(const struct catalog_choice *choice, const struct match_range *range)
{
    return (struct catalog_place){ range->first, is_one_value(range) ? choice->first_date : 0 };
}

static struct catalog_place last_place(const struct catalog_choice *choice, const struct match_range *range)
{
    return (struct catalog_place){ range->last, is_one_value(range) ? choice->last_date : UINT64_MAX };
}

static double cost_of_steps(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot)
{
    const struct catalog_place first = { .date = choice->first_date }, last = { .date = choice->last_date };
    return catalog_tree_position(&snapshot->by_start, step_is_not_behind, &last)
           - catalog_tree_position(&snapshot->by_start, step_is_before, &first);
}

static double cost_of_range(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot,
                            const struct match_range *range)
{
    const struct catalog_place first = first_place(choice, range), last = last_place(choice, range);
    return catalog_tree_position(&snapshot->by_value, catalog_posting_is_not_behind, &last)
           - catalog_tree_position(&snapshot->by_value, catalog_posting_is_before, &first);
}

static void open_run(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot,
                     const struct match_range *range, struct catalog_run *run)
{
    const struct catalog_place first = first_place(choice, range);
    run->last = last_place(choice, range);
    run->ordered = is_one_value(range);
    catalog_tree_cursor_seek(&run->cursor, &snapshot->by_value, catalog_posting_is_before, &first);
}

const struct catalog_step *catalog_run_next(struct catalog_run *run)
{
    const struct catalog_posting *posting = catalog_tree_cursor_next(&run->cursor);
    return posting && catalog_posting_is_not_behind(posting, &run->last) ? posting->step : NULL;
}

/* Leaves the ranges out that have no posting: most entries have ordinary values, so what is often left is one value,
 * whose steps are in order. */
static void leave_empty_out(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot,
                            struct match_ranges *ranges)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < ranges->count; i++) {
        struct catalog_run run;
        open_run(choice, snapshot, &ranges->range[i], &run);
        if (catalog_run_next(&run))
            ranges->range[count++] = ranges->range[i];
    }
    ranges->count = count;
}

void catalog_choose(const struct catalog_snapshot *snapshot, const struct match_plan *plan,
                    struct catalog_choice *choice)
{
    *choice = (struct catalog_choice){ .last_date = UINT64_MAX };
    struct match_dates dates;
    if (!snapshot->unordered && match_plan_dates(plan, &dates)) {
        choice->first_date = catalog_step_date(span_str(dates.first));
        choice->last_date = catalog_step_date(span_str(dates.last));
    }
    double least = cost_of_steps(choice, snapshot);
    for (enum match_index index = 0; index < INDEX_COUNT && least > few && !snapshot->unindexed; index++) {
        struct match_ranges ranges;
        if (!match_plan_ranges(plan, index, &ranges))
            continue;
        leave_empty_out(choice, snapshot, &ranges);
        double cost = 0;
        for (uint32_t i = 0; i < ranges.count; i++)
            cost += cost_of_range(choice, snapshot, &ranges.range[i]);
        if (ranges.count > 1 || (ranges.count && !is_one_value(&ranges.range[0])))
            cost *= gathered;
        if (cost < least) {
            least = cost;
            choice->ranges = ranges;
            choice->indexed = true;
        }
    }
}

void catalog_choice_open_steps(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot,
                               struct catalog_tree_cursor *cursor)
{
    const struct catalog_place first = { .date = choice->first_date };
    catalog_tree_cursor_seek(cursor, &snapshot->by_start, step_is_before, &first);
}

void catalog_choice_open_run(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot,
                             uint32_t range, struct catalog_run *run)
{
    open_run(choice, snapshot, &choice->ranges.range[range], run);
}
