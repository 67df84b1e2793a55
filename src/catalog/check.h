/* check.h -- whether a data set can be a worklist entry, and what it lacks (PS3.4 K.6.1.2.2, return type 1). */
#ifndef MWL_CATALOG_CHECK_H
#define MWL_CATALOG_CHECK_H

#include "base/err.h"
#include "base/limits.h"
#include "base/wr.h"
#include "dicom/set.h"

/* False with *err if it has no Scheduled Procedure Step item, or more than limits->steps: no scanner may see it. */
bool catalog_check(struct dicom_set set, const struct limits *limits, struct err *err);

/* Appends the keywords of the type 1 attributes that are absent or empty in the data set or any of its steps, separated
 * by ", "; nothing if it is complete. Returns how many. */
uint32_t catalog_check_complete(struct dicom_set set, struct wr *missing);

#endif
