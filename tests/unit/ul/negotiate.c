/* The answer to each proposed presentation context, and to what else was offered. */
#include "../check.h"

#include "bytes.h"
#include "ul/negotiate.h"

#define EXPLICIT_BE "1.2.840.10008.1.2.2"

static struct span implicit_only[] = { { (const uint8_t *)IMPLICIT_LE, 17 } };
static struct span big_only[] = { { (const uint8_t *)EXPLICIT_BE, 19 } };
static struct span all_three[] = { { (const uint8_t *)EXPLICIT_BE, 19 },
                                   { (const uint8_t *)IMPLICIT_LE, 17 },
                                   { (const uint8_t *)EXPLICIT_LE, 19 } };

static const struct ul_offer offers[] = { { MWL_FIND, true }, { VERIFICATION, true }, { "1.2.3", false } };
static const char *const syntaxes[] = { EXPLICIT_LE, IMPLICIT_LE };
static const struct ul_acceptor acceptor = { offers, 3, syntaxes, 2, 65536, "1.8", "MWL_0", 1u << UL_FUZZY_NAMES };

static struct ul_context proposed(uint8_t id, const char *abstract, struct span *transfer, uint32_t count)
{
    return (struct ul_context){ id, 0, span_str(abstract), transfer, count };
}

static void every_context_is_answered_once(void **state)
{
    (void)state;
    struct ul_context contexts[] = {
        proposed(9, MWL_FIND, all_three, 3),     /* the best of ours, whatever the order proposed */
        proposed(1, MWL_FIND, implicit_only, 1), /* the same abstract syntax once more */
        proposed(3, "1.2.3", implicit_only, 1),  /* known, but not to this caller */
        proposed(5, "9.9.9", implicit_only, 1),  /* unknown */
        proposed(7, VERIFICATION, big_only, 1),  /* no transfer syntax in common */
        proposed(11, "1.2.3", big_only, 1),      /* not allowed comes before not possible */
    };
    const struct {
        uint8_t id, result;
        const char *syntax;
    } expected[] = {
        { 9, UL_CONTEXT_ACCEPTED, EXPLICIT_LE },          { 1, UL_CONTEXT_ACCEPTED, IMPLICIT_LE },
        { 3, UL_CONTEXT_USER_REJECTION, IMPLICIT_LE },    { 5, UL_CONTEXT_ABSTRACT_SYNTAX, IMPLICIT_LE },
        { 7, UL_CONTEXT_TRANSFER_SYNTAXES, EXPLICIT_BE }, { 11, UL_CONTEXT_USER_REJECTION, EXPLICIT_BE },
    };
    struct ul_associate rq = { .contexts = contexts, .context_count = 6, .max_length = 1000 };
    struct ul_associate answer;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    uint32_t refused;
    assert_int_equal(ul_negotiate(&acceptor, &rq, &arena, &answer, &refused), 2);
    assert_int_equal(refused, 2);
    assert_int_equal(answer.context_count, 6);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(answer.contexts[i].id, expected[i].id);
        assert_int_equal(answer.contexts[i].result, expected[i].result);
        assert_int_equal(answer.contexts[i].transfer_syntax_count, 1);
        assert_true(span_is(answer.contexts[i].transfer_syntaxes[0], expected[i].syntax));
    }
    assert_int_equal(answer.max_length, 65536);
    assert_span(answer.implementation_class_uid, "1.8");
    assert_span(answer.implementation_version, "MWL_0");
    arena_fini(&arena);
}

static void only_what_was_offered_is_answered(void **state)
{
    (void)state;
    static const struct {
        struct span offered, answered;
    } rows[] = {
        { { NULL, 0 }, { NULL, 0 } },
        { { (const uint8_t *)"\x01\x01", 2 }, { NULL, 0 } }, /* malformed for Modality Worklist */
        { { (const uint8_t *)"\x01\x01\x01", 3 }, { (const uint8_t *)"\x01\x01\x01", 3 } },
        { { (const uint8_t *)"\x00\x00\x00", 3 }, { (const uint8_t *)"\x00\x00\x00", 3 } },
        { { (const uint8_t *)"\x01\x01\x02", 3 }, { (const uint8_t *)"\x01\x01\x00", 3 } },
        { { (const uint8_t *)"\x01\x01\x00\x01", 4 }, { (const uint8_t *)"\x01\x01\x00\x00", 4 } }, /* not performed */
        { { (const uint8_t *)"\x01\x01\x01\x01\x01", 5 }, { (const uint8_t *)"\x01\x01\x01\x00", 4 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ul_associate rq = { .extended_mwl = rows[i].offered, .has_async_window = i % 2, .invoked = 0 };
        struct ul_associate answer;
        struct arena arena;
        arena_init(&arena, 1 << 20);
        uint32_t refused;
        assert_int_equal(ul_negotiate(&acceptor, &rq, &arena, &answer, &refused), 0);
        assert_true(span_eq(answer.extended_mwl, rows[i].answered));
        bool asked = rows[i].offered.n > UL_FUZZY_NAMES && rows[i].offered.p[UL_FUZZY_NAMES] == 1;
        assert_int_equal(ul_is_agreed(&answer, UL_FUZZY_NAMES), asked);
        assert_false(ul_is_agreed(&answer, UL_ADJUST_ZONE));
        assert_int_equal(answer.has_async_window, i % 2);
        assert_int_equal(answer.invoked, i % 2);
        assert_int_equal(answer.performed, i % 2);
        assert_false(answer.has_user_identity);
        arena_fini(&arena);
    }
}

static void the_titles_and_the_reserved_field_go_back(void **state)
{
    (void)state;
    struct ul_associate rq = { .called_ae = span_str("MWL"),
                               .calling_ae = span_str("CT1"),
                               .echo = BYTES("64 bytes"),
                               .application_context = span_str(APPLICATION_CONTEXT) };
    struct ul_associate answer;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    uint32_t refused;
    ul_negotiate(&acceptor, &rq, &arena, &answer, &refused);
    assert_span(answer.called_ae, "MWL");
    assert_span(answer.calling_ae, "CT1");
    assert_span(answer.echo, "64 bytes");
    assert_span(answer.application_context, APPLICATION_CONTEXT);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_context_is_answered_once),
        cmocka_unit_test(only_what_was_offered_is_answered),
        cmocka_unit_test(the_titles_and_the_reserved_field_go_back),
    };
    return cmocka_run_group_tests_name("ul/negotiate", tests, NULL, NULL);
}
