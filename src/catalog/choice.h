/* choice.h -- where a query looks: at the steps by start, or at the postings of one index, whichever are fewer. */
#ifndef MWL_CATALOG_CHOICE_H
#define MWL_CATALOG_CHOICE_H

#include "catalog/posting.h"
#include "catalog/version.h"

struct catalog_choice {
    uint64_t first_date, last_date; /* of the steps that can match, as the order has them */
    bool indexed;                   /* else all steps of those dates are looked at */
    struct match_ranges ranges;     /* if indexed: of postings, none of them empty */
};

void catalog_choose(const struct catalog_snapshot *snapshot, const struct match_plan *plan,
                    struct catalog_choice *choice);

/* The steps by start. */
void catalog_choice_open_steps(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot,
                               struct catalog_tree_cursor *cursor);

/* Some postings, in their order. */
struct catalog_run {
    struct catalog_tree_cursor cursor;
    struct catalog_place last;
    bool ordered; /* its steps come in the order of the answers, each once, and only those of the dates */
};

/* The postings of one of the ranges. */
void catalog_choice_open_run(const struct catalog_choice *choice, const struct catalog_snapshot *snapshot,
                             uint32_t range, struct catalog_run *run);

/* The next step; NULL at the end. */
const struct catalog_step *catalog_run_next(struct catalog_run *run);

#endif
