/* json.h -- a data set for the log: all of it as JSON, or one line without patient data.
 *
 * The JSON is the short form that Orthanc prints queries in:
 *
 *     {
 *        "0008,0050" : "*",
 *        "0040,0100" : [
 *           {
 *              "0008,0060" : "CT"
 *           }
 *        ]
 *     }
 *
 * Keys are "gggg,eeee" in lower case hexadecimal digits, values are one string with backslashes between values,
 * sequences are arrays of objects, indented by three spaces a level. Both forms are fit for a terminal: whatever a
 * peer sends, no control character and no change of writing direction gets through. */
#ifndef MWL_DICOM_JSON_H
#define MWL_DICOM_JSON_H

#include "base/wr.h"
#include "dicom/set.h"

/* Appends the JSON, without a final line break. Text is UTF-8, trimmed of padding; a byte that is no UTF-8 (text of
 * a character set that is not decoded) becomes \\xNN, a value without text or numbers "<12 bytes>". Values longer
 * than 256 bytes are cut with "...". */
void dicom_json_short(struct dicom_set set, struct wr *out);

/* Appends text in quotation marks, its first `most` bytes and "...". What is no UTF-8, or would harm a terminal, is
 * escaped. */
void dicom_json_string(struct span text, size_t most, struct wr *out);

/* Whether values of this attribute may stand in a log: they say nothing of a patient, and all about why a scanner's
 * list is empty. */
bool dicom_json_may_show(uint32_t tag);

/* Appends one line that names the keys of a query, at most 1,000 bytes and "...":
 *
 *     AccessionNumber=<0> PatientName=<12> (0009,1001)=<4> ScheduledProcedureStepSequence[Modality=CT]
 *
 * Only attributes of dicom_json_may_show() show their values, in quotation marks if
 * these are more than plain letters, digits and wild cards; of every other key there is the length in bytes without
 * padding. Each item of a sequence has its own brackets; a sequence without items has empty ones. */
void dicom_json_brief(struct dicom_set set, struct wr *out);

/* The same with the values of all keys, for who may see them: never for the log. */
void dicom_json_keys(struct dicom_set set, struct wr *out);

#endif
