/* vr.h -- Value Representations (PS3.5 6.2); the rows are in vr.def. */
#ifndef MWL_DICOM_VR_H
#define MWL_DICOM_VR_H

#include <stdbool.h>
#include <stdint.h>

enum dicom_vr {
#define VR(code, unit, pad, flags) VR_##code,
#include "dicom/vr.def"
#undef VR
    VR_COUNT,
    VR_NONE = VR_COUNT /* no VR: items and delimiters, unknown letters */
};

enum {
    VR_LONG = 1 << 0,
    VR_STRING = 1 << 1,
    VR_TEXT = 1 << 2,
    VR_MULTI = 1 << 3,
    VR_LEAD = 1 << 4,
    VR_WILD = 1 << 5,
    VR_RANGE = 1 << 6
};

struct dicom_vr_info {
    char code[3]; /* two capital letters and a NUL */
    uint8_t unit; /* bytes of one number; 1 for strings and streams */
    uint8_t pad;  /* ' ' or 0 */
    uint8_t flags;
};

extern const struct dicom_vr_info dicom_vr_rows[VR_COUNT + 1];

/* The row of a VR; for VR_NONE one that says "??". */
static inline const struct dicom_vr_info *dicom_vr_info(enum dicom_vr vr)
{
    return &dicom_vr_rows[vr < VR_COUNT ? vr : VR_NONE];
}

static inline bool dicom_vr_has(enum dicom_vr vr, unsigned flags)
{
    return (dicom_vr_info(vr)->flags & flags) == flags;
}

/* How long the text of an attribute may be for a device that has less room than the standard. */
struct dicom_length {
    uint32_t tag;
    uint32_t characters; /* of each value, and of each component group of a name */
};

/* The VR of two letters on the wire; VR_NONE if there is no such. */
enum dicom_vr dicom_vr_from_code(uint8_t first, uint8_t second);

#endif
