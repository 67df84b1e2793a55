/* Drafts: order whatever the order of the text, and bounds. */
#include "text/draft.h"

#include "../check.h"
#include "dicom/dictionary.h"

static const struct text_source source = { "a", { NULL, 0 }, false };

static void any_order_becomes_ascending(void **state)
{
    (void)state;
    static const uint32_t tags[] = { 0x00100020, 0x00400100, 0x00080005, 0x00100010, 0x00401001, 0x00100030 };
    struct text_draft d;
    text_draft_init(&d, &limits_default);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        assert_non_null(text_draft_add(&d, &d.top, tags[i], &source, 0, NULL));
    uint32_t before = 0, count = 0;
    for (const struct text_element *e = d.top.first; e; e = e->next, count++) {
        assert_true(e->tag > before);
        before = e->tag;
    }
    assert_int_equal(count, 6);
    assert_int_equal(d.top.last->tag, 0x00401001);
    assert_int_equal(text_draft_find(&d.top, TAG_PatientName)->vr, VR_PN);
    assert_null(text_draft_find(&d.top, TAG_PatientSex));
    text_draft_fini(&d);
}

static void bounds(void **state)
{
    (void)state;
    static const uint32_t refused[] = { 0x00000002, 0x00020010, 0x00080000, 0xFFFEE000, 0xFFFF0001 };
    struct text_draft d;
    text_draft_init(&d, &limits_default);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct err err = { 0 };
        assert_null(text_draft_add(&d, &d.top, refused[i], &source, 7, &err));
        assert_int_equal(err.code, ERR_SYNTAX);
        assert_int_equal(err.pos, 7);
    }
    struct err err = { 0 };
    struct text_element *sequence = text_draft_add(&d, &d.top, TAG_ReferencedStudySequence, &source, 0, NULL);
    for (uint32_t i = 1; i < limits_default.elements; i++)
        assert_non_null(text_draft_add_item(&d, &d.top, sequence, NULL));
    assert_null(text_draft_add_item(&d, &d.top, sequence, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    err = (struct err){ 0 };
    assert_null(text_draft_add(&d, &d.top, TAG_PatientID, &source, 0, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    text_draft_fini(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(any_order_becomes_ascending), cmocka_unit_test(bounds) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
