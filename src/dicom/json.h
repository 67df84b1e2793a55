/* json.h -- a data set as JSON for the log, in the short form that Orthanc prints queries in:
 *
 *     { "0008,0050" : "*", "0040,0100" : [ { "0008,0060" : "CT" } ] }
 *
 * Keys are "gggg,eeee" in lower case hexadecimal digits, values are one string with backslashes between values,
 * sequences are arrays of objects, indented by three spaces a level. */
#ifndef MWL_DICOM_JSON_H
#define MWL_DICOM_JSON_H

#include "base/wr.h"
#include "dicom/set.h"

/* Appends the text; UTF-8, everything else escaped as JSON asks. Values longer than 256 bytes are cut with "...". */
void dicom_json_short(struct dicom_set set, struct wr *out);

#endif
