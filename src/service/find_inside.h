/* find_inside.h -- what the files of a find share: how far it is, and how it ends. */
#ifndef MWL_SERVICE_FIND_INSIDE_H
#define MWL_SERVICE_FIND_INSIDE_H

#include "service/find.h"
#include "service/profile.h"

enum { COMMENT_MAX = 64 };

struct service_find {
    struct service_find_request request; /* identifier is not kept */
    struct dicom_block *identifier;
    struct match_plan *plan;
    struct catalog_snapshot *snapshot;
    struct catalog_query *query;
    struct catalog_entry entry; /* of the present answer */
    struct match_bent made;     /* what was made of it */
    struct wr answer, deflated; /* it, before and after deflating */
    uint64_t began_us;
    uint32_t answers; /* given out, and not dropped */
    uint32_t dropped;
    struct service_bent bent; /* of them */

    bool decided, over; /* the final status stands below; it was given out */
    bool told;          /* in the log */
    uint64_t took_us;   /* until it was over */
    enum err_code fault;
    uint16_t status;
    uint32_t offending;
    char comment[COMMENT_MAX + 1];
};

/* How it ends, unless that was decided before. `comment` is made fit for an Error Comment. */
void service_find_decide(struct service_find *f, enum err_code fault, uint16_t status, uint32_t offending,
                         const char *comment);

/* Parses the identifier and plans, or decides that it cannot be (find_read.c). */
void service_find_read(struct service_find *f, struct span identifier);

/* Says in the log what was asked, with --verbose, and how it ended, once (find_log.c). */
void service_find_log_query(const struct service_find *f);
void service_find_log_end(struct service_find *f);

#endif
