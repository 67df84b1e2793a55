/* Character sets: the one that the text names, the one that the caller names, the one that is needed. */
#include "made.h"

#define MUELLER "{\"PatientName\":\"M\xC3\xBCller\"}"

static void assert_holds(const char *text, const char *charset, struct span bytes)
{
    struct made made = make(text_read, span_str(text), NULL, charset);
    if (made.words.n)
        fail_msg("%.*s", SPAN_FMT(wr_done(&made.words)));
    assert_non_null(memmem(made.file.p, made.file.n, bytes.p, bytes.n));
    made_fini(&made);
}

static void sets(void **state)
{
    (void)state;
    assert_holds(MUELLER, NULL, BYTES("CS\x0A\0ISO_IR 192\x10\0\x10\0PN\x08\0M\xC3\xBCller "));
    assert_holds(MUELLER, "ISO_IR 100", BYTES("CS\x0A\0ISO_IR 100\x10\0\x10\0PN\x06\0M\xFCller"));
    assert_holds("(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [M\xC3\xBCller]", NULL, BYTES("PN\x06\0M\xFCller"));
    assert_holds("(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [M\xFCller]", NULL, BYTES("PN\x06\0M\xFCller"));
    assert_holds("(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [M\xC3\xBCller]", "ISO_IR 192",
                 BYTES("CS\x0A\0ISO_IR 192\x10\0\x10\0PN\x08\0M\xC3\xBCller "));
    assert_holds("(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [M\xFCller]\n(0008,1110) SQ\n(fffe,e000)\n(0008,1050) PN "
                 "[\xE4]\n(fffe,e00d)\n(fffe,e0dd)",
                 "ISO_IR 192", BYTES("\x08\0\x50\x10PN\x02\0\xC3\xA4\x10\0\x10\0PN\x08\0M\xC3\xBCller "));
    assert_holds("(0008,0005) CS [\\ISO 2022 IR 87]\n(0010,0010) PN [A=\x1B$B;3\x1B(B]", NULL,
                 BYTES("PN\x0A\0A=\x1B$B;3\x1B(B"));
    assert_holds("{\"PatientName\":\"A=\xE5\xB1\xB1\",\"SpecificCharacterSet\":[null,\"ISO 2022 IR 87\"]}", NULL,
                 BYTES("PN\x0A\0A=\x1B$B;3\x1B(B"));
    /* plain text needs none */
    assert_made(text_read, "{\"PatientName\":\"A\"}", "{\"0010,0010\" : \"A\"}");
}

/* An item may have a set of its own. */
static void sets_of_items(void **state)
{
    (void)state;
    assert_holds("(0008,0005) CS [ISO_IR 192]\n(0008,1110) SQ\n(fffe,e000)\n(0008,0005) CS [ISO_IR 100]\n"
                 "(0008,1050) PN [\xC3\xA4]\n(fffe,e00d)\n(fffe,e0dd)\n(0010,0010) PN [\xC3\xA4]\n",
                 NULL, BYTES("\x08\0\x50\x10PN\x02\0\xE4 \x10\0\x10\0PN\x02\0\xC3\xA4"));
}

static void faults(void **state)
{
    (void)state;
    assert_refused_with(text_read, span_str(MUELLER), NULL, "KOI-8", "--charset: there is no character set \"KOI-8\"");
    assert_refused(text_read, "{\"SpecificCharacterSet\":\"KOI8\"}",
                   "order:1:26: SpecificCharacterSet (0008,0005) CS: \"KOI8\" is no character set");
    assert_refused(text_read, "{\"SpecificCharacterSet\":\"ISO_IR 100\",\n\"PatientName\":\"M\xC3\xBC\xE5\xB1\xB1\"}",
                   "order:2:18: PatientName (0010,0010) PN: the character set ISO_IR 100 has no U+5C71");
    assert_refused(text_read, "(0008,0005) CS\n(0010,0010) PN [A\xC3\xBC]",
                   "order:2:18: PatientName (0010,0010) PN: the character set ISO_IR 6, which is ASCII, has no U+00FC");
    assert_refused(text_read, "(0010,0010) PN [M\xFCller]",
                   "order:1:17: PatientName (0010,0010) PN: \"M\\xFCller\" is not text in the character set ISO_IR 6");
    assert_refused_with(
        text_read, span_str("(0010,0010) PN [M\xFCller]"), NULL, "ISO_IR 192",
        "order:1:17: PatientName (0010,0010) PN: \"M\\xFCller\" is not text in the character set ISO_IR 6");
    assert_refused(text_read, "(0010,0020) LO [AAAAAAAABBBBBBBBAAAAAAAABBBBBBBBAAAAAAAABBBBBBBBAAAAAAAABBBBBBBBC]",
                   "order:1:17: PatientID (0010,0020) LO: \"AAAA");
    assert_refused(text_read, "(0010,21c0) US 70000",
                   "order:1:16: PregnancyStatus (0010,21C0) US: \"70000\" is no whole");
    assert_refused(text_read, "{\"00091001\":{\"vr\":\"OW\",\"InlineBinary\":\"Zg==\"}}",
                   "order:1:40: (0009,1001) OW: 1 bytes are no whole number");
}

/* In an implicit syntax nobody could read what contradicts the dictionary. */
static void sequences_of_the_dictionary(void **state)
{
    (void)state;
    assert_refused(text_read, "(0040,0100) LO [A]",
                   "order:1:17: ScheduledProcedureStepSequence (0040,0100) LO: its VR in PS3.6 is SQ");
    assert_refused(text_read, "(0010,0020) SQ\n(fffe,e0dd)",
                   "order:1:1: PatientID (0010,0020) SQ: its VR in PS3.6 is LO");
    assert_refused(text_read, "{\"0009,0010\":[{}]}", "order:1:");
}

/* PS3.5 6.2: a UID is filled up with a NUL. */
static void spaces_behind_a_uid(void **state)
{
    (void)state;
    static const uint8_t expected[] = "\x20\0\x0D\0UI\6\0001.2.3\0";
    struct made made = make(text_read, BYTES("(0020,000d) UI [1.2.3  ]"), NULL, NULL);
    assert_true(made.file.n > sizeof expected - 1);
    assert_memory_equal(made.file.p + made.file.n - (sizeof expected - 1), expected, sizeof expected - 1);
    made_fini(&made);
}

/* Beyond the file, and beyond every buffer on the way. */
static void too_long(void **state)
{
    (void)state;
    static const size_t lengths[] = { 2 << 20, 5 << 20, 15 << 20 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct wr text;
        wr_init(&text, 16 << 20);
        wr_str(&text, "(0008,0005) CS [ISO_IR 100]\n(0040,4010) UT [");
        wr_fill(&text, 'x', lengths[i]);
        wr_str(&text, "\xFC]\n(7fe0,0010) OB [");
        wr_str(&text, "00]");
        assert_refused_with(text_read, wr_done(&text), NULL, NULL, "the file would have more than 1048576 bytes");
        assert_refused_with(text_read, wr_done(&text), NULL, "ISO_IR 192", "the ");
        wr_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(sets),
                                        cmocka_unit_test(sets_of_items),
                                        cmocka_unit_test(faults),
                                        cmocka_unit_test(sequences_of_the_dictionary),
                                        cmocka_unit_test(spaces_behind_a_uid),
                                        cmocka_unit_test(too_long) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
