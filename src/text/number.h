/* number.h -- numbers, bytes and tags as dumps and JSON write them, into the bytes of a value. Inside this room only.
 */
#ifndef MWL_TEXT_NUMBER_H
#define MWL_TEXT_NUMBER_H

#include "base/err.h"
#include "base/wr.h"
#include "dicom/vr.h"

/* Appends the values of a VR that is no string and no sequence, in little endian; a backslash stands between them:
 * "1\-2", "1.5", "(0010,0010)" or "00100010", two hexadecimal digits a byte of OB and UN, four a word of OW. False with
 * *err, ERR_SYNTAX, its `pos` an offset in the text. */
bool text_numbers(enum dicom_vr vr, struct span text, struct wr *out, struct err *err);

#endif
