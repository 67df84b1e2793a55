/* A whole association against the acceptor of src/server, with the find service and a small worklist behind it: any
 * sequence of PDUs, in any pieces, however slowly the answers are taken, while time goes by and the folder changes.
 *
 * The first byte says how the server is set up, the rest are steps: an operation, a length in two bytes, and so many
 * bytes. A step may be bytes as they are, or what the target wraps into a PDU, a PDV or a message, so that what is
 * inside is reached. Whatever happens, the server says whole PDUs with whole messages in them, answers nobody who did
 * not ask, and forgets the connection at its end. */
#include "fuzz.h"

#include <string.h>

#include "../unit/server/wire.h"
#include "base/arena.h"
#include "base/log.h"
#include "choices.h"
#include "config/profile.h"
#include "dicom/parse.h"
#include "dicom/tags.h"
#include "dicom/write.h"
#include "dimse/message.h"
#include "dimse/status.h"

enum {
    SAY,      /* bytes as they are */
    SAY_PDU,  /* a type, and the body */
    SAY_PDV,  /* a context, a control header, and the fragment */
    SAY_FIND, /* a context, a message ID, the size of the fragments less one, and the identifier */
    SAY_ECHO, /* a context and a message ID */
    CANCEL,   /* a context and a message ID */
    ASK,      /* an association: the titles' choice, then for each context its ID and what it proposes */
    TAKE,     /* the peer takes so many bytes, and from then on none; of no bytes: all */
    PASS,     /* time, in units of a tenth of a second */
    CHANGE,   /* the folder: 0 current, 1 changed, 2 still read */
    OPERATIONS
};

enum { ENTRIES = 12, CAP = 4 << 20 };

static const char *const abstracts[] = { "1.2.840.10008.5.1.4.31", "1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.2.1.1" };
static const char *const transfers[] = { "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
                                         "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.50" };
static const char *const called[] = { "MWL", "NOBODY", "mwl", " " }, *const calling[] = { "CT1", "CT2", "ECHO", "\\" };

static struct wire *wire;
static bool slow; /* the peer did not take all at once */

/* ---- a worklist ---- */

static void text(struct dicom_writer *w, uint32_t tag, enum dicom_vr vr, const char *value)
{
    dicom_write_element(w, tag, vr, span_str(value));
}

static struct dicom_block *entry(uint32_t number)
{
    const struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                                 .max_bytes = CAP,
                                                 .limits = &limits_default };
    struct err err = { .code = ERR_NONE };
    struct dicom_writer w;
    struct wr bytes;
    char id[] = { 'P', (char)('A' + number), 0 };
    wr_init(&bytes, CAP);
    dicom_write_init(&w, &bytes, SYNTAX_EXPLICIT_LE);
    text(&w, TAG_SpecificCharacterSet, VR_CS, number % 2 ? "ISO_IR 100" : "ISO_IR 192");
    text(&w, TAG_PatientName, VR_PN, number % 2 ? "B\xE4r^A" : "Zo\xC3\xAB^B");
    text(&w, TAG_PatientID, VR_LO, id);
    text(&w, TAG_PatientComments, VR_LT,
         number % 2 ? "Gr\xFC\xDF"
                      "e"
                    : "\xC5\x81\xC3\xB3"
                      "d\xC5\xBA");
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(&w);
    text(&w, TAG_Modality, VR_CS, number % 3 ? "CT" : "MR");
    text(&w, TAG_ScheduledStationAETitle, VR_AE, number % 4 ? "CT1" : "CT2");
    text(&w, TAG_ScheduledProcedureStepStartDate, VR_DA, "20010909");
    dicom_write_end_item(&w);
    dicom_write_end_sequence(&w);
    struct dicom_block *block = dicom_parse(wr_done(&bytes), &options, NULL, &err);
    wr_fini(&bytes);
    DEMAND(block);
    return block;
}

/* What a scanner that calls itself CT2 gets. */
static void take_profile(struct config *config)
{
    static const char text[] =
        "{\"Worklists\": {\"Profiles\": [{\"CallingAet\": \"CT2\", \"StationAliases\": [\"CT1\"],"
        "\"ShowEntriesWithoutStation\": true, \"OmitEmptyAttributes\": true,"
        "\"OmitEmptyCodeItems\": true, \"AnswerCharacterSet\": \"ISO_IR 6\","
        "\"Transliterate\": true, \"MaximumLengths\": {\"PatientComments\": 4},"
        "\"LimitIsSuccess\": true, \"DaysBeforeToday\": 3}]}}";
    static struct config *from;
    struct err err = { .code = ERR_NONE };
    from = config_load_host(text, NULL, &err);
    DEMAND(from);
    config->profiles = from->profiles;
    config->profile_count = from->profile_count;
}

static void begin(void)
{
    static struct journal_options options = { .records = 16, .bytes = 1 << 16 };
    if (wire)
        return;
    log_set_level(LOG_ERROR);
    DEMAND(wire_up(&wire));
    wire->shared.leniency = service_leniency_new();
    wire->shared.journal = journal_new(&options);
    wire->settings.limits.output_bytes = 64 << 10;
    take_profile(wire->settings.config);
    struct catalog_change *change = catalog_begin(wire->catalog, 1);
    DEMAND(wire->shared.leniency && wire->shared.journal && change);
    for (uint32_t i = 0; i < ENTRIES; i++) {
        char name[] = { (char)('a' + i), 0 };
        DEMAND(catalog_put(change, name, entry(i)));
    }
    catalog_commit(&change, NULL);
}

/* ---- what the peer says ---- */

static void say_pdvs(uint8_t context, uint8_t control, struct span rest, size_t most)
{
    struct wr pdu;
    wr_init(&pdu, CAP);
    do {
        struct span part = span_of(rest.p, rest.n < most ? rest.n : most);
        rest = span_of(rest.p + part.n, rest.n - part.n);
        wr_reset(&pdu);
        ul_data_write(&pdu, context, control | (rest.n ? 0 : UL_PDV_LAST), part);
        wire_say(wr_done(&pdu));
    } while (rest.n);
    wr_fini(&pdu);
}

static void say_message(struct choices *c, uint16_t field, const char *sop_class)
{
    struct wr set;
    uint8_t context = choices_byte(c);
    struct dimse_command command = { .field = field,
                                     .message_id = choices_byte(c),
                                     .has_data_set = field == DIMSE_C_FIND_RQ };
    if (sop_class)
        command.sop_class = span_str(sop_class);
    size_t most = command.has_data_set ? (size_t)choices_byte(c) + 1 : 16384;
    wr_init(&set, CAP);
    dimse_command_write(&set, &command);
    say_pdvs(context, UL_PDV_COMMAND, wr_done(&set), most);
    if (command.has_data_set)
        say_pdvs(context, 0, choices_span(c, SIZE_MAX), most < 256 ? most : 16384);
    wr_fini(&set);
}

static void say_request(struct choices *c)
{
    struct ul_context contexts[8];
    struct span syntaxes[8][2];
    uint8_t titles = choices_byte(c), extended = choices_byte(c);
    uint32_t count = 0;
    while (choices_left(c) && count < 8) {
        uint8_t id = choices_byte(c), what = choices_byte(c);
        syntaxes[count][0] = span_str(transfers[what % 5]);
        syntaxes[count][1] = span_str(transfers[what / 16 % 5]);
        contexts[count] = (struct ul_context){ id, 0, span_str(abstracts[what % 3]), syntaxes[count], 1 + (what >> 7) };
        count++;
    }
    struct ul_associate rq = { .called_ae = span_str(called[titles & 3]),
                               .calling_ae = span_str(calling[titles >> 2 & 3]),
                               .application_context = span_str("1.2.840.10008.3.1.1.1"),
                               .contexts = contexts,
                               .context_count = count,
                               .max_length = titles & 0x80 ? 64 : 0,
                               .implementation_class_uid = span_str("1.9") };
    if (extended & 1)
        rq.extended_mwl = span_of("\1\1\1\1\1\1", 6);
    struct wr pdu;
    wr_init(&pdu, CAP);
    ul_associate_write(&pdu, UL_A_ASSOCIATE_RQ, &rq);
    wire_say(wr_done(&pdu));
    wr_fini(&pdu);
}

static void say_pdu(struct choices *c)
{
    struct wr pdu;
    wr_init(&pdu, CAP);
    wr_u8(&pdu, choices_byte(c));
    wr_u8(&pdu, 0);
    wr_u32be(&pdu, (uint32_t)c->rest.n);
    wr_span(&pdu, c->rest);
    wire_say(wr_done(&pdu));
    wr_fini(&pdu);
}

static void step(uint8_t operation, struct choices c)
{
    size_t n = c.rest.n;
    uint8_t context, control;
    switch (operation % OPERATIONS) {
    case SAY:
        wire_say(c.rest);
        break;
    case SAY_PDU:
        say_pdu(&c);
        break;
    case SAY_PDV:
        context = choices_byte(&c);
        control = choices_byte(&c);
        say_pdvs(context, control & (uint8_t)~UL_PDV_LAST, c.rest, control & UL_PDV_LAST ? 7 : 16384);
        break;
    case SAY_FIND:
        say_message(&c, DIMSE_C_FIND_RQ, abstracts[0]);
        break;
    case SAY_ECHO:
        say_message(&c, DIMSE_C_ECHO_RQ, abstracts[1]);
        break;
    case CANCEL:
        say_message(&c, DIMSE_C_CANCEL_RQ, NULL);
        break;
    case ASK:
        say_request(&c);
        break;
    case TAKE:
        wire->room = n ? choices_u16(&c) : SIZE_MAX;
        slow = true;
        wire_pass(0);
        break;
    case PASS:
        wire_pass(100u * choices_u16(&c));
        break;
    default:
        control = choices_byte(&c);
        if (control % 3 == 0)
            wire_current();
        wire->busy = control % 3 == 1;
        wire->loading = control % 3 == 2;
    }
}

/* ---- what it hears ---- */

/* The transfer syntax of each accepted context. */
struct contexts {
    struct span syntax[256];
};

static void hear_ac(struct span body, struct arena *arena, struct contexts *contexts)
{
    struct ul_associate ac;
    uint8_t reason;
    struct err err = { .code = ERR_NONE };
    DEMAND(ul_associate_read(UL_A_ASSOCIATE_AC, body, &limits_default, arena, &ac, &reason, &err));
    for (uint32_t i = 0; i < ac.context_count; i++)
        if (ac.contexts[i].result == UL_CONTEXT_ACCEPTED)
            contexts->syntax[ac.contexts[i].id] = ac.contexts[i].transfer_syntaxes[0];
}

static void hear_message(const struct dimse_message *m, const struct contexts *contexts)
{
    struct span syntax = contexts->syntax[m->context_id];
    DEMAND(syntax.n && m->command.field & DIMSE_RESPONSE && !m->command.missing);
    bool pending = m->command.status == DIMSE_STATUS_PENDING || m->command.status == DIMSE_STATUS_PENDING_WARNING;
    DEMAND(pending == m->command.has_data_set);
    DEMAND(!pending || m->command.field == DIMSE_C_FIND_RSP);
    if (!pending)
        return;
    const struct dicom_parse_options options = { .syntax = dicom_syntax_from_uid(syntax),
                                                 .max_bytes = CAP,
                                                 .limits = &limits_default };
    struct err err = { .code = ERR_NONE };
    struct dicom_block *block = dicom_parse(m->data_set, &options, NULL, &err);
    DEMAND(block);
    dicom_block_free(&block);
}

static void hear_pdvs(struct rd body, struct dimse_assembler *assembler, const struct contexts *contexts)
{
    struct ul_pdv pdv;
    struct err err = { .code = ERR_NONE };
    while (ul_pdv_next(&body, &pdv, &err)) {
        struct dimse_message m;
        enum dimse_step got = dimse_assemble(assembler, &pdv, &m, &err);
        DEMAND(got != DIMSE_FAULT);
        if (got == DIMSE_MESSAGE)
            hear_message(&m, contexts);
    }
    DEMAND(err.code == ERR_NONE);
}

/* A peer that takes all gets whole PDUs alone; one that took too long may have been cut off. */
static void hear(struct span said, bool whole)
{
    struct contexts contexts = { 0 };
    struct dimse_assembler assembler;
    struct arena arena;
    struct rd rd = rd_of(said);
    dimse_assembler_init(&assembler, &limits_default);
    arena_init(&arena, CAP);
    while (rd_left(&rd)) {
        uint8_t type = rd_u8(&rd);
        rd_skip(&rd, 1);
        struct rd body = rd_sub(&rd, rd_u32be(&rd));
        if (rd.failed && !whole)
            break;
        DEMAND(!rd.failed && type >= UL_A_ASSOCIATE_AC && type <= UL_A_ABORT);
        if (type == UL_A_ASSOCIATE_AC)
            hear_ac(rd_bytes(&body, rd_left(&body)), &arena, &contexts);
        if (type == UL_P_DATA_TF)
            hear_pdvs(body, &assembler, &contexts);
    }
    arena_fini(&arena);
    dimse_assembler_fini(&assembler);
}

/* ---- */

static void set_up(uint8_t how)
{
    struct config *config = wire->settings.config;
    config->filter_issuer_aet = how & 1;
    config->limit_answers = how & 2 ? 3 : 0;
    config->answer_while_loading = how & 4;
    config->default_encoding = how & 8 ? "Latin1" : "";
    config->dicom_check_called_aet = how & 16;
    config->dicom_aet = "MWL";
    wire->settings.limits.pdu_bytes = how & 32 ? 4096 : 65536;
    wire->busy = wire->loading = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 16)
        return 0;
    begin();
    struct choices c = choices_of(data + 1, size - 1);
    set_up(data[0]);
    slow = false;
    wire_call(data[0] & 64 && data[0] & 128);
    while (choices_left(&c)) {
        uint8_t operation = choices_byte(&c);
        size_t length = choices_u16(&c);
        step(operation, (struct choices){ choices_span(&c, length), 0 });
    }
    if (data[0] & 64) { /* it takes what is left, too */
        wire->room = SIZE_MAX;
        wire_current();
        wire_pass(0);
    }
    hear(wr_done(&wire->heard), data[0] & 64 && (!slow || wire_is_open()));
    wire->broken = data[0] & 128;
    wire_pass(0);
    wire_hang_up();
    wire_current();
    wire_pass(wire->settings.limits.query_ms);
    DEMAND(!wire_is_open() && !wire->worker.connections && wire->shared.census.all.there == 0);
    DEMAND(atomic_load(&wire->settings.references) == 1);
    return 0;
}
