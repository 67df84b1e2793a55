/* entry.h -- one file: its attributes, each on its own. Inside this room only. */
#ifndef MWL_CHECK_ENTRY_H
#define MWL_CHECK_ENTRY_H

#include "check/check.h"
#include "dicom/set.h"

/* Where findings of one file go. */
struct check_reporter {
    check_found *found;
    void *arg;
    const char *file;
};

void check_tell(const struct check_reporter *reporter, enum check_level level, uint32_t tag, const char *path,
                const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Every value against its VR and its character set. */
void check_values(const struct check_reporter *reporter, struct dicom_set set);

/* What an entry needs that it does not have (PS3.4 Table K.6-1). */
void check_required(const struct check_reporter *reporter, struct dicom_set set);

#endif
