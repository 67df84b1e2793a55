/* derive.h -- identifiers that a sender left out, made from the accession number. */
#ifndef MWL_TEXT_DERIVE_H
#define MWL_TEXT_DERIVE_H

#include "text/draft.h"

/* Fills what is missing or empty: Study Instance UID (0020,000D), Requested Procedure ID (0040,1001), and in each step
 * Scheduled Procedure Step ID (0040,0009). The same Accession Number (0008,0050) and issuer (0008,0051) give the same
 * values every time:
 *
 *   - the UID is "2.25." and the UUID (PS3.5 B.2) that RFC 4122 4.3 makes (version 5) of the name ISSUER, line feed,
 *     ACCESSION, in the name space of IDENTITY_CLASS_UID's UUID; ISSUER is Local Namespace Entity ID (0040,0031), or
 *     if that is empty Universal Entity ID (0040,0032), or nothing;
 *   - the procedure's ID is the accession number;
 *   - the ID of step n is ACCESSION-n, or where that is too long the first 12 digits of the UUID and -n.
 *
 * False with *err, ERR_SYNTAX, if something is missing and there is no accession number; ERR_LIMIT, ERR_MEMORY. */
bool text_derive(struct text_draft *d, struct err *err);

#endif
