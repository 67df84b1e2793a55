/* reference.h -- matching as PS3.4 C.2.2.2 and K.2.2 describe it, written down sentence by sentence: slow, plain, and
 * with nothing of src/match or dicom/value.h in it. It judges the plan in property.c. Where the standard leaves a
 * choice it says what docs/CONFORMANCE.md says. It knows the case of the letters A to Z, E acute and U umlaut, and no
 * other. */
#ifndef MWL_TESTS_UNIT_MATCH_REFERENCE_H
#define MWL_TESTS_UNIT_MATCH_REFERENCE_H

#include "dicom/set.h"

enum reference_verdict {
    REFERENCE_NO_MATCH,
    REFERENCE_MATCH,
    REFERENCE_REFUSED /* the query has a key that means nothing: A900 */
};

/* Whether step number `step` of an entry matches a query. */
enum reference_verdict reference_match(struct dicom_set query, struct dicom_set entry, uint32_t step,
                                       bool case_sensitive_pn);

#endif
