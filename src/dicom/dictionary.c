/* dictionary.c -- looks up the attributes of PS3.6; the rows come from data/dictionary.csv. */
#include "dicom/dictionary.h"

#include "dicom/dictionary_rows.h"

enum { ALL_ENTRIES = sizeof entries / sizeof *entries, KEYWORDS = sizeof by_keyword / sizeof *by_keyword };

enum { NEAR = 2 }; /* so many letters away, another keyword is no slip of the fingers any more */

/* The repeating groups (50xx, 60xx: PS3.5 7.6) and other families of retired tags. They are few and rare, and no
 * tag belongs to two of them. */
static const struct dicom_dictionary_entry *find_repeating(uint32_t tag)
{
    for (uint32_t i = PLAIN_ENTRIES; i < ALL_ENTRIES; i++)
        if ((tag & masks[i - PLAIN_ENTRIES]) == entries[i].tag)
            return &entries[i];
    return NULL;
}

const struct dicom_dictionary_entry *dicom_dictionary_find(uint32_t tag)
{
    if (dicom_tag_is_private(tag))
        return NULL;
    uint32_t slot = (uint32_t)((uint64_t)(tag * tag_factor) * TAG_SLOTS >> 32);
    for (; by_tag[slot]; slot = (slot + 1) % TAG_SLOTS) {
        const struct dicom_dictionary_entry *entry = &entries[by_tag[slot] - 1];
        if (entry->tag == tag)
            return entry;
    }
    return find_repeating(tag);
}

const struct dicom_dictionary_entry *dicom_dictionary_keyword(struct span keyword)
{
    uint32_t low = 0, high = KEYWORDS;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct dicom_dictionary_entry *entry = &entries[by_keyword[middle]];
        int order = span_cmp(span_str(entry->keyword), keyword);
        if (order == 0)
            return entry;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const char *dicom_dictionary_nearest(struct span keyword)
{
    const char *nearest = NULL;
    uint32_t distance = NEAR + 1;
    for (uint32_t i = 0; i < KEYWORDS; i++) {
        struct span other = span_str(entries[by_keyword[i]].keyword);
        if (other.n > keyword.n + NEAR || keyword.n > other.n + NEAR)
            continue;
        uint32_t d = span_distance(keyword, other);
        if (d < distance) {
            distance = d;
            nearest = entries[by_keyword[i]].keyword;
        }
    }
    return nearest;
}

bool dicom_dictionary_identifies(uint32_t tag)
{
    static const char *const ends[] = { "ID",        "IDs",
                                        "Number",    "NumberImagingServiceRequest",
                                        "CodeValue", "CodingSchemeDesignator" };
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    size_t n = entry ? strlen(entry->keyword) : 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (n >= end && strcmp(entry->keyword + n - end, ends[i]) == 0)
            return true;
    }
    return false;
}

enum dicom_vr dicom_dictionary_vr(uint32_t tag)
{
    return dicom_dictionary_entry_vr(tag, dicom_dictionary_find(tag));
}

enum dicom_vr dicom_dictionary_entry_vr(uint32_t tag, const struct dicom_dictionary_entry *entry)
{
    if (TAG_ELEMENT(tag) == 0)
        return VR_UL; /* group length (PS3.5 7.2) */
    if (dicom_tag_is_creator(tag))
        return VR_LO; /* PS3.5 7.8.1 */
    if (!entry)
        return VR_UN;
    if (entry->ambiguous && entry->vr == VR_OB)
        return VR_OW; /* pixel, overlay and waveform data (PS3.5 A.1 c) */
    return (enum dicom_vr)entry->vr;
}

/* The value of a hexadecimal digit; 16 for any other byte. */
static uint32_t digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10u;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10u : 16;
}

static bool take_four_digits(struct span *rest, uint32_t *out)
{
    uint32_t number = 0;
    if (rest->n < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        uint32_t digit = digit_of(rest->p[i]);
        if (digit > 15)
            return false;
        number = number << 4 | digit;
    }
    *rest = span_of(rest->p + 4, rest->n - 4);
    *out = number;
    return true;
}

static bool take_byte(struct span *rest, uint8_t byte)
{
    if (rest->n == 0 || rest->p[0] != byte)
        return false;
    *rest = span_of(rest->p + 1, rest->n - 1);
    return true;
}

bool dicom_tag_take(struct span *rest, uint32_t *tag)
{
    struct span ahead = *rest;
    uint32_t group, element;
    bool bracket = take_byte(&ahead, '(');
    if (!take_four_digits(&ahead, &group) || !take_byte(&ahead, ',') || !take_four_digits(&ahead, &element)
        || (bracket && !take_byte(&ahead, ')')))
        return false;
    *rest = ahead;
    *tag = group << 16 | element;
    return true;
}
