/* explain_run.h -- a query and whose it is, run over a server's settings to be explained. */
#ifndef MWL_CLI_EXPLAIN_RUN_H
#define MWL_CLI_EXPLAIN_RUN_H

#include "cli/explain_print.h"
#include "cli/options.h"
#include "dicom/uid.h"
#include "server/settings.h"

struct cli_explain {
    const struct cli_args *args;
    const char *aet, *aec, *address; /* who asks whom; AE titles may be NULL: nobody in particular */
    bool json, fuzzy_names, adjust_zone;
    const char *then; /* of a record: see struct cli_explained */
    bool is_counted;  /* of a record: its worklist had `had` entries */
    unsigned long long had;
    struct server_settings *settings;

    /* of the run */
    struct catalog *catalog;
    struct wr refused; /* why there is no answer, ended by NUL */
    char ignored[64], note[128];
};

/* Explains the identifier, on standard output. Returns what to exit with. */
int cli_explain_run(struct cli_explain *run, enum dicom_syntax syntax, struct span identifier);

/* Prints what was found, as text or JSON. As above. */
int cli_explain_print(const struct cli_explain *run, const struct cli_explained *explained);

#endif
