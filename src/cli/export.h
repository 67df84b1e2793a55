/* export.h -- a query of the journal as files that can be sent again. */
#ifndef MWL_CLI_EXPORT_H
#define MWL_CLI_EXPORT_H

#include "cli/control.h"
#include "cli/options.h"

/* Writes the query to `path`, and what its device proposed to that with ".json" behind; prints the command lines that
 * send both to that server from this machine. Returns what to exit with. */
int cli_export_query(const struct cli_args *args, struct cli_control *control, const json_t *record, const char *path);

#endif
