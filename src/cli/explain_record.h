/* explain_record.h -- a record of a running server's journal, as something to be explained. */
#ifndef MWL_CLI_EXPLAIN_RECORD_H
#define MWL_CLI_EXPLAIN_RECORD_H

#include <sys/types.h>

#include "cli/control.h"
#include "dicom/uid.h"

struct cli_recorded {
    json_t *record, *about; /* owned; what follows is borrowed from them */
    bool is_query;
    const char *folder, *path; /* in which the server was started, and with what */
    bool force_config;
    const char *aet, *aec, *address;
    bool fuzzy_names, adjust_zone;
    enum dicom_syntax syntax;
    struct wr identifier; /* owned */
    bool is_counted;      /* its worklist had `had` entries, as far as anybody knows */
    unsigned long long had;
    struct wr then; /* what the server did with the query, if it did not answer it; ended by NUL; owned */
    uid_t uid;      /* as whom the server runs */
    gid_t gid;
};

/* Asks the server. False with *err. */
bool cli_recorded_open(struct cli_recorded *recorded, const char *socket, uint16_t port, uint32_t number,
                       struct err *err);
void cli_recorded_close(struct cli_recorded *recorded);

/* Becomes the user that the server runs as, if root asks: who may read everything does not see why another gets
 * nothing. False with *err. */
bool cli_recorded_become(const struct cli_recorded *recorded, struct err *err);

/* Appends, of an association, why nothing could be asked on it, or that it could. */
void cli_recorded_association(const struct cli_recorded *recorded, struct wr *out);

#endif
