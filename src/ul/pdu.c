/* pdu.c -- the short PDUs, P-DATA-TF, and the table of rejections. */
#include "ul/pdu.h"

static const struct ul_reject_info rejects[UL_REJECT_COUNT] = {
#define REJECT(id, result, source, reason, text) { result, source, reason, text },
#include "ul/reject.def"
#undef REJECT
};

const struct ul_reject_info *ul_reject_info(enum ul_reject why)
{
    return &rejects[why];
}

const char *ul_reject_text(uint8_t result, uint8_t source, uint8_t reason)
{
    for (int i = 0; i < UL_REJECT_COUNT; i++)
        if (rejects[i].source == source && rejects[i].reason == reason)
            return rejects[i].text;
    /* The one row of 9.3.4 that we never send ourselves. */
    if (source == 2 && reason == 1)
        return rejects[UL_REJECT_NO_REASON].text;
    return result == 2 ? "a transient reason that PS3.8 does not define" : "a reason that PS3.8 does not define";
}

/* A PDU whose body is four bytes, the first of them reserved (9.3.4, 9.3.6 to 9.3.8). */
static void short_pdu(struct wr *wr, enum ul_pdu_type type, uint8_t second, uint8_t third, uint8_t fourth)
{
    wr_bytes(wr, (uint8_t[]){ (uint8_t)type, 0, 0, 0, 0, 4, 0, second, third, fourth }, 10);
}

void ul_reject_write(struct wr *wr, enum ul_reject why)
{
    const struct ul_reject_info *info = ul_reject_info(why);
    short_pdu(wr, UL_A_ASSOCIATE_RJ, info->result, info->source, info->reason);
}

void ul_release_rq_write(struct wr *wr)
{
    short_pdu(wr, UL_A_RELEASE_RQ, 0, 0, 0);
}

void ul_release_rp_write(struct wr *wr)
{
    short_pdu(wr, UL_A_RELEASE_RP, 0, 0, 0);
}

void ul_abort_write(struct wr *wr, uint8_t source, uint8_t reason)
{
    /* From the service user the reason is not significant and is sent as 0 (9.3.8). */
    short_pdu(wr, UL_A_ABORT, 0, source, source == UL_ABORT_PROVIDER ? reason : 0);
}

void ul_data_write(struct wr *wr, uint8_t context_id, uint8_t control, struct span fragment)
{
    if (fragment.n > UINT32_MAX - UL_PDV_HEADER) {
        wr->failed = true;
        return;
    }
    uint32_t pdv = (uint32_t)fragment.n + 2;
    wr_bytes(wr, (uint8_t[]){ UL_P_DATA_TF, 0 }, 2);
    wr_u32be(wr, pdv + 4);
    wr_u32be(wr, pdv);
    wr_bytes(wr, (uint8_t[]){ context_id, control }, 2);
    wr_span(wr, fragment);
}

bool ul_pdv_next(struct rd *body, struct ul_pdv *out, struct err *err)
{
    if (rd_left(body) == 0)
        return false;
    size_t at = rd_pos(body);
    uint32_t length = rd_u32be(body);
    if (body->failed)
        return err_set(err, ERR_SYNTAX, at, 0, "the P-DATA-TF PDU ends within the length of a PDV");
    if (length < 2)
        return err_set(err, ERR_SYNTAX, at, 0, "a PDV length of %u, below the 2 bytes of its own header", length);
    struct rd pdv = rd_sub(body, length);
    if (body->failed)
        return err_set(err, ERR_SYNTAX, at, 0, "a PDV length of %u reaches beyond its P-DATA-TF PDU", length);
    out->context_id = rd_u8(&pdv);
    out->control = rd_u8(&pdv) & (UL_PDV_COMMAND | UL_PDV_LAST);
    out->fragment = rd_bytes(&pdv, rd_left(&pdv));
    return true;
}
