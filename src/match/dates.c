/* dates.c -- what a plan's key for the start date of the step leaves to look at. */
#include "dicom/dictionary.h"
#include "dicom/value.h"
#include "match/level.h"

#define DAY_US (INT64_C(24) * 60 * 60 * 1000000)

/* From -1200 to +1400 there are 26 hours. */
enum { MATCH_ZONE_DAYS = 2 };

static const struct match_test *find(const struct match_level *level, uint32_t tag)
{
    for (uint32_t i = 0; level && i < level->test_count; i++)
        if (level->tests[i].tag == tag)
            return &level->tests[i];
    return NULL;
}

/* Leaves of the moments from *first to *last those that lie between the ends of a test's intervals. False: it is no
 * test of dates. */
static bool narrow(const struct match_test *date, int64_t *first, int64_t *last)
{
    if (!date || !date->count || (date->kind != &match_kind_moment && date->kind != &match_kind_both))
        return false;
    int64_t from = INT64_MAX, to = INT64_MIN;
    for (uint32_t i = 0; i < date->count; i++) {
        const struct match_interval *interval = &date->intervals[i];
        if (interval->local_first < from)
            from = interval->local_first;
        if (interval->local_last > to)
            to = interval->local_last;
    }
    /* The same moment may be on another day where it was written. */
    int64_t aside = date->zone ? MATCH_ZONE_DAYS * DAY_US : 0;
    if (from != INT64_MIN)
        from -= aside;
    if (to != INT64_MAX)
        to += aside;
    *first = from > *first ? from : *first;
    *last = to < *last ? to : *last;
    return true;
}

bool match_plan_dates(const struct match_plan *plan, struct match_dates *out)
{
    const struct match_test *steps = find(&plan->top, TAG_ScheduledProcedureStepSequence);
    int64_t first = INT64_MIN, last = INT64_MAX;
    bool asked = steps && steps->step && narrow(find(steps->level, TAG_ScheduledProcedureStepStartDate), &first, &last);
    bool told = narrow(find(&plan->conditions, TAG_ScheduledProcedureStepStartDate), &first, &last);
    dicom_value_print_date(first, out->first);
    dicom_value_print_date(last, out->last);
    return asked || told;
}
