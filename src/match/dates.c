/* dates.c -- what a plan's key for the start date of the step leaves to look at. */
#include "dicom/dictionary.h"
#include "dicom/value.h"
#include "match/level.h"

static const struct match_test *find(const struct match_level *level, uint32_t tag)
{
    for (uint32_t i = 0; level && i < level->test_count; i++)
        if (level->tests[i].tag == tag)
            return &level->tests[i];
    return NULL;
}

bool match_plan_dates(const struct match_plan *plan, struct match_dates *out)
{
    const struct match_test *steps = find(&plan->top, TAG_ScheduledProcedureStepSequence);
    const struct match_test *date =
        steps && steps->step ? find(steps->level, TAG_ScheduledProcedureStepStartDate) : NULL;
    if (!date || (date->kind != &match_kind_moment && date->kind != &match_kind_both))
        return false;
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (uint32_t i = 0; i < date->count; i++) {
        const struct match_interval *interval = &date->intervals[i];
        if (interval->local_first < first)
            first = interval->local_first;
        if (interval->local_last > last)
            last = interval->local_last;
    }
    dicom_value_print_date(first, out->first);
    dicom_value_print_date(last, out->last);
    return date->count > 0;
}
