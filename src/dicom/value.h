/* value.h -- the meaning of values: single values out of a multi-valued one, dates, times, numbers (PS3.5 6.2). */
#ifndef MWL_DICOM_VALUE_H
#define MWL_DICOM_VALUE_H

#include "base/span.h"
#include "base/wr.h"
#include "dicom/vr.h"

/* Takes the next single value of a text or string value off *rest, trimmed as its VR says (VR_LEAD); the whole value
 * where the VR has no VR_MULTI, and untrimmed where it has no VR_STRING. Loop: while (rest.p) { one =
 * dicom_value_next(&rest, vr); ... } An empty value has one, empty, value, unless its span is { NULL, 0 }. Text of
 * VR_TEXT must be UTF-8 already (dicom_set_text), since 5CH is half a character in some sets. */
struct span dicom_value_next(struct span *rest, enum dicom_vr vr);

/* Moments are compared as a pair of bounds, since "2025" or "1030" names a span of time: the first and the last
 * microsecond that the text can mean (PS3.4 C.2.2.2.1.3, C.2.2.2.5; reduced precision fills up). All three want one
 * value; trailing padding is trimmed, anything else around it refused, ranges and "*" too. *out is written only on
 * success. */
struct dicom_moments {
    int64_t first, last; /* inclusive */
};

/* DA "YYYYMMDD", also the old "YYYY.MM.DD": microseconds since 0000-03-01 of the proleptic calendar at 00:00, and
 * the last one of that day. False if it is no date: month 13, day 31 of February, anything else around it. */
bool dicom_value_date(struct span text, struct dicom_moments *out);

/* The date of a moment on that scale, as "YYYYMMDD"; "00000000" before the year 0 and "99999999" after 9999. */
void dicom_value_print_date(int64_t moment, char out[9]);

/* TM "HH[MM[SS[.F]]]" with one to six digits F, also the old "HH:MM[:SS[.F]]": microseconds since midnight. A leap
 * second 60 is the last microsecond of its minute. */
bool dicom_value_time(struct span text, struct dicom_moments *out);

/* DT "YYYY[MM[DD[HH[MM[SS[.F]]]]]][&ZZXX]" on the scale of dicom_value_date(), moved to UTC by its offset of -1200
 * to +1400 (-0000 is not allowed, PS3.5 6.2). Where it has none, *has_offset is false and the moments are local.
 * "2005-0600" is read as a year with an offset; whether a key means a range is for the caller to settle first. */
bool dicom_value_datetime(struct span text, struct dicom_moments *out, bool *has_offset);

/* A number out of any VR. Whole ones below 2^64 are kept to the last digit, which a double would not do: an SV or UV
 * has 64 bits, a DS up to 16 digits. All others are doubles, in which no two DS of 15 digits are the same. */
struct dicom_number {
    double value;   /* the nearest */
    uint64_t whole; /* its magnitude, if it is a whole number below 2^64 */
    bool is_whole;
    bool is_negative; /* of a whole number; 0 is not */
};

/* Whether they are the same number, whatever VRs they came from. NaN is no number's equal. */
bool dicom_number_eq(const struct dicom_number *a, const struct dicom_number *b);

/* One value of DS or IS as a number, spaces around it ignored; false if it is none, is longer than 64 bytes, or is
 * more than a double holds. Equal decimals give equal numbers ("1.50" and "15e-1"), whatever the locale. */
bool dicom_value_number(struct span text, struct dicom_number *out);

/* The numbers of a binary value (little endian, as blocks store it): how many whole ones there are, 0 for a VR that
 * holds none (strings, OB, UN, SQ); and one of them, 0 beyond the last. An AT is one number, gggg * 65536 + eeee. */
size_t dicom_value_count(struct span bytes, enum dicom_vr vr);
struct dicom_number dicom_value_binary(struct span bytes, enum dicom_vr vr, size_t index);

/* Appends that number as text: exact decimals, the shortest that gives the same FL or FD again, "gggg,eeee" for an
 * AT. */
void dicom_value_print(struct span bytes, enum dicom_vr vr, size_t index, struct wr *out);

#endif
