/* find_print.h -- the answers of a server in the form that was asked for. */
#ifndef MWL_CLI_FIND_PRINT_H
#define MWL_CLI_FIND_PRINT_H

#include <stdio.h>

#include "base/err.h"
#include "base/wr.h"
#include "dicom/uid.h"

enum find_form { FIND_TEXT, FIND_TABLE, FIND_JSON, FIND_SIMPLE };

struct cli_find_printer {
    enum find_form form;
    const char *folder; /* in which each answer is saved as a file too; NULL: in none */
    uint32_t count;     /* of answers, so far */
};

/* The attributes that a line of the table shows, as keys of a query; ends with NULL. */
extern const char *const cli_find_table_keys[];

/* Appends an answer, and saves it. False with *err. */
bool cli_find_answer(struct cli_find_printer *printer, struct span identifier, enum dicom_syntax syntax, struct wr *out,
                     struct err *err);

/* Appends what ends the output. */
void cli_find_end(const struct cli_find_printer *printer, struct wr *out);

#endif
