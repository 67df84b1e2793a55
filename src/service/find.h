/* find.h -- one Modality Worklist C-FIND, from identifier to final status (PS3.4 K.4.1).
 *
 * Bytes in, bytes out: knows no association. Its owner
 *   - makes it from the identifier as it arrived;
 *   - gives it the catalog with service_find_start() once the worklist is current (law 4);
 *   - pulls answers with service_find_next() while there is room to send them, until the final one.
 * What is wrong with an identifier is not an error of this code, but the final status of the query. */
#ifndef MWL_SERVICE_FIND_H
#define MWL_SERVICE_FIND_H

#include "base/limits.h"
#include "catalog/catalog.h"
#include "config/config.h"
#include "config/profile.h"
#include "dicom/charset.h"
#include "dicom/uid.h"
#include "service/explain.h"
#include "service/leniency.h"

struct service_find;

/* Who asks whom for what; everything is borrowed until service_find_free(). */
struct service_find_request {
    const struct config *config;
    const struct limits *limits;
    const struct config_profile *profile; /* of the device; NULL: it has none */
    uint64_t now_us;                      /* clock_wall_us(): when the query came */
    struct dicom_charset default_charset; /* of identifiers without (0008,0005); and of answers, if it was configured */
    const char *calling_ae, *called_ae;   /* fit for a log line */
    struct span calling_aet;              /* trimmed, as it came: FilterIssuerAet compares with it */
    const char *peer;                     /* numeric address */
    struct service_leniency *leniency;    /* told what the query needs to be forgiven; may be NULL */
    enum dicom_syntax syntax;             /* of the identifier, and of the answers */
    /* How answers are written. A character set that is here goes ahead of the query's own, and that ahead of
     * default_charset. */
    struct match_answer answer;
    struct span identifier; /* copied from */
    uint32_t limit_answers; /* the most answers; 0 is no limit */
    bool fuzzy_names;       /* negotiated: see struct match_options */
    bool adjust_zone;
    bool too_large; /* the identifier was beyond limits, and is not here */
};

/* NULL: no memory. */
struct service_find *service_find_new(const struct service_find_request *request);

/* Ends it wherever it is, with a log line if it had not come to its end. */
void service_find_free(struct service_find **find);

/* The worklist to ask: pins its present version. Call once. */
void service_find_start(struct service_find *find, struct catalog *catalog);

/* In place of that: the worklist is still read for the first time. The next step is the final one, with A700. */
void service_find_loading(struct service_find *find);

/* The query as it was parsed; empty if it could not be. Good until service_find_free(). */
struct dicom_set service_find_identifier(const struct service_find *find);

/* C-CANCEL: the next step is the final one, with FE00, unless it was already given. */
void service_find_cancel(struct service_find *find);

/* The time for a query is up (QueryMaxTime): the next step is the final one, with A700. */
void service_find_expire(struct service_find *find);

/* The answer that was given last does not go to the device: it counts for nothing. */
void service_find_drop(struct service_find *find);

/* Something else is in the way, which `comment` says: the next step is the final one, with C000. */
void service_find_fail(struct service_find *find, const char *comment);

struct service_answer {
    uint16_t status;        /* enum dimse_status; of an answer Pending, FF01 if keys of the query are not supported */
    struct span identifier; /* encoded; empty in the final one */
    uint32_t offending;     /* Offending Element; 0: none */
    struct span comment;    /* Error Comment, at most 64 characters; may be empty */
    enum err_code fault;    /* of a final one: what went wrong, in a word for who has no status; ERR_NONE: nothing */
    const char *name;       /* of an answer: its file's */
};

enum service_step {
    SERVICE_ANSWER, /* a match, Pending; more follows */
    SERVICE_FINAL,  /* the final status; the query is over, and is told of in the log when it is freed */
    SERVICE_AGAIN   /* nothing yet: call again after others had their turn, or after service_find_start() */
};

/* The next step, after at most about `budget_us` microseconds of work. *out is good until the next call. */
enum service_step service_find_next(struct service_find *find, uint32_t budget_us, struct service_answer *out);

/* The answer that was given last, once more: in the words of the query (`narrow` of struct match_answer). False if it
 * cannot be encoded. */
bool service_find_narrow(struct service_find *find, struct service_answer *out);

/* What it came to so far, for a record of it. Borrowed until service_find_explain() or service_find_free(). */
struct service_summary {
    struct dicom_set identifier;
    uint64_t took_us;
    uint64_t entries; /* in the worklist */
    uint32_t answers, dropped;
    uint16_t status;
    bool over; /* it has its final status */
    const char *comment;
};
void service_find_sum_up(const struct service_find *find, struct service_summary *out);

/* Appends a line for each key that FilterIssuerAet or a profile has added to the query's own. */
void service_find_added(const struct service_find *find, struct wr *out);

/* True of a query that is over and got nothing, although there are entries: somebody may stand before a scanner and
 * wonder. */
bool service_find_is_puzzling(const struct service_find *find);

/* Why it got what it got: takes the worklist and the query over from a find that is over, which is still to be freed.
 * NULL: it never came to be compared with a worklist, or no memory. */
struct service_explain *service_find_explain(struct service_find *find);

#endif
