/* Memory ends while files are read and written, texts made and printed, queries planned and answers shaped. */
#include "../match/sets.h"

#include <stdio.h>

#include "dicom/file.h"
#include "dicom/tags.h"
#include "failing.h"
#include "text/print.h"
#include "text/print_json.h"
#include "text/read.h"
#include "text/write.h"

enum { CAP = 1 << 20 };

static const char dump[] = "(0008,0005) CS [ISO_IR 192]\n"
                           "(0010,0010) PN [Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0]\n"
                           "(0010,0020) LO [P1]\n"
                           "(0010,21c0) US 4\n"
                           "(0040,0100) SQ\n"
                           "  (fffe,e000) na\n"
                           "    (0008,0060) CS [CT]\n"
                           "    (0040,0002) DA [20260101]\n"
                           "  (fffe,e00d) na\n"
                           "(fffe,e0dd) na\n";

static struct wr file, deflated; /* of the dump */

static bool make(bool (*read)(struct text_draft *, const struct text_source *, struct err *), struct span text,
                 struct wr *out, struct err *err)
{
    const struct text_source source = { "a", text, false }, *at = NULL;
    const struct text_write_options options = { NULL, CAP };
    struct text_draft draft;
    text_draft_init(&draft, &limits_default);
    bool made = read(&draft, &source, err) && text_write(&draft, &options, out, &at, err);
    text_draft_fini(&draft);
    return made;
}

static void make_files(void)
{
    static const char syntax[] = "(0002,0010) UI =DeflatedLittleEndianExplicit\n";
    struct err err = { 0 };
    char text[sizeof syntax + sizeof dump];
    snprintf(text, sizeof text, "%s%s", syntax, dump);
    wr_init(&file, CAP);
    wr_init(&deflated, CAP);
    assert_true(make(text_read_dump, span_str(dump), &file, &err));
    assert_true(make(text_read_dump, span_str(text), &deflated, &err));
}

/* A failure says that it is one of memory, and comes only from there. */
static void assert_memory(bool done, const struct err *err)
{
    assert_true(done == (err->code == ERR_NONE));
    if (!done && !(failing_has_failed() && err->code == ERR_MEMORY))
        fail_msg("not for want of memory: %s", err->what);
}

static void parse(void *arg)
{
    const struct wr *from = arg;
    struct dicom_parse_options options = { .max_bytes = CAP, .limits = &limits_default };
    struct dicom_tolerances used = { 0 };
    struct err err = { 0 };
    struct dicom_block *block = dicom_file_parse(wr_done(from), &options, &used, &err);
    assert_memory(block, &err);
    if (block)
        assert_span(dicom_set_get(dicom_block_set(block), TAG_PatientID), "P1");
    dicom_block_free(&block);
}

static void files_are_read(void **state)
{
    (void)state;
    assert_true(failing_each(parse, &file) > 4);
    assert_true(failing_each(parse, &deflated) > 4);
}

struct text {
    bool (*read)(struct text_draft *, const struct text_source *, struct err *);
    struct span text;
};

static void write_text(void *arg)
{
    const struct text *text = arg;
    struct err err = { 0 };
    struct wr out;
    wr_init(&out, CAP);
    bool made = make(text->read, text->text, &out, &err);
    assert_memory(made, &err);
    assert_true(!made || span_eq(wr_done(&out), wr_done(&file)));
    wr_fini(&out);
}

static void texts_are_made_files(void **state)
{
    (void)state;
    struct text of_dump = { text_read_dump, span_str(dump) };
    struct dicom_parse_options options = { .max_bytes = CAP, .limits = &limits_default };
    struct err err = { 0 };
    struct dicom_block *block = dicom_file_parse(wr_done(&file), &options, NULL, &err);
    struct wr json;
    wr_init(&json, CAP);
    text_print_json(dicom_block_set(block), TEXT_JSON_MODEL, &json);
    struct text of_json = { text_read_json, wr_done(&json) };
    assert_true(failing_each(write_text, &of_dump) > 4);
    assert_true(failing_each(write_text, &of_json) > 4);
    wr_fini(&json);
    dicom_block_free(&block);
}

static void print(void *arg)
{
    struct text_print_options options = { .limits = &limits_default };
    struct err err = { 0 };
    struct wr out;
    wr_init(&out, CAP);
    bool done = text_print(wr_done(arg), &options, &out, &err);
    assert_memory(done, &err);
    assert_true(!done || !out.failed);
    wr_fini(&out);
}

static void files_are_printed(void **state)
{
    (void)state;
    assert_true(failing_each(print, &file) > 4);
    assert_true(failing_each(print, &deflated) > 4);
}

struct match {
    struct dicom_block *query, *entry;
};

static void plan(void *arg)
{
    const struct match *m = arg;
    const struct match_options options = { .limits = &limits_default };
    struct err err = { 0 };
    struct match_plan *made = match_plan_new(dicom_block_set(m->query), &options, &err);
    assert_memory(made, &err);
    if (made) {
        struct match_answer how = { .charsets = { dicom_charset_from_value(BYTES("ISO_IR 100"), NULL) },
                                    .charset_count = 1 };
        struct dicom_writer writer;
        struct wr answer;
        wr_init(&answer, CAP);
        assert_null(match_entry(made, dicom_block_set(m->entry), 0));
        dicom_write_init(&writer, &answer, SYNTAX_EXPLICIT_LE);
        match_project(made, dicom_block_set(m->entry), 0, &how, &writer);
        assert_true(!answer.failed || failing_has_failed());
        wr_fini(&answer);
    }
    match_plan_free(&made);
}

static void queries_are_planned(void **state)
{
    (void)state;
    struct match m = {
        .query = sets_block("SpecificCharacterSet=ISO_IR 192;PatientName=b\xC3\xA4r*;PatientID=P1\\P2;"
                            "ScheduledProcedureStepSequence={Modality=C*;ScheduledProcedureStepStartDate=-20270101;"
                            "ScheduledProtocolCodeSequence={CodeValue=}}"),
        .entry = sets_block("SpecificCharacterSet=ISO_IR 192;PatientName=B\xC3\x84r^A;PatientID=P1;"
                            "ScheduledProcedureStepSequence={Modality=CT;ScheduledProcedureStepStartDate=20260101;"
                            "ScheduledProtocolCodeSequence={CodeValue=1}}")
    };
    assert_true(failing_each(plan, &m) > 4);
    dicom_block_free(&m.query);
    dicom_block_free(&m.entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read),
        cmocka_unit_test(texts_are_made_files),
        cmocka_unit_test(files_are_printed),
        cmocka_unit_test(queries_are_planned),
    };
    make_files();
    int failed = cmocka_run_group_tests_name("memory/data", tests, NULL, NULL);
    wr_fini(&file);
    wr_fini(&deflated);
    return failed;
}
