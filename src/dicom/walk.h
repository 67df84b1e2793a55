/* walk.h -- a data set from its first element to its last, items of sequences included, in the order in which they
 * would be written. Without recursion, in the caller's storage. */
#ifndef MWL_DICOM_WALK_H
#define MWL_DICOM_WALK_H

#include "dicom/set.h"

/* Items nested deeper than this are passed over: their sequence looks empty. Far beyond limits.depth. */
enum { DICOM_WALK_DEPTH = 64 };

enum dicom_walk_event {
    WALK_END,
    WALK_ELEMENT, /* no sequence */
    WALK_SEQUENCE,
    WALK_ITEM, /* of the sequence that came last and has not ended */
    WALK_ITEM_END,
    WALK_SEQUENCE_END
};

struct dicom_walk_level {
    struct dicom_set set;
    uint32_t next; /* index of the next element, or of the open sequence */
    uint32_t item; /* next item of the open sequence */
    bool open;
};

struct dicom_walk {
    const struct dicom_element *element; /* of the last event; with WALK_ITEM and the two ends, the sequence */
    struct dicom_set set;                /* the level that holds `element` */
    uint32_t depth;
    struct dicom_walk_level levels[DICOM_WALK_DEPTH];
};

void dicom_walk_init(struct dicom_walk *w, struct dicom_set set);

enum dicom_walk_event dicom_walk_next(struct dicom_walk *w);

#endif
