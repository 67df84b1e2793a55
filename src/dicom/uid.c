/* uid.c -- looks up the UIDs of PS3.6 Annex A, from data/uids.csv, and the transfer syntaxes among them. */
#include "dicom/uid.h"

#include "dicom/uid_rows.h"

const struct dicom_uid_entry *dicom_uid_find(struct span uid)
{
    uid = span_trim_end(uid);
    size_t low = 0, high = sizeof entries / sizeof *entries;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_cmp(span_str(entries[middle].uid), uid);
        if (order == 0)
            return &entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct dicom_uid_entry *dicom_uid_named(struct span dcmtk)
{
    for (size_t i = 0; dcmtk.n && i < sizeof entries / sizeof *entries; i++) {
        if (span_is(dcmtk, entries[i].dcmtk))
            return &entries[i];
    }
    return NULL;
}

const char *dicom_uid_name(struct span uid)
{
    const struct dicom_uid_entry *entry = dicom_uid_find(uid);
    return entry ? entry->name : "unknown UID";
}

static const struct dicom_syntax_info syntaxes[SYNTAX_COUNT] = {
#define SYNTAX(id, uid, big_endian, explicit_vr, deflated) { uid, big_endian, explicit_vr, deflated },
#include "dicom/syntax.def"
#undef SYNTAX
};

const struct dicom_syntax_info *dicom_syntax_info(enum dicom_syntax syntax)
{
    return syntax < SYNTAX_COUNT ? &syntaxes[syntax] : NULL;
}

enum dicom_syntax dicom_syntax_from_uid(struct span uid)
{
    uid = span_trim_end(uid);
    for (int i = 0; i < SYNTAX_COUNT; i++)
        if (span_is(uid, syntaxes[i].uid))
            return (enum dicom_syntax)i;
    return SYNTAX_NONE;
}
