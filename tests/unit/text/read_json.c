/* JSON into data sets: both kinds, names of several groups, bytes, and everything that is not what it should be. */
#include "made.h"

static void model(void **state)
{
    (void)state;
    assert_made(text_read_json,
                "[{\"00400100\":{\"vr\":\"SQ\",\"Value\":[{\"00080060\":{\"Value\":[\"CT\"],\"vr\":\"CS\"}},{},null]},"
                "\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Phonetic\":\"C\",\"Alphabetic\":\"A^B\"},null,{}]},"
                "\"00101030\":{\"vr\":\"DS\",\"Value\":[70.5]},\"001021C0\":{\"vr\":\"US\",\"Value\":[4,\"5\"]},"
                "\"00280009\":{\"vr\":\"AT\",\"Value\":[\"00181063\"]},\"00020010\":{\"vr\":\"UI\"},"
                "\"00100020\":{\"vr\":\"LO\"},\"00091001\":{\"vr\":\"UN\",\"InlineBinary\":\"Zm9vYg==\"},"
                "\"00102000\":{\"vr\":\"LO\",\"Value\":[\"a\",null,\"b\"]}}]",
                "{\"0009,1001\" : \"<4 bytes>\",\"0010,0010\" : \"A^B==C\\\\\\\\\",\"0010,0020\" : \"\","
                "\"0010,1030\" : \"70.5\",\"0010,2000\" : \"a\\\\\\\\b\",\"0010,21c0\" : \"4\\\\5\","
                "\"0028,0009\" : \"0018,1063\",\"0040,0100\" : [{\"0008,0060\" : \"CT\"},{},{}]}");
}

static void simple(void **state)
{
    (void)state;
    assert_made(text_read_json, "{\"RETIRED_OtherPatientIDs\":\"a\\\\b\"}", "{\"0010,1000\" : \"a\\\\b\"}");
    assert_made(text_read_json,
                "{\"PatientName\":\"A\\u005eB\",\"PatientID\":null,\"0010,1010\":\"018Y\",\"PatientWeight\":70.5,"
                "\"MedicalAlerts\":[\"a\",\"b\"],\"PregnancyStatus\":\"4\",\"Allergies\":[],"
                "\"ReferencedStudySequence\":[],\"ReferencedPatientSequence\":null,"
                "\"ScheduledProcedureStepSequence\":[{\"Modality\":\"CT\"}],"
                "\"0009,1002\":[{\"Modality\":\"MR\"}],"
                "\"AccessionNumber\":{\"vr\":\"SH\",\"Value\":[\"A1\"]}}",
                "{\"0008,0050\" : \"A1\",\"0008,1110\" : [],\"0008,1120\" : [],"
                "\"0009,1002\" : [{\"0008,0060\" : \"MR\"}],"
                "\"0010,0010\" : \"A^B\",\"0010,0020\" : \"\",\"0010,1010\" : \"018Y\",\"0010,1030\" : \"70.5\","
                "\"0010,2000\" : \"a\\\\b\",\"0010,2110\" : \"\",\"0010,21c0\" : \"4\","
                "\"0040,0100\" : [{\"0008,0060\" : \"CT\"}]}");
}

static void faults(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "{\n \"PatientBirthDate\": \"1678-03-04\"}",
          "order:2:23: PatientBirthDate (0010,0030) DA: \"1678-03-04\" is not YYYYMMDD" },
        { "{\"MedicalAlerts\":[\"a\",\n\"\\u0007\"]}",
          "order:1:18: MedicalAlerts (0010,2000) LO: \"\\x07\" has control characters" },
        { "{\"PatientNmae\": 1}", "order:1:3: \"PatientNmae\" is no keyword" },
        { "{\"A[0].B\": 1}", "order:1:3: " },
        { "{\"PatientID=x\": 1}", "order:1:3: \"PatientID=x\" is no single keyword" },
        { "{\"ScheduledProcedureStepSequence[0].Modality\": 1}", "order:1:3: " },
        { "{\"PatientID\": true}", "order:1:15: PatientID (0010,0020) LO: a string, a number or null" },
        { "{\"PatientID\": {}}", "order:1:15: PatientID (0010,0020) LO: this is no sequence" },
        { "{\"PatientID\": [{}]}", "order:1:15: PatientID (0010,0020) LO: this is no sequence" },
        { "{\"PatientID\": [[1]]}", "order:1:16: PatientID (0010,0020) LO: a string, a number or null" },
        { "{\"PatientID\": 1, \"00100020\": {\"vr\":\"LO\"}}", "order:1:19: PatientID (0010,0020) LO: it is there" },
        { "{\"ReferencedStudySequence\": \"x\"}",
          "order:1:30: ReferencedStudySequence (0008,1110) SQ: a sequence is an" },
        { "{\"ReferencedStudySequence\": [1]}", "order:1:30: ReferencedStudySequence (0008,1110) SQ: an item is" },
        { "{\"00100020\": \"x\"}", "order:1:15: PatientID (0010,0020) LO: an object should stand here" },
        { "{\"00100020\": {\"vr\":\"QQ\"}}", "order:1:21: PatientID (0010,0020) ??: this is no VR" },
        { "{\"00100020\": {\"vr\":\"LO\",\"Value\":\"x\"}}",
          "order:1:34: PatientID (0010,0020) LO: \"Value\" is an array" },
        { "{\"00100020\": {\"vr\":\"LO\",\"InlineBinary\":\"Zg==\"}}",
          "order:1:41: PatientID (0010,0020) LO: this VR" },
        { "{\"00091001\": {\"vr\":\"UN\",\"InlineBinary\":\"Zg=\"}}",
          "order:1:41: (0009,1001) UN: this is not Base64" },
        { "{\"00091001\": {\"vr\":\"UN\",\"BulkDataURI\":\"x\"}}",
          "order:1:40: (0009,1001) UN: the value is elsewhere" },
        { "{\"00100010\": {\"vr\":\"PN\",\"Value\":[{\"Alphabetik\":\"x\"}]}}",
          "order:1:34: PatientName (0010,0010) PN: a name" },
        { "{\"00100010\": {\"vr\":\"PN\",\"Value\":[{\"Phonetic\":[]}]}}", "order:1:" },
        { "[{},{}]", "order:1:1: one object should stand here" },
        { "[]", "order:1:1: one object should stand here" },
        { "\"x\"", "order:1:2: one object should stand here" },
        { "{\"PatientID\" \"x\"}", "order:1:14: \":\" is missing" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_refused(text_read_json, rows[i].text, rows[i].words);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(model), cmocka_unit_test(simple), cmocka_unit_test(faults) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
