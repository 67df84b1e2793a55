/* explain_files.h -- files of a worklist folder that are not in the worklist, and why. */
#ifndef MWL_CLI_EXPLAIN_FILES_H
#define MWL_CLI_EXPLAIN_FILES_H

#include "source/folder.h"

enum { CLI_FILES_SHOWN = 20 };

struct cli_lost_file {
    char *name;   /* owned, as the next */
    char *reason; /* a sentence without a full stop */
};

/* The first of them. */
struct cli_lost_files {
    struct cli_lost_file file[CLI_FILES_SHOWN];
    uint32_t shown, count; /* how many are there, how many there are */
};

/* In the worklist for a called AE title: *.wl that are set aside, then DICOM files of another name. */
void cli_lost_files_find(struct source_folder *folder, struct span called_ae, struct cli_lost_files *out);
void cli_lost_files_free(struct cli_lost_files *files);

#endif
