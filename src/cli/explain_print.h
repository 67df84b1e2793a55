/* explain_print.h -- what `mwl explain` prints: first the cause in one line, then what it is taken from. */
#ifndef MWL_CLI_EXPLAIN_PRINT_H
#define MWL_CLI_EXPLAIN_PRINT_H

#include "cli/explain_files.h"
#include "service/explain.h"

struct cli_explained {
    const char *refused; /* why the server would not even answer, one sentence; NULL if it would */
    const char *then;    /* what the server did when it was asked, if it would do something else now; else NULL */
    const char *note;    /* what is different now, else NULL */
    const struct match_explain *how; /* NULL if the query was not compared with anything */
    const struct match_plan *plan;   /* of `how` */
    const struct cli_lost_files *lost;
    uint64_t unscripted; /* entries that match the query as it came, if a script has changed it */
    uint32_t limit;      /* LimitAnswers, where it ended the list; else 0 */
    uint32_t dropped;    /* answers that a script keeps back */
    bool partial;        /* keys of the query are neither compared nor returned */
    const char *ignored; /* the first of these, "" if it is not known */
};

void cli_explain_text(const struct cli_explained *explained, struct wr *out);
void cli_explain_json(const struct cli_explained *explained, struct wr *out);

#endif
