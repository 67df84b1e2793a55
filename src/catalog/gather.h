/* gather.h -- steps found in any order, given back in the order of the answers, each once. */
#ifndef MWL_CATALOG_GATHER_H
#define MWL_CATALOG_GATHER_H

#include "catalog/file.h"

/* More are not gathered: half a megabyte for one query, and looking at all entries costs not much more then. */
enum { CATALOG_GATHER_MAX = 1 << 16 };

/* A heap. All zeros: empty. */
struct catalog_gather {
    const struct catalog_step **steps;
    uint32_t count, room;
    const struct catalog_step *last; /* taken */
};

/* Adds a step, in O(log n). False: no memory, or too many. */
bool catalog_gather_add(struct catalog_gather *gather, const struct catalog_step *step);

/* Takes the first step out, in O(log n); NULL if there is none. No step may be added any more. */
const struct catalog_step *catalog_gather_take(struct catalog_gather *gather);

void catalog_gather_fini(struct catalog_gather *gather);

#endif
