/* `mwl config`: every row is there, and what is printed reads back as what it was printed from. */
#include "../check.h"

#include "config/config.h"
#include "config/option.h"
#include "config/profile_row.h"
#include "folder.h"

static char *print(const struct config *config)
{
    struct wr out;
    wr_init(&out, 1 << 20);
    config_print(config, &out);
    assert_false(out.failed);
    wr_u8(&out, 0);
    return (char *)out.p;
}

static struct config *read_back(const char *text)
{
    folder_put("a.json", text);
    struct err err = { 0 };
    struct wr notes;
    wr_init(&notes, 1 << 16);
    struct config *config = config_load("a.json", &notes, &err);
    assert_string_equal(err.what, "");
    assert_int_equal(notes.n, 0);
    wr_fini(&notes);
    return config;
}

static void assert_same_list(const struct config_list *a, const struct config_list *b)
{
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++)
        assert_string_equal(a->items[i], b->items[i]);
}

static void assert_same(const struct config *a, const struct config *b)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i];
        const char *x = (const char *)a + o->field, *y = (const char *)b + o->field;
        if (o->kind == OPTION_KIND_STRING)
            assert_string_equal(*(const char *const *)x, *(const char *const *)y);
        else if (o->kind == OPTION_KIND_NUMBER)
            assert_int_equal(*(const uint32_t *)x, *(const uint32_t *)y);
        else if (o->kind == OPTION_KIND_BOOL || o->kind == OPTION_KIND_REFUSED)
            assert_int_equal(*(const bool *)x, *(const bool *)y);
        else if (o->kind == OPTION_KIND_LIST)
            assert_same_list((const struct config_list *)(const void *)x, (const struct config_list *)(const void *)y);
    }
    assert_int_equal(a->modality_count, b->modality_count);
    for (uint32_t i = 0; i < a->modality_count; i++) {
        assert_string_equal(a->modalities[i].name, b->modalities[i].name);
        assert_string_equal(a->modalities[i].aet, b->modalities[i].aet);
        assert_string_equal(a->modalities[i].host, b->modalities[i].host);
        assert_int_equal(a->modalities[i].port, b->modalities[i].port);
        assert_int_equal(a->modalities[i].allow_echo, b->modalities[i].allow_echo);
        assert_int_equal(a->modalities[i].allow_find_worklist, b->modalities[i].allow_find_worklist);
        assert_string_equal(a->modalities[i].tls_certificate_name, b->modalities[i].tls_certificate_name);
    }
}

static void every_value_reads_back(void **state)
{
    (void)state;
    static const struct config_modality rows[] = {
        { .name = "a",
          .aet = "CT \"1\"",
          .host = "${HOME}",
          .port = 1,
          .allow_echo = true,
          .tls_certificate_name = "ct1 \"x\"" },
        { .name = "b/*",
          .aet = "MR//1",
          .host = "",
          .port = 65535,
          .allow_find_worklist = true,
          .tls_certificate_name = "" },
    };
    static const char *const items[] = { "TLS_A", "b \"c\"" };
    struct config *config = config_defaults_new();
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_option_rows[i]; /* something else than the default, everywhere */
        if (o->kind == OPTION_KIND_STRING)
            *config_option_string(config, o) = "/a b/\xC3\xA9/\x7F\n\\\"${MWL}$";
        else if (o->kind == OPTION_KIND_NUMBER)
            *config_option_number(config, o) = o->initial == o->high ? o->low : o->high;
        else if (o->kind == OPTION_KIND_BOOL || o->kind == OPTION_KIND_REFUSED)
            *config_option_bool(config, o) = !o->initial;
        else if (o->kind == OPTION_KIND_LIST)
            *config_option_list(config, o) = (struct config_list){ items, 2 };
    }
    config->dicom_aet = "//ORTHANC*/";
    config->default_encoding = "Utf8";
    config->dicom_check_modality_host = false; /* or the hosts would be looked up */
    config->modalities = rows;
    config->modality_count = 2;
    char *text = print(config);
    struct config *back = read_back(text);
    assert_same(config, back);
    char *again = print(back);
    assert_string_equal(text, again);
    free(text);
    free(again);
    config_free(&back);
    config_free(&config);
}

/* Everything that a rule and its file say; the file itself is not named any more, wherever the text is saved. */
static void profiles_read_back(void **state)
{
    (void)state;
    folder_put("b.json",
               "{ \"Name\" : \"B \\\"b\\\"\", \"serve\" : { \"LimitIsSuccess\" : true, \"DaysAfterToday\" : 0 } }");
    struct config *config = read_back(
        "{ \"Worklists\" : { \"Profiles\" : [ { \"File\" : \"b.json\", \"CallingAet\" : \"CT1\", \"StationAliases\" : "
        "[ \"A B\", \"C\" ], \"AnswerCharacterSet\" : \"\\\\ISO 2022 IR 87\", \"MaximumLengths\" : { "
        "\"PatientAddress\" : 64, "
        "\"PatientName\" : 20 } }, { \"Address\" : \"10.0.0.0/8\", \"ImplementationVersion\" : \"V8*\" }, { } ] } }");
    char *text = print(config);
    assert_non_null(strstr(text, "\n    \"Profiles\" : [\n"
                                 "      { \"Name\" : \"B \\\"b\\\"\",\n"
                                 "        \"CallingAet\" : \"CT1\",\n"
                                 "        \"AnswerCharacterSet\" : \"\\\\ISO 2022 IR 87\",\n"
                                 "        \"MaximumLengths\" : { \"PatientAddress\" : 64, \"PatientName\" : 20 },\n"
                                 "        \"LimitIsSuccess\" : true,\n"
                                 "        \"StationAliases\" : [ \"A B\", \"C\" ],\n"
                                 "        \"DaysAfterToday\" : 0 },\n"
                                 "      { \"ImplementationVersion\" : \"V8*\",\n"
                                 "        \"Address\" : \"10.0.0.0/8\" },\n"
                                 "      { }\n"
                                 "    ]\n"));
    struct config *back = read_back(text);
    char *again = print(back);
    assert_string_equal(text, again);
    free(text);
    free(again);
    config_free(&back);
    config_free(&config);
}

static void every_row_is_printed(void **state)
{
    (void)state;
    struct config *config = config_defaults_new();
    char *text = print(config);
    for (size_t i = 0; i < config_option_count; i++) {
        char quoted[80];
        snprintf(quoted, sizeof quoted, "\"%s\"", config_option_rows[i].name);
        assert_non_null(strstr(text, quoted));
    }
    for (size_t i = 0; i < config_profile_row_count; i++) {
        char quoted[80];
        snprintf(quoted, sizeof quoted, "// - \"%s\": ", config_profile_rows[i].name);
        assert_non_null(strstr(text, quoted));
    }
    assert_non_null(strstr(text, "\n  // The TCP port on which scanners call.\n"
                                 "  // From 1 to 65535; the default is 4242.\n"
                                 "  \"DicomPort\" : 4242,\n"));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 100);
    struct config *back = read_back(text);
    assert_same(config, back);
    free(text);
    config_free(&back);
    config_free(&config);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_value_reads_back),
        TEST(profiles_read_back),
        TEST(every_row_is_printed),
    };
    return cmocka_run_group_tests_name("config/print", tests, NULL, NULL);
}
