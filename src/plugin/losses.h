/* losses.h -- what Orthanc would take out of the text of an entry.
 *
 * Orthanc converts every answer to its DefaultEncoding, and leaves out each letter that this set does not have. */
#ifndef MWL_PLUGIN_LOSSES_H
#define MWL_PLUGIN_LOSSES_H

#include "base/err.h"
#include "dicom/charset.h"
#include "dicom/set.h"

struct plugin_losses {
    const char *encoding;         /* DefaultEncoding, borrowed */
    struct dicom_charset charset; /* that it means */
    struct dicom_charset kept;    /* whose letters Orthanc keeps */
};

/* `encoding` is one that Orthanc has. */
void plugin_losses_init(struct plugin_losses *losses, const char *encoding);

/* Says in the log that there can be any, if there can. */
void plugin_losses_warn(const struct plugin_losses *losses);

/* Whether an entry may be served: false with *err if its Patient's Name would lose a letter or its Patient ID would
 * change. Other losses are a warning. For struct source_folder_options; `arg` is the struct plugin_losses. */
bool plugin_losses_accept(void *arg, const char *name, struct dicom_set set, struct err *err);

#endif
