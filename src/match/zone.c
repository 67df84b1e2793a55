/* zone.c -- times of one zone read in another, where timezone query adjustment was negotiated (PS3.4 K.5.1, C.2.2.2).
 *
 * Both sides have to say where they are. What zone an entry without (0008,0201) is in nobody knows: that of a server
 * may be any, and a guess would hide an examination from the scanner that stands beside it. Such an entry is compared
 * as its clock shows, as all are without negotiation. */
#include "dicom/dictionary.h"
#include "match/level.h"

enum { MINUTES_WEST = 12 * 60, MINUTES_EAST = 14 * 60 }; /* PS3.5 6.2, DT */

/* "+0530" */
bool match_zone_of(struct dicom_set top, struct match_zone *zone)
{
    struct span text = span_trim(dicom_set_get(top, TAG_TimezoneOffsetFromUTC));
    if (text.n != 5 || (text.p[0] != '+' && text.p[0] != '-'))
        return false;
    for (size_t i = 1; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    int hours = (text.p[1] - '0') * 10 + text.p[2] - '0', minutes = (text.p[3] - '0') * 10 + text.p[4] - '0';
    int offset = hours * 60 + minutes;
    bool west = text.p[0] == '-';
    if (minutes > 59 || offset > (west ? MINUTES_WEST : MINUTES_EAST))
        return false;
    zone->us = (int64_t)(west ? -offset : offset) * 60 * 1000000;
    return true;
}

int64_t match_zone_shift(const struct match_zone *asked, struct dicom_set set)
{
    struct match_zone stored;
    if (!asked || !match_zone_of(dicom_block_set(set.block), &stored))
        return 0;
    return asked->us - stored.us;
}
