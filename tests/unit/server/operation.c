/* Messages and what is answered to them, on the server's own connections without a socket. */
#include "requests.h"

static int set_up(void **state)
{
    struct wire *wire;
    assert_true(wire_up(&wire));
    struct catalog_change *change = catalog_begin(wire->catalog, 1);
    assert_true(catalog_put(change, "a", sets_block("PatientID=P1;ScheduledProcedureStepSequence={Modality=CT}")));
    catalog_commit(&change, NULL);
    *state = wire;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wire_down();
    return 0;
}

static void a_query_is_answered(void **state)
{
    struct wr said;
    wr_init(&said, 1 << 16);
    put_association(&said);
    put_find(&said, 1, "PatientID=P1");
    put_echo(&said, 2);
    assert_heard(*state, &said, "ac\n0001 FF00 PatientID=P1\n0001 0000\n0002 0000\n");
    wr_fini(&said);
}

/* None of its attributes is one that we have: the answer has an Identifier all the same, PS3.7 9.1.2.1.5. */
static void an_answer_without_attributes_is_one(void **state)
{
    struct wr said;
    wr_init(&said, 1 << 16);
    put_association(&said);
    put_find(&said, 1, "0008,0260:CS=");
    assert_heard(*state, &said, "ac\n0001 FF01 \n0001 0000\n");
    wr_fini(&said);
}

static void what_waits_is_cancelled(void **state)
{
    struct wire *wire = *state;
    struct wr said;
    wr_init(&said, 1 << 16);
    put_association(&said);
    put_find(&said, 1, "PatientID=");
    put_find(&said, 2, "PatientID=");
    put_cancel(&said, 2);
    put_cancel(&said, 1);
    wire->busy = true;
    assert_heard(wire, &said, "ac\n0001 FE00\n0002 FE00\n");
    wire->busy = false;
    wr_fini(&said);
}

/* What is said when is a matter of struct limits. */
static void silence_ends_an_association(void **state)
{
    struct wire *wire = *state;
    struct wr said;
    wr_init(&said, 1 << 16);
    wire_call(false);
    wire_pass(wire->settings.limits.associate_ms - 1000);
    assert_true(wire_is_open());
    wire_pass(2000);
    assert_false(wire_is_open());
    wire_call(false);
    put_association(&said);
    wire_say(wr_done(&said));
    wire_pass(wire->settings.limits.idle_ms - 1000);
    assert_true(wire_is_open());
    wire_pass(wire->settings.limits.associate_ms + 2000);
    assert_false(wire_is_open());
    wr_fini(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_answered),
        cmocka_unit_test(an_answer_without_attributes_is_one),
        cmocka_unit_test(what_waits_is_cancelled),
        cmocka_unit_test(silence_ends_an_association),
    };
    return cmocka_run_group_tests_name("server/operation", tests, set_up, tear_down);
}
