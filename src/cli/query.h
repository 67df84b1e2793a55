/* query.h -- the keys that a person gives a command: --key and --query. */
#ifndef MWL_CLI_QUERY_H
#define MWL_CLI_QUERY_H

#include "cli/options.h"
#include "dicom/uid.h"
#include "text/draft.h"

/* The two options, for the tables of commands. */
#define CLI_QUERY_KEY_TEXT                                                                                             \
    "A key, by keyword or tag, inside items of sequences too: PatientName=\"DOE*\", 0010,0020, "                       \
    "\"ScheduledProcedureStepSequence[0].Modality=CT\". Without a value it asks for the attribute "                    \
    "alone. May be given many times, and replaces what the query file says."
#define CLI_QUERY_FILE_TEXT "Keys out of a file: DICOM, the text of a dump, or JSON. - is standard input."

struct cli_query {
    const struct cli_args *args;
    const char *path; /* of a file; NULL for none */
    const char *text; /* keys as JSON, in place of a file; NULL for none */
    struct text_source *keys, file;
    size_t key_count;
    struct wr bytes; /* of the file */
    struct text_draft draft;
};

/* Room for as many keys as there are arguments, and `more`. False, after saying so: no memory. */
bool cli_query_init(struct cli_query *query, const struct cli_args *args, size_t more);
void cli_query_fini(struct cli_query *query);

/* Adds a key, borrowed. */
void cli_query_add(struct cli_query *query, const char *key);

/* Reads file and keys. CLI_OK, or what to exit with, after saying what is wrong. */
int cli_query_read(struct cli_query *query);

/* Appends the identifier; it may be asked for in several syntaxes. As above. */
int cli_query_write(struct cli_query *query, enum dicom_syntax syntax, struct wr *out);

/* The identifier as it stands in a DICOM file, byte for byte; false if there are other keys, or another file. */
bool cli_query_stored(const struct cli_query *query, enum dicom_syntax *syntax, struct span *identifier);

#endif
