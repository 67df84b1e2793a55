/* explain_script.h -- a query through the script of a configuration, as a server sends it. */
#ifndef MWL_CLI_EXPLAIN_SCRIPT_H
#define MWL_CLI_EXPLAIN_SCRIPT_H

#include "hook/hook.h"

/* Waits for the script. Appends what it makes of the query, or of an answer; on failure *err is what went wrong in it.
 */
enum hook_result cli_explain_script(struct hook *hook, const struct hook_query *query, struct wr *out, struct err *err);

#endif
