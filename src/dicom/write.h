/* write.h -- a data set into bytes of a transfer syntax (PS3.5 chapter 7, Annex A).
 *
 * Writes elements one after another onto a struct wr; the caller keeps them in ascending order. Sequences and items
 * get defined lengths, patched when they end; but in an implicit syntax a sequence that the dictionary does not know
 * gets an undefined one, without which nobody could tell that it is one. Failure is the wr's sticky one. For
 * SYNTAX_DEFLATED_LE write with this, then pass the whole through dicom_deflate(). */
#ifndef MWL_DICOM_WRITE_H
#define MWL_DICOM_WRITE_H

#include "base/wr.h"
#include "dicom/set.h"
#include "dicom/uid.h"

enum { DICOM_WRITE_DEPTH = 64 };

struct dicom_writer {
    struct wr *wr;                /* borrowed */
    bool explicit_vr, big_endian; /* what the syntax says */
    uint32_t depth;               /* of begin without end; beyond DICOM_WRITE_DEPTH the wr fails */
    size_t marks[DICOM_WRITE_DEPTH];
};

void dicom_write_init(struct dicom_writer *w, struct wr *wr, enum dicom_syntax syntax);

/* One element that is no sequence. Pads to even length as the VR says; numbers are taken little endian and turned
 * for a big endian syntax. A value too long for a 16-bit length field is written as UN (PS3.5 6.2.2). */
void dicom_write_element(struct dicom_writer *w, uint32_t tag, enum dicom_vr vr, struct span value);

void dicom_write_begin_sequence(struct dicom_writer *w, uint32_t tag);
void dicom_write_begin_item(struct dicom_writer *w);

/* The same with undefined lengths, so that a delimiter ends them (PS3.5 7.5.2). */
void dicom_write_begin_open_sequence(struct dicom_writer *w, uint32_t tag);
void dicom_write_begin_open_item(struct dicom_writer *w);

/* Ends any of these. */
void dicom_write_end_item(struct dicom_writer *w);
void dicom_write_end_sequence(struct dicom_writer *w);

/* An element of a block, a sequence with all its items. Written with its vr; a sequence never recurses deeper than
 * limits.depth let it in. */
void dicom_write_copy(struct dicom_writer *w, struct dicom_set set, const struct dicom_element *element);

/* All elements of a level. */
void dicom_write_set(struct dicom_writer *w, struct dicom_set set);

/* Raw deflate (RFC 1951) of an Explicit VR Little Endian data set, padded to even length (PS3.5 A.5). */
bool dicom_deflate(struct span data_set, struct wr *out);

#endif
