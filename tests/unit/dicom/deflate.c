/* Deflated data sets: pads and trailers, streams that end too early, and those that grow too far. */
#include "data_set.h"

#include "dicom/write.h"

static void deflate(struct span plain, struct wr *out)
{
    wr_init(out, 1u << 20);
    assert_true(dicom_deflate(plain, out));
}

static struct dicom_block *inflate_at_most(struct span bytes, uint32_t max_bytes)
{
    struct dicom_parse_options options = options_as(SYNTAX_DEFLATED_LE);
    options.max_bytes = max_bytes;
    err = (struct err){ .code = ERR_NONE };
    used = (struct dicom_tolerances){ 0 };
    return dicom_parse(bytes, &options, &used, &err);
}

/* A stored block of RFC 1951 3.2.4 in 5 bytes of header, so that its length may be chosen odd or even. */
#define STORED_10 "\x01\x0A\0\xF5\xFF" NAME "PN\x02\0Ab" /* 15 bytes */

static void pads_and_trailers(void **state)
{
    (void)state;
    static const struct {
        struct span bytes;
        uint32_t trailer;
    } cases[] = {
        { { (const uint8_t *)STORED_10, 15 }, 0 },      /* the pad is missing */
        { { (const uint8_t *)STORED_10 "\0", 16 }, 0 }, /* PS3.5 A.5 */
        { { (const uint8_t *)STORED_10 "\n", 16 }, 1 }, /* no pad */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dicom_block *block = parse_as(SYNTAX_DEFLATED_LE, cases[i].bytes);
        assert_non_null(block);
        assert_span(dicom_set_get(dicom_block_set(block), TAG_PatientName), "Ab");
        assert_int_equal(used.deflate_trailer, cases[i].trailer);
        dicom_block_free(&block);
    }
    assert_refused(parse_as(SYNTAX_DEFLATED_LE, BYTES(STORED_10 "\0\0")), ERR_SYNTAX, 0, 15,
                   "the deflated data set ends, but 2 bytes follow it");
}

static void streams_that_are_none(void **state)
{
    (void)state;
    for (size_t n = 0; n < 15; n++)
        assert_refused(parse_as(SYNTAX_DEFLATED_LE, span_of(STORED_10, n)), ERR_SYNTAX, 0, n,
                       "the deflated data set ends too early");
    assert_null(parse_as(SYNTAX_DEFLATED_LE, BYTES(NAME "PN\x02\0Ab")));
    assert_int_equal(err.code, ERR_SYNTAX);
    assert_null(parse_as(SYNTAX_DEFLATED_LE, BYTES("\xFF\xFF")));
    assert_non_null(strstr(err.what, "no deflated data set"));
}

/* Positions of what is wrong inside are those of the inflated data set, and the words say so. */
static void errors_inside_say_where(void **state)
{
    (void)state;
    struct wr out;
    deflate(BYTES(MODALITY "CS\x02\0CT" NAME "PN\x04\0Ab"), &out);
    assert_refused(parse_as(SYNTAX_DEFLATED_LE, wr_done(&out)), ERR_SYNTAX, TAG_PatientName, 10,
                   "(byte counts are of the inflated data set)");
    wr_fini(&out);
}

static void a_bomb_stops_at_the_cap(void **state)
{
    (void)state;
    static uint8_t zeros[1000000];
    /* Encapsulated Document (0042,0011) of 999,988 bytes */
    static const uint8_t header[12] = { 0x42, 0, 0x11, 0, 'O', 'B', 0, 0, 0x34, 0x42, 0x0F, 0 };
    memcpy(zeros, header, sizeof header);
    struct wr out;
    deflate(span_of(zeros, sizeof zeros), &out);
    assert_true(out.n < 2000);
    assert_null(inflate_at_most(wr_done(&out), 65536));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_non_null(strstr(err.what, "inflates to more than 65536 bytes"));
    assert_null(inflate_at_most(wr_done(&out), sizeof zeros - 1));
    assert_int_equal(err.code, ERR_LIMIT);
    /* One that just fits gets through to the next limit. */
    assert_null(inflate_at_most(wr_done(&out), sizeof zeros));
    assert_int_equal(err.tag, 0x00420011);
    wr_fini(&out);
}

static void deflating_pads_and_minds_the_cap(void **state)
{
    (void)state;
    struct wr out;
    uint8_t plain[64];
    for (size_t n = 0; n < sizeof plain; n++) {
        plain[n] = (uint8_t)(n * 37);
        deflate(span_of(plain, n), &out);
        assert_int_equal(out.n % 2, 0);
        wr_fini(&out);
    }
    wr_init(&out, 3);
    assert_false(dicom_deflate(span_of(plain, sizeof plain), &out));
    assert_true(out.failed);
    wr_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pads_and_trailers),
        cmocka_unit_test(streams_that_are_none),
        cmocka_unit_test(errors_inside_say_where),
        cmocka_unit_test(a_bomb_stops_at_the_cap),
        cmocka_unit_test(deflating_pads_and_minds_the_cap),
    };
    return cmocka_run_group_tests_name("dicom/deflate", tests, NULL, NULL);
}
