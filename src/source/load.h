/* load.h -- one file read, parsed and checked: a block, or a reason why not. Nothing here is shared between threads. */
#ifndef MWL_SOURCE_LOAD_H
#define MWL_SOURCE_LOAD_H

#include "base/wr.h"
#include "dicom/parse.h"
#include "source/file.h"
#include "source/folder.h"
#include "source/place.h"

struct source_loader {
    const struct source_folder_options *options; /* borrowed */
    struct wr bytes;                             /* of the file that is being read */
};

void source_loader_init(struct source_loader *loader, const struct source_folder_options *options);
void source_loader_fini(struct source_loader *loader);

enum source_loaded {
    LOADED,         /* *block is the caller's; `text` says what it lacks, if anything */
    LOADED_BAD,     /* `text` says why */
    LOADED_DENIED,  /* ditto; the reason may be the folder's */
    LOADED_LATER,   /* it is being written */
    LOADED_NOTHING, /* no such file */
};

struct source_load {
    struct dicom_block *block;
    struct dicom_tolerances used; /* by the parser */
    struct source_stamp stamp;
    bool unsure;    /* see struct source_file */
    bool undecided; /* of LOADED_LATER: see struct source_file */
    bool retry;     /* of LOADED_BAD: the fault may pass without an event */
    int shortage;   /* of LOADED_BAD: an errno: no memory or descriptors, which is no fault of the file; or 0 */
    char text[400];
};

/* Fills in `text` from the error. */
void source_load_describe(struct source_load *load, const struct err *err);

/* Reads a file of a folder that is open, and notes whether it is a symbolic link. */
enum source_loaded source_load(struct source_loader *loader, const struct source_place *place, struct source_file *file,
                               struct source_load *out);

#endif
