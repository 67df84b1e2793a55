/* What is derived: the values that Python's uuid.uuid5() gives, nothing where something stands already, and bounds. */
#include "text/derive.h"

#include "made.h"

static bool read(struct text_draft *d, const struct text_source *source, struct err *err)
{
    return text_read(d, source, err) && text_derive(d, err);
}

static void from_the_accession_number(void **state)
{
    (void)state;
    assert_made(
        read, "{\"AccessionNumber\":\" A1\",\"RequestedProcedureID\":\"\",\"ScheduledProcedureStepSequence\":[{},{}]}",
        "{\"0008,0050\" : \" A1\",\"0020,000d\" : \"2.25.260452407096006674906691021368922743613\",\"0040,0100\" : "
        "[{\"0040,0009\" : \"A1-1\"},"
        "{\"0040,0009\" : \"A1-2\"}],\"0040,1001\" : \"A1\"}");
    assert_made(read,
                "{\"AccessionNumber\":\"A1\",\"IssuerOfAccessionNumberSequence\":[{\"LocalNamespaceEntityID\":\"RIS\","
                "\"UniversalEntityID\":\"x\"}]}",
                "{\"0008,0050\" : \"A1\",\"0008,0051\" : [{\"0040,0031\" : \"RIS\",\"0040,0032\" : \"x\"}],"
                "\"0020,000d\" : \"2.25.171209297109273750008117726677938928467\",\"0040,1001\" : \"A1\"}");
    assert_made(read, "{\"AccessionNumber\":\"1234567890123456\",\"ScheduledProcedureStepSequence\":[{}]}",
                "{\"0008,0050\" : \"1234567890123456\",\"0020,000d\" : \"2.25.4586542625297721606680521510092751303\","
                "\"0040,0100\" : [{\"0040,0009\" : \"03735602acf6-1\"}],\"0040,1001\" : \"1234567890123456\"}");
}

static void what_is_there_stays(void **state)
{
    (void)state;
    assert_made(read,
                "{\"StudyInstanceUID\":\"1.2\",\"RequestedProcedureID\":\"R\",\"ScheduledProcedureStepSequence\":"
                "[{\"ScheduledProcedureStepID\":\"S\"}]}",
                "{\"0020,000d\" : \"1.2\",\"0040,0100\" : [{\"0040,0009\" : \"S\"}],\"0040,1001\" : \"R\"}");
    assert_made(read, "{\"AccessionNumber\":\"A\",\"StudyInstanceUID\":\"1.2\"}",
                "{\"0008,0050\" : \"A\",\"0020,000d\" : \"1.2\",\"0040,1001\" : \"A\"}");
}

static void nothing_to_derive_from(void **state)
{
    (void)state;
    assert_refused(read, "{\"AccessionNumber\":\"  \"}",
                   "order:1:1: nothing can be derived without an AccessionNumber");
    assert_refused(read, "{\"AccessionNumber\":\"12345678901234567\"}",
                   "order:1:21: AccessionNumber (0008,0050) SH: \"12345678901234567\" has 17 characters");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(from_the_accession_number),
                                        cmocka_unit_test(what_is_there_stays),
                                        cmocka_unit_test(nothing_to_derive_from) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
