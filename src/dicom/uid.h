/* uid.h -- UIDs of PS3.6 Annex A, and the transfer syntaxes that we read and write (PS3.5 Annex A).
 *
 * The table and dicom/uids.h (one UID_Keyword for each) are generated at build time from data/uids.csv. */
#ifndef MWL_DICOM_UID_H
#define MWL_DICOM_UID_H

#include "base/span.h"
#include "dicom/uids.h"

struct dicom_uid_entry {
    const char *uid;
    const char *name;    /* "Modality Worklist Information Model - FIND" */
    const char *keyword; /* "ModalityWorklistInformationModelFind" */
    const char *dcmtk;   /* the name that dcmdump prints, without its "="; "" where it has none */
};

/* The entry of a UID, trailing NUL or space ignored; NULL if unknown. */
const struct dicom_uid_entry *dicom_uid_find(struct span uid);

/* The entry that dcmdump prints under this name, given without its "="; NULL if there is none. */
const struct dicom_uid_entry *dicom_uid_named(struct span dcmtk);

/* Its name for a log line, or "unknown UID". */
const char *dicom_uid_name(struct span uid);

/* The transfer syntaxes of data sets without encapsulated pixel data. The rows are in syntax.def, in the order in
 * which an acceptor prefers them. */
enum dicom_syntax {
#define SYNTAX(id, uid, big_endian, explicit_vr, deflated) SYNTAX_##id,
#include "dicom/syntax.def"
#undef SYNTAX
    SYNTAX_COUNT,
    SYNTAX_NONE = SYNTAX_COUNT
};

struct dicom_syntax_info {
    const char *uid;
    bool big_endian, explicit_vr, deflated;
};

const struct dicom_syntax_info *dicom_syntax_info(enum dicom_syntax syntax);

/* SYNTAX_NONE for one that we do not read; trailing NUL or space ignored. */
enum dicom_syntax dicom_syntax_from_uid(struct span uid);

#endif
