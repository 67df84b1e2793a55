/* file.h -- a DICOM file in memory (PS3.10 chapter 7), and what worklist tools write instead of one.
 *
 * With or without the 128 byte preamble and "DICM", with or without the File Meta Information of group 0002; where
 * nothing says the transfer syntax it is guessed from the first element, and checked by the parse. */
#ifndef MWL_DICOM_FILE_H
#define MWL_DICOM_FILE_H

#include "base/wr.h"
#include "dicom/parse.h"

/* Bytes of a file up to group 0002: 132 of preamble and "DICM", 4 of "DICM" alone, or 0. What a preamble holds means
 * nothing (PS3.10 7.1), so the one with it is looked for first. Looks at no more than DICOM_FILE_PREFIX_MAX bytes. */
enum { DICOM_FILE_PREFIX_MAX = 132 };
size_t dicom_file_prefix(struct span file);

/* Finds the data set in a file: its transfer syntax, and its bytes, which are the file's to the end. False with *err:
 * ERR_SYNTAX, with a position in the file; ERR_UNSUPPORTED for a transfer syntax that is not ours, naming it. */
bool dicom_file_open(struct span file, enum dicom_syntax *syntax, struct span *data_set, struct dicom_tolerances *used,
                     struct err *err);

/* Parses a whole file. Options: `syntax` is ignored (the file's own counts). Returns the data set without group
 * 0002; NULL and *err as dicom_parse() does, with positions in the file; ERR_UNSUPPORTED for a transfer syntax that
 * is not ours, naming it. */
struct dicom_block *dicom_file_parse(struct span file, const struct dicom_parse_options *options,
                                     struct dicom_tolerances *used, struct err *err);

/* Begins a file: the preamble, "DICM" and the File Meta Information of a worklist entry (PS3.10 7.1), without a SOP
 * Instance UID since it is no stored instance. Its data set follows, in `syntax`. */
void dicom_file_begin(struct wr *out, enum dicom_syntax syntax);

#endif
