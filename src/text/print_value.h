/* print_value.h -- what stands between the VR of an attribute and "#". Inside this room only. */
#ifndef MWL_TEXT_PRINT_VALUE_H
#define MWL_TEXT_PRINT_VALUE_H

#include "base/wr.h"
#include "dicom/charset.h"
#include "text/print.h"

/* "(0010,21c0)", for TAG_ARGS() */
#define TEXT_TAG_FMT "(%04x,%04x)"

/* Numbers and bytes of a VR that is no string, in little endian. */
void text_print_numbers(enum dicom_vr vr, struct span value, const struct text_print_options *options, struct wr *out);

/* A string in brackets, or the name of a UID behind "=". `escaped`: as TEXT_ESCAPED_MARK (text/line.h) has it. */
void text_print_string(enum dicom_vr vr, struct span value, struct dicom_charset charset,
                       const struct text_print_options *options, bool escaped, struct wr *out);

/* Whether text, which is UTF-8, has characters that print as others. */
bool text_is_unsafe(struct span text);

enum { TEXT_PRINT_LINE = 70 }; /* the most characters of a brief value */

/* How many values there are, as dcmdump counts: none in an empty one, but always one of bytes and of VR O*. */
uint32_t text_value_count(enum dicom_vr vr, struct span value);

/* Appends a number of 4 or 8 bytes (FL, FD) with the digits that dcmdump has for it, which are not always the right
 * ones. */
void text_print_floating(double number, size_t width, struct wr *out);

#endif
