/* posting.h -- the values under which the steps of a file are found (match/index.h): all indexes in one order.
 *
 * Below one value stand its steps in the order of the answers, so that of one modality, say, those of a day are
 * neighbours. */
#ifndef MWL_CATALOG_POSTING_H
#define MWL_CATALOG_POSTING_H

#include "catalog/file.h"
#include "match/index.h"

struct catalog_posting {
    struct match_value value;
    struct catalog_step *step; /* borrowed: who holds a version holds its steps */
};

/* Postings by value, then by their steps. Nothing is counted: a version that has a posting has its step too. */
extern const struct catalog_tree_type catalog_postings_by_value;

/* Makes the postings of all steps of a file. False: no memory. */
bool catalog_postings_make(struct catalog_file *file);

/* A place among the postings, or among the steps by start. */
struct catalog_place {
    struct match_value value; /* of postings */
    uint64_t date;            /* of steps, and of postings of that value */
};

bool catalog_posting_is_before(const void *posting, const void *place);
bool catalog_posting_is_not_behind(const void *posting, const void *place);

#endif
