/* text.h -- from the text of a configuration file to JSON that a strict parser takes, and back to its lines.
 *
 * What Orthanc takes beside JSON is taken away first: a byte order mark, comments, a comma after the last value. Then
 * ${NAME} and ${NAME:-default} are replaced from the environment, in the text itself as Orthanc does it, so that a
 * variable may hold a number or a whole section. Private to this folder. */
#ifndef MWL_CONFIG_TEXT_H
#define MWL_CONFIG_TEXT_H

#include "base/err.h"
#include "base/wr.h"

struct config_text {
    struct wr json;
    struct span file; /* borrowed: what it was made from */
    struct splice {
        size_t json_end; /* offset in `json` behind a variable's value */
        size_t file_end; /* offset in `file` behind the variable */
    } * splices;
    size_t splice_count, splice_room;
};

/* Line and column, from 1; a column is a character. */
struct config_place {
    uint32_t line, column;
};

/* Makes t->json. `name` is the file's, for errors: a comment without end, a variable that is not set. `file` must live
 * as long as the text. True or false: end with config_text_fini(). */
bool config_text_init(struct config_text *t, const char *name, struct span file, struct err *err);
void config_text_fini(struct config_text *t);

/* Where in the file the byte at this offset of the JSON came from. */
struct config_place config_text_place(const struct config_text *t, size_t json_offset);

#endif
