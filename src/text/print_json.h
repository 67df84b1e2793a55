/* print_json.h -- a data set as JSON, in the two forms that text/read.h reads. Text is UTF-8; (0008,0005) stays as it
 * is stored, which is then not the set of the JSON. */
#ifndef MWL_TEXT_PRINT_JSON_H
#define MWL_TEXT_PRINT_JSON_H

#include "base/wr.h"
#include "dicom/set.h"

enum text_json_form {
    TEXT_JSON_MODEL, /* the DICOM JSON Model (PS3.18 Annex F): tag, VR and values of every attribute */
    TEXT_JSON_SIMPLE /* values by keyword, as one string each; the form of Orthanc's REST API. Bytes become null. */
};

/* Appends a string of JSON, in quotation marks. */
void text_json_string(struct wr *out, struct span text);

/* Appends one object, without a final line feed. Characters that cannot be read become U+FFFD. */
void text_print_json(struct dicom_set set, enum text_json_form form, struct wr *out);

#endif
