/* charset.h -- Specific Character Set (0008,0005), and text to and from UTF-8 (PS3.3 C.12.1.1.2, PS3.5 6.1).
 *
 * Text is decoded once, when a data set is parsed, and compared, split and searched as UTF-8 only: in some sets a
 * byte that looks like "\", "^", "=" or "*" is half a character. A byte that its set does not have is kept as one
 * character above all of Unicode's own, DICOM_CHARSET_UNKNOWN and the byte: it equals the same byte and no letter, and
 * a wild card passes over it. */
#ifndef MWL_DICOM_CHARSET_H
#define MWL_DICOM_CHARSET_H

#include "base/span.h"
#include "base/wr.h"
#include "dicom/vr.h"

/* The character set of a text: the one it begins in, and those that escape sequences may bring (code extensions, PS3.5
 * 6.1.2.4). Passed by value. All zeros is ISO 646, which is what text without (0008,0005) is in. */
struct dicom_charset {
    uint32_t others; /* a bit each, the first among them; 0 where the term stands alone */
    uint8_t first;
    uint8_t zero[3];
};

#define DICOM_CHARSET_UNKNOWN 0x10FF00u

/* The set that a value of (0008,0005) names, all its values together; ISO 646 for an empty one. Misspelt terms seen in
 * the field ("ISO-IR 100", lower case, "ISO_IR 6", a lone "ISO 2022 IR 87") are understood; *misspelt, if not NULL,
 * tells so. A term that nobody knows stands for ISO 646 with bytes beyond it that mean nothing. */
struct dicom_charset dicom_charset_from_value(struct span value, bool *misspelt);

/* Appends the value of (0008,0005) that names a set: "ISO_IR 100", "\ISO 2022 IR 87". Nothing for ISO 646, nor for a
 * set that has no defined term (see dicom_charset_is_defined()). */
void dicom_charset_print(struct dicom_charset charset, struct wr *out);

/* Whether defined terms name it, so that text can be sent in it. */
bool dicom_charset_is_defined(struct dicom_charset charset);

static inline bool dicom_charset_equal(struct dicom_charset a, struct dicom_charset b)
{
    return a.first == b.first && a.others == b.others;
}

/* ISO_IR 192, which has every character. */
struct dicom_charset dicom_charset_utf8(void);

/* Whether the bytes of a value of this VR are its UTF-8 as they stand. */
bool dicom_charset_is_plain(struct dicom_charset charset, enum dicom_vr vr, struct span bytes);

/* What dicom_charset_decode() had to make do with. */
enum {
    CHARSET_UNKNOWN = 1 << 0,    /* a byte that the set does not have: dicom_charset_encode() takes no such text */
    CHARSET_UNDECLARED = 1 << 1, /* an escape sequence of a set that (0008,0005) does not name */
    CHARSET_UNESCAPED = 1 << 2,  /* a set without its escape sequence, or no way back to the first */
    CHARSET_SUPERSET = 1 << 3,   /* a character of UHC or GBK, in text of KS X 1001 or GB 2312 */
    CHARSET_FIRST_GROUP = 1 << 4 /* an escape sequence in the first component group of a name */
};

/* Appends a value of this VR (VR_TEXT) as UTF-8, at most four bytes for each of its own; returns what was forgiven. The
 * first set is active again at control characters and, as the VR says, at "\", "^" and "=", whether the writer went
 * back to it or not (PS3.5 6.1.2.5.3). */
unsigned dicom_charset_decode(struct dicom_charset charset, enum dicom_vr vr, struct span bytes, struct wr *utf8);

/* Appends UTF-8 as a value of this VR, with escape sequences where they are needed: back in the first set before
 * control characters, "\", "^", "=" and at the end, and none in the first component group of a name (PS3.5
 * 6.1.2.5.3, 6.2.1). False if the set does not have every character; nothing is written then. `out` may be NULL, to
 * ask. */
bool dicom_charset_encode(struct dicom_charset charset, enum dicom_vr vr, struct span utf8, struct wr *out);

#endif
