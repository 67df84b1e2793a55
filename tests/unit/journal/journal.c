/* The ring never grows past its bounds, whoever writes, and readers keep what they hold. */
#include "../check.h"

#include <malloc.h>
#include <pthread.h>

#include "journal/journal.h"

enum { RECORDS = 100, BYTES_MOST = 200000, THREADS = 4, ROUNDS = 5000 };

static const struct journal_options options = { .records = RECORDS, .bytes = BYTES_MOST };

static uint64_t add(struct journal *j, struct span identifier)
{
    struct journal_query query = {
        .calling_ae = "CT1", .called_ae = "MWL", .peer = "192.0.2.7", .identifier = identifier, .comment = ""
    };
    return journal_add_query(j, &query);
}

static void assert_bounded(struct journal *j)
{
    struct journal_size size = journal_size(j);
    assert_true(size.records <= RECORDS);
    assert_true(size.bytes <= BYTES_MOST);
}

static void the_oldest_go_first(void **state)
{
    (void)state;
    struct journal *j = journal_new(&options);
    struct journal_view view;
    assert_false(journal_get(j, 0, &view));
    for (uint64_t i = 1; i <= 3 * RECORDS; i++)
        assert_int_equal(add(j, BYTES("x")), i);
    assert_int_equal(journal_size(j).records, RECORDS);
    assert_true(journal_get(j, 5, &view)); /* gone: the next one that is there */
    assert_int_equal(view.number, 2 * RECORDS + 1);
    journal_release(&view);
    assert_true(journal_get(j, 3 * RECORDS, &view));
    assert_false(journal_get(j, 3 * RECORDS + 1, &(struct journal_view){ 0 }));
    journal_free(&j); /* the view stays good */
    struct wr json;
    wr_init(&json, 4096);
    journal_json(&view, true, &json);
    assert_true(json.n > 0);
    wr_fini(&json);
    journal_release(&view);
}

static void bytes_are_bounded(void **state)
{
    (void)state;
    static uint8_t large[1 << 20];
    struct journal *j = journal_new(&options);
    for (size_t i = 0; i < 1000; i++) {
        add(j, span_of(large, (i * 7919) % sizeof large));
        assert_bounded(j);
    }
    assert_true(journal_size(j).records > 5); /* of 16 KiB each */
    journal_free(&j);

    j = journal_new(&(struct journal_options){ .records = 10, .bytes = 100 });
    assert_int_equal(add(j, BYTES("x")), 0); /* no record is as small */
    assert_int_equal(journal_size(j).records, 0);
    journal_free(&j);

    j = journal_new(&(struct journal_options){ .records = 0, .bytes = BYTES_MOST });
    assert_int_equal(add(j, BYTES("x")), 0);
    journal_free(&j);
}

/* Everything at once, each longer than anything a peer may send; and more slots than there are bytes. */
static void nothing_makes_it_grow(void **state)
{
    (void)state;
    static uint8_t large[1 << 20];
    static char text[4 * JOURNAL_TEXT];
    memset(text, 'x', sizeof text - 1);
    memset(large, 'x', sizeof large);
    const struct journal_options wide = { .records = 1000000, .bytes = 1 << 20 };
    size_t before = mallinfo2().uordblks; /* 0 under sanitizers, which have a heap of their own */
    struct journal *j = journal_new(&wide);
    struct journal_association association = { .calling_ae = text,
                                               .called_ae = text,
                                               .peer = text,
                                               .implementation_class_uid = span_of(large, sizeof large),
                                               .implementation_version = span_of(large, sizeof large),
                                               .contexts = span_of(large, sizeof large),
                                               .proposed = span_of(large, sizeof large),
                                               .ended = text };
    struct journal_query query = { .calling_ae = text,
                                   .called_ae = text,
                                   .peer = text,
                                   .identifier = span_of(large, sizeof large),
                                   .changed = span_of(large, sizeof large),
                                   .comment = text };
    for (size_t i = 0; i < 6000; i++) {
        uint64_t number = i % 2   ? journal_add_association(j, &association)
                          : i % 3 ? add(j, BYTES(""))
                                  : journal_add_query(j, &query);
        assert_int_equal(number, i + 1);
        journal_end_association(j, number, text);
        assert_true(journal_size(j).bytes <= wide.bytes);
        assert_true(mallinfo2().uordblks <= before + wide.bytes + 4096);
    }
    assert_true(journal_size(j).records > 20);
    struct journal_view view;
    assert_true(journal_get(j, 6000, &view));
    assert_int_equal(strlen(view.ended), JOURNAL_ENDED - 1);
    struct wr json;
    wr_init(&json, 1 << 20);
    journal_json(&view, true, &json);
    wr_u8(&json, 0);
    assert_non_null(strstr((const char *)json.p, "\"truncated\":true"));
    wr_fini(&json);
    journal_release(&view);
    journal_free(&j);
    assert_true(mallinfo2().uordblks <= before + 4096);
}

static void an_association_ends(void **state)
{
    (void)state;
    struct journal *j = journal_new(&options);
    struct journal_association association = { .calling_ae = "CT1", .called_ae = "MWL", .peer = "::1", .ended = "" };
    uint64_t number = journal_add_association(j, &association);
    struct journal_view before, after;
    assert_true(journal_get(j, number, &before));
    journal_end_association(j, number, "released");
    journal_end_association(j, number + 1, "never there");
    assert_true(journal_get(j, number, &after));
    assert_string_equal(before.ended, "");
    assert_string_equal(after.ended, "released");
    journal_release(&before);
    journal_release(&after);
    journal_free(&j);
}

static void *write_many(void *arg)
{
    struct journal *j = arg;
    uint8_t bytes[300] = { 0 };
    for (size_t i = 0; i < ROUNDS; i++)
        journal_end_association(j, add(j, span_of(bytes, i % sizeof bytes)), "so");
    return NULL;
}

static void *read_many(void *arg)
{
    struct journal *j = arg;
    struct wr json;
    wr_init(&json, 1 << 16);
    for (uint64_t number = 0; number < THREADS * ROUNDS;) {
        struct journal_view view;
        if (!journal_get(j, number, &view))
            continue;
        number = view.number + 1;
        wr_reset(&json);
        journal_json(&view, true, &json);
        journal_release(&view);
    }
    wr_fini(&json);
    return NULL;
}

static void threads_share_it(void **state)
{
    (void)state;
    struct journal *j = journal_new(&options);
    pthread_t threads[THREADS + 1];
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, write_many, j);
    pthread_create(&threads[THREADS], NULL, read_many, j);
    for (size_t i = 0; i < THREADS + 1; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(journal_next(j), THREADS * ROUNDS + 1);
    assert_bounded(j);
    journal_free(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_go_first),   cmocka_unit_test(bytes_are_bounded),
        cmocka_unit_test(nothing_makes_it_grow), cmocka_unit_test(an_association_ends),
        cmocka_unit_test(threads_share_it),
    };
    return cmocka_run_group_tests_name("journal/journal", tests, NULL, NULL);
}
