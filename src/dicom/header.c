/* header.c -- reads the header of one element, item or delimiter. */
#include "dicom/header.h"

static uint16_t read_u16(struct rd *r, enum dicom_encoding encoding)
{
    return encoding == ENCODING_EXPLICIT_BE ? rd_u16be(r) : rd_u16le(r);
}

static uint32_t read_u32(struct rd *r, enum dicom_encoding encoding)
{
    return encoding == ENCODING_EXPLICIT_BE ? rd_u32be(r) : rd_u32le(r);
}

static bool is_capital(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

enum dicom_header_result dicom_header_read(struct rd *r, enum dicom_encoding encoding, struct dicom_header *out)
{
    *out = (struct dicom_header){ .pos = (uint32_t)rd_pos(r), .vr = VR_NONE };
    uint16_t group = read_u16(r, encoding);
    out->tag = (uint32_t)group << 16 | read_u16(r, encoding);
    if (encoding == ENCODING_IMPLICIT_LE || group == GROUP_ITEM) {
        out->length = read_u32(r, encoding);
        return r->failed ? HEADER_TRUNCATED : HEADER_OK;
    }

    out->letters[0] = rd_u8(r);
    out->letters[1] = rd_u8(r);
    if (r->failed)
        return HEADER_TRUNCATED;
    if (!is_capital(out->letters[0]) || !is_capital(out->letters[1]))
        return HEADER_NO_VR;
    out->vr = dicom_vr_from_code(out->letters[0], out->letters[1]);
    if (out->vr == VR_NONE) {
        /* VRs of the future have the long form (PS3.5 6.2 note 1, 7.1.2). */
        out->vr = VR_UN;
        out->unknown_vr = true;
    }
    if (dicom_vr_has(out->vr, VR_LONG)) {
        rd_skip(r, 2); /* reserved */
        out->length = read_u32(r, encoding);
    } else {
        out->length = read_u16(r, encoding);
    }
    return r->failed ? HEADER_TRUNCATED : HEADER_OK;
}
