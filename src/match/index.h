/* index.h -- under which values an entry can be found, and among which values a plan looks: for who keeps entries in
 * their order.
 *
 * Both sides are made here, since they must agree: an entry that matches stands under a value in one of the ranges of
 * its plan. The reverse need not hold. A value is a shortened text, and two texts may share one; so what is found is
 * still to be compared (match_entry()). */
#ifndef MWL_MATCH_INDEX_H
#define MWL_MATCH_INDEX_H

#include "match/plan.h"

enum match_index {
#define INDEX(id, tag, vr, place) INDEX_##id,
#include "match/index.def"
#undef INDEX
    INDEX_COUNT
};

/* Compared as one number of 128 bits. The first byte is the index, so values of all indexes may stand in one order. */
struct match_value {
    uint64_t high, low;
};

int match_value_compare(struct match_value a, struct match_value b);

/* An entry with more values in one attribute stands under a single one that is in a range of every plan. */
enum { MATCH_INDEX_VALUES = 16 };

struct match_values {
    struct match_value value[INDEX_COUNT * MATCH_INDEX_VALUES];
    uint32_t count;
};

/* All values of a step of an entry, each once. */
void match_index_values(struct dicom_set entry, uint32_t step, struct match_values *out);

struct match_range {
    struct match_value first, last; /* equal: one value */
};

enum { MATCH_RANGES = 64 };

struct match_ranges {
    struct match_range range[MATCH_RANGES]; /* may overlap */
    uint32_t count;
};

/* The ranges of an index in which all matches are. False: any value, or none at all, may be a match; so it is where a
 * key has many values, begins with a wild card or is compared in another way than the index. */
bool match_plan_ranges(const struct match_plan *plan, enum match_index index, struct match_ranges *out);

#endif
