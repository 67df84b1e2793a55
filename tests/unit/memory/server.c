/* Memory ends in the middle of an association with queries. What the scanner hears is all that it should, or that
 * something went wrong; never a list that looks whole and is not. And the next one is served. */
#include "../server/requests.h"

#include "base/log.h"
#include "failing.h"

enum { ANSWERS = 5 };

static struct wr said;

static int set_up(void **state)
{
    struct wire *wire;
    static const struct journal_options options = { .records = 4, .bytes = 1 << 16 };
    log_set_level(LOG_ERROR);
    assert_true(wire_up(&wire));
    wire->shared.leniency = service_leniency_new();
    wire->shared.journal = journal_new(&options);
    struct catalog_change *change = catalog_begin(wire->catalog, 1);
    for (int i = 0; i < ANSWERS; i++) {
        char name[] = { (char)('a' + i), 0 };
        assert_true(catalog_put(change, name,
                                sets_block("SpecificCharacterSet=ISO_IR 192;PatientName=B\xC3\xA4r;PatientID=P1;"
                                           "ScheduledProcedureStepSequence={Modality=CT}")));
    }
    catalog_commit(&change, NULL);
    assert_non_null(wr_room(&wire->heard, 1 << 16)); /* the peer has its memory */
    wr_init(&said, 1 << 16);
    put_association(&said);
    put_find(&said, 1, "PatientName=b*;PatientID=P1;ScheduledProcedureStepSequence={Modality=C*}");
    put_find(&said, 2, "PatientID=NONE;ScheduledProcedureStepSequence={Modality=CT}");
    put_echo(&said, 3);
    *state = wire;
    return 0;
}

static int tear_down(void **state)
{
    struct wire *wire = *state;
    wr_fini(&said);
    service_leniency_free(&wire->shared.leniency);
    journal_free(&wire->shared.journal);
    wire_down();
    return 0;
}

/* What is heard ends as it should, or some time before with a status that is no success; each success comes with all
 * answers. */
static void check_heard(const char *text, bool failed)
{
    unsigned answers = 0;
    bool whole = false;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        answers += strncmp(line, "0001 FF00 ", 10) == 0;
        if (strncmp(line, "0001 0000", 9) == 0)
            assert_int_equal(answers, ANSWERS);
        if (strncmp(line, "0002 FF00", 9) == 0)
            fail_msg("an answer to a query without any");
        whole = strncmp(line, "0003 0000", 9) == 0;
    }
    assert_true(answers <= ANSWERS);
    assert_true(whole || failed);
}

static void talk(void *arg)
{
    struct wire *wire = arg;
    wire_call(false);
    wire_say(wr_done(&said));
    wire_pass(2000); /* for the explanation of the second query, too */
    wire_hang_up();
    assert_false(wire_is_open());
    failing_pause();
    struct wr text;
    wr_init(&text, 1 << 20);
    put_heard(wr_done(&wire->heard), &text);
    wr_u8(&text, 0);
    check_heard((const char *)text.p, failing_has_failed());
    wr_fini(&text);
    assert_null(wire->worker.connections);
    assert_int_equal(wire->shared.census.all.there, 0);
    assert_int_equal(atomic_load(&wire->settings.references), 1);
    failing_resume();
}

/* What lasts (a row of the census, the record of a device) is there before anything is counted; what the journal keeps
 * comes and goes, so it starts full. */
static void an_association_hears_the_truth(void **state)
{
    struct wire *wire = *state;
    for (int i = 0; i < 4; i++)
        talk(wire);
    assert_true(failing_each(talk, wire) > 50);
    talk(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(an_association_hears_the_truth) };
    return cmocka_run_group_tests_name("memory/server", tests, set_up, tear_down);
}
