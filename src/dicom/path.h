/* path.h -- where an attribute stands in a data set, as people write it: "PatientName",
 * "ScheduledProcedureStepSequence[0].Modality=CT".
 *
 *     path  = { sequence "[" item "]" "." } ( attribute | sequence "[" item "]" )
 *     text  = path [ "=" value ]
 *
 * An attribute is a keyword of PS3.6 or a tag, "(0010,0010)" or "0010,0010", in hexadecimal digits of either case;
 * items count from 0. It is the form of DCMTK's -k. */
#ifndef MWL_DICOM_PATH_H
#define MWL_DICOM_PATH_H

#include "base/err.h"
#include "base/span.h"

enum {
    DICOM_PATH_DEPTH = 16,     /* sequences in one path */
    DICOM_PATH_ITEM_MAX = 999, /* the highest number of an item */
    DICOM_PATH_BYTES = 65536   /* of the text, its value included */
};

/* An item of a sequence. */
struct dicom_path_item {
    uint32_t tag;   /* of the sequence */
    uint32_t index; /* up to DICOM_PATH_ITEM_MAX */
};

struct dicom_path {
    struct dicom_path_item items[DICOM_PATH_DEPTH]; /* the outermost first */
    uint32_t depth;                                 /* how many of them */
    uint32_t tag;                                   /* of the attribute in there; 0 if the path names just the item */
    struct span value; /* behind "=", bytes as they were written; borrowed; p is NULL where there is no "=" */
};

/* Reads one text whole. Any attribute that can stand in a data set is taken, private ones too; not groups below 0008,
 * FFFE and FFFF, nor group lengths. Only a sequence has items: one of the dictionary, or an attribute that it does not
 * know. A sequence, or an item, takes no value. False with *err: ERR_SYNTAX or ERR_LIMIT, `pos` counts bytes from the
 * start of the text. */
bool dicom_path_parse(struct span text, struct dicom_path *out, struct err *err);

#endif
