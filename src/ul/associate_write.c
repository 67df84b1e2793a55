/* associate_write.c -- an A-ASSOCIATE-RQ or -AC, item by item (PS3.8 9.3.2, 9.3.3; PS3.7 D.3.3). */
#include "ul/item.h"
#include "ul/pdu.h"

/* Type, reserved byte and a length that wr_patch_u16be() fills in. */
static size_t open_item(struct wr *wr, enum ul_item type)
{
    wr_u8(wr, (uint8_t)type);
    wr_u8(wr, 0);
    wr_u16be(wr, 0);
    return wr_mark(wr);
}

static void put_item(struct wr *wr, enum ul_item type, struct span value)
{
    size_t item = open_item(wr, type);
    wr_span(wr, value);
    wr_patch_u16be(wr, item);
}

static void put_ae_title(struct wr *wr, struct span title)
{
    if (title.n > UL_AE_LENGTH)
        title.n = UL_AE_LENGTH;
    wr_span(wr, title);
    wr_fill(wr, ' ', UL_AE_LENGTH - title.n);
}

static void put_fixed_fields(struct wr *wr, enum ul_pdu_type type, const struct ul_associate *a)
{
    wr_u16be(wr, 1); /* protocol version, bit 0 */
    wr_u16be(wr, 0);
    if (type == UL_A_ASSOCIATE_AC && a->echo.n == UL_ASSOCIATE_ECHO) {
        wr_span(wr, a->echo);
        return;
    }
    put_ae_title(wr, a->called_ae);
    put_ae_title(wr, a->calling_ae);
    wr_fill(wr, 0, 32);
}

static void put_context(struct wr *wr, enum ul_pdu_type type, const struct ul_context *c)
{
    size_t item = open_item(wr, type == UL_A_ASSOCIATE_RQ ? ITEM_CONTEXT_RQ : ITEM_CONTEXT_AC);
    wr_u8(wr, c->id);
    wr_u8(wr, 0);
    wr_u8(wr, type == UL_A_ASSOCIATE_RQ ? 0 : c->result);
    wr_u8(wr, 0);
    if (type == UL_A_ASSOCIATE_RQ)
        put_item(wr, ITEM_ABSTRACT_SYNTAX, c->abstract_syntax);
    for (uint32_t i = 0; i < c->transfer_syntax_count; i++)
        put_item(wr, ITEM_TRANSFER_SYNTAX, c->transfer_syntaxes[i]);
    wr_patch_u16be(wr, item);
}

static void put_user_information(struct wr *wr, const struct ul_associate *a)
{
    size_t user = open_item(wr, ITEM_USER_INFORMATION);

    size_t item = open_item(wr, ITEM_MAXIMUM_LENGTH);
    wr_u32be(wr, a->max_length);
    wr_patch_u16be(wr, item);

    put_item(wr, ITEM_IMPLEMENTATION_CLASS_UID, a->implementation_class_uid);
    if (a->has_async_window) {
        item = open_item(wr, ITEM_ASYNC_WINDOW);
        wr_u16be(wr, a->invoked);
        wr_u16be(wr, a->performed);
        wr_patch_u16be(wr, item);
    }
    if (a->implementation_version.n)
        put_item(wr, ITEM_IMPLEMENTATION_VERSION, a->implementation_version);
    if (a->extended_mwl.p) {
        item = open_item(wr, ITEM_SOP_CLASS_EXTENDED);
        wr_u16be(wr, 0);
        size_t uid = wr_mark(wr);
        wr_str(wr, UL_SOP_CLASS_MWL);
        wr_patch_u16be(wr, uid);
        wr_span(wr, a->extended_mwl);
        wr_patch_u16be(wr, item);
    }
    wr_patch_u16be(wr, user);
}

void ul_associate_write(struct wr *wr, enum ul_pdu_type type, const struct ul_associate *a)
{
    wr_u8(wr, (uint8_t)type);
    wr_u8(wr, 0);
    wr_u32be(wr, 0);
    size_t pdu = wr_mark(wr);
    put_fixed_fields(wr, type, a);
    put_item(wr, ITEM_APPLICATION_CONTEXT, a->application_context);
    for (uint32_t i = 0; i < a->context_count; i++)
        put_context(wr, type, &a->contexts[i]);
    put_user_information(wr, a);
    wr_patch_u32be(wr, pdu);
}
