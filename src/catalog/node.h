/* node.h -- what a tree is made of: seen by tree.c, fill.c and cursor.c alone.
 *
 * An inner node keeps beside each child the smallest item below it: borrowed, since the leaf that holds the item lives
 * as long as the path to it. */
#ifndef MWL_CATALOG_NODE_H
#define MWL_CATALOG_NODE_H

#include "catalog/tree.h"

struct catalog_tree_node {
    uint64_t edit; /* who made it, and may change it until it is published */
    uint64_t refs; /* parents and versions */
    uint32_t height;
    uint32_t count;
    void *items[TREE_WIDTH];          /* of a leaf (height 0): counted; else the smallest below each child */
    struct catalog_tree_node *kids[]; /* counted, TREE_WIDTH of them; a leaf has no room for any */
};

/* An empty node, not counted yet and of no edit. NULL: no memory. */
struct catalog_tree_node *catalog_tree_node_new(uint32_t height);

/* Gives one reference up, and what it held with the last one. */
void catalog_tree_node_release(const struct catalog_tree_type *type, struct catalog_tree_node *node);

#endif
