/* base64.h -- RFC 4648, for the InlineBinary of DICOM JSON. Inside this room only. */
#ifndef MWL_TEXT_BASE64_H
#define MWL_TEXT_BASE64_H

#include "base/wr.h"

/* Appends the bytes. False if it is no Base64 in the ordinary alphabet, padded to whole groups of four. */
bool text_base64_decode(struct span text, struct wr *out);

/* Appends the text of bytes, padded to whole groups of four. */
void text_base64_encode(struct span bytes, struct wr *out);

#endif
