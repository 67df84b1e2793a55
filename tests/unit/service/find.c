/* A whole C-FIND on byte arrays: identifier in, answers and a final status out. */
#include "../check.h"

#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "dicom/dictionary.h"
#include "dicom/parse.h"
#include "dicom/write.h"
#include "dimse/status.h"
#include "service/find.h"

enum { ROOM = 1 << 16 };

/* A data set with a Patient's Name and, in a step, a modality: an entry as well as a query. */
static void write_set(struct wr *wr, enum dicom_syntax syntax, const char *patient, const char *modality)
{
    struct dicom_writer w;
    dicom_write_init(&w, wr, syntax);
    dicom_write_element(&w, TAG_PatientName, VR_PN, span_str(patient));
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(&w);
    dicom_write_element(&w, TAG_Modality, VR_CS, span_str(modality));
    dicom_write_end_item(&w);
    dicom_write_end_sequence(&w);
}

static struct dicom_block *parse(struct span bytes)
{
    struct dicom_parse_options options = { .syntax = SYNTAX_IMPLICIT_LE, .max_bytes = ROOM, .limits = &limits_default };
    struct err err = { 0 };
    struct dicom_block *block = dicom_parse(bytes, &options, NULL, &err);
    assert_non_null(block);
    return block;
}

/* What the log was told. */
struct told {
    char text[4096];
    size_t n;
};

static void take_log(void *arg, enum log_level level, const char *line, size_t n, const char *text)
{
    (void)level;
    (void)line;
    (void)n;
    struct told *told = arg;
    told->n += (size_t)snprintf(told->text + told->n, sizeof told->text - told->n, "%s", text);
    assert_true(told->n < sizeof told->text);
}

struct world {
    struct catalog *catalog;
    struct config *config;
    struct service_find_request request;
    struct wr query;
};

static const char *const names[] = { "Bach^Anna", "Clarke^Rebecca", "Farrenc^Louise", "Holmes^Augusta" };

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){ .catalog = catalog_new(), .config = config_defaults_new() };
    struct catalog_change *change = catalog_begin(w.catalog, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct wr wr;
        wr_init(&wr, ROOM);
        write_set(&wr, SYNTAX_IMPLICIT_LE, names[i], i % 2 ? "US" : "CT");
        assert_true(catalog_put(change, names[i], parse(wr_done(&wr))));
        wr_fini(&wr);
    }
    catalog_commit(&change, NULL);
    wr_init(&w.query, ROOM);
    w.request = (struct service_find_request){ .config = w.config,
                                               .limits = &limits_default,
                                               .calling_ae = "CT1",
                                               .called_ae = "MWL",
                                               .calling_aet = BYTES("CT1"),
                                               .peer = "192.0.2.7",
                                               .syntax = SYNTAX_IMPLICIT_LE };
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    wr_fini(&w->query);
    config_free(&w->config);
    catalog_free(&w->catalog);
    return 0;
}

static struct service_find *ask(struct world *w, const char *patient, const char *modality)
{
    wr_reset(&w->query);
    write_set(&w->query, w->request.syntax, patient, modality);
    w->request.identifier = wr_done(&w->query);
    return service_find_new(&w->request);
}

/* Pulls to the end, and expects these names, comma-separated, and this final status. */
static void expect(struct service_find **find, const char *patients, uint16_t status, const char *comment)
{
    char got[256] = "";
    struct service_answer answer;
    enum service_step step;
    while ((step = service_find_next(*find, 1000, &answer)) != SERVICE_FINAL) {
        if (step == SERVICE_AGAIN)
            continue;
        assert_int_equal(answer.status, DIMSE_STATUS_PENDING);
        struct dicom_block *block = parse(answer.identifier);
        struct span name = dicom_set_get(dicom_block_set(block), TAG_PatientName);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s", got[0] ? "," : "", SPAN_FMT(name));
        dicom_block_free(&block);
    }
    assert_string_equal(got, patients);
    assert_int_equal(answer.status, status);
    assert_int_equal(answer.identifier.n, 0);
    assert_int_equal(answer.fault == ERR_NONE, status == DIMSE_STATUS_SUCCESS || status == DIMSE_STATUS_CANCEL);
    assert_true(answer.comment.n <= 64);
    assert_true(span_is(answer.comment, comment));
    service_find_free(find);
}

static void matches_come_then_success(void **state)
{
    struct world *w = *state;
    struct service_find *find = ask(w, "", "CT");
    struct service_answer answer;
    assert_int_equal(service_find_next(find, 1000, &answer), SERVICE_AGAIN); /* the worklist may still catch up */
    service_find_start(find, w->catalog);
    expect(&find, "Bach^Anna,Farrenc^Louise", DIMSE_STATUS_SUCCESS, "");

    find = ask(w, "*e*", "");
    service_find_start(find, w->catalog);
    expect(&find, "Clarke^Rebecca,Farrenc^Louise,Holmes^Augusta", DIMSE_STATUS_SUCCESS, "");

    find = ask(w, "Nobody", "");
    service_find_start(find, w->catalog);
    expect(&find, "", DIMSE_STATUS_SUCCESS, "");
}

/* PS3.4 Table K.4-1: FF01 with every answer, if the query asks for what is not supported; no answer, no warning. */
static void keys_that_are_not_supported_are_told(void **state)
{
    struct world *w = *state;
    for (int unknown = 0; unknown < 2; unknown++) {
        struct dicom_writer writer;
        wr_reset(&w->query);
        write_set(&w->query, w->request.syntax, "*e*", "");
        dicom_write_init(&writer, &w->query, w->request.syntax);
        if (unknown)
            dicom_write_element(&writer, 0x00411001, VR_LO, span_str("private, without its creator"));
        w->request.identifier = wr_done(&w->query);
        struct service_find *find = service_find_new(&w->request);
        service_find_start(find, w->catalog);
        struct service_answer answer;
        enum service_step step;
        int answers = 0;
        while ((step = service_find_next(find, 1000, &answer)) != SERVICE_FINAL) {
            answers += step == SERVICE_ANSWER;
            if (step == SERVICE_ANSWER)
                assert_int_equal(answer.status, unknown ? DIMSE_STATUS_PENDING_WARNING : DIMSE_STATUS_PENDING);
        }
        assert_int_equal(answers, 3);
        assert_int_equal(answer.status, DIMSE_STATUS_SUCCESS);
        service_find_free(&find);
    }
}

static void a_limit_is_told_from_an_end(void **state)
{
    struct world *w = *state;
    w->request.limit_answers = 2;
    struct service_find *find = ask(w, "", "CT"); /* exactly two match */
    service_find_start(find, w->catalog);
    expect(&find, "Bach^Anna,Farrenc^Louise", DIMSE_STATUS_SUCCESS, "");
    find = ask(w, "", "");
    service_find_start(find, w->catalog);
    expect(&find, "Bach^Anna,Clarke^Rebecca", DIMSE_STATUS_OUT_OF_RESOURCES, "only the first 2 answers: LimitAnswers");
}

/* LimitIsSuccess: cut all the same, at the same place; the log says so instead of the scanner. */
static void a_limit_may_look_like_an_end(void **state)
{
    struct world *w = *state;
    struct config_profile profile = { .days_before_today = CONFIG_NO_DAYS, .days_after_today = CONFIG_NO_DAYS };
    w->request.profile = &profile;
    w->request.limit_answers = 2;
    struct service_find *find = ask(w, "", "");
    service_find_start(find, w->catalog);
    expect(&find, "Bach^Anna,Clarke^Rebecca", DIMSE_STATUS_OUT_OF_RESOURCES, "only the first 2 answers: LimitAnswers");

    profile.limit_is_success = true;
    struct told told = { 0 };
    assert_true(log_start(take_log, &told));
    find = ask(w, "", "");
    service_find_start(find, w->catalog);
    expect(&find, "Bach^Anna,Clarke^Rebecca", DIMSE_STATUS_SUCCESS, "");
    log_stop();
    assert_non_null(strstr(told.text, "CT1 at 192.0.2.7 gets only the first 2 answers: LimitAnswers; that there are "
                                      "more it is not told (LimitIsSuccess)\n"));
    assert_non_null(strstr(told.text, ": 2 answers from 4 entries, status 0000 Success, "));
}

/* ShowEntriesWithoutStation: off unless it is named, and each use is counted and told. */
static void entries_of_no_station_are_counted(void **state)
{
    struct world *w = *state;
    struct told told = { 0 };
    struct config_profile profile = { .days_before_today = CONFIG_NO_DAYS, .days_after_today = CONFIG_NO_DAYS };
    w->config->filter_issuer_aet = true;
    w->request.profile = &profile;
    w->request.leniency = service_leniency_new();
    struct service_find *find = ask(w, "", "");
    service_find_start(find, w->catalog);
    expect(&find, "", DIMSE_STATUS_SUCCESS, "");

    profile.show_entries_without_station = true;
    assert_true(log_start(take_log, &told));
    for (int i = 0; i < 2; i++) {
        find = ask(w, "", "CT");
        service_find_start(find, w->catalog);
        expect(&find, "Bach^Anna,Farrenc^Louise", DIMSE_STATUS_SUCCESS, "");
    }
    log_stop();
    const char *line =
        "CT1 at 192.0.2.7 is shown 2 entries that name no station (ShowEntriesWithoutStation), 2 by now\n";
    assert_non_null(strstr(told.text, line));
    assert_non_null(strstr(told.text, "(ShowEntriesWithoutStation), 4 by now\n"));
    service_leniency_free(&w->request.leniency);
}

/* The days are those around the moment of the query, by the local clock. */
static void days_are_those_of_the_query(void **state)
{
    struct world *w = *state;
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
    tzset();
    struct config_profile profile = { .days_before_today = 0, .days_after_today = CONFIG_NO_DAYS };
    w->request.profile = &profile;
    struct service_find *find = ask(w, "", ""); /* nobody has a date */
    service_find_start(find, w->catalog);
    expect(&find, "", DIMSE_STATUS_SUCCESS, "");

    struct wr wr;
    struct dicom_writer writer;
    wr_init(&wr, ROOM);
    dicom_write_init(&writer, &wr, SYNTAX_IMPLICIT_LE);
    dicom_write_element(&writer, TAG_PatientName, VR_PN, BYTES("Today"));
    dicom_write_begin_sequence(&writer, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(&writer);
    dicom_write_element(&writer, TAG_ScheduledProcedureStepStartDate, VR_DA, BYTES("20260102"));
    dicom_write_end_item(&writer);
    dicom_write_end_sequence(&writer);
    struct catalog_change *change = catalog_begin(w->catalog, 0);
    assert_true(catalog_put(change, "today", parse(wr_done(&wr))));
    catalog_commit(&change, NULL);
    wr_fini(&wr);

    for (uint64_t days = 0; days < 3; days++) {
        w->request.now_us = (1767182400 + days * 86400) * 1000000; /* noon of 2025-12-31, UTC, and on */
        find = ask(w, "", "");
        service_find_start(find, w->catalog);
        expect(&find, "Today", DIMSE_STATUS_SUCCESS, "");
    }
    w->request.now_us = (1767182400 + UINT64_C(4) * 86400) * 1000000;
    find = ask(w, "", "");
    service_find_start(find, w->catalog);
    expect(&find, "", DIMSE_STATUS_SUCCESS, "");
}

static void a_cancel_ends_it_once(void **state)
{
    struct world *w = *state;
    struct service_find *find = ask(w, "", "");
    struct service_answer answer;
    service_find_start(find, w->catalog);
    assert_int_equal(service_find_next(find, 1000, &answer), SERVICE_ANSWER);
    service_find_cancel(find);
    expect(&find, "", DIMSE_STATUS_CANCEL, "");

    find = ask(w, "", ""); /* before the worklist was even there */
    service_find_cancel(find);
    expect(&find, "", DIMSE_STATUS_CANCEL, "");
}

static void time_is_up(void **state)
{
    struct world *w = *state;
    struct service_find *find = ask(w, "", "");
    service_find_expire(find);
    expect(&find, "", DIMSE_STATUS_OUT_OF_RESOURCES, "the query took longer than QueryMaxTime");
}

static void nobody_takes_a_part_for_the_whole(void **state)
{
    struct world *w = *state;
    struct service_find *find = ask(w, "", "");
    service_find_loading(find);
    expect(&find, "", DIMSE_STATUS_OUT_OF_RESOURCES, "still loading");
}

/* PS3.4 Table K.4-1: an identifier that is none is A900, a bound of ours A700; never an answer. */
static void a_bad_identifier_is_a_final_status(void **state)
{
    struct world *w = *state;
    struct service_answer answer;

    w->request.identifier = BYTES("\x10\0\x10\0\xFF\0\0\0short"); /* 255 bytes are promised */
    struct service_find *find = service_find_new(&w->request);
    assert_int_equal(service_find_next(find, 1000, &answer), SERVICE_FINAL);
    assert_int_equal(answer.status, DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH);
    assert_int_equal(answer.offending, TAG_PatientName);
    assert_true(answer.comment.n > 0);
    service_find_free(&find);

    w->request.identifier = BYTES("");
    find = service_find_new(&w->request);
    expect(&find, "", DIMSE_STATUS_IDENTIFIER_DOES_NOT_MATCH, "the query has no identifier");

    w->request.too_large = true;
    find = service_find_new(&w->request);
    expect(&find, "", DIMSE_STATUS_OUT_OF_RESOURCES, "the identifier is too large");
}

static void an_unreadable_folder_is_no_empty_list(void **state)
{
    struct world *w = *state;
    struct catalog_change *change = catalog_begin(w->catalog, 0);
    catalog_commit(&change, "the worklist folder cannot be read: Permission denied");
    struct service_find *find = ask(w, "", "");
    service_find_start(find, w->catalog);
    expect(&find, "", DIMSE_STATUS_OUT_OF_RESOURCES, "the worklist cannot be read now");
}

/* A query keeps the worklist of its moment, but not without a bound. */
static void what_is_kept_for_a_slow_query_has_a_bound(void **state)
{
    struct world *w = *state;
    struct limits limits = limits_default;
    limits.dead_bytes = 1;
    w->request.limits = &limits;
    struct service_find *find = ask(w, "", "");
    struct service_answer answer;
    service_find_start(find, w->catalog);
    assert_int_equal(service_find_next(find, 1000, &answer), SERVICE_ANSWER);
    struct catalog_change *change = catalog_begin(w->catalog, 0);
    assert_true(catalog_drop(change, names[3]));
    catalog_commit(&change, NULL);
    expect(&find, "", DIMSE_STATUS_OUT_OF_RESOURCES, "the worklist changed too much meanwhile: ask again");

    find = ask(w, "", ""); /* the next one sees the new worklist, and owes nothing */
    service_find_start(find, w->catalog);
    expect(&find, "Bach^Anna,Clarke^Rebecca,Farrenc^Louise", DIMSE_STATUS_SUCCESS, "");
}

static void every_syntax_answers_in_itself(void **state)
{
    struct world *w = *state;
    for (int syntax = 0; syntax < SYNTAX_COUNT; syntax++) {
        w->request.syntax = syntax == SYNTAX_DEFLATED_LE ? SYNTAX_EXPLICIT_LE : (enum dicom_syntax)syntax;
        wr_reset(&w->query);
        write_set(&w->query, w->request.syntax, "Holmes*", "");
        struct wr deflated;
        wr_init(&deflated, ROOM);
        if (syntax == SYNTAX_DEFLATED_LE)
            assert_true(dicom_deflate(wr_done(&w->query), &deflated));
        w->request.syntax = (enum dicom_syntax)syntax;
        w->request.identifier = deflated.n ? wr_done(&deflated) : wr_done(&w->query);

        struct service_find *find = service_find_new(&w->request);
        struct service_answer answer;
        service_find_start(find, w->catalog);
        assert_int_equal(service_find_next(find, 1000000, &answer), SERVICE_ANSWER);
        struct dicom_parse_options options = { .syntax = (enum dicom_syntax)syntax,
                                               .max_bytes = ROOM,
                                               .limits = &limits_default };
        struct err err = { 0 };
        struct dicom_block *block = dicom_parse(answer.identifier, &options, NULL, &err);
        assert_non_null(block);
        assert_span(dicom_set_get(dicom_block_set(block), TAG_PatientName), "Holmes^Augusta");
        dicom_block_free(&block);
        service_find_free(&find);
        wr_fini(&deflated);
    }
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_WORLD(matches_come_then_success),
        WITH_WORLD(keys_that_are_not_supported_are_told),
        WITH_WORLD(a_limit_is_told_from_an_end),
        WITH_WORLD(a_limit_may_look_like_an_end),
        WITH_WORLD(entries_of_no_station_are_counted),
        WITH_WORLD(days_are_those_of_the_query),
        WITH_WORLD(a_cancel_ends_it_once),
        WITH_WORLD(time_is_up),
        WITH_WORLD(nobody_takes_a_part_for_the_whole),
        WITH_WORLD(a_bad_identifier_is_a_final_status),
        WITH_WORLD(an_unreadable_folder_is_no_empty_list),
        WITH_WORLD(what_is_kept_for_a_slow_query_has_a_bound),
        WITH_WORLD(every_syntax_answers_in_itself),
    };
    return cmocka_run_group_tests_name("service/find", tests, NULL, NULL);
}
