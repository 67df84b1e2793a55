/* journal_print.h -- a record of the journal, as the control socket has it, in words. */
#ifndef MWL_CLI_JOURNAL_PRINT_H
#define MWL_CLI_JOURNAL_PRINT_H

#include <jansson.h>

#include "base/wr.h"

enum { CLI_JOURNAL_CAP = 16 << 20 }; /* the most text for one */

/* Whether it is of a query; else it is of an association. */
bool cli_journal_is_query(const json_t *record);

/* Appends a line that says the most of it. */
void cli_journal_put_line(const json_t *record, struct wr *out);

/* Appends all of it, over many lines. */
void cli_journal_put_record(const json_t *record, struct wr *out);

#endif
