/* path.h -- what a person means by `mwl serve PATH`. */
#ifndef MWL_CONFIG_PATH_H
#define MWL_CONFIG_PATH_H

#include "base/err.h"

enum config_path_kind {
    CONFIG_PATH_NONE,          /* neither: see the error */
    CONFIG_PATH_WORKLISTS,     /* a folder of worklist files, also an empty one */
    CONFIG_PATH_CONFIGURATION, /* a .json file, or a folder that holds .json files and no .wl file */
};

/* Looks at the path and, of a folder, at the names in it; letter case of the endings does not matter. CONFIG_PATH_NONE
 * with *err (ERR_IO, ERR_CONFIG) if it does not exist, cannot be read, or is a file of another kind. */
enum config_path_kind config_path_kind(const char *path, struct err *err);

/* Whether a file's name ends so, letter case aside, and has something before it. */
bool config_path_ends(const char *name, const char *ending);

#endif
