/* Reading A-ASSOCIATE PDUs: what each fault of a peer is answered with, what is forgiven, and that the limits hold. */
#include "../check.h"

#include "base/arena.h"
#include "bytes.h"
#include "ul/pdu.h"

struct fixture {
    struct wr wr;
    struct arena arena;
    struct limits limits;
    struct ul_associate out;
    uint8_t reason;
    struct err err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    wr_init(&f->wr, 1 << 20);
    arena_init(&f->arena, 1 << 20);
    f->limits = limits_default;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    wr_fini(&f->wr);
    arena_fini(&f->arena);
    free(f);
    return 0;
}

static bool read_as(struct fixture *f, enum ul_pdu_type type)
{
    return ul_associate_read(type, wr_done(&f->wr), &f->limits, &f->arena, &f->out, &f->reason, &f->err);
}

static void put_head(struct fixture *f)
{
    put_fixed(&f->wr, 1, "MWL             ", "CT1             ");
    put_item(&f->wr, 0x10, span_str(APPLICATION_CONTEXT));
}

static void assert_fault(struct fixture *f, enum ul_pdu_type type, uint8_t reason)
{
    assert_false(read_as(f, type));
    assert_int_equal(f->err.code, ERR_SYNTAX);
    assert_int_equal(f->reason, reason);
}

static void every_field_arrives(void **state)
{
    struct fixture *f = *state;
    put_fixed(&f->wr, 3, "  MWL           ", "CT 1            "); /* of the version only bit 0 counts */
    put_item(&f->wr, 0x5F, BYTES("an item of the future"));
    put_item(&f->wr, 0x10, span_str(APPLICATION_CONTEXT));
    put_context(&f->wr, 255, MWL_FIND, IMPLICIT_LE);
    put_context(&f->wr, 1, VERIFICATION, EXPLICIT_LE);
    struct wr sub;
    wr_init(&sub, 1000);
    put_item(&sub, 0x55, span_str("VERSION"));
    put_item(&sub, 0x58, BYTES("\x01\x00\x00\x01u\x00\x00"));
    put_item(&sub, 0x56, BYTES("\x00\x16" MWL_FIND "\x01\x01\x01"));
    put_item(&sub, 0x54,
             BYTES("\x00\x03"
                   "1.2"
                   "\x01\x00")); /* roles: passed over, as often as they come */
    put_item(&sub, 0x54,
             BYTES("\x00\x03"
                   "1.3"
                   "\x01\x00"));
    put_item(&sub, 0x5E, BYTES("a sub-item of the future"));
    put_item(&sub, 0x53, BYTES("\x00\x05\x00\x06"));
    put_item(&sub, 0x52, span_str("1.2.3"));
    put_item(&sub, 0x51, BYTES("\x00\x00\x40\x00"));
    put_item(&f->wr, 0x50, wr_done(&sub));
    wr_fini(&sub);

    assert_true(read_as(f, UL_A_ASSOCIATE_RQ));
    assert_true(f->out.protocol_version_1);
    assert_span(f->out.called_ae, "MWL");
    assert_span(f->out.calling_ae, "CT 1");
    assert_int_equal(f->out.echo.n, 64);
    assert_memory_equal(f->out.echo.p, "  MWL           CT 1            \xEE\xEE", 34);
    assert_span(f->out.application_context, APPLICATION_CONTEXT);
    assert_int_equal(f->out.context_count, 2);
    assert_int_equal(f->out.contexts[0].id, 255);
    assert_span(f->out.contexts[0].abstract_syntax, MWL_FIND);
    assert_int_equal(f->out.contexts[0].transfer_syntax_count, 1);
    assert_span(f->out.contexts[0].transfer_syntaxes[0], IMPLICIT_LE);
    assert_int_equal(f->out.contexts[1].id, 1);
    assert_span(f->out.contexts[1].abstract_syntax, VERIFICATION);
    assert_int_equal(f->out.max_length, 16384);
    assert_span(f->out.implementation_class_uid, "1.2.3");
    assert_span(f->out.implementation_version, "VERSION");
    assert_true(f->out.has_async_window);
    assert_int_equal(f->out.invoked, 5);
    assert_int_equal(f->out.performed, 6);
    assert_true(f->out.has_user_identity);
    assert_int_equal(f->out.user_identity_type, 1);
    assert_span(f->out.extended_mwl, "\x01\x01\x01");
    const struct ul_tolerances none = { 0 };
    assert_memory_equal(&f->out.tolerated, &none, sizeof none);
}

static void each_quirk_is_forgiven_and_counted(void **state)
{
    struct fixture *f = *state;
    put_fixed(&f->wr, 1, "MWL\0\0\0\0\0\0\0\0\0\0\0\0\0", "CT1             ");
    put_item(&f->wr, 0x10, BYTES(APPLICATION_CONTEXT "\0"));
    put_context(&f->wr, 1, MWL_FIND " ", IMPLICIT_LE);
    struct wr sub;
    wr_init(&sub, 1000);
    put_item(&sub, 0x55, span_str("A NAME OF MORE THAN SIXTEEN"));
    put_item(&sub, 0x55, span_str("ANOTHER"));
    put_item(&f->wr, 0x50, wr_done(&sub));
    wr_fini(&sub);
    assert_true(read_as(f, UL_A_ASSOCIATE_RQ));
    assert_span(f->out.called_ae, "MWL");
    assert_span(f->out.application_context, APPLICATION_CONTEXT);
    assert_span(f->out.contexts[0].abstract_syntax, MWL_FIND);
    assert_int_equal(f->out.max_length, 0);
    assert_int_equal(f->out.tolerated.padded_uid, 2);
    assert_int_equal(f->out.tolerated.nul_in_ae_title, 1);
    assert_int_equal(f->out.tolerated.no_maximum_length, 1);
    assert_int_equal(f->out.tolerated.no_implementation_class, 1);
    assert_int_equal(f->out.tolerated.long_version_name, 1);
    assert_int_equal(f->out.tolerated.repeated_user_item, 1);
}

/* Another protocol version may have other items: only the titles are read, so that it can be rejected by name. */
static void another_version_is_not_read_further(void **state)
{
    struct fixture *f = *state;
    put_fixed(&f->wr, 0xFFFE, "MWL             ", "CT1             ");
    wr_str(&f->wr, "no items at all");
    assert_true(read_as(f, UL_A_ASSOCIATE_RQ));
    assert_false(f->out.protocol_version_1);
    assert_span(f->out.calling_ae, "CT1");
}

static void a_request_cut_anywhere_is_a_fault(void **state)
{
    struct fixture *f = *state;
    put_head(f);
    put_context(&f->wr, 1, MWL_FIND, IMPLICIT_LE);
    put_user_information(&f->wr, 16384);
    assert_true(read_as(f, UL_A_ASSOCIATE_RQ));
    for (size_t n = f->wr.n; n-- > 0;) {
        wr_truncate(&f->wr, n);
        f->err = (struct err){ 0 };
        assert_fault(f, UL_A_ASSOCIATE_RQ, UL_ABORT_INVALID_PARAMETER);
    }
}

static void context_ids_are_odd_and_unique(void **state)
{
    struct fixture *f = *state;
    put_head(f);
    size_t head = wr_mark(&f->wr);
    put_context(&f->wr, 2, MWL_FIND, IMPLICIT_LE);
    put_user_information(&f->wr, 0);
    assert_fault(f, UL_A_ASSOCIATE_RQ, UL_ABORT_INVALID_PARAMETER);

    wr_truncate(&f->wr, head);
    put_context(&f->wr, 3, MWL_FIND, IMPLICIT_LE);
    put_context(&f->wr, 3, VERIFICATION, IMPLICIT_LE);
    put_user_information(&f->wr, 0);
    f->err = (struct err){ 0 };
    assert_fault(f, UL_A_ASSOCIATE_RQ, UL_ABORT_INVALID_PARAMETER);
}

static void all_128_contexts_fit_and_129_do_not(void **state)
{
    struct fixture *f = *state;
    put_head(f);
    for (int id = 1; id <= 255; id += 2)
        put_context(&f->wr, (uint8_t)id, MWL_FIND, IMPLICIT_LE);
    put_user_information(&f->wr, 0);
    assert_true(read_as(f, UL_A_ASSOCIATE_RQ));
    assert_int_equal(f->out.context_count, 128);
    put_context(&f->wr, 1, MWL_FIND, IMPLICIT_LE);
    assert_fault(f, UL_A_ASSOCIATE_RQ, UL_ABORT_INVALID_PARAMETER);
}

static void what_must_be_there_once_must_be(void **state)
{
    struct fixture *f = *state;
    struct wr sub;
    wr_init(&sub, 1000);
    put_item(&sub, 0x30, span_str(MWL_FIND));
    size_t abstract_only = sub.n;
    put_item(&sub, 0x40, span_str(IMPLICIT_LE));
    struct span both = wr_done(&sub);
    struct span abstract = { both.p, abstract_only }, transfer = { both.p + abstract_only, both.n - abstract_only };
    struct wr twice;
    wr_init(&twice, 1000);
    wr_span(&twice, abstract);
    wr_span(&twice, both);
    struct wr no_uid;
    wr_init(&no_uid, 1000);
    wr_span(&no_uid, both);
    put_item(&no_uid, 0x40, BYTES(""));
    struct wr long_uid;
    wr_init(&long_uid, 1000);
    wr_span(&long_uid, both);
    put_item(&long_uid, 0x40, BYTES("1.1111111111111111111111111111111111111111111111111111111111111.1"));

    const struct {
        struct span sub_items;
        uint8_t reason;
    } rows[] = {
        { abstract, UL_ABORT_INVALID_PARAMETER },           /* no transfer syntax */
        { transfer, UL_ABORT_INVALID_PARAMETER },           /* no abstract syntax */
        { wr_done(&twice), UL_ABORT_UNEXPECTED_PARAMETER }, /* two abstract syntaxes */
        { wr_done(&no_uid), UL_ABORT_INVALID_PARAMETER },   /* an empty UID */
        { wr_done(&long_uid), UL_ABORT_INVALID_PARAMETER }, /* a UID of 65 characters */
        { { both.p, both.n - 1 }, UL_ABORT_INVALID_PARAMETER },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr_reset(&f->wr);
        f->err = (struct err){ 0 };
        put_head(f);
        put_context_item(&f->wr, 0x20, 1, 0, rows[i].sub_items);
        put_user_information(&f->wr, 0);
        assert_fault(f, UL_A_ASSOCIATE_RQ, rows[i].reason);
    }
    wr_fini(&sub);
    wr_fini(&twice);
    wr_fini(&no_uid);
    wr_fini(&long_uid);
}

static void the_three_kinds_of_item_must_be_there(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int application_contexts, contexts, user_informations;
        uint8_t reason;
    } rows[] = {
        { 0, 1, 1, UL_ABORT_INVALID_PARAMETER },    { 1, 0, 1, UL_ABORT_INVALID_PARAMETER },
        { 1, 1, 0, UL_ABORT_INVALID_PARAMETER },    { 2, 1, 1, UL_ABORT_UNEXPECTED_PARAMETER },
        { 1, 1, 2, UL_ABORT_UNEXPECTED_PARAMETER },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr_reset(&f->wr);
        f->err = (struct err){ 0 };
        put_fixed(&f->wr, 1, "MWL             ", "CT1             ");
        for (int n = 0; n < rows[i].application_contexts; n++)
            put_item(&f->wr, 0x10, span_str(APPLICATION_CONTEXT));
        for (int n = 0; n < rows[i].contexts; n++)
            put_context(&f->wr, 1, MWL_FIND, IMPLICIT_LE);
        for (int n = 0; n < rows[i].user_informations; n++)
            put_user_information(&f->wr, 0);
        assert_fault(f, UL_A_ASSOCIATE_RQ, rows[i].reason);
    }
}

static void a_maximum_length_must_leave_room(void **state)
{
    struct fixture *f = *state;
    static const struct {
        uint32_t length;
        bool good;
    } rows[] = { { 0, true }, { 1, false }, { 7, false }, { 8, true }, { 4096, true }, { UINT32_MAX, true } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr_reset(&f->wr);
        f->err = (struct err){ 0 };
        put_head(f);
        put_context(&f->wr, 1, MWL_FIND, IMPLICIT_LE);
        put_user_information(&f->wr, rows[i].length);
        if (!rows[i].good) {
            assert_fault(f, UL_A_ASSOCIATE_RQ, UL_ABORT_INVALID_PARAMETER);
            continue;
        }
        assert_true(read_as(f, UL_A_ASSOCIATE_RQ));
        assert_int_equal(f->out.max_length, rows[i].length);
    }
}

static void sub_items_of_fixed_length_have_it(void **state)
{
    struct fixture *f = *state;
    static const struct span bad[] = {
        { (const uint8_t *)"\x51\0\0\x03\0\0\0", 7 }, { (const uint8_t *)"\x51\0\0\x05\0\0\0\0\0", 9 },
        { (const uint8_t *)"\x53\0\0\x03\0\0\0", 7 }, { (const uint8_t *)"\x53\0\0\x06\0\0\0\0\0\0", 10 },
        { (const uint8_t *)"\x52\0\0\x00", 4 },       { (const uint8_t *)"\x55\0\xFF\xFFX", 5 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        wr_reset(&f->wr);
        f->err = (struct err){ 0 };
        put_head(f);
        put_context(&f->wr, 1, MWL_FIND, IMPLICIT_LE);
        put_item(&f->wr, 0x50, bad[i]);
        assert_fault(f, UL_A_ASSOCIATE_RQ, UL_ABORT_INVALID_PARAMETER);
    }
}

static void limits_hold(void **state)
{
    struct fixture *f = *state;
    f->limits.transfer_syntaxes = 2;
    f->limits.user_items = 2;
    struct wr sub;
    wr_init(&sub, 1000);
    put_item(&sub, 0x30, span_str(MWL_FIND));
    for (int i = 0; i < 3; i++)
        put_item(&sub, 0x40, span_str(IMPLICIT_LE));
    put_head(f);
    size_t head = wr_mark(&f->wr);
    put_context_item(&f->wr, 0x20, 1, 0, wr_done(&sub));
    put_user_information(&f->wr, 0);
    assert_false(read_as(f, UL_A_ASSOCIATE_RQ));
    assert_int_equal(f->err.code, ERR_LIMIT);

    wr_truncate(&f->wr, head);
    wr_reset(&sub);
    for (uint8_t i = 0; i < 3; i++)
        put_item(&sub, 0xE0, BYTES(""));
    put_context(&f->wr, 1, MWL_FIND, IMPLICIT_LE);
    put_item(&f->wr, 0x50, wr_done(&sub));
    f->err = (struct err){ 0 };
    assert_false(read_as(f, UL_A_ASSOCIATE_RQ));
    assert_int_equal(f->err.code, ERR_LIMIT);
    wr_fini(&sub);
}

static void a_full_arena_is_no_memory(void **state)
{
    struct fixture *f = *state;
    put_head(f);
    put_context(&f->wr, 1, MWL_FIND, IMPLICIT_LE);
    put_user_information(&f->wr, 0);
    arena_init(&f->arena, 16);
    assert_false(read_as(f, UL_A_ASSOCIATE_RQ));
    assert_int_equal(f->err.code, ERR_MEMORY);
}

static void an_answer_names_one_transfer_syntax(void **state)
{
    struct fixture *f = *state;
    struct wr sub;
    wr_init(&sub, 1000);
    put_item(&sub, 0x40, span_str(IMPLICIT_LE));
    put_head(f);
    size_t head = wr_mark(&f->wr);
    put_context_item(&f->wr, 0x21, 1, UL_CONTEXT_ACCEPTED, wr_done(&sub));
    put_context_item(&f->wr, 0x21, 3, UL_CONTEXT_ABSTRACT_SYNTAX, BYTES("")); /* has no meaning, may be missing */
    put_user_information(&f->wr, 0);
    assert_true(read_as(f, UL_A_ASSOCIATE_AC));
    assert_int_equal(f->out.context_count, 2);
    assert_span(f->out.contexts[0].transfer_syntaxes[0], IMPLICIT_LE);
    assert_int_equal(f->out.contexts[1].result, UL_CONTEXT_ABSTRACT_SYNTAX);

    wr_truncate(&f->wr, head);
    put_context_item(&f->wr, 0x21, 1, UL_CONTEXT_ACCEPTED, BYTES(""));
    put_user_information(&f->wr, 0);
    assert_fault(f, UL_A_ASSOCIATE_AC, UL_ABORT_INVALID_PARAMETER);

    put_item(&sub, 0x40, span_str(EXPLICIT_LE));
    wr_truncate(&f->wr, head);
    put_context_item(&f->wr, 0x21, 1, UL_CONTEXT_ACCEPTED, wr_done(&sub));
    put_user_information(&f->wr, 0);
    f->err = (struct err){ 0 };
    assert_fault(f, UL_A_ASSOCIATE_AC, UL_ABORT_UNEXPECTED_PARAMETER);
    wr_fini(&sub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_cut_anywhere_is_a_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(every_field_arrives, setup, teardown),
        cmocka_unit_test_setup_teardown(each_quirk_is_forgiven_and_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(another_version_is_not_read_further, setup, teardown),
        cmocka_unit_test_setup_teardown(context_ids_are_odd_and_unique, setup, teardown),
        cmocka_unit_test_setup_teardown(all_128_contexts_fit_and_129_do_not, setup, teardown),
        cmocka_unit_test_setup_teardown(what_must_be_there_once_must_be, setup, teardown),
        cmocka_unit_test_setup_teardown(the_three_kinds_of_item_must_be_there, setup, teardown),
        cmocka_unit_test_setup_teardown(a_maximum_length_must_leave_room, setup, teardown),
        cmocka_unit_test_setup_teardown(sub_items_of_fixed_length_have_it, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_hold, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_arena_is_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_names_one_transfer_syntax, setup, teardown),
    };
    return cmocka_run_group_tests_name("ul/associate_read", tests, NULL, NULL);
}
