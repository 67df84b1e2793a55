/* Dumps: nesting in every form that programs and people give it, and texts that are cut off. */
#include "made.h"

#define STEP(station)                                                                                                  \
    "{\"0040,0100\" : [{\"0008,0060\" : \"CT\",\"0040,0008\" : [{\"0008,0100\" : \"A\"}],\"0040,0010\" : \"" station   \
    "\"},{\"0008,0060\" : \"MR\"}],\"0040,1001\" : \"R\"}"

static void nested_with_delimiters(void **state)
{
    (void)state;
    assert_made(text_read_dump,
                "(0040,0100) SQ (Sequence with explicit length #=2)      # 274, 1 ScheduledProcedureStepSequence\n"
                "  (fffe,e000) na (Item with explicit length #=3)         # 266, 1 Item\n"
                "    (0008,0060) CS [CT]                                     #   2, 1 Modality\n"
                "    (0040,0008) SQ (Sequence with undefined length #=1)     # u/l, 1 ScheduledProtocolCodeSequence\n"
                "      (fffe,e000) na (Item with undefined length #=1)         # u/l, 1 Item\n"
                "        (0008,0100) SH [A]                                      #   2, 1 CodeValue\n"
                "      (fffe,e00d) na (ItemDelimitationItem)                   #   0, 0 ItemDelimitationItem\n"
                "    (fffe,e0dd) na (SequenceDelimitationItem)               #   0, 0 SequenceDelimitationItem\n"
                "    (0040,0010) SH [S]                                      #   2, 1 ScheduledStationName\n"
                "  (fffe,e00d) na (ItemDelimitationItem for re-encoding)   #   0, 0 ItemDelimitationItem\n"
                "  (fffe,e000) na (Item with explicit length #=3)         # 266, 1 Item\n"
                "    (0008,0060) CS [MR]                                     #   2, 1 Modality\n"
                "  (fffe,e00d) na (ItemDelimitationItem for re-encoding)   #   0, 0 ItemDelimitationItem\n"
                "(fffe,e0dd) na (SequenceDelimitationItem for re-encod.) #   0, 0 SequenceDelimitationItem\n"
                "(0040,1001) SH [R]                                      #   2, 1 RequestedProcedureID\n",
                STEP("S"));
}

static void flat_with_delimiters(void **state)
{
    (void)state;
    assert_made(text_read_dump,
                "(0040,0100) SQ\n(fffe,e000) -\n(0008,0060) CS CT\n(0040,0008) SQ -\n(fffe,e000)\n(0008,0100) SH A\n"
                "(fffe,e0dd)\n" /* ends the item as well */
                "(0040,0010) SH S\n(fffe,e000)\n(0008,0060) CS MR\n(fffe,e00d)\n(0040,1001) SH R\n",
                STEP("S"));
}

static void indented_without_delimiters(void **state)
{
    (void)state;
    assert_made(text_read_dump,
                "(0040,0100) SQ\n"
                "  (fffe,e000)\n"
                "    (0008,0060) CS [CT]\n"
                "    (0040,0008) SQ\n"
                "      (fffe,e000)\n"
                "        (0008,0100) SH [A]\n"
                "    (0040,0010) SH [S]\n"
                "  (fffe,e000)\n"
                "    (0008,0060) CS [MR]\n"
                "(0040,1001) SH [R]\n",
                STEP("S"));
    assert_made(text_read_dump,
                "(0008,1110) SQ\n(0008,1120) SQ (Sequence with explicit length #=0)\n(0010,0020) LO [A]",
                "{\"0008,1110\" : [],\"0008,1120\" : [],\"0010,0020\" : \"A\"}");
}

static void values_of_every_form(void **state)
{
    (void)state;
    assert_made(text_read_dump,
                "# a comment\r\n\r\n   # another\r\n"
                "(0010,0020) LO [a ] # b]  #   8, 1 PatientID\r\n"
                "(0008,0050) SH bare text   # not this\n"
                "(0008,1150) UI =FINDModalityWorklistInformationModel\n"
                "(0010,0010) PN (no value available)   #   0, 0 PatientName\n"
                "(0010,21c0) [4]\n"
                "(0009,1001) ?? 61\\62\n"
                "(0008,0005) CS\n"
                "( 0008,\t0020 )DA 20250101\n"
                "(0009,0010) LO [P]\n"
                "(0028,0009) AT (0018,1063)\\(0010,0010)\n"
                "(0010,2000) LO [ b\\a ]\n",
                "{\"0008,0005\" : \"\",\"0008,0020\" : \"20250101\",\"0008,0050\" : \"bare text\",\"0008,1150\" : "
                "\"1.2.840.10008.5.1.4.31\","
                "\"0009,0010\" : \"P\",\"0009,1001\" : \"<2 bytes>\",\"0010,0010\" : \"\",\"0010,0020\" : \"a ] # b\","
                "\"0010,2000\" : \" b\\\\a\",\"0010,21c0\" : \"4\",\"0028,0009\" : \"0018,1063\\\\0010,0010\"}");
}

static void line_feeds_in_a_value(void **state)
{
    (void)state;
    assert_made(text_read_dump,
                "(0010,4000) LT [one\r\n# two]\n\n[three]   #  16, 1 PatientComments\n(0010,4010) UT [a]",
                "{\"0010,4000\" : \"one\\r\\n# two]\\n\\n[three\",\"0010,4010\" : \"a\"}");
}

static void meta_and_group_lengths_pass_by(void **state)
{
    (void)state;
    struct made made = make(text_read_dump,
                            span_str("(0002,0000) UL 4\n(0002,0010) UI =LittleEndianImplicit\n(0008,0000) UL 10\n"
                                     "(0010,0020) LO [A]\n(fffc,fffc) OB 00\\00\n"),
                            NULL, NULL);
    enum dicom_syntax syntax;
    struct span data_set;
    assert_true(dicom_file_open(wr_done(&made.file), &syntax, &data_set, NULL, NULL));
    assert_int_equal(syntax, SYNTAX_IMPLICIT_LE);
    assert_span(data_set, "\x10\0\x20\0\x02\0\0\0A ");
    made_fini(&made);
}

static void undefined_lengths_are_kept(void **state)
{
    (void)state;
    struct made made = make(text_read_dump,
                            span_str("(0040,0100) SQ (Sequence with undefined length #=1)\n"
                                     "(fffe,e000) na (Item with undefined length #=0)\n(fffe,e00d)\n(fffe,e0dd)\n"),
                            NULL, NULL);
    enum dicom_syntax syntax;
    struct span data_set;
    assert_true(dicom_file_open(wr_done(&made.file), &syntax, &data_set, NULL, NULL));
    assert_span(data_set, "\x40\0\0\x01SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF\xFE\xFF\x0D\xE0\0\0\0\0"
                          "\xFE\xFF\xDD\xE0\0\0\0\0");
    made_fini(&made);
}

static void faults(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "\n\n(0010,0030) DA [1678-03-04]",
          "order:3:17: PatientBirthDate (0010,0030) DA: \"1678-03-04\" is not YYYYMMDD" },
        { "(0010,0020) LO [\xC3\xA4]\n \t hello", "order:2:4: a line begins with a tag" },
        { "(0010,0020) LO (A)", "order:1:16: PatientID (0010,0020) LO: text that begins with a parenthesis" },
        { "(0010,0020", "order:1:1: a line begins with a tag" },
        { "( 0 0 1 0 , 0 0 2 0 0 ) LO A", "order:1:1: a line begins with a tag" },
        { "0010,0020 LO [A]", "order:1:1: a line begins with a tag" },
        { "(0010,0020) QQ [A]", "order:1:1: (0010,0020): \"QQ\" is no VR" },
        { "(0010,0020) LO [A]\n(0010,0020) LO [B]", "order:2:1: PatientID (0010,0020) LO: it is there already" },
        { "(0010,0020) LO [A\n(0010,0030) DA [20250101]",
          "order:1:17: PatientID (0010,0020) LO: the dump does not show" },
        { "(0010,0020) LO [Abc...   # 100, 1 PatientID", "order:1:17: PatientID (0010,0020) LO: the dump does not" },
        { "(7fe0,0010) OW (not loaded)  # 100, 1 PixelData",
          "order:1:16: PixelData (7FE0,0010) OW: the dump does not" },
        { "(0008,0016) UI =NoSuchName", "order:1:17: SOPClassUID (0008,0016) UI: no UID has the name \"NoSuchName\"" },
        { "(0010,0020) LO =/etc/passwd", "order:1:17: PatientID (0010,0020) LO: \"=/etc/passwd\" would be" },
        { "(0010,0020) LO (Sequence with explicit length #=0)", "order:1:16: PatientID (0010,0020) LO: this is no" },
        { "(0040,0100) SQ [A]", "order:1:17: ScheduledProcedureStepSequence (0040,0100) SQ: a sequence has no value" },
        { "(fffe,e000) -", "order:1:1: an item stands in a sequence" },
        { "(fffe,e00d) -", "order:1:1: no item is open" },
        { "(0040,0100) SQ\n(fffe,e0dd)\n(fffe,e0dd)", "order:3:1: no sequence is open" },
        { "(0040,0100) SQ\n(fffe,e000)\n(0008,0060) CS CT", "order:3:1: in or behind the item?" },
        { "(0040,0100) SQ\n  (fffe,e000)\n  (fffe,e00d)\n", "order:1:1: ScheduledProcedureStepSequence (0040,0100) SQ: "
                                                            "the text ends before" },
        { "(0000,0002) UI [1.2]", "order:1:1: (0000,0002) cannot stand in a data set" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_refused(text_read_dump, rows[i].text, rows[i].words);
}

/* Sequences inside each other without end are no recursion, and an error. */
static void too_deep(void **state)
{
    (void)state;
    struct wr text;
    wr_init(&text, 1 << 20);
    for (int i = 0; i < 10000; i++)
        wr_str(&text, "(0040,0100) SQ\n(fffe,e000)\n");
    wr_str(&text, "(fffe,e00d)\n");
    assert_refused_with(text_read_dump, wr_done(&text), NULL, NULL,
                        "order:33:1: ScheduledProcedureStepSequence (0040,0100) SQ: more than 16 sequences");
    wr_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_with_delimiters),
        cmocka_unit_test(flat_with_delimiters),
        cmocka_unit_test(indented_without_delimiters),
        cmocka_unit_test(values_of_every_form),
        cmocka_unit_test(line_feeds_in_a_value),
        cmocka_unit_test(meta_and_group_lengths_pass_by),
        cmocka_unit_test(undefined_lengths_are_kept),
        cmocka_unit_test(faults),
        cmocka_unit_test(too_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
