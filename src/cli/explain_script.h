/* explain_script.h -- a query through the script of a configuration, as a server sends it. */
#ifndef MWL_CLI_EXPLAIN_SCRIPT_H
#define MWL_CLI_EXPLAIN_SCRIPT_H

#include "hook/hook.h"

/* Waits for the script. Appends what it makes of the identifier; false with *err: what went wrong in it. */
bool cli_explain_script(struct hook *hook, const struct hook_query *query, struct wr *out, struct err *err);

#endif
