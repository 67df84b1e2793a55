/* Who gets an association, and which contexts. */
#include "world.h"

static void assert_rejected(struct world *w, enum server_verdict verdict, enum ul_reject why)
{
    struct peer p = call_as(w, verdict);
    const struct ul_reject_info *expected = ul_reject_info(why);
    uint8_t pdu[10];
    for (size_t n = 0; n < sizeof pdu;) {
        send_all(&p);
        wait_for(&p, POLLIN);
        ssize_t got = recv(p.fd, pdu + n, sizeof pdu - n, 0);
        assert_true(got > 0);
        n += (size_t)got;
    }
    assert_int_equal(pdu[0], UL_A_ASSOCIATE_RJ);
    assert_int_equal(pdu[7], expected->result);
    assert_int_equal(pdu[8], expected->source);
    assert_int_equal(pdu[9], expected->reason);
    hang_up(&p);
}

static void beyond_the_limit_is_told_so(void **state)
{
    assert_rejected(*state, CENSUS_OVER, UL_REJECT_LOCAL_LIMIT);
}

static void other_called_title_is_rejected_if_checked(void **state)
{
    struct world *w = *state;
    w->settings->config->dicom_check_called_aet = true;
    w->settings->config->dicom_aet = "ORTHANC";
    assert_rejected(w, CENSUS_WELCOME, UL_REJECT_CALLED_AE);
    w->settings->config->dicom_aet = "mwl";
    struct peer p = call(w);
    release(&p);
}

static bool may(const struct peer *p, uint8_t context)
{
    struct span abstract, transfer;
    return ul_association_context(p->association, context, &abstract, &transfer);
}

static void who_may_nothing_is_rejected(void **state)
{
    struct world *w = *state;
    w->settings->config->dicom_always_allow_find_worklist = false;
    struct peer echoes = call(w);
    assert_true(may(&echoes, ECHO) && !may(&echoes, FIND));
    release(&echoes);
    w->settings->config->dicom_always_allow_echo = false;
    assert_rejected(w, CENSUS_WELCOME, UL_REJECT_CALLING_AE);
    w->settings->config->dicom_always_allow_find_worklist = true;
    struct peer finds = call(w);
    assert_true(may(&finds, FIND) && !may(&finds, ECHO));
    release(&finds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(beyond_the_limit_is_told_so),
        TEST(other_called_title_is_rejected_if_checked),
        TEST(who_may_nothing_is_rejected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
