/* deflate.h -- the way back from dicom_deflate() of write.h, for the parser. */
#ifndef MWL_DICOM_DEFLATE_H
#define MWL_DICOM_DEFLATE_H

#include "base/err.h"
#include "base/wr.h"

/* Appends the data set that a raw deflate stream (RFC 1951, PS3.5 A.5) holds, up to the cap of `out`: ERR_LIMIT
 * beyond it. Positions in errors count from `offset`, where the stream begins in its file. One byte may follow the
 * stream; *trailer tells of one that is not the pad of PS3.5 A.5. */
bool dicom_inflate(struct span deflated, uint32_t offset, struct wr *out, bool *trailer, struct err *err);

#endif
