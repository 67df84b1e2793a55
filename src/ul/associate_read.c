/* associate_read.c -- the body of an A-ASSOCIATE-RQ or -AC into struct ul_associate (PS3.8 9.3.2, 9.3.3, Annex D;
 * PS3.7 D.3.3).
 *
 * Items lie within items, three levels deep; each level is read through a reader of just its length. Lists are
 * counted before they are allocated, so an array is never larger than the bytes that filled it. */
#include "base/arena.h"
#include "ul/item.h"
#include "ul/pdu.h"

struct reading {
    enum ul_pdu_type type;
    const struct limits *limits;
    struct arena *arena;
    struct ul_associate *out;
    uint8_t *abort_reason;
    struct err *err;
};

struct item {
    uint8_t type;
    size_t pos;
    struct rd rd; /* its value */
};

#define FAULT(r, reason, ...) (*(r)->abort_reason = (reason), err_set((r)->err, ERR_SYNTAX, __VA_ARGS__))

static bool no_memory(const struct reading *r)
{
    return err_set(r->err, ERR_MEMORY, 0, 0, "no memory for the items of an A-ASSOCIATE PDU");
}

/* Takes the next item; false at the end, or after an error. */
static bool next_item(struct reading *r, struct rd *from, struct item *item)
{
    if (rd_left(from) == 0)
        return false;
    item->pos = rd_pos(from);
    item->type = rd_u8(from);
    rd_skip(from, 1);
    uint16_t length = rd_u16be(from);
    item->rd = rd_sub(from, length);
    if (from->failed)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0,
                     "item %02XH of length %u reaches beyond what encloses it", item->type, length);
    return true;
}

/* How many items of this type come; what is wrong with one is told when it is read. */
static uint32_t count_items(struct rd from, uint8_t type)
{
    uint32_t count = 0;
    while (rd_left(&from)) {
        bool is = rd_u8(&from) == type;
        rd_skip(&from, 1);
        rd_skip(&from, rd_u16be(&from));
        count += is && !from.failed;
    }
    return count;
}

static struct span whole(struct rd *rd)
{
    return rd_bytes(rd, rd_left(rd));
}

/* UIDs in PDUs are not padded (Annex F), but by some. */
static bool read_uid(struct reading *r, struct item *item, struct span *out)
{
    struct span raw = whole(&item->rd);
    *out = span_trim_end(raw);
    r->out->tolerated.padded_uid += out->n != raw.n;
    if (out->n == 0 || out->n > UL_UID_LENGTH)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0,
                     "a UID of %zu characters in item %02XH, not of 1 to 64", out->n, item->type);
    return true;
}

static struct span read_ae_title(struct reading *r, struct rd *rd)
{
    struct span raw = rd_bytes(rd, UL_AE_LENGTH);
    struct span title = span_trim(raw);
    r->out->tolerated.nul_in_ae_title += raw.n && memchr(raw.p, 0, raw.n) != NULL;
    return title;
}

static bool read_fixed_fields(struct reading *r, struct rd *rd)
{
    uint16_t version = rd_u16be(rd);
    rd_skip(rd, 2);
    struct rd echo = rd_sub(rd, UL_ASSOCIATE_ECHO);
    if (rd->failed)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, 0, 0,
                     "an A-ASSOCIATE PDU shorter than its 68 bytes of fixed fields");
    r->out->echo = span_of(echo.p, UL_ASSOCIATE_ECHO);
    r->out->protocol_version_1 = (version & 1) != 0; /* only this bit counts (9.3.2) */
    r->out->called_ae = read_ae_title(r, &echo);
    r->out->calling_ae = read_ae_title(r, &echo);
    return true;
}

static bool read_transfer_syntaxes(struct reading *r, struct ul_context *c, struct rd rd)
{
    uint32_t count = count_items(rd, ITEM_TRANSFER_SYNTAX);
    if (count > r->limits->transfer_syntaxes)
        return err_set(r->err, ERR_LIMIT, rd_pos(&rd), 0,
                       "%u transfer syntaxes in presentation context %u, more than the limit of %u", count, c->id,
                       r->limits->transfer_syntaxes);
    c->transfer_syntaxes = arena_array(r->arena, count, sizeof *c->transfer_syntaxes);
    if (!c->transfer_syntaxes)
        return no_memory(r);
    struct item item;
    bool abstract = false;
    while (next_item(r, &rd, &item)) {
        if (item.type == ITEM_TRANSFER_SYNTAX) {
            if (!read_uid(r, &item, &c->transfer_syntaxes[c->transfer_syntax_count]))
                return false;
            c->transfer_syntax_count++;
        } else if (item.type == ITEM_ABSTRACT_SYNTAX && r->type == UL_A_ASSOCIATE_RQ) {
            if (abstract)
                return FAULT(r, UL_ABORT_UNEXPECTED_PARAMETER, item.pos, 0,
                             "presentation context %u has two abstract syntaxes", c->id);
            abstract = true;
            if (!read_uid(r, &item, &c->abstract_syntax))
                return false;
        }
    }
    return !rd.failed;
}

/* Exactly one abstract syntax and at least one transfer syntax in an RQ; exactly one transfer syntax in an AC, where
 * it has no meaning, and may then be anything, if the context was not accepted (9.3.2.2, 9.3.3.2). */
static bool read_context(struct reading *r, struct item *item, struct ul_context *c)
{
    c->id = rd_u8(&item->rd);
    rd_skip(&item->rd, 1);
    uint8_t result = rd_u8(&item->rd);
    rd_skip(&item->rd, 1);
    if (item->rd.failed)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0, "a presentation context item of less than 4 bytes");
    if (c->id % 2 == 0)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0, "presentation context ID %u is not odd", c->id);
    if (r->type == UL_A_ASSOCIATE_AC) {
        c->result = result;
        if (result != UL_CONTEXT_ACCEPTED)
            return true;
    }
    if (!read_transfer_syntaxes(r, c, item->rd))
        return false;
    if (r->type == UL_A_ASSOCIATE_RQ && !c->abstract_syntax.n)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0, "presentation context %u has no abstract syntax",
                     c->id);
    if (!c->transfer_syntax_count)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0, "presentation context %u has no transfer syntax",
                     c->id);
    if (r->type == UL_A_ASSOCIATE_AC && c->transfer_syntax_count > 1)
        return FAULT(r, UL_ABORT_UNEXPECTED_PARAMETER, item->pos, 0,
                     "presentation context %u is accepted with several transfer syntaxes", c->id);
    return true;
}

static bool read_contexts(struct reading *r, struct rd rd)
{
    uint8_t type = r->type == UL_A_ASSOCIATE_RQ ? ITEM_CONTEXT_RQ : ITEM_CONTEXT_AC;
    uint32_t count = count_items(rd, type);
    if (count == 0 || count > UL_CONTEXTS)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, rd_pos(&rd), 0,
                     "%u presentation contexts, not 1 to 128, in an A-ASSOCIATE PDU", count);
    r->out->contexts = arena_array(r->arena, count, sizeof *r->out->contexts);
    if (!r->out->contexts)
        return no_memory(r);
    bool seen[256] = { false };
    struct item item;
    while (next_item(r, &rd, &item)) {
        if (item.type != type)
            continue;
        struct ul_context *c = &r->out->contexts[r->out->context_count];
        if (!read_context(r, &item, c))
            return false;
        if (seen[c->id])
            return FAULT(r, UL_ABORT_INVALID_PARAMETER, item.pos, 0, "presentation context ID %u comes twice", c->id);
        seen[c->id] = true;
        r->out->context_count++;
    }
    return !rd.failed;
}

static void read_version_name(struct reading *r, struct item *item)
{
    struct span name = whole(&item->rd);
    r->out->implementation_version = span_trim_end(name);
    r->out->tolerated.long_version_name += name.n == 0 || name.n > 16;
}

static void read_sop_class_extended(struct reading *r, struct item *item)
{
    struct span uid = span_trim_end(rd_bytes(&item->rd, rd_u16be(&item->rd)));
    if (item->rd.failed || !span_is(uid, UL_SOP_CLASS_MWL))
        return;
    if (r->out->extended_mwl.p)
        r->out->tolerated.repeated_user_item++;
    else
        r->out->extended_mwl = whole(&item->rd);
}

/* One sub-item of the user information. Those that have a fixed length must have just that. */
static bool read_user_item(struct reading *r, struct item *item)
{
    struct ul_associate *out = r->out;
    switch (item->type) {
    case ITEM_MAXIMUM_LENGTH:
        out->max_length = rd_u32be(&item->rd);
        if (out->max_length && out->max_length < UL_SMALLEST_MAX_LENGTH)
            return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0,
                         "a Maximum Length of %u, in which no PDV has room", out->max_length);
        break;
    case ITEM_IMPLEMENTATION_CLASS_UID:
        return read_uid(r, item, &out->implementation_class_uid);
    case ITEM_ASYNC_WINDOW:
        out->has_async_window = true;
        out->invoked = rd_u16be(&item->rd);
        out->performed = rd_u16be(&item->rd);
        break;
    case ITEM_IMPLEMENTATION_VERSION:
        read_version_name(r, item);
        break;
    case ITEM_SOP_CLASS_EXTENDED:
        read_sop_class_extended(r, item);
        return true;
    case ITEM_USER_IDENTITY_RQ:
        out->has_user_identity = true;
        out->user_identity_type = rd_u8(&item->rd);
        return true;
    default:
        return true;
    }
    if (item->rd.failed || rd_left(&item->rd))
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, item->pos, 0, "user information item %02XH has a wrong length",
                     item->type);
    return true;
}

static bool comes_once(uint8_t type)
{
    return type == ITEM_MAXIMUM_LENGTH || type == ITEM_IMPLEMENTATION_CLASS_UID || type == ITEM_ASYNC_WINDOW
           || type == ITEM_IMPLEMENTATION_VERSION || type == ITEM_USER_IDENTITY_RQ;
}

/* Sub-items come in any order (9.3.3.3). */
static bool read_user_information(struct reading *r, struct rd rd)
{
    bool seen[256] = { false };
    uint32_t count = 0;
    struct item item;
    while (next_item(r, &rd, &item)) {
        if (++count > r->limits->user_items)
            return err_set(r->err, ERR_LIMIT, item.pos, 0, "more user information items than the limit of %u",
                           r->limits->user_items);
        bool repeated = seen[item.type];
        seen[item.type] = true;
        if (repeated && comes_once(item.type))
            r->out->tolerated.repeated_user_item++;
        else if (!read_user_item(r, &item))
            return false;
    }
    r->out->tolerated.no_maximum_length += !seen[ITEM_MAXIMUM_LENGTH];
    r->out->tolerated.no_implementation_class += !seen[ITEM_IMPLEMENTATION_CLASS_UID];
    return !rd.failed;
}

/* The application context and the user information, one each; contexts are read by themselves. */
static bool read_items(struct reading *r, struct rd rd)
{
    bool application_context = false, user_information = false;
    struct item item;
    while (next_item(r, &rd, &item)) {
        bool *seen = item.type == ITEM_APPLICATION_CONTEXT ? &application_context
                     : item.type == ITEM_USER_INFORMATION  ? &user_information
                                                           : NULL;
        if (!seen)
            continue;
        if (*seen)
            return FAULT(r, UL_ABORT_UNEXPECTED_PARAMETER, item.pos, 0, "item %02XH comes twice in an A-ASSOCIATE PDU",
                         item.type);
        *seen = true;
        if (!(seen == &user_information ? read_user_information(r, item.rd)
                                        : read_uid(r, &item, &r->out->application_context)))
            return false;
    }
    if (rd.failed)
        return false;
    if (!application_context || !user_information)
        return FAULT(r, UL_ABORT_INVALID_PARAMETER, rd_pos(&rd), 0, "an A-ASSOCIATE PDU without its %s item",
                     application_context ? "user information" : "application context");
    return true;
}

bool ul_associate_read(enum ul_pdu_type type, struct span body, const struct limits *limits, struct arena *arena,
                       struct ul_associate *out, uint8_t *abort_reason, struct err *err)
{
    *out = (struct ul_associate){ 0 };
    *abort_reason = UL_ABORT_NOT_SPECIFIED;
    struct reading r = { type, limits, arena, out, abort_reason, err };
    struct rd rd = rd_of(body);
    if (!read_fixed_fields(&r, &rd))
        return false;
    if (type == UL_A_ASSOCIATE_RQ && !out->protocol_version_1)
        return true;
    return read_items(&r, rd) && read_contexts(&r, rd);
}
