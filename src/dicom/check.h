/* check.h -- whether a value is one that its VR allows (PS3.5 Table 6.2-1). */
#ifndef MWL_DICOM_CHECK_H
#define MWL_DICOM_CHECK_H

#include "base/err.h"
#include "base/span.h"
#include "dicom/vr.h"

/* Checks every single value; `value` is UTF-8 for a VR of VR_STRING (decode text first), bytes in little endian for
 * any other, its padding allowed. An empty value is none, so it is right. False with *err for the first fault:
 * ERR_SYNTAX for a form that the VR does not have, ERR_LIMIT for more characters than it has room for; `pos` is the
 * offset of the single value in `value`; `what` is a sentence that begins with the value in quotation marks, fit for a
 * terminal: "1678-03-04" is not YYYYMMDD. */
bool dicom_check_value(enum dicom_vr vr, struct span value, struct err *err);

#endif
