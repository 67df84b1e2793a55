/* charset.h -- Specific Character Set (0008,0005) and text (PS3.3 C.12.1.1.2, PS3.5 6.1).
 *
 * ASCII, ISO_IR 100 and ISO_IR 192 are decoded today. Every other defined term is known by name from
 * data/charsets.csv, and its text keeps its bytes: it is matched and returned as it is, and marked
 * ELEMENT_UNDECODED. */
#ifndef MWL_DICOM_CHARSET_H
#define MWL_DICOM_CHARSET_H

#include "base/span.h"
#include "base/wr.h"

enum dicom_charset {
    CHARSET_ASCII,  /* absent or empty (0008,0005): ISO 646 */
    CHARSET_LATIN1, /* ISO_IR 100 */
    CHARSET_UTF8,   /* ISO_IR 192 */
    CHARSET_OTHER   /* a term that is not decoded */
};

/* The set that a value of (0008,0005) names, all its values together. Misspelt terms seen in the field ("ISO-IR
 * 100", lower case, "ISO_IR 6", a lone "ISO 2022 IR 100") are understood; *misspelt, if not NULL, tells so.
 *
 * With several values (code extensions) the set is that of the first, whose text is decoded as long as it has no
 * escape sequence. Where the first is ASCII and another is not, it is CHARSET_OTHER: nothing says whose the bytes
 * beyond ASCII are. */
enum dicom_charset dicom_charset_from_value(struct span value, bool *misspelt);

/* The defined term to write into (0008,0005) for a set that we decode: "ISO_IR 100"; "" for ASCII, and for
 * CHARSET_OTHER, whose term stands only where it came from. */
const char *dicom_charset_term(enum dicom_charset charset);

/* Appends `bytes` as UTF-8. False if they are not of this set (an escape sequence is of none, nor is a control
 * 80H-9FH of Latin-1), or the set is not decoded; nothing is written then. Control characters below 20H pass. */
bool dicom_charset_decode(enum dicom_charset charset, struct span bytes, struct wr *utf8);

#endif
