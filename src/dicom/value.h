/* value.h -- the meaning of values: single values out of a multi-valued one, dates, times, numbers (PS3.5 6.2). */
#ifndef MWL_DICOM_VALUE_H
#define MWL_DICOM_VALUE_H

#include "base/span.h"
#include "dicom/vr.h"

/* Takes the next single value of a text or string value off *rest, trimmed as its VR says (VR_LEAD); the whole value
 * where the VR has no VR_MULTI. Loop: while (rest.p) { one = dicom_value_next(&rest, vr); ... } An empty value has
 * one, empty, value. */
struct span dicom_value_next(struct span *rest, enum dicom_vr vr);

/* Moments are compared as a pair of bounds, since "2025" or "1030" names a span of time: the first and the last
 * microsecond that the text can mean (PS3.4 C.2.2.2.1.3, C.2.2.2.5; reduced precision fills up). */
struct dicom_moments {
    int64_t first, last; /* inclusive */
};

/* DA "YYYYMMDD", also the old "YYYY.MM.DD": microseconds since 0000-03-01 of the proleptic calendar at 00:00, and
 * the last one of that day. False if it is no date: month 13, day 31 of February, anything else around it. */
bool dicom_value_date(struct span text, struct dicom_moments *out);

/* TM "HH[MM[SS[.F+]]]", also the old "HH:MM:SS": microseconds since midnight. A leap second 60 is the last of its
 * minute. */
bool dicom_value_time(struct span text, struct dicom_moments *out);

/* DT "YYYY[MM[DD[HH[MM[SS[.F+]]]]]][&ZZXX]" on the scale of dicom_value_date(), moved to UTC by its offset. Where it
 * has none, *has_offset is false and the moments are local. */
bool dicom_value_datetime(struct span text, struct dicom_moments *out, bool *has_offset);

/* DS and IS as a number; false if it is none. */
bool dicom_value_number(struct span text, double *out);

/* The numbers of a binary value (little endian, as blocks store it): how many there are, and one of them. */
size_t dicom_value_count(struct span bytes, enum dicom_vr vr);
double dicom_value_binary(struct span bytes, enum dicom_vr vr, size_t index);

#endif
