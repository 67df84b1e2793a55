/* check.c -- the attributes of return type 1 in PS3.4 Table K.6-1, as rows. */
#include "catalog/check.h"

#include "dicom/dictionary.h"

struct required {
    uint32_t tag;
    bool of_step; /* inside each item of the Scheduled Procedure Step Sequence */
    int type;
};

static const struct required required[] = {
#define REQUIRED(keyword, of_step, type) { TAG_##keyword, of_step, type },
#include "catalog/required.def"
#undef REQUIRED
};

bool catalog_check(struct dicom_set set, const struct limits *limits, struct err *err)
{
    const uint32_t tag = TAG_ScheduledProcedureStepSequence;
    const struct dicom_element *sequence = dicom_set_find(set, tag);
    if (!sequence)
        return err_set(err, ERR_SYNTAX, 0, tag, "it has no Scheduled Procedure Step Sequence (0040,0100)");
    if (sequence->vr != VR_SQ)
        return err_set(err, ERR_SYNTAX, 0, tag, "its Scheduled Procedure Step Sequence (0040,0100) is no sequence");
    if (sequence->length == 0)
        return err_set(err, ERR_SYNTAX, 0, tag, "its Scheduled Procedure Step Sequence (0040,0100) has no item");
    if (sequence->length > limits->steps)
        return err_set(err, ERR_LIMIT, 0, tag, "it has %u Scheduled Procedure Steps; at most %u are taken",
                       sequence->length, limits->steps);
    return true;
}

static bool is_empty(struct dicom_set set, uint32_t tag)
{
    return span_trim(dicom_set_get(set, tag)).n == 0;
}

static bool is_missing(struct dicom_set set, const struct required *row)
{
    if (!row->of_step)
        return is_empty(set, row->tag);
    const struct dicom_element *sequence = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
    for (uint32_t i = 0; sequence && sequence->vr == VR_SQ && i < sequence->length; i++) {
        if (is_empty(dicom_set_item(set, sequence, i), row->tag))
            return true;
    }
    return false;
}

uint32_t catalog_check_complete(struct dicom_set set, struct wr *missing)
{
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        if (required[i].type != 1 || !is_missing(set, &required[i]))
            continue;
        const struct dicom_dictionary_entry *entry = dicom_dictionary_find(required[i].tag);
        wr_str(missing, count++ ? ", " : "");
        wr_str(missing, entry ? entry->keyword : "?");
    }
    return count;
}
