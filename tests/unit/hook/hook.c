/* A query through a script and back: what it sees, what it may return, and that nothing hangs with it. */
#include "../match/sets.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "hook/hook.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static bool is_done;

static void on_done(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    is_done = true;
    pthread_cond_signal(&told);
    pthread_mutex_unlock(&lock);
}

static struct hook *hook_of(const char *script, struct err *err)
{
    char path[] = "/tmp/mwl-hook-XXXXXX";
    const char *paths[] = { path };
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, script, strlen(script)), strlen(script));
    close(fd);
    struct hook_options options = { paths, 1, 300, &limits_default, false };
    struct hook *hook = hook_new(&options, err);
    unlink(path);
    return hook;
}

static struct hook_call *begin(struct hook *hook, const char *query, struct err *err)
{
    struct wr bytes;
    struct dicom_writer writer;
    wr_init(&bytes, 1 << 16);
    dicom_write_init(&writer, &bytes, SYNTAX_EXPLICIT_LE);
    sets_write(&writer, query);
    struct hook_query rq = { .identifier = wr_done(&bytes),
                             .syntax = SYNTAX_EXPLICIT_LE,
                             .remote_aet = BYTES("CT1"),
                             .called_aet = BYTES("MWL"),
                             .remote_ip = "192.0.2.7" };
    is_done = false;
    struct hook_call *call = hook_begin(hook, &rq, on_done, NULL, err);
    wr_fini(&bytes);
    return call;
}

static void wait_until_done(void)
{
    pthread_mutex_lock(&lock);
    while (!is_done)
        pthread_cond_wait(&told, &lock);
    pthread_mutex_unlock(&lock);
}

/* What comes back, as text; "" and *err if it fails. */
static void filter(const char *script, const char *query, struct wr *out, struct err *err)
{
    struct wr identifier;
    wr_init(&identifier, 1 << 16);
    struct hook *hook = hook_of(script, err);
    assert_non_null(hook);
    assert_true(hook_has_filter(hook));
    struct hook_call *call = begin(hook, query, err);
    assert_non_null(call);
    wait_until_done();
    if (hook_take(call, &identifier, err) == HOOK_FILTERED) {
        struct dicom_parse_options parse = { .syntax = SYNTAX_EXPLICIT_LE,
                                             .max_bytes = 1 << 16,
                                             .limits = &limits_default };
        struct dicom_block *block = dicom_parse(wr_done(&identifier), &parse, NULL, err);
        assert_non_null(block);
        sets_print(dicom_block_set(block), out);
        dicom_block_free(&block);
    }
    wr_u8(out, 0);
    hook_forget(&call);
    hook_free(&hook);
    wr_fini(&identifier);
}

#define FILTER(body) "function IncomingWorklistRequestFilter(query, origin) " body " end"
#define STEP(inner)  "ScheduledProcedureStepSequence={" inner "}"

static const struct {
    const char *script, *query, *result, *error; /* part of it */
} rows[] = {
    { FILTER("return query"), "PatientName=A*;" STEP("Modality=CT;ScheduledStationAETitle="),
      "PatientName=A*;" STEP("Modality=CT;ScheduledStationAETitle="), NULL },
    { FILTER("query['0010,0010'] = nil return query"), "PatientName=A;PatientID=", "PatientID=", NULL },
    { FILTER("query['0010,0020'] = origin.RemoteAet .. origin.CalledAet .. origin.RemoteIp return query"),
      "PatientID=", "PatientID=CT1MWL192.0.2.7", NULL },
    { FILTER("return { ['0040,0100'] = { { ['0008,0060'] = 'MR' } } }"), "PatientID=", STEP("Modality=MR"), NULL },
    { FILTER("return { ['0040,0100'] = {} }"), "PatientID=", "ScheduledProcedureStepSequence=", NULL },
    { FILTER("return { ['0010,0020'] = 4711 }"), "PatientID=", "PatientID=4711", NULL },
    { FILTER("return 7"), "PatientID=", NULL, "returned no table" },
    { FILTER("return { PatientID = '' }"), "PatientID=", NULL, "no \"gggg,eeee\"" },
    { FILTER("return { [1] = '' }"), "PatientID=", NULL, "no \"gggg,eeee\"" },
    { FILTER("return { ['0010,0020'] = print }"), "PatientID=", NULL, "(0010,0020) is a function" },
    { FILTER("return { ['0040,0100'] = 'x' }"), "PatientID=", NULL, "is a sequence" },
    { FILTER("error({})"), "PatientID=", NULL, "an error that is no text" },
    { FILTER("while true do pcall(error) end"), "PatientID=", NULL, "LuaTimeout" },
    { FILTER("return string.rep('a', 1 << 30)"), "PatientID=", NULL, "not enough memory" },
    { FILTER("setmetatable({}, { __gc = function() while true do end end }) return query"), "PatientID=", NULL,
      "__gc is not possible here" },
    { FILTER("return setmetatable(query, { __index = function(t, name) return name end })"),
      "PatientID=", "PatientID=", NULL },
    { FILTER("local t <close> = setmetatable({}, { __close = function() while true do end end }) return query"),
      "PatientID=", NULL, "LuaTimeout" },
    { FILTER("return dofile or loadfile or load or require or io or debug or os.execute or package or { }"),
      "PatientID=", "", NULL },
};

static void scripts_mend_queries(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        struct wr out;
        wr_init(&out, 1 << 16);
        filter(rows[i].script, rows[i].query, &out, &err);
        if (rows[i].error ? !strstr(err.what, rows[i].error) : strcmp((const char *)out.p, rows[i].result) != 0)
            fail_msg("%s: \"%s\" (%s)", rows[i].script, (const char *)out.p, err.what);
        wr_fini(&out);
    }
}

static void wrong_scripts_are_told(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_null(hook_of("x = ", &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.what, ":1:"));
    struct err late = { 0 };
    assert_null(hook_of("while true do end", &late));
    assert_non_null(strstr(late.what, "LuaTimeout"));
    struct hook *hook = hook_of("x = 1", &late);
    assert_false(hook_has_filter(hook));
    hook_free(&hook);
}

/* As people write it who want to be told of a name that they have misspelt. */
static void globals_may_be_strict(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct hook *hook = hook_of(
        FILTER("return query") " setmetatable(_G, { __index = function(t, name) error('no ' .. name) end })", &err);
    assert_string_equal(err.what, "");
    assert_true(hook_has_filter(hook));
    assert_false(hook_has_answer_filter(hook));
    hook_free(&hook);
}

/* An answer without a single attribute is an answer. */
static void an_empty_answer_goes_to_its_own_filter(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct wr out;
    wr_init(&out, 1 << 16);
    struct hook *hook = hook_of(FILTER("error('a query')") " function OutgoingWorklistAnswerFilter(answer) "
                                                           "answer['0010,0020'] = 'P1' return answer end",
                                &err);
    assert_true(hook_has_answer_filter(hook));
    struct hook_query rq = { .identifier = BYTES("\x10\0\x20\0LO\0\0"),
                             .is_answer = true,
                             .syntax = SYNTAX_EXPLICIT_LE,
                             .remote_ip = "192.0.2.7" };
    is_done = false;
    struct hook_call *call = hook_begin(hook, &rq, on_done, NULL, &err);
    wait_until_done();
    assert_int_equal(hook_take(call, &out, &err), HOOK_FILTERED);
    assert_span(wr_done(&out), "\x10\0\x20\0LO\2\0P1");
    hook_forget(&call);
    hook_free(&hook);
    wr_fini(&out);
}

/* A search that no hook can stop: its caller leaves, others are refused at once, and the hook can be freed. */
static void an_endless_search_is_left_alone(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct hook *hook =
        hook_of(FILTER("string.find(string.rep('a', 40), '^' .. string.rep('a-', 8) .. 'b') return query"), &err);
    struct hook_call *call = begin(hook, "PatientID=", &err);
    usleep(400000); /* beyond its time */
    struct hook_call *second = begin(hook, "PatientID=", &err);
    if (!second) /* unless the search was that fast */
        assert_int_equal(err.code, ERR_LIMIT);
    hook_forget(&second);
    hook_forget(&call);
    hook_free(&hook);
}

static void write_script(const char *path, const char *script)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(script, file);
    fclose(file);
}

static enum hook_result call_and_wait(struct hook *hook, struct wr *out, struct err *err)
{
    struct hook_call *call = begin(hook, "PatientID=", err);
    assert_non_null(call);
    wait_until_done();
    wr_reset(out);
    enum hook_result result = hook_take(call, out, err);
    hook_forget(&call);
    return result;
}

static void a_broken_script_is_mended(void **state)
{
    (void)state;
    char path[] = "/tmp/mwl-hook-XXXXXX";
    const char *paths[] = { path };
    struct hook_options options = { paths, 1, 300, &limits_default, true };
    struct err err = { 0 }, why = { 0 };
    struct wr out;
    wr_init(&out, 1 << 16);
    close(mkstemp(path));
    write_script(path, "function (");
    struct hook *hook = hook_new(&options, &err);
    assert_non_null(hook);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_true(hook_has_filter(hook) && hook_has_answer_filter(hook));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(call_and_wait(hook, &out, &why), HOOK_FAILED);
        assert_non_null(strstr(why.what, ":1:"));
    }
    write_script(path, "while true do end -- still wrong");
    assert_int_equal(call_and_wait(hook, &out, &why), HOOK_FAILED);
    assert_non_null(strstr(why.what, "LuaTimeout"));
    write_script(path, FILTER("query['0010,0020'] = 'X' return query"));
    assert_int_equal(call_and_wait(hook, &out, &why), HOOK_FILTERED);
    assert_span(wr_done(&out), "\x10\0\x20\0LO\2\0X ");
    assert_false(hook_has_answer_filter(hook));
    hook_free(&hook);

    unlink(path); /* what cannot be read is no script at all: a path that was misspelt */
    err = (struct err){ 0 };
    assert_null(hook_new(&options, &err));
    assert_int_equal(err.code, ERR_IO);
    wr_fini(&out);
}

static void variables_do_not_fill_the_memory_for_ever(void **state)
{
    (void)state;
    char path[] = "/tmp/mwl-hook-XXXXXX";
    const char *paths[] = { path };
    struct hook_options options = { paths, 1, 60000, &limits_default, false };
    struct err err = { 0 };
    struct wr out;
    wr_init(&out, 1 << 16);
    close(mkstemp(path));
    write_script(path, "kept = {} " FILTER("kept[#kept + 1] = string.rep('x', 20 << 20) .. #kept return query"));
    struct hook *hook = hook_new(&options, &err);
    int failed = 0;
    for (int i = 0; i < 4; i++)
        failed += call_and_wait(hook, &out, &err) == HOOK_FAILED;
    assert_in_range(failed, 1, 2); /* one of a few, and not all from then on */
    hook_free(&hook);
    unlink(path);
    wr_fini(&out);
}

/* 0 under sanitizers, which have a heap of their own. */
static size_t heap(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* What waits behind a script that hangs and is given up takes no more room. */
static void a_queue_of_the_forgotten_is_none(void **state)
{
    (void)state;
    static uint8_t large[1 << 20];
    struct err err = { 0 };
    struct hook *hook = hook_of(FILTER("while true do end"), &err);
    struct hook_query rq = { .identifier = span_of(large, sizeof large), .remote_ip = "192.0.2.7" };
    struct hook_call *first = begin(hook, "PatientID=", &err);
    size_t before = heap();
    for (int i = 0; i < 300; i++) {
        struct hook_call *call = hook_begin(hook, &rq, on_done, NULL, &err);
        hook_forget(&call);
        assert_true(heap() <= before + 4 * sizeof large);
    }
    hook_forget(&first);
    hook_free(&hook);
}

static void calls_can_be_forgotten_at_any_time(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct hook *hook = hook_of(FILTER("return query"), &err);
    for (useconds_t i = 0; i < 200; i++) {
        struct hook_call *call = begin(hook, "PatientID=", &err);
        assert_non_null(call);
        usleep(i);
        hook_forget(&call);
    }
    hook_free(&hook);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_mend_queries),
        cmocka_unit_test(wrong_scripts_are_told),
        cmocka_unit_test(globals_may_be_strict),
        cmocka_unit_test(an_empty_answer_goes_to_its_own_filter),
        cmocka_unit_test(an_endless_search_is_left_alone),
        cmocka_unit_test(a_broken_script_is_mended),
        cmocka_unit_test(variables_do_not_fill_the_memory_for_ever),
        cmocka_unit_test(a_queue_of_the_forgotten_is_none),
        cmocka_unit_test(calls_can_be_forgotten_at_any_time),
    };
    return cmocka_run_group_tests_name("hook/hook", tests, NULL, NULL);
}
