/* due.h -- what of an entry an answer has: which attributes, and which items of a sequence. Private to this room. */
#ifndef MWL_MATCH_DUE_H
#define MWL_MATCH_DUE_H

#include "match/level.h"

/* Whether an answer has an attribute of the plan; `element` is the entry's, NULL if it has none. `times`: the answer
 * has dates or times. */
bool match_is_due(const struct match_answer *how, const struct match_level *level, const struct match_return *ret,
                  struct dicom_set set, const struct dicom_element *element, bool times);

/* Whether an item comes back for a sequence of the plan: it meets the keys inside. */
bool match_item_is_due(const struct match_answer *how, const struct match_return *ret, struct dicom_set item);

/* The same of an item, and of a sequence in it, that the query asks for as a whole. */
bool match_is_due_whole(const struct match_answer *how, struct dicom_set set, const struct dicom_element *element);
bool match_item_is_due_whole(const struct match_answer *how, uint32_t sequence, struct dicom_set item);

/* Whether anything of an item comes, so that no empty one is begun. `level` NULL: it is asked for as a whole. */
bool match_has_due(const struct match_answer *how, const struct match_level *level, struct dicom_set item);

#endif
