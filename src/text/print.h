/* print.h -- a DICOM file as text, a line for each attribute: in the columns of dcmdump, which people know and
 * text/read.h reads back.
 *
 *     (0010,0010) PN [Bach^Johann Sebastian]                  #  22, 1 PatientName
 *
 * Behind "#" stand the length in bytes as stored, the number of values and the keyword. */
#ifndef MWL_TEXT_PRINT_H
#define MWL_TEXT_PRINT_H

#include "base/err.h"
#include "base/limits.h"
#include "base/wr.h"
#include "dicom/uid.h"

struct text_print_options {
    bool raw; /* every byte as dcmdump 3.6.7 prints it, text as it is stored; else text is UTF-8, a line break in it is
                 "\n" or "\r", and what else would harm a terminal "\xNN" */
    bool brief;                  /* long values are cut and end in "..." */
    const struct limits *limits; /* of the file */
};

/* Appends the whole file. False with *err, and nothing of use in *out: what dicom_file_parse() does not take is not
 * printed either, with the position in the file. */
bool text_print(struct span file, const struct text_print_options *options, struct wr *out, struct err *err);

/* Appends a data set that is no file, an answer of a server for instance, in `syntax`. As above. */
bool text_print_data_set(struct span bytes, enum dicom_syntax syntax, const struct text_print_options *options,
                         struct wr *out, struct err *err);

/* Appends text, which is UTF-8, in one line that no terminal takes for a command. */
void text_print_safe(struct span text, struct wr *out);

#endif
