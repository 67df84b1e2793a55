/* command.c -- reading and writing command sets (PS3.7 6.3.1: Implicit VR Little Endian, ascending, group 0000). */
#include "dimse/command.h"

#include "base/rd.h"
#include "dicom/dictionary.h"

enum {
    NEED_SOP_CLASS = 1 << 0,
    NEED_MESSAGE_ID = 1 << 1,
    NEED_RESPONDED = 1 << 2,
    NEED_PRIORITY = 1 << 3,
    NEED_STATUS = 1 << 4
};

static const struct row {
    uint16_t field;
    const char *name;
    unsigned needs;
} rows[] = {
#define COMMAND(id, field, name, needs) { field, name, needs },
#include "dimse/command.def"
#undef COMMAND
};

static const struct row *find_row(uint16_t field)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].field == field)
            return &rows[i];
    return NULL;
}

const char *dimse_command_name(uint16_t field)
{
    const struct row *row = find_row(field);
    return row ? row->name : "unknown command";
}

/* The value of a US element; it counts as absent (false) unless it has two bytes. */
static bool read_us(struct span value, uint16_t *out)
{
    struct rd r = rd_of(value);
    uint16_t v = rd_u16le(&r);
    if (r.failed)
        return false;
    *out = v;
    return true;
}

static uint32_t read_at(struct span value)
{
    struct rd r = rd_of(value);
    uint32_t group = rd_u16le(&r);
    uint32_t element = rd_u16le(&r);
    return r.failed ? 0 : group << 16 | element;
}

/* What the elements said, before it is known which command they belong to. */
struct seen {
    bool field, data_set_type, sop_class, message_id, responded, priority, status;
    uint16_t responded_id, data_set;
};

static void take(struct dimse_command *c, struct seen *seen, uint32_t tag, struct span value)
{
    switch (tag) {
    case TAG_CommandField:
        seen->field = read_us(value, &c->field);
        break;
    case TAG_AffectedSOPClassUID:
        c->sop_class = span_trim_end(value);
        seen->sop_class = c->sop_class.n > 0;
        break;
    case TAG_MessageID:
        seen->message_id = read_us(value, &c->message_id);
        break;
    case TAG_MessageIDBeingRespondedTo:
        seen->responded = read_us(value, &seen->responded_id);
        break;
    case TAG_Priority:
        seen->priority = read_us(value, &c->priority);
        break;
    case TAG_CommandDataSetType:
        seen->data_set_type = read_us(value, &seen->data_set);
        break;
    case TAG_Status:
        seen->status = read_us(value, &c->status);
        break;
    case TAG_OffendingElement:
        c->offending = read_at(value);
        break;
    case TAG_ErrorComment:
        c->comment = span_trim_end(value);
        break;
    default: /* unknown elements of the group, and its length, carry nothing for us */
        break;
    }
}

static const char *find_missing(const struct row *row, const struct seen *seen)
{
    if (!row)
        return NULL;
    if ((row->needs & NEED_SOP_CLASS) && !seen->sop_class)
        return "Affected SOP Class UID (0000,0002)";
    if ((row->needs & NEED_PRIORITY) && !seen->priority)
        return "Priority (0000,0700)";
    if ((row->needs & NEED_STATUS) && !seen->status)
        return "Status (0000,0900)";
    if (!seen->data_set_type)
        return "Command Data Set Type (0000,0800)";
    return NULL;
}

bool dimse_command_read(struct span bytes, struct dimse_command *out, struct err *err)
{
    *out = (struct dimse_command){ 0 };
    struct seen seen = { 0 };
    struct rd r = rd_of(bytes);
    while (rd_left(&r)) {
        size_t pos = rd_pos(&r);
        uint32_t group = rd_u16le(&r);
        uint32_t tag = group << 16 | rd_u16le(&r);
        struct span value = rd_bytes(&r, rd_u32le(&r));
        if (r.failed)
            return err_set(err, ERR_SYNTAX, pos, tag, "the command set ends inside element " TAG_FMT, TAG_ARGS(tag));
        if (group != 0)
            return err_set(err, ERR_SYNTAX, pos, tag, "element " TAG_FMT " in a command set, which is group 0000 alone",
                           TAG_ARGS(tag));
        take(out, &seen, tag, value);
    }
    if (!seen.field)
        return err_set(err, ERR_SYNTAX, 0, TAG_CommandField, "a command set without Command Field (0000,0100)");
    const struct row *row = find_row(out->field);
    bool answers = (out->field & DIMSE_RESPONSE) || (row && (row->needs & NEED_RESPONDED));
    if (answers)
        out->message_id = seen.responded_id;
    if (answers ? !seen.responded : !seen.message_id)
        return err_set(err, ERR_SYNTAX, 0, answers ? TAG_MessageIDBeingRespondedTo : TAG_MessageID,
                       "%s without a message ID", dimse_command_name(out->field));
    out->has_data_set = seen.data_set_type && seen.data_set != DIMSE_NO_DATA_SET;
    out->missing = find_missing(row, &seen);
    return true;
}

static void write_head(struct wr *wr, uint32_t tag, uint32_t length)
{
    wr_u16le(wr, TAG_GROUP(tag));
    wr_u16le(wr, TAG_ELEMENT(tag));
    wr_u32le(wr, length);
}

static void write_us(struct wr *wr, uint32_t tag, uint16_t v)
{
    write_head(wr, tag, 2);
    wr_u16le(wr, v);
}

/* A string, padded to even length. */
static void write_text(struct wr *wr, uint32_t tag, struct span text, uint8_t pad)
{
    write_head(wr, tag, (uint32_t)(text.n + (text.n & 1)));
    wr_span(wr, text);
    wr_fill(wr, pad, text.n & 1);
}

void dimse_command_write(struct wr *wr, const struct dimse_command *c)
{
    const struct row *row = find_row(c->field);
    unsigned needs = row ? row->needs : 0;
    bool answers = (c->field & DIMSE_RESPONSE) || (needs & NEED_RESPONDED);

    write_head(wr, TAG_CommandGroupLength, 4);
    wr_u32le(wr, 0);
    size_t mark = wr_mark(wr);
    if (c->sop_class.n)
        write_text(wr, TAG_AffectedSOPClassUID, c->sop_class, 0);
    write_us(wr, TAG_CommandField, c->field);
    write_us(wr, answers ? TAG_MessageIDBeingRespondedTo : TAG_MessageID, c->message_id);
    if (needs & NEED_PRIORITY)
        write_us(wr, TAG_Priority, c->priority);
    write_us(wr, TAG_CommandDataSetType, c->has_data_set ? 0x0001 : DIMSE_NO_DATA_SET);
    if (c->field & DIMSE_RESPONSE)
        write_us(wr, TAG_Status, c->status);
    if (c->offending) {
        write_head(wr, TAG_OffendingElement, 4);
        wr_u16le(wr, TAG_GROUP(c->offending));
        wr_u16le(wr, TAG_ELEMENT(c->offending));
    }
    if (c->comment.n) {
        size_t n = c->comment.n < DIMSE_COMMENT_MAX ? c->comment.n : DIMSE_COMMENT_MAX;
        write_text(wr, TAG_ErrorComment, span_of(c->comment.p, n), ' ');
    }
    wr_patch_u32le(wr, mark);
}
