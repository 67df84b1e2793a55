/* A tree made all at once is the one that as many insertions make, and goes on as such. */
#include "../check.h"

#include "catalog/tree.h"

enum { MOST = 3 * TREE_WIDTH * TREE_WIDTH };

struct number {
    uint32_t value, refs;
};

static struct number numbers[2 * MOST + 1]; /* those with an even value are filled in, those between them inserted */
static void *items[MOST];

static int compare(const void *a, const void *b)
{
    const struct number *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

static void acquire(void *item)
{
    ((struct number *)item)->refs++;
}

static void release(void *item)
{
    ((struct number *)item)->refs--;
}

static const struct catalog_tree_type type = { compare, acquire, release };

static void assert_walk(const struct catalog_tree *tree, uint32_t first, uint32_t step, size_t count)
{
    struct catalog_tree_cursor cursor;
    assert_int_equal(tree->count, count);
    catalog_tree_cursor_begin(&cursor, tree);
    size_t seen = 0; /* ahead, of those that are 5 items away */
    for (size_t i = 0; i < count; i++) {
        const struct number *ahead = catalog_tree_cursor_ahead(&cursor, 5);
        assert_true(!ahead || ahead->value == first + step * (i + 5));
        seen += ahead != NULL;
        const struct number *n = catalog_tree_cursor_next(&cursor);
        assert_non_null(n);
        assert_int_equal(n->value, first + step * i);
    }
    assert_null(catalog_tree_cursor_next(&cursor));
    assert_null(catalog_tree_cursor_ahead(&cursor, 0));
    assert_true(count <= TREE_WIDTH || seen > count / 4); /* a hint, but one that is often there */
}

static void of_every_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {
        0, 1, 2, TREE_WIDTH - 1, TREE_WIDTH, TREE_WIDTH + 1, TREE_WIDTH * TREE_WIDTH, TREE_WIDTH * TREE_WIDTH + 1, MOST
    };
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        struct catalog_tree empty = { 0 }, first, second;
        struct catalog_tree_edit edit;
        catalog_tree_edit_begin(&edit, &type, &empty, 1);
        assert_true(catalog_tree_edit_fill(&edit, items, n));
        first = catalog_tree_edit_end(&edit);
        assert_walk(&first, 0, 2, n);

        catalog_tree_edit_begin(&edit, &type, &first, 2);
        for (size_t i = 0; i < n; i++) {
            assert_true(catalog_tree_edit_reserve(&edit, 1));
            catalog_tree_edit_insert(&edit, &numbers[2 * i + 1]);
        }
        second = catalog_tree_edit_end(&edit);
        assert_walk(&first, 0, 2, n);
        assert_walk(&second, 0, 1, 2 * n);
        catalog_tree_free(&type, &first);

        catalog_tree_edit_begin(&edit, &type, &second, 3);
        for (size_t i = 0; i < n; i++) {
            assert_true(catalog_tree_edit_reserve(&edit, 1));
            catalog_tree_edit_remove(&edit, &numbers[2 * i]);
        }
        first = catalog_tree_edit_end(&edit);
        assert_walk(&first, 1, 2, n);
        catalog_tree_free(&type, &second);
        catalog_tree_free(&type, &first);
        for (size_t i = 0; i < 2 * n; i++)
            assert_int_equal(numbers[i].refs, 0);
    }
}

int main(void)
{
    for (uint32_t i = 0; i < 2 * MOST + 1; i++)
        numbers[i].value = i;
    for (uint32_t i = 0; i < MOST; i++)
        items[i] = &numbers[2 * i];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_every_size),
    };
    return cmocka_run_group_tests_name("catalog/fill", tests, NULL, NULL);
}
