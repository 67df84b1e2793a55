/* path.c -- paths of attributes: every form that there is, and where in a wrong one the fault is. */
#include "dicom/path.h"

#include "../check.h"
#include "base/wr.h"
#include "dicom/dictionary.h"

static struct dicom_path good(const char *text)
{
    struct dicom_path path;
    struct err err = { 0 };
    if (!dicom_path_parse(span_str(text), &path, &err))
        fail_msg("%s: %s", text, err.what);
    return path;
}

static void bad(const char *text, enum err_code code, uint64_t pos, const char *what)
{
    struct dicom_path path;
    struct err err = { 0 };
    if (dicom_path_parse(span_str(text), &path, &err))
        fail_msg("%s was taken", text);
    if (err.code != code || err.pos != pos || !strstr(err.what, what))
        fail_msg("%s: %d at %d: %s", text, (int)err.code, (int)err.pos, err.what);
}

static void nested(void **state)
{
    (void)state;
    struct dicom_path path = good("ScheduledProcedureStepSequence[0].(0040,0008)[12].0008,0100=A=B.[1]");
    assert_int_equal(path.depth, 2);
    assert_int_equal(path.items[0].tag, TAG_ScheduledProcedureStepSequence);
    assert_int_equal(path.items[0].index, 0);
    assert_int_equal(path.items[1].tag, TAG_ScheduledProtocolCodeSequence);
    assert_int_equal(path.items[1].index, 12);
    assert_int_equal(path.tag, TAG_CodeValue);
    assert_span(path.value, "A=B.[1]");
}

static void attributes(void **state)
{
    (void)state;
    static const char *const texts[] = { "PatientName", "0010,0010", "(0010,0010)" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct dicom_path path = good(texts[i]);
        assert_int_equal(path.depth, 0);
        assert_int_equal(path.tag, TAG_PatientName);
        assert_null(path.value.p);
    }
    assert_int_equal(good("(00aB,Cd01)").tag, 0x00ABCD01);
    assert_int_equal(good("(0009,1001)[0].(0009,1002)=x").items[0].tag, 0x00091001);
}

static void values(void **state)
{
    (void)state;
    struct dicom_path path = good("PatientName=");
    assert_non_null(path.value.p);
    assert_int_equal(path.value.n, 0);
    assert_span(good("PatientName= A^B\\C ").value, " A^B\\C ");
}

static void sequences(void **state)
{
    (void)state;
    struct dicom_path path = good("ScheduledProcedureStepSequence");
    assert_int_equal(path.depth, 0);
    assert_int_equal(path.tag, TAG_ScheduledProcedureStepSequence);
    path = good("ScheduledProcedureStepSequence[999]");
    assert_int_equal(path.depth, 1);
    assert_int_equal(path.items[0].index, 999);
    assert_int_equal(path.tag, 0);
    assert_int_equal(good("ScheduledProcedureStepSequence=").tag, TAG_ScheduledProcedureStepSequence);
}

static void faults(void **state)
{
    (void)state;
    bad("", ERR_SYNTAX, 0, "is missing");
    assert_false(dicom_path_parse((struct span){ NULL, 0 }, &(struct dicom_path){ .depth = 0 }, NULL));
    bad("=x", ERR_SYNTAX, 0, "is missing");
    bad("PatientNam=x", ERR_SYNTAX, 0, "\"PatientNam\" is no keyword");
    bad("(0010,0010=x", ERR_SYNTAX, 0, "is missing");
    bad("0010,001=x", ERR_SYNTAX, 0, "\"0010\" is no keyword");
    bad("PatientName x", ERR_SYNTAX, 11, "\"=\"");
    bad("PatientName[0].PatientID", ERR_SYNTAX, 0, "is a PN");
    bad("ScheduledProcedureStepSequence.Modality", ERR_SYNTAX, 30, "which item");
    bad("ScheduledProcedureStepSequence[0].", ERR_SYNTAX, 34, "is missing");
    bad("ScheduledProcedureStepSequence[0].Modalit", ERR_SYNTAX, 34, "\"Modalit\"");
    bad("ScheduledProcedureStepSequence[].Modality", ERR_SYNTAX, 31, "number of an item");
    bad("ScheduledProcedureStepSequence[*].Modality", ERR_SYNTAX, 31, "number of an item");
    bad("ScheduledProcedureStepSequence[-1].Modality", ERR_SYNTAX, 31, "number of an item");
    bad("ScheduledProcedureStepSequence[0.Modality", ERR_SYNTAX, 31, "\"]\"");
    bad("ScheduledProcedureStepSequence[1000].Modality", ERR_LIMIT, 31, "[999]");
    bad("ScheduledProcedureStepSequence[99999999999999999999].Modality", ERR_LIMIT, 31, "[999]");
    bad("ScheduledProcedureStepSequence=x", ERR_SYNTAX, 30, "takes no value");
    bad("ScheduledProcedureStepSequence[0]=x", ERR_SYNTAX, 33, "takes no value");
    bad("ScheduledProcedureStepSequence[0]Modality", ERR_SYNTAX, 33, "\".\" is missing");
    bad("ScheduledProcedureStepSequence[0]]", ERR_SYNTAX, 33, "\"=\"");
    static const char *const strangers[] = { "(0000,0002)", "(0002,0010)", "FFFE,E000", "FFFF,FFFF", "(0010,0000)" };
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        bad(strangers[i], ERR_SYNTAX, 0, "cannot stand in a data set");
}

static void too_deep(void **state)
{
    (void)state;
    struct wr text;
    wr_init(&text, 4096);
    for (int i = 0; i < DICOM_PATH_DEPTH; i++)
        wr_str(&text, "(0040,0100)[0].");
    size_t n = wr_mark(&text);
    wr_str(&text, "0008,0060");
    wr_u8(&text, 0);
    assert_int_equal(good((const char *)text.p).depth, DICOM_PATH_DEPTH);
    wr_truncate(&text, n);
    wr_str(&text, "0040,0100[0].0008,0060");
    wr_u8(&text, 0);
    bad((const char *)text.p, ERR_LIMIT, n, "more than 16 sequences");
    wr_fini(&text);
}

static void too_long(void **state)
{
    (void)state;
    static char text[DICOM_PATH_BYTES + 2] = "PatientName=";
    size_t n = strlen(text);
    memset(text + n, 'x', DICOM_PATH_BYTES - n);
    assert_int_equal(good(text).value.n, DICOM_PATH_BYTES - n);
    text[DICOM_PATH_BYTES] = 'x';
    bad(text, ERR_LIMIT, 0, "65536");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested), cmocka_unit_test(attributes), cmocka_unit_test(values),   cmocka_unit_test(sequences),
        cmocka_unit_test(faults), cmocka_unit_test(too_deep),   cmocka_unit_test(too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
