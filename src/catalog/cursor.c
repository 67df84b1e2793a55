/* cursor.c -- finding places in a version of a tree, and walking on from there. */
#include "catalog/node.h"

/* How many of a node's items are before the key. */
static uint32_t count_before(const struct catalog_tree_node *node, bool (*is_before)(const void *, const void *),
                             const void *key)
{
    uint32_t low = 0, high = node->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_before(node->items[middle], key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void catalog_tree_cursor_seek(struct catalog_tree_cursor *cursor, const struct catalog_tree *tree,
                              bool (*is_before)(const void *item, const void *key), const void *key)
{
    const struct catalog_tree_node *node = tree->root;
    cursor->depth = 0;
    while (node) {
        uint32_t at = count_before(node, is_before, key);
        if (node->height && at > 0)
            at--; /* a child begins before the key and may end behind it */
        cursor->node[cursor->depth] = node;
        cursor->at[cursor->depth++] = node->height ? at + 1 : at;
        node = node->height ? node->kids[at] : NULL;
    }
}

double catalog_tree_position(const struct catalog_tree *tree, bool (*is_before)(const void *item, const void *key),
                             const void *key)
{
    double before = 0, share = (double)tree->count;
    for (const struct catalog_tree_node *node = tree->root; node;) {
        uint32_t at = count_before(node, is_before, key);
        if (node->height && at > 0)
            at--;
        share /= node->count;
        before += share * at;
        node = node->height ? node->kids[at] : NULL;
    }
    return before;
}

void *catalog_tree_cursor_ahead(const struct catalog_tree_cursor *cursor, uint32_t distance)
{
    if (!cursor->depth)
        return NULL;
    const struct catalog_tree_node *leaf = cursor->node[cursor->depth - 1];
    uint32_t at = cursor->at[cursor->depth - 1] + distance;
    if (leaf->height || at < leaf->count)
        return leaf->height ? NULL : leaf->items[at];
    if (cursor->depth < 2)
        return NULL;
    const struct catalog_tree_node *above = cursor->node[cursor->depth - 2];
    uint32_t next = cursor->at[cursor->depth - 2];
    if (next == above->count)
        return NULL;
    at -= leaf->count;
    leaf = above->kids[next];
    return at < leaf->count ? leaf->items[at] : NULL;
}

void *catalog_tree_cursor_next(struct catalog_tree_cursor *cursor)
{
    while (cursor->depth) {
        const struct catalog_tree_node *node = cursor->node[cursor->depth - 1];
        uint32_t *at = &cursor->at[cursor->depth - 1];
        if (*at == node->count) {
            cursor->depth--;
        } else if (node->height) {
            cursor->node[cursor->depth] = node->kids[(*at)++];
            cursor->at[cursor->depth++] = 0;
        } else {
            return node->items[(*at)++];
        }
    }
    return NULL;
}
