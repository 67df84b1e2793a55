/* fold.h -- text in the one form in which equal means equal: NFC, and for names without regard to case.
 *
 * PS3.4 C.2.2.2.1.1 lets a server ignore case in PN; everything else is case-sensitive, but a letter written in two
 * ways (one code point, or a base and its accent) is the same letter. */
#ifndef MWL_MATCH_FOLD_H
#define MWL_MATCH_FOLD_H

#include "base/span.h"

enum match_fold {
    FOLD_NONE, /* bytes of ISO 646 */
    FOLD_NFC,
    FOLD_CASE,   /* NFC of the full case folding: "STRASSE" is "Straße" */
    FOLD_LETTER, /* NFC, each character folded to one: for a key in which ? counts them, and "ß" is one */
    FOLD_BARE    /* the case folding without accents, points and width; apostrophes and dots gone: "M. Müller" is
                    "m muller", for fuzzy matching */
};

/* The longest text that is folded, in code points once decomposed. A name has 194 characters (PS3.5 6.2.1); a longer
 * text than this is compared as it is. */
enum { FOLD_CHARS = 1024 };

struct match_folded {
    int32_t chars[FOLD_CHARS + 1]; /* first as UTF-32, then as UTF-8 in place, with a NUL */
};

/* The folded text: `text` itself if there was nothing to do, else in `room`. Of bytes that are no UTF-8 only the
 * letters A-Z are folded. Allocates nothing. */
struct span match_fold(struct span text, enum match_fold fold, struct match_folded *room);

#endif
