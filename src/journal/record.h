/* record.h -- one record. Inside this room only. */
#ifndef MWL_JOURNAL_RECORD_H
#define MWL_JOURNAL_RECORD_H

#include <stdatomic.h>

#include "journal/journal.h"

struct journal_record {
    atomic_uint references;
    size_t bytes; /* of all of it */
    bool is_query;

    uint64_t at_us;
    struct span calling_ae, called_ae, peer; /* all spans are in `room` */

    /* of an association */
    struct span implementation_class_uid, implementation_version, contexts, proposed;
    uint32_t max_length;
    char *ended; /* JOURNAL_ENDED bytes of `room`; of all here the one thing that changes, under the journal's lock */

    /* of a query */
    uint64_t took_us, association, entries, answers;
    struct span identifier, keys, changed, comment;
    size_t length; /* of the identifier as it came */
    enum dicom_syntax syntax;
    uint16_t status;
    bool truncated; /* of an association: `proposed` is */
    bool masked, cut_off, fuzzy_names, adjust_zone;

    uint8_t room[];
};

#endif
