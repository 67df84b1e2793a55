/* vr.c -- the table of Value Representations, and its search by code. */
#include "dicom/vr.h"

const struct dicom_vr_info dicom_vr_rows[VR_COUNT + 1] = {
#define VR(code, unit, pad, flags) { #code, unit, pad, flags },
#include "dicom/vr.def"
#undef VR
    { "??", 1, 0, 0 },
};

/* Two letters as one number. */
#define CODE(first, second) ((uint8_t)(first) << 8 | (uint8_t)(second))

/* The rows are in alphabetical order. */
enum dicom_vr dicom_vr_from_code(uint8_t first, uint8_t second)
{
    int low = 0, high = VR_COUNT;
    while (low < high) {
        int middle = (low + high) / 2;
        const struct dicom_vr_info *info = &dicom_vr_rows[middle];
        int order = CODE(info->code[0], info->code[1]) - CODE(first, second);
        if (order == 0)
            return (enum dicom_vr)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return VR_NONE;
}
