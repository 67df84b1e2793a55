/* tree.h -- an ordered set whose past stays as it was: a B+ tree that shares nodes between its versions.
 *
 * A node that is published never changes. An edit copies the nodes on the way to what it changes, once, and from then
 * on changes its own copies in place, so a bulk load costs what it would in an ordinary tree and a single change
 * O(log n). Nodes are counted; a version is a counted root.
 *
 * Counts are plain numbers: only the writer of a catalog makes, copies and frees nodes. Readers just read what was
 * published to them, for as long as somebody keeps the root for them. */
#ifndef MWL_CATALOG_TREE_H
#define MWL_CATALOG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TREE_WIDTH = 32, /* items or children of a node */
    TREE_HEIGHT = 24 /* levels at the very most: sparse nodes have dense neighbours, so far beyond any memory */
};

struct catalog_tree_node;

/* What the items are. The order is total: two items of one tree never compare equal. */
struct catalog_tree_type {
    int (*compare)(const void *a, const void *b); /* <0, 0, >0 */
    void (*acquire)(void *item);                  /* a leaf more holds it */
    void (*release)(void *item);
};

/* One version. All zeros is the empty tree. */
struct catalog_tree {
    struct catalog_tree_node *root; /* counted */
    uint64_t count;                 /* items */
};

/* The equal item; NULL if there is none. */
void *catalog_tree_find(const struct catalog_tree_type *type, const struct catalog_tree *tree, const void *item);

/* Gives the root up; frees what no other version holds. */
void catalog_tree_free(const struct catalog_tree_type *type, struct catalog_tree *tree);

struct catalog_tree_spares {
    struct catalog_tree_node *first;
    size_t count;
};

/* A version in the making. */
struct catalog_tree_edit {
    const struct catalog_tree_type *type;
    struct catalog_tree tree;                 /* as changed so far */
    uint64_t id;                              /* marks the nodes that may be changed in place */
    struct catalog_tree_spares leaves, inner; /* nodes set aside by catalog_tree_edit_reserve() */
};

/* Begins with what `from` holds. `id` is one that no edit of this tree had before, and not 0. */
void catalog_tree_edit_begin(struct catalog_tree_edit *edit, const struct catalog_tree_type *type,
                             const struct catalog_tree *from, uint64_t id);

/* Sets memory aside for `changes` insertions and removals, so that they cannot fail. False: no memory. */
bool catalog_tree_edit_reserve(struct catalog_tree_edit *edit, size_t changes);

/* Adds an item, which must not be there; acquires it. Reserved before. */
void catalog_tree_edit_insert(struct catalog_tree_edit *edit, void *item);

/* Takes the equal item out and releases it; nothing happens if there is none. Reserved before. */
void catalog_tree_edit_remove(struct catalog_tree_edit *edit, const void *item);

/* Puts `count` items, in ascending order, into a version that has none; acquires them. Every node is as full as can be,
 * and no two items are compared. False: no memory; it still has none. */
bool catalog_tree_edit_fill(struct catalog_tree_edit *edit, void *const *items, size_t count);

/* The new version; the edit is over. */
struct catalog_tree catalog_tree_edit_end(struct catalog_tree_edit *edit);

/* A walk in ascending order through a version that stays pinned meanwhile. */
struct catalog_tree_cursor {
    const struct catalog_tree_node *node[TREE_HEIGHT]; /* from the root down */
    uint32_t at[TREE_HEIGHT];                          /* the next to visit in each */
    uint32_t depth;                                    /* 0: the end */
};

void catalog_tree_cursor_begin(struct catalog_tree_cursor *cursor, const struct catalog_tree *tree);

/* The same from the first item on that is not before `key`. `is_before` goes with the order of the items. */
void catalog_tree_cursor_seek(struct catalog_tree_cursor *cursor, const struct catalog_tree *tree,
                              bool (*is_before)(const void *item, const void *key), const void *key);

/* About how many items are before `key`, from the way to that place alone: as if all nodes of a level were filled
 * alike. Never less than for an earlier key. */
double catalog_tree_position(const struct catalog_tree *tree, bool (*is_before)(const void *item, const void *key),
                             const void *key);

/* The item that comes so many behind the next one; NULL where that is not known without going far. */
void *catalog_tree_cursor_ahead(const struct catalog_tree_cursor *cursor, uint32_t distance);

/* The next item, borrowed; NULL at the end. */
void *catalog_tree_cursor_next(struct catalog_tree_cursor *cursor);

#endif
