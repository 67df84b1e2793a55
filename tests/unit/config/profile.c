/* Which profile a device has, and how the log calls it. */
#include "../check.h"

#include "config/profile_row.h"
#include "folder.h"

static struct config *load(const char *text)
{
    struct err err = { 0 };
    folder_put("a.json", text);
    struct config *config = config_load("a.json", NULL, &err);
    assert_string_equal(err.what, "");
    return config;
}

/* The number of the rule that a device has, 0 for none. */
static uint32_t number(const struct config *config, const char *aet, const char *uid, const char *version,
                       const char *address)
{
    struct config_device device = { span_str(aet), span_str(uid), span_str(version), address };
    const struct config_profile *profile = config_profile_find(config, &device);
    return profile ? profile->number : 0;
}

static void the_first_rule_whose_conditions_all_hold(void **state)
{
    (void)state;
    struct config *config =
        load("{ \"Worklists\" : { \"Profiles\" : [\n"
             "  { \"CallingAet\" : \"CT1\", \"ImplementationVersion\" : \"GE_*\", \"Address\" : \"10.1.0.0/16\" },\n"
             "  { \"CallingAet\" : \"CT*\", \"ImplementationClassUid\" : \"1.2.3\" },\n"
             "  { \"Address\" : \"2001:db8::/33\" },\n"
             "  { \"ImplementationClassUid\" : \"1.2.840.*\" } ] } }");
    assert_int_equal(number(config, "CT1", "", "GE_1", "10.1.255.7"), 1);
    assert_int_equal(number(config, "ct1", "", "GE_", "10.1.0.0"), 1); /* StrictAetComparison is false */
    assert_int_equal(number(config, "CT1", "", "ge_1", "10.1.0.1"), 0);
    assert_int_equal(number(config, "CT1", "", "GE_1", "10.2.0.1"), 0);
    assert_int_equal(number(config, "CT1", "", "GE", "10.1.0.1"), 0);
    assert_int_equal(number(config, "CT11", "", "GE_1", "10.1.0.1"), 0);
    assert_int_equal(number(config, "CT1", "1.2.3", "GE_1", "10.1.0.1"), 1);
    assert_int_equal(number(config, "CT11", "1.2.3", "GE_1", "10.1.0.1"), 2);
    assert_int_equal(number(config, "CT", "1.2.3", "", "10.1.0.1"), 2);
    assert_int_equal(number(config, "CT", "1.2.3.4", "", "10.1.0.1"), 0);
    assert_int_equal(number(config, "", "", "", "2001:db8:7fff::1"), 3);
    assert_int_equal(number(config, "", "", "", "2001:db8:8000::1"), 0);
    assert_int_equal(number(config, "", "1.2.840.1", "", "192.0.2.7"), 4);
    config_free(&config);
}

/* What a device has not told fits no condition; of the plugin that is all but the AE title. */
static void what_is_not_known_fits_nothing(void **state)
{
    (void)state;
    struct config *config = load("{ \"StrictAetComparison\" : true, \"Worklists\" : { \"Profiles\" : [\n"
                                 "  { \"ImplementationVersion\" : \"*\" }, { \"Address\" : \"0.0.0.0/0\" },\n"
                                 "  { \"CallingAet\" : \"CT1\" }, { } ] } }");
    assert_int_equal(number(config, "CT1", "", "", NULL), 3);
    assert_int_equal(number(config, "ct1", "", "", NULL), 4);
    assert_int_equal(number(config, "", "", "", NULL), 4);
    assert_int_equal(number(config, "", "", "x", NULL), 1);
    assert_int_equal(number(config, "", "", "", "203.0.113.5"), 2);
    assert_int_equal(number(config, "", "", "", "2001:db8::1"), 4); /* an IPv4 network holds no IPv6 address */
    assert_int_equal(number(config, "", "", "", "unknown address"), 4);
    config_free(&config);
}

static void networks(void **state)
{
    (void)state;
    struct config_profile p;
    assert_true(config_profile_network("192.0.2.7", &p));
    assert_int_equal(p.network_bits, 128);
    assert_true(config_profile_network("192.0.2.7/0", &p));
    assert_int_equal(p.network_bits, 96);
    assert_true(config_profile_network("::1/128", &p));
    assert_true(config_profile_network("::/0", &p));
    assert_int_equal(p.network_bits, 0);
    static const char *const none[] = {
        "",       "ct1.hospital.example", "192.0.2.7/33", "192.0.2.7/",     "192.0.2.7/-1",
        "::/129", "192.0.2/24",           "/24",          "192.0.2.7/0024", "192.0.2.7/a"
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(config_profile_network(none[i], &p));
}

static void the_log_says_what_is_changed(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "profile 1: nothing is changed",
        "profile 2, \"Aristos\", of b.json: OmitEmptyCodeItems, LimitIsSuccess",
        "profile 3, \"x\": StationAliases (CT2, CT 3), ShowEntriesWithoutStation, DaysBeforeToday 0, DaysAfterToday 7",
        "profile 4: AnswerCharacterSet ISO_IR 100, Transliterate, MaximumLengths (PatientAddress 64, PatientName 20)",
    };
    folder_put("b.json", "{ \"Name\" : \"Aristos\", \"serve\" : { \"OmitEmptyCodeItems\" : true } }");
    struct config *config =
        load("{ \"Worklists\" : { \"Profiles\" : [ { \"Address\" : \"::1\", \"LimitIsSuccess\" : false },\n"
             "  { \"CallingAet\" : \"X\", \"File\" : \"b.json\", \"LimitIsSuccess\" : true },\n"
             "  { \"CallingAet\" : \"CT1\", \"Name\" : \"x\", \"StationAliases\" : [ \"CT2\", \" CT 3 \" ],\n"
             "    \"ShowEntriesWithoutStation\" : true, \"DaysBeforeToday\" : 0, \"DaysAfterToday\" : 7 },\n"
             "  { \"AnswerCharacterSet\" : \"ISO_IR 100\", \"Transliterate\" : true,\n"
             "    \"MaximumLengths\" : { \"PatientAddress\" : 64, \"PatientName\" : 20 } } ] } }");
    assert_int_equal(config->profile_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        struct wr out;
        wr_init(&out, 4096);
        config_profile_describe(&config->profiles[i], &out);
        wr_u8(&out, 0);
        assert_string_equal((const char *)out.p, expected[i]);
        wr_fini(&out);
    }
    config_free(&config);
}

static void every_row_is_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_profile_row_count; i++) {
        const struct config_profile_row *row = &config_profile_rows[i];
        assert_in_range(strlen(row->name), 4, 40);
        assert_true(strlen(row->text) > 8);
        assert_int_equal(row->text[strlen(row->text) - 1], '.');
        assert_null(strstr(row->text, "*/"));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(row->name, config_profile_rows[j].name);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_rule_whose_conditions_all_hold),
        TEST(what_is_not_known_fits_nothing),
        cmocka_unit_test(networks),
        TEST(the_log_says_what_is_changed),
        cmocka_unit_test(every_row_is_well_formed),
    };
    return cmocka_run_group_tests_name("config/profile", tests, NULL, NULL);
}
