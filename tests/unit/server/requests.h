/* requests.h -- what a peer says on a wire (wire.h), as bytes; and what it hears. */
#ifndef MWL_TESTS_UNIT_SERVER_REQUESTS_H
#define MWL_TESTS_UNIT_SERVER_REQUESTS_H

#include "../match/sets.h"
#include "dicom/uid.h"
#include "dimse/message.h"
#include "dimse/status.h"
#include "wire.h"

/* The worklist in context 1, verification in 3, both in Explicit VR Little Endian. */
static inline void put_association(struct wr *out)
{
    static struct span syntaxes[] = { { (const uint8_t *)UID_ExplicitVRLittleEndian, 19 } };
    static struct ul_context contexts[] = {
        { 1, 0, { (const uint8_t *)UID_ModalityWorklistInformationModelFind, 22 }, syntaxes, 1 },
        { 3, 0, { (const uint8_t *)UID_Verification, 17 }, syntaxes, 1 },
    };
    ul_associate_write(out, UL_A_ASSOCIATE_RQ,
                       &(struct ul_associate){ .called_ae = span_str("MWL"),
                                               .calling_ae = span_str("CT1"),
                                               .application_context = span_str("1.2.840.10008.3.1.1.1"),
                                               .contexts = contexts,
                                               .context_count = 2,
                                               .implementation_class_uid = span_str("1.9") });
}

static inline void put_command(struct wr *out, uint8_t context, const struct dimse_command *command)
{
    struct wr set;
    wr_init(&set, 4096);
    dimse_command_write(&set, command);
    ul_data_write(out, context, UL_PDV_COMMAND | UL_PDV_LAST, wr_done(&set));
    wr_fini(&set);
}

/* The identifier as a text of sets.h. */
static inline void put_find(struct wr *out, uint16_t id, const char *identifier)
{
    struct wr set;
    struct dicom_writer writer;
    put_command(out, 1,
                &(struct dimse_command){ .field = DIMSE_C_FIND_RQ,
                                         .message_id = id,
                                         .has_data_set = true,
                                         .sop_class = span_str(UID_ModalityWorklistInformationModelFind) });
    wr_init(&set, 1 << 16);
    dicom_write_init(&writer, &set, SYNTAX_EXPLICIT_LE);
    sets_write(&writer, identifier);
    ul_data_write(out, 1, UL_PDV_LAST, wr_done(&set));
    wr_fini(&set);
}

static inline void put_echo(struct wr *out, uint16_t id)
{
    put_command(
        out, 3,
        &(struct dimse_command){ .field = DIMSE_C_ECHO_RQ, .message_id = id, .sop_class = span_str(UID_Verification) });
}

static inline void put_cancel(struct wr *out, uint16_t id)
{
    put_command(out, 1, &(struct dimse_command){ .field = DIMSE_C_CANCEL_RQ, .message_id = id });
}

/* A line for each PDU but those of data, and for each message: "ac", "rj", "released", "aborted"; "0001 FF00
 * PatientID=P1". */
static inline void put_heard(struct span heard, struct wr *out)
{
    static const char *const names[] = { "", "rq", "ac", "rj", "", "release", "released", "aborted" };
    struct dimse_assembler assembler;
    struct rd rd = rd_of(heard);
    dimse_assembler_init(&assembler, &limits_default);
    while (rd_left(&rd)) {
        uint8_t type = rd_u8(&rd);
        rd_skip(&rd, 1);
        struct rd body = rd_sub(&rd, rd_u32be(&rd));
        struct ul_pdv pdv;
        struct dimse_message m;
        struct err err = { 0 };
        assert_false(rd.failed);
        assert_in_range(type, UL_A_ASSOCIATE_RQ, UL_A_ABORT);
        if (type != UL_P_DATA_TF)
            wr_fmt(out, "%s\n", names[type]);
        while (type == UL_P_DATA_TF && ul_pdv_next(&body, &pdv, &err)) {
            if (dimse_assemble(&assembler, &pdv, &m, &err) != DIMSE_MESSAGE)
                continue;
            wr_fmt(out, "%04X %04X", m.command.message_id, m.command.status);
            if (m.command.has_data_set) {
                struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                                       .max_bytes = 1 << 20,
                                                       .limits = &limits_default };
                struct dicom_block *block = dicom_parse(m.data_set, &options, NULL, &err);
                assert_non_null(block);
                wr_str(out, " ");
                sets_print(dicom_block_set(block), out);
                dicom_block_free(&block);
            }
            wr_str(out, "\n");
        }
        assert_string_equal(err.what, "");
    }
    dimse_assembler_fini(&assembler);
}

/* One association: all of it is said at once, and this is heard. */
static inline void assert_heard(const struct wire *wire, const struct wr *said, const char *expected)
{
    struct wr text;
    wr_init(&text, 1 << 20);
    wire_call(false);
    wire_say(wr_done(said));
    wire_hang_up();
    put_heard(wr_done(&wire->heard), &text);
    wr_u8(&text, 0);
    assert_string_equal((const char *)text.p, expected);
    wr_fini(&text);
}

#endif
