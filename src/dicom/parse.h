/* parse.h -- bytes of a transfer syntax into a block (PS3.5 chapter 7, Annex A).
 *
 * Reads what the standard allows and what devices send besides: undefined and defined lengths in any mixture, UN
 * (6.2.2), private elements, group lengths and groups below 0008 (dropped), odd lengths, elements out of order, missing
 * final delimiters of the outermost level. Without recursion; every length is checked against the item that holds it.
 * What it does not take: truncated values, lengths beyond their item, one tag twice in a level, more than the limits.
 */
#ifndef MWL_DICOM_PARSE_H
#define MWL_DICOM_PARSE_H

#include "base/err.h"
#include "base/limits.h"
#include "dicom/charset.h"
#include "dicom/set.h"
#include "dicom/uid.h"

struct dicom_parse_options {
    enum dicom_syntax syntax;
    struct dicom_charset default_charset; /* of text without (0008,0005); ISO 646 if nobody knows */
    uint32_t max_bytes;                   /* of the data set, after inflating too */
    const struct limits *limits;          /* elements, depth, value_bytes */
};

/* Tolerances that this data set needed; each a named count, see law 9. The rows are in tolerance.def. */
struct dicom_tolerances {
#define TOLERANCE(id, text) uint32_t id;
#include "dicom/tolerance.def"
#undef TOLERANCE
};

/* Adds every count of `from`. */
void dicom_tolerances_add(struct dicom_tolerances *to, const struct dicom_tolerances *from);

/* Parses all of `bytes`. Returns a block to be freed with dicom_block_free(), or NULL with *err: ERR_SYNTAX or
 * ERR_LIMIT with position and tag, ERR_MEMORY. `used` may be NULL; else it is added to, if there is a block. */
struct dicom_block *dicom_parse(struct span bytes, const struct dicom_parse_options *options,
                                struct dicom_tolerances *used, struct err *err);

#endif
