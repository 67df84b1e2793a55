/* spell.h -- text for a device that has fewer letters, or less room, than the text needs. What is done here changes
 * what a scanner shows, so it is done only where a profile says so. Private to this room. */
#ifndef MWL_MATCH_SPELL_H
#define MWL_MATCH_SPELL_H

#include "base/wr.h"
#include "match/plan.h"

/* Appends a value, which is UTF-8, in letters that a character set has: one that it lacks without its accents, or
 * Cyrillic and Greek ones in Latin letters. Of a name, groups that cannot be said so are left out if another one can.
 * False, and nothing of use in *out, if there is no such way, and of what identifies: numbers, IDs and codes. */
bool match_spell(struct dicom_charset charset, uint32_t tag, enum dicom_vr vr, struct span text, struct wr *out);

/* A value, which is UTF-8, cut to the length that `how` has for its attribute: each of several values, and each group
 * of a name, and never inside a character. `text` itself if it is short enough; else in *room. */
struct span match_cut(const struct match_answer *how, uint32_t tag, enum dicom_vr vr, struct span text,
                      struct wr *room);

#endif
