/* version.h -- one published version, which is what a snapshot pins. */
#ifndef MWL_CATALOG_VERSION_H
#define MWL_CATALOG_VERSION_H

#include "catalog/catalog.h"
#include "catalog/file.h"

/* A reason why an origin cannot be read, cut to one line of a log. */
enum { CATALOG_FAULT_MAX = 256 };

struct catalog_snapshot {
    struct catalog *catalog;
    uint64_t pins;                 /* under the catalog's lock */
    struct catalog_snapshot *next; /* among the dead, under the same lock */
    struct catalog_tree by_name, by_start, by_value;
    bool unindexed;                /* memory ended: by_value is empty */
    uint64_t unordered;            /* steps that by_start knows by one of several dates */
    uint64_t bytes;                /* of its files */
    uint64_t dropped;              /* of those that all changes up to this version took out */
    char fault[CATALOG_FAULT_MAX]; /* the first among the origins; "" for none */
};

#endif
