/* explain_files.h -- files of a worklist folder that are not in the worklist, and why. */
#ifndef MWL_CLI_EXPLAIN_FILES_H
#define MWL_CLI_EXPLAIN_FILES_H

#include "base/err.h"

enum { CLI_FILES_SHOWN = 20 };

struct cli_lost_file {
    char *name;   /* owned, as the next */
    char *reason; /* a sentence without a full stop */
};

/* The first of them, by name. */
struct cli_lost_files {
    struct cli_lost_file file[CLI_FILES_SHOWN];
    uint32_t shown, count; /* how many are there, how many there are */
};

/* Looks through a folder: *.wl that cannot be served, and DICOM files of another name. A folder that cannot be read has
 * none. */
void cli_lost_files_find(const char *folder, struct cli_lost_files *out);
void cli_lost_files_free(struct cli_lost_files *files);

#endif
