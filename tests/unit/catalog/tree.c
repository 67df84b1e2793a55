/* The persistent tree against a plain table of numbers: whatever is done to it, old versions stay as they were, and
 * every item is let go in the end. */
#include "../check.h"

#include "catalog/tree.h"

enum { UNIVERSE = 4000 };

struct number {
    uint32_t value;
    uint32_t refs;
};

static int compare(const void *a, const void *b)
{
    const struct number *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

static void acquire(void *item)
{
    struct number *n = item;
    n->refs++;
}

static void release(void *item)
{
    struct number *n = item;
    n->refs--;
}

static bool is_before(const void *item, const void *key)
{
    return ((const struct number *)item)->value < *(const uint32_t *)key;
}

static const struct catalog_tree_type type = { compare, acquire, release };

struct fixture {
    struct number numbers[UNIVERSE];
    uint32_t seed;
    uint64_t edits;
};

static uint32_t random_below(struct fixture *f, uint32_t n)
{
    f->seed = f->seed * 1664525 + 1013904223;
    return (f->seed >> 8) % n;
}

static void assert_holds(const struct fixture *f, const struct catalog_tree *tree, const bool *present)
{
    struct catalog_tree_cursor cursor;
    catalog_tree_cursor_begin(&cursor, tree);
    uint64_t count = 0;
    for (uint32_t i = 0; i < UNIVERSE; i++) {
        const void *found = catalog_tree_find(&type, tree, &f->numbers[i]);
        assert_ptr_equal(found, present[i] ? &f->numbers[i] : NULL);
        if (!present[i])
            continue;
        assert_ptr_equal(catalog_tree_cursor_next(&cursor), &f->numbers[i]);
        count++;
    }
    assert_null(catalog_tree_cursor_next(&cursor));
    assert_int_equal(tree->count, count);
    for (uint32_t key = 0; key <= UNIVERSE; key += 1 + UNIVERSE / 97) {
        uint32_t next = key;
        while (next < UNIVERSE && !present[next])
            next++;
        catalog_tree_cursor_seek(&cursor, tree, is_before, &key);
        assert_ptr_equal(catalog_tree_cursor_next(&cursor), next < UNIVERSE ? &f->numbers[next] : NULL);
    }
}

/* One edit of `changes` random changes, leaning towards a table filled to `percent`. */
static struct catalog_tree change(struct fixture *f, const struct catalog_tree *from, bool *present, uint32_t changes,
                                  uint32_t percent)
{
    struct catalog_tree_edit edit;
    catalog_tree_edit_begin(&edit, &type, from, ++f->edits);
    while (changes--) {
        uint32_t i = random_below(f, UNIVERSE);
        bool want = random_below(f, 100) < percent;
        assert_true(catalog_tree_edit_reserve(&edit, 1));
        if (want && !present[i])
            catalog_tree_edit_insert(&edit, &f->numbers[i]);
        else if (!want)
            catalog_tree_edit_remove(&edit, &f->numbers[i]);
        present[i] = want;
    }
    return catalog_tree_edit_end(&edit);
}

static struct fixture *fixture_new(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->seed = 7;
    for (uint32_t i = 0; i < UNIVERSE; i++)
        f->numbers[i].value = i;
    return f;
}

static void fixture_free(struct fixture *f)
{
    for (uint32_t i = 0; i < UNIVERSE; i++)
        assert_int_equal(f->numbers[i].refs, 0);
    free(f);
}

static void old_versions_stay_as_they_were(void **state)
{
    (void)state;
    enum { VERSIONS = 60 };
    static bool present[VERSIONS][UNIVERSE];
    struct catalog_tree versions[VERSIONS] = { 0 };
    struct fixture *f = fixture_new();
    for (uint32_t v = 1; v < VERSIONS; v++) {
        memcpy(present[v], present[v - 1], sizeof present[v]);
        /* Small edits and large ones; growing, steady, and shrinking to nearly nothing. */
        uint32_t percent = v < 20 ? 80 : v < 40 ? 50 : 3;
        versions[v] = change(f, &versions[v - 1], present[v], v % 3 ? 40 : 2000, percent);
    }
    for (uint32_t v = 0; v < VERSIONS; v++)
        assert_holds(f, &versions[v], present[v]);
    /* Given up in another order than made. */
    for (uint32_t v = 0; v < VERSIONS; v += 2)
        catalog_tree_free(&type, &versions[v]);
    for (uint32_t v = 1; v < VERSIONS; v += 2)
        assert_holds(f, &versions[v], present[v]);
    for (uint32_t v = 1; v < VERSIONS; v += 2)
        catalog_tree_free(&type, &versions[v]);
    fixture_free(f);
}

static void ascending_and_descending_loads(void **state)
{
    (void)state;
    static bool present[UNIVERSE], none[UNIVERSE];
    struct fixture *f = fixture_new();
    struct catalog_tree empty = { 0 };
    for (int down = 0; down < 2; down++) {
        struct catalog_tree_edit edit;
        catalog_tree_edit_begin(&edit, &type, &empty, ++f->edits);
        for (uint32_t i = 0; i < UNIVERSE; i++) {
            assert_true(catalog_tree_edit_reserve(&edit, 1));
            catalog_tree_edit_insert(&edit, &f->numbers[down ? UNIVERSE - 1 - i : i]);
            present[i] = true;
        }
        struct catalog_tree full = catalog_tree_edit_end(&edit);
        assert_holds(f, &full, present);
        catalog_tree_edit_begin(&edit, &type, &full, ++f->edits);
        for (uint32_t i = 0; i < UNIVERSE; i++) {
            assert_true(catalog_tree_edit_reserve(&edit, 1));
            catalog_tree_edit_remove(&edit, &f->numbers[down ? i : UNIVERSE - 1 - i]);
        }
        struct catalog_tree emptied = catalog_tree_edit_end(&edit);
        assert_null(emptied.root);
        assert_holds(f, &emptied, none);
        assert_holds(f, &full, present);
        catalog_tree_free(&type, &full);
    }
    fixture_free(f);
}

static void removing_what_is_not_there_changes_nothing(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct catalog_tree empty = { 0 };
    struct catalog_tree_edit edit;
    catalog_tree_edit_begin(&edit, &type, &empty, ++f->edits);
    catalog_tree_edit_remove(&edit, &f->numbers[1]);
    assert_true(catalog_tree_edit_reserve(&edit, 1));
    catalog_tree_edit_insert(&edit, &f->numbers[2]);
    catalog_tree_edit_remove(&edit, &f->numbers[1]);
    struct catalog_tree one = catalog_tree_edit_end(&edit);
    catalog_tree_edit_begin(&edit, &type, &one, ++f->edits);
    catalog_tree_edit_remove(&edit, &f->numbers[3]);
    struct catalog_tree same = catalog_tree_edit_end(&edit);
    assert_ptr_equal(same.root, one.root);
    catalog_tree_free(&type, &one);
    catalog_tree_free(&type, &same);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_versions_stay_as_they_were),
        cmocka_unit_test(ascending_and_descending_loads),
        cmocka_unit_test(removing_what_is_not_there_changes_nothing),
    };
    return cmocka_run_group_tests_name("catalog/tree", tests, NULL, NULL);
}
