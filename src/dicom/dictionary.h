/* dictionary.h -- the data dictionary of PS3.6, and names for its tags.
 *
 * The table and dicom/tags.h (one TAG_Keyword for each attribute) are generated at build time from
 * data/dictionary.csv by tools/tables.py. */
#ifndef MWL_DICOM_DICTIONARY_H
#define MWL_DICOM_DICTIONARY_H

#include "base/span.h"
#include "dicom/tags.h"
#include "dicom/vr.h"

#define TAG_GROUP(tag)   ((uint16_t)((tag) >> 16))
#define TAG_ELEMENT(tag) ((uint16_t)(tag))

/* For printf: "(%04X,%04X)" of a tag. */
#define TAG_FMT       "(%04X,%04X)"
#define TAG_ARGS(tag) (unsigned)TAG_GROUP(tag), (unsigned)TAG_ELEMENT(tag)

struct dicom_dictionary_entry {
    uint32_t tag;   /* of a repeating group (50xx), the tag with zeros for x */
    uint8_t vr;     /* enum dicom_vr; of "US or SS" and the like, the first */
    bool ambiguous; /* the standard leaves a choice of VR: the wire's own VR counts */
    bool retired;
    const char *vm;      /* "1", "1-n", "2-2n" */
    const char *keyword; /* "PatientName" */
    const char *name;    /* "Patient's Name" */
};

/* The entry of a tag, repeating groups included; NULL for a private or unknown one. */
const struct dicom_dictionary_entry *dicom_dictionary_find(uint32_t tag);

/* Whether it is by this attribute that a patient, an order, a step or a code is known again: an ID, a number, a code.
 */
bool dicom_dictionary_identifies(uint32_t tag);

/* The entry of a keyword, exactly as PS3.6 spells it; NULL if there is none. */
const struct dicom_dictionary_entry *dicom_dictionary_keyword(struct span keyword);

/* The keyword that a misspelt one may mean: at most two letters away, upper and lower case taken as the same; NULL if
 * there is none. For messages: it looks at every keyword. */
const char *dicom_dictionary_nearest(struct span keyword);

/* Takes a tag off the front of *rest: "(0010,0010)" or "0010,0010", hexadecimal digits of either case. False, and
 * nothing is taken, where there is none. */
bool dicom_tag_take(struct span *rest, uint32_t *tag);

/* The VR that an Implicit VR stream means (PS3.5 A.1 and 6.2.2): the dictionary's; UL for a group length, LO for a
 * private creator, UN for what is unknown. */
enum dicom_vr dicom_dictionary_vr(uint32_t tag);

/* The same of a tag whose entry, or NULL, was found already. */
enum dicom_vr dicom_dictionary_entry_vr(uint32_t tag, const struct dicom_dictionary_entry *entry);

static inline bool dicom_tag_is_private(uint32_t tag)
{
    return TAG_GROUP(tag) & 1;
}

/* (gggg,0010-00FF) of an odd group: reserves a block for its creator (PS3.5 7.8.1). */
static inline bool dicom_tag_is_creator(uint32_t tag)
{
    return dicom_tag_is_private(tag) && TAG_ELEMENT(tag) >= 0x10 && TAG_ELEMENT(tag) <= 0xFF;
}

/* The tag of the creator that reserves the block of a private data element; 0 if the tag is no such element. */
static inline uint32_t dicom_tag_creator(uint32_t tag)
{
    if (!dicom_tag_is_private(tag) || TAG_ELEMENT(tag) < 0x1000)
        return 0;
    return (tag & 0xFFFF0000u) | (uint32_t)(TAG_ELEMENT(tag) >> 8);
}

#endif
