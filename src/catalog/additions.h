/* additions.h -- the files that a change puts in, whose postings are brought into the index all together when it is
 * published: in order, each goes beside the one before it, where nearly all that is needed was just used. */
#ifndef MWL_CATALOG_ADDITIONS_H
#define MWL_CATALOG_ADDITIONS_H

#include "catalog/file.h"

/* All zeros: none. */
struct catalog_additions {
    struct catalog_file **files; /* counted */
    size_t count, room;
};

/* Adds a file. False: no memory. */
bool catalog_additions_add(struct catalog_additions *additions, struct catalog_file *file);

/* Puts the postings of all files that were not taken out again into the index. False: no memory; the index is of no use
 * then. */
bool catalog_additions_index(const struct catalog_additions *additions, struct catalog_tree_edit *by_value);

void catalog_additions_fini(struct catalog_additions *additions);

#endif
