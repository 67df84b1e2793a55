/* fill.c -- a tree made all at once, from its leaves up. */
#include <stdlib.h>

#include "catalog/node.h"

static void release_all(const struct catalog_tree_type *type, struct catalog_tree_node **nodes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        catalog_tree_node_release(type, nodes[i]);
}

/* One level: its nodes take `count` items each, or nodes of the level below, and stand then in place of those. Returns
 * how many there are; 0 if memory ended, when nothing of it is left. */
static size_t fill_level(const struct catalog_tree_edit *edit, uint32_t height, void *const *items,
                         struct catalog_tree_node **nodes, size_t count)
{
    size_t made = 0;
    for (size_t i = 0; i < count; i++) {
        struct catalog_tree_node *node = i % TREE_WIDTH ? nodes[made - 1] : catalog_tree_node_new(height);
        if (!node) {
            release_all(edit->type, nodes, 0, made);
            release_all(edit->type, nodes, height ? i : count, count);
            return 0;
        }
        struct catalog_tree_node *kid = height ? nodes[i] : NULL;
        if (i % TREE_WIDTH == 0) {
            node->edit = edit->id;
            node->refs = 1;
            nodes[made++] = node; /* never ahead of the kid that is taken from here */
        }
        node->items[node->count] = height ? kid->items[0] : items[i];
        if (height)
            node->kids[node->count] = kid;
        else
            edit->type->acquire(items[i]);
        node->count++;
    }
    return made;
}

bool catalog_tree_edit_fill(struct catalog_tree_edit *edit, void *const *items, size_t count)
{
    if (count == 0)
        return true;
    struct catalog_tree_node **nodes = calloc(count / TREE_WIDTH + 1, sizeof *nodes);
    if (!nodes)
        return false;
    uint32_t height = 0;
    size_t made = fill_level(edit, height, items, nodes, count);
    while (made > 1)
        made = fill_level(edit, ++height, items, nodes, made);
    if (made)
        edit->tree = (struct catalog_tree){ nodes[0], count };
    free(nodes);
    return made;
}
