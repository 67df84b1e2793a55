/* Keys on top of texts, and which text is which. */
#include "made.h"

static void keys_replace(void **state)
{
    (void)state;
    const char *text = "(0010,0020) LO [A]\n(0040,0100) SQ\n  (fffe,e000)\n    (0008,0060) CS [CT]\n";
    assert_made_with(text_read, text, "PatientID=B", NULL,
                     "{\"0010,0020\" : \"B\",\"0040,0100\" : [{\"0008,0060\" : \"CT\"}]}");
    assert_made_with(text_read, text, "ScheduledProcedureStepSequence[0].Modality=MR", NULL,
                     "{\"0010,0020\" : \"A\",\"0040,0100\" : [{\"0008,0060\" : \"MR\"}]}");
    assert_made_with(text_read, text, "ScheduledProcedureStepSequence[2]", NULL,
                     "{\"0010,0020\" : \"A\",\"0040,0100\" : [{\"0008,0060\" : \"CT\"},{},{}]}");
    assert_made_with(text_read, text, "ScheduledProcedureStepSequence", NULL,
                     "{\"0010,0020\" : \"A\",\"0040,0100\" : []}");
    assert_made_with(text_read, text, "PatientID", NULL,
                     "{\"0010,0020\" : \"\",\"0040,0100\" : [{\"0008,0060\" : \"CT\"}]}");
    assert_made_with(text_read, "{\"PatientID\":\"A\"}", "PregnancyStatus=4", NULL,
                     "{\"0010,0020\" : \"A\",\"0010,21c0\" : \"4\"}");
}

/* A key is in UTF-8 whatever the text is in. */
static void keys_beside_stored_text(void **state)
{
    (void)state;
    assert_made_with(text_read, "(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [M\xFCller]\n", "MedicalAlerts=\xC3\xA4",
                     NULL,
                     "{\"0008,0005\" : \"ISO_IR 100\",\"0010,0010\" : \"M\xC3\xBCller\",\"0010,2000\" : \"\xC3\xA4\"}");
}

static void faults(void **state)
{
    (void)state;
    const char *text = " \n{\"PatientID\":\"A\"}";
    assert_refused_with(text_read, span_str(text), "PatientNmae=x", NULL,
                        "-k PatientNmae=x:1: \"PatientNmae\" is no keyword");
    assert_refused_with(
        text_read, span_str(text), "PatientBirthDate=1.1.2025", NULL,
        "-k PatientBirthDate=1.1.2025:18: PatientBirthDate (0010,0030) DA: \"1.1.2025\" is not YYYYMMDD");
    assert_refused_with(text_read, span_str(text), "ScheduledProcedureStepSequence[256].Modality=CT", NULL,
                        "-k ScheduledProcedureStepSequence[256].Modality=CT:1: ScheduledProcedureStepSequence "
                        "(0040,0100) SQ: more than 256 steps");
    assert_refused_with(text_read, span_str("{\"0009,1001\":\"61\"}"), "0009,1001[0].Modality=CT", NULL,
                        "-k 0009,1001[0].Modality=CT:1: (0009,1001) UN: this is no sequence");
    uint8_t file[132] = { 0 };
    memcpy(file + 128, "DICM", 4);
    assert_refused_with(text_read, span_of(file, sizeof file), NULL, NULL, "order:1:1: this is a DICOM file already");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(keys_replace), cmocka_unit_test(keys_beside_stored_text),
                                        cmocka_unit_test(faults) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
