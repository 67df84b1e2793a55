/* header.h -- tag, VR and length before every value, in the three ways to write them (PS3.5 7.1): for the
 * parser, for the file meta information, and for who prints what is really there. */
#ifndef MWL_DICOM_HEADER_H
#define MWL_DICOM_HEADER_H

#include "base/rd.h"
#include "dicom/vr.h"

enum dicom_encoding { ENCODING_IMPLICIT_LE, ENCODING_EXPLICIT_LE, ENCODING_EXPLICIT_BE };

/* The length of a sequence or item that ends with a delimiter (PS3.5 7.1.1). */
#define LENGTH_UNDEFINED 0xFFFFFFFFu

/* Items and delimiters, which have no VR in any syntax (PS3.5 7.5). */
#define GROUP_ITEM 0xFFFEu

struct dicom_header {
    uint32_t pos; /* of the tag, as rd_pos() counts */
    uint32_t tag;
    uint32_t length;
    uint8_t letters[2]; /* the VR as it was sent; zeros where the encoding has none */
    enum dicom_vr vr;   /* VR_NONE where the encoding has none, VR_UN for letters that PS3.5 does not know */
    bool unknown_vr;    /* the letters were such */
};

enum dicom_header_result { HEADER_OK, HEADER_TRUNCATED, HEADER_NO_VR };

/* Reads one header. HEADER_NO_VR: what stands in place of the VR is not two capital letters. */
enum dicom_header_result dicom_header_read(struct rd *r, enum dicom_encoding encoding, struct dicom_header *out);

#endif
