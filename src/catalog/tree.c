/* tree.c -- copy on write, splitting on the way down and merging on the way up.
 *
 * Removal merges a sparse node with a neighbour only where both fit well into one; it never moves single items between
 * nodes. */
#include "catalog/node.h"

#include <stdlib.h>
#include <string.h>

enum { SPARSE = TREE_WIDTH / 4, MERGED = TREE_WIDTH * 3 / 4 };

static void move_places(struct catalog_tree_node *to, uint32_t at, const struct catalog_tree_node *from, uint32_t first,
                        uint32_t count)
{
    memmove(&to->items[at], &from->items[first], count * sizeof to->items[0]);
    if (to->height)
        memmove(&to->kids[at], &from->kids[first], count * sizeof to->kids[0]);
}

/* NOLINTNEXTLINE(misc-no-recursion): no deeper than TREE_HEIGHT */
void catalog_tree_node_release(const struct catalog_tree_type *type, struct catalog_tree_node *node)
{
    if (--node->refs)
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        if (node->height)
            catalog_tree_node_release(type, node->kids[i]);
        else
            type->release(node->items[i]);
    }
    free(node);
}

/* The last place whose item is not greater; 0 if all are. */
static uint32_t place_of(const struct catalog_tree_type *type, const struct catalog_tree_node *node, const void *item)
{
    uint32_t low = 0, high = node->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (type->compare(node->items[middle], item) <= 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void *catalog_tree_find(const struct catalog_tree_type *type, const struct catalog_tree *tree, const void *item)
{
    const struct catalog_tree_node *node = tree->root;
    if (!node)
        return NULL;
    while (node->height)
        node = node->kids[place_of(type, node, item)];
    void *found = node->items[place_of(type, node, item)];
    return type->compare(found, item) == 0 ? found : NULL;
}

void catalog_tree_free(const struct catalog_tree_type *type, struct catalog_tree *tree)
{
    if (tree->root)
        catalog_tree_node_release(type, tree->root);
    *tree = (struct catalog_tree){ 0 };
}

void catalog_tree_edit_begin(struct catalog_tree_edit *edit, const struct catalog_tree_type *type,
                             const struct catalog_tree *from, uint64_t id)
{
    *edit = (struct catalog_tree_edit){ .type = type, .tree = *from, .id = id };
    if (edit->tree.root)
        edit->tree.root->refs++;
}

struct catalog_tree_node *catalog_tree_node_new(uint32_t height)
{
    size_t kids = height ? TREE_WIDTH : 0;
    struct catalog_tree_node *node = calloc(1, sizeof *node + kids * sizeof node->kids[0]);
    if (node)
        node->height = height;
    return node;
}

/* Sets nodes aside until there are `wanted`; the first item of each is the next one. */
static bool set_aside(struct catalog_tree_spares *spares, size_t wanted, uint32_t height)
{
    while (spares->count < wanted) {
        struct catalog_tree_node *node = catalog_tree_node_new(height);
        if (!node)
            return false;
        node->items[0] = spares->first;
        spares->first = node;
        spares->count++;
    }
    return true;
}

bool catalog_tree_edit_reserve(struct catalog_tree_edit *edit, size_t changes)
{
    /* An insertion copies and splits one node a level and may add a root; a removal copies one and its neighbour. Two
     * levels more than now is what no number of reserved changes can exceed before memory does. */
    size_t levels = (edit->tree.root ? edit->tree.root->height + 1 : 1) + 2;
    if (changes > SIZE_MAX / 2 / levels)
        return false;
    return set_aside(&edit->leaves, changes * 2, 0) && set_aside(&edit->inner, changes * (levels - 1) * 2, 1);
}

static struct catalog_tree_node *take_spare(struct catalog_tree_edit *edit, uint32_t height)
{
    struct catalog_tree_spares *spares = height ? &edit->inner : &edit->leaves;
    struct catalog_tree_node *node = spares->first;
    spares->first = node->items[0];
    spares->count--;
    node->edit = edit->id;
    node->refs = 1;
    node->height = height;
    return node;
}

/* Appends the places [first, last) of one node to another of its height, counted anew. */
static void append(const struct catalog_tree_type *type, struct catalog_tree_node *to,
                   const struct catalog_tree_node *from, uint32_t first, uint32_t last)
{
    move_places(to, to->count, from, first, last - first);
    to->count += last - first;
    for (uint32_t i = first; i < last; i++) {
        if (from->height)
            from->kids[i]->refs++;
        else
            type->acquire(from->items[i]);
    }
}

/* Makes *link, the only way by which this edit reaches the node, one that may be changed in place. */
static struct catalog_tree_node *own(struct catalog_tree_edit *edit, struct catalog_tree_node **link)
{
    struct catalog_tree_node *old = *link;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a tree in which something was found has a root */
    if (old->edit == edit->id)
        return old;
    *link = take_spare(edit, old->height);
    append(edit->type, *link, old, 0, old->count);
    catalog_tree_node_release(edit->type, old);
    return *link;
}

static void open_place(struct catalog_tree_node *node, uint32_t at)
{
    move_places(node, at + 1, node, at, node->count - at);
    node->count++;
}

static void close_place(struct catalog_tree_node *node, uint32_t at)
{
    node->count--;
    move_places(node, at, node, at + 1, node->count - at);
}

/* Moves the upper half of the full child at `at`, which is ours, into a new one after it. */
static void split(struct catalog_tree_edit *edit, struct catalog_tree_node *parent, uint32_t at)
{
    struct catalog_tree_node *low = parent->kids[at];
    struct catalog_tree_node *high = take_spare(edit, low->height);
    uint32_t half = TREE_WIDTH / 2;
    high->count = low->count - half;
    move_places(high, 0, low, half, high->count);
    low->count = half;
    open_place(parent, at + 1);
    parent->items[at + 1] = high->items[0];
    parent->kids[at + 1] = high;
}

static struct catalog_tree_node *root_with_room(struct catalog_tree_edit *edit)
{
    if (!edit->tree.root)
        return edit->tree.root = take_spare(edit, 0);
    struct catalog_tree_node *root = own(edit, &edit->tree.root);
    if (root->count < TREE_WIDTH)
        return root;
    struct catalog_tree_node *above = take_spare(edit, root->height + 1);
    above->items[0] = root->items[0];
    above->kids[0] = root;
    above->count = 1;
    split(edit, above, 0);
    return edit->tree.root = above;
}

void catalog_tree_edit_insert(struct catalog_tree_edit *edit, void *item)
{
    const struct catalog_tree_type *type = edit->type;
    struct catalog_tree_node *node = root_with_room(edit);
    while (node->height) {
        uint32_t at = place_of(type, node, item);
        struct catalog_tree_node *kid = own(edit, &node->kids[at]);
        if (kid->count == TREE_WIDTH) {
            split(edit, node, at);
            at += type->compare(node->items[at + 1], item) <= 0;
            kid = node->kids[at];
        }
        if (type->compare(item, node->items[at]) < 0)
            node->items[at] = item;
        node = kid;
    }
    uint32_t at = node->count ? place_of(type, node, item) : 0;
    if (node->count && type->compare(node->items[at], item) < 0)
        at++;
    open_place(node, at);
    node->items[at] = item;
    type->acquire(item);
    edit->tree.count++;
}

/* Brings the child at `at` in order after something below it was taken out. */
static void repair(struct catalog_tree_edit *edit, struct catalog_tree_node *parent, uint32_t at)
{
    struct catalog_tree_node *kid = parent->kids[at];
    if (kid->count == 0) {
        catalog_tree_node_release(edit->type, kid);
        close_place(parent, at);
        return;
    }
    parent->items[at] = kid->items[0];
    if (kid->count >= SPARSE)
        return;
    uint32_t left;
    if (at > 0 && parent->kids[at - 1]->count + kid->count <= MERGED)
        left = at - 1;
    else if (at + 1 < parent->count && kid->count + parent->kids[at + 1]->count <= MERGED)
        left = at;
    else
        return;
    struct catalog_tree_node *right = parent->kids[left + 1];
    append(edit->type, own(edit, &parent->kids[left]), right, 0, right->count);
    catalog_tree_node_release(edit->type, right);
    close_place(parent, left + 1);
}

void catalog_tree_edit_remove(struct catalog_tree_edit *edit, const void *item)
{
    const struct catalog_tree_type *type = edit->type;
    struct catalog_tree_node *path[TREE_HEIGHT];
    uint32_t at[TREE_HEIGHT], depth = 0;
    void *found = catalog_tree_find(type, &edit->tree, item);
    if (!found)
        return;
    struct catalog_tree_node *node = own(edit, &edit->tree.root);
    while (node->height) {
        path[depth] = node;
        at[depth] = place_of(type, node, item);
        node = own(edit, &node->kids[at[depth]]);
        depth++;
    }
    close_place(node, place_of(type, node, item));
    while (depth--)
        repair(edit, path[depth], at[depth]);
    struct catalog_tree_node *root = edit->tree.root;
    while (root && (root->count == 0 || (root->height && root->count == 1))) {
        edit->tree.root = root->count ? root->kids[0] : NULL;
        if (edit->tree.root)
            edit->tree.root->refs++;
        catalog_tree_node_release(type, root);
        root = edit->tree.root;
    }
    edit->tree.count--;
    type->release(found);
}

static void free_spares(struct catalog_tree_node *spare)
{
    while (spare) {
        struct catalog_tree_node *node = spare;
        spare = node->items[0];
        free(node);
    }
}

struct catalog_tree catalog_tree_edit_end(struct catalog_tree_edit *edit)
{
    struct catalog_tree tree = edit->tree;
    free_spares(edit->leaves.first);
    free_spares(edit->inner.first);
    *edit = (struct catalog_tree_edit){ 0 };
    return tree;
}

void catalog_tree_cursor_begin(struct catalog_tree_cursor *cursor, const struct catalog_tree *tree)
{
    cursor->depth = 0;
    if (!tree->root)
        return;
    cursor->node[0] = tree->root;
    cursor->at[0] = 0;
    cursor->depth = 1;
}
