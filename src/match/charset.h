/* charset.h -- the character set of one answer, and its text in it (PS3.4 C.2.2.2, PS3.3 C.12.1.1.2).
 *
 * First every text that will be in the answer is looked at, then the set is settled, then each text is had in it. An
 * answer has one set, which its (0008,0005) names at the top. But text with bytes that its own set does not have
 * cannot be said in any other: that answer goes as it is stored, level by level, so that nothing is lost. Private to
 * this room. */
#ifndef MWL_MATCH_CHARSET_H
#define MWL_MATCH_CHARSET_H

#include "base/wr.h"
#include "match/plan.h"

struct match_charset {
    const struct match_answer *how; /* borrowed */
    bool keeps_ascii;               /* text of ISO 646 alone is the same in every set that may be chosen */
    bool text;                      /* some is beyond ISO 646 */
    bool as_stored;                 /* ... and some only its own set can have */
    bool spelled;                   /* some was written in other letters */
    uint32_t lacking;               /* a bit for each of how->charsets that does not have every character */
    struct dicom_charset settled;   /* unless as_stored */
    struct wr room, words;          /* of what was asked for last */
};

void match_charset_init(struct match_charset *c, const struct match_answer *how);
void match_charset_fini(struct match_charset *c);

/* A value of VR_TEXT that the answer will have: all of `element`, or in its place `text`, which is UTF-8. */
void match_charset_look(struct match_charset *c, struct dicom_set set, const struct dicom_element *element,
                        struct span text);

/* After all was looked at: the first of how->charsets that has every character, else ISO_IR 192. */
void match_charset_settle(struct match_charset *c);

/* The bytes of a value that was looked at. Good until the next call; the wr of `room` fails if memory ends. */
struct span match_charset_text(struct match_charset *c, struct dicom_set set, const struct dicom_element *element,
                               struct span text);

/* The value of (0008,0005) in a level of the answer, `outer` being the set of the level around it, NULL at the top;
 * empty where it has none. Good until the next call. */
struct span match_charset_name(struct match_charset *c, struct dicom_set set, const struct dicom_charset *outer);

#endif
