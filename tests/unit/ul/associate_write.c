/* An A-ASSOCIATE-RQ and -AC, byte for byte. */
#include "../check.h"

#include "ul/pdu.h"

static struct span syntaxes[] = { { (const uint8_t *)"1.2", 3 }, { (const uint8_t *)"1.2.3", 5 } };

static struct ul_context context = {
    .id = 1,
    .abstract_syntax = { (const uint8_t *)"1.1", 3 },
    .transfer_syntaxes = syntaxes,
    .transfer_syntax_count = 2,
};

static struct ul_associate associate(void)
{
    return (struct ul_associate){
        .called_ae = span_str("MWL"),
        .calling_ae = span_str("0123456789ABCDEF"),
        .application_context = span_str("1.2.840.10008.3.1.1.1"),
        .contexts = &context,
        .context_count = 1,
        .max_length = 65536,
        .implementation_class_uid = span_str("1.9"),
        .implementation_version = span_str("MWL_0"),
    };
}

static void a_request_is_the_standards_bytes(void **state)
{
    (void)state;
    struct ul_associate rq = associate();
    rq.has_async_window = true;
    rq.invoked = 2;
    rq.performed = 3;
    rq.extended_mwl = BYTES("\x01\x01\x00");
    struct wr wr;
    wr_init(&wr, 1000);
    ul_associate_write(&wr, UL_A_ASSOCIATE_RQ, &rq);
    /* clang-format off */
    assert_span(wr_done(&wr),
        "\x01\x00\x00\x00\x00\xBF"                      /* A-ASSOCIATE-RQ, 191 bytes follow */
        "\x00\x01\x00\x00"                              /* protocol version, reserved */
        "MWL             0123456789ABCDEF"              /* called, calling */
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        "\x10\x00\x00\x15" "1.2.840.10008.3.1.1.1"      /* application context */
        "\x20\x00\x00\x1B\x01\x00\x00\x00"              /* presentation context 1 */
        "\x30\x00\x00\x03" "1.1"                        /*   abstract syntax */
        "\x40\x00\x00\x03" "1.2"                        /*   transfer syntaxes */
        "\x40\x00\x00\x05" "1.2.3"
        "\x50\x00\x00\x3F"                              /* user information */
        "\x51\x00\x00\x04\x00\x01\x00\x00"              /*   maximum length 65536 */
        "\x52\x00\x00\x03" "1.9"                        /*   implementation class UID */
        "\x53\x00\x00\x04\x00\x02\x00\x03"              /*   asynchronous window: 2 invoked, 3 performed */
        "\x55\x00\x00\x05" "MWL_0"                      /*   implementation version name */
        "\x56\x00\x00\x1B\x00\x16" "1.2.840.10008.5.1.4.31" "\x01\x01\x00"); /* SOP class extended */
    /* clang-format on */
    wr_fini(&wr);
}

/* The titles go back as they came, leading spaces and all, and so does the reserved field (9.3.3). */
static void an_answer_sends_the_fixed_fields_back(void **state)
{
    (void)state;
    struct ul_associate ac = associate();
    char echo[64];
    memset(echo, 'e', sizeof echo);
    ac.echo = span_of(echo, sizeof echo);
    context.result = UL_CONTEXT_TRANSFER_SYNTAXES;
    context.transfer_syntax_count = 1;
    struct wr wr;
    wr_init(&wr, 1000);
    ul_associate_write(&wr, UL_A_ASSOCIATE_AC, &ac);
    /* clang-format off */
    assert_span(wr_done(&wr),
        "\x02\x00\x00\x00\x00\x88"                      /* A-ASSOCIATE-AC, 136 bytes follow */
        "\x00\x01\x00\x00"                              /* protocol version, reserved */
        "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"              /* both titles */
        "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"              /* reserved */
        "\x10\x00\x00\x15" "1.2.840.10008.3.1.1.1"      /* application context */
        "\x21\x00\x00\x0B\x01\x00\x04\x00"              /* presentation context 1: transfer syntaxes refused */
        "\x40\x00\x00\x03" "1.2"                        /*   has no meaning, but is there */
        "\x50\x00\x00\x18"                              /* user information */
        "\x51\x00\x00\x04\x00\x01\x00\x00"              /*   maximum length 65536 */
        "\x52\x00\x00\x03" "1.9"                        /*   implementation class UID */
        "\x55\x00\x00\x05" "MWL_0");                    /*   implementation version name */
    /* clang-format on */
    wr_fini(&wr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_the_standards_bytes),
        cmocka_unit_test(an_answer_sends_the_fixed_fields_back),
    };
    return cmocka_run_group_tests_name("ul/associate_write", tests, NULL, NULL);
}
