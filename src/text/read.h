/* read.h -- the texts that a data set can be made of. What they add up to is a draft; text/write.h checks the values.
 *
 * All take bytes that anybody may have written. False with *err: ERR_SYNTAX and ERR_LIMIT with an offset in the source,
 * ERR_MEMORY. The draft borrows from the source, which must live as long. */
#ifndef MWL_TEXT_READ_H
#define MWL_TEXT_READ_H

#include "dicom/set.h"
#include "text/draft.h"

/* What dcmdump, dcmdump +L and `mwl dump` print and dump2dcm reads: a line for each attribute, "(gggg,eeee) VR value #
 * comment".
 *
 * The VR may be missing; a value stands in brackets, or ends at "#" or with its line; "=Name" is the UID that DCMTK
 * gives this name, "(no value available)" nothing. Items and sequences end with (fffe,e00d) and (fffe,e0dd), or, in a
 * text that has none of these, where the lines are indented less. Of group 0002 only the transfer syntax counts. Text
 * is taken for UTF-8; but for the bytes of what (0008,0005) says if some of it is not UTF-8, has escape sequences, or
 * d->is_stored was set before: a short text may be both, in GB18030 above all. */
bool text_read_dump(struct text_draft *d, const struct text_source *source, struct err *err);

/* The DICOM JSON Model (PS3.18 Annex F), or an object with keywords for names and strings, numbers, null, arrays of
 * them, and arrays of objects for sequences, as Orthanc's REST API has it; both in one object too. */
bool text_read_json(struct text_draft *d, const struct text_source *source, struct err *err);

/* One key, "ScheduledProcedureStepSequence[0].Modality=CT" (dicom/path.h). Sequences and items on its way are made; an
 * attribute that is there gets another value. */
bool text_read_key(struct text_draft *d, const struct text_source *source, struct err *err);

/* A data set that was parsed, all of it copied; its text is in UTF-8 then, whatever its character sets were. */
bool text_read_set(struct text_draft *d, struct dicom_set set, const struct text_source *source, struct err *err);

/* Either of the first two, by its first character. */
bool text_read(struct text_draft *d, const struct text_source *source, struct err *err);

#endif
