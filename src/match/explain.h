/* explain.h -- why a query does not get what somebody expects: which of its keys kept which entries out.
 *
 * match_entry() stops at the first key that fails, since that is fast. Here every key is compared with every entry, so
 * that it can be said how many would match without it, and which entries came nearest. */
#ifndef MWL_MATCH_EXPLAIN_H
#define MWL_MATCH_EXPLAIN_H

#include "base/wr.h"
#include "dicom/vr.h"
#include "match/plan.h"

enum {
    EXPLAIN_KEYS = 64,  /* of a plan with more, the last stands for all the rest */
    EXPLAIN_NEAREST = 5 /* entries that are kept */
};

/* The keys of a plan that restrict, in the order in which they are compared. */
struct match_keys {
    const struct match_key *key[EXPLAIN_KEYS]; /* borrowed from the plan */
    uint32_t count;
};

void match_plan_keys(const struct match_plan *plan, struct match_keys *out);

/* Which keys a step of an entry fails: bit i is key i of match_plan_keys(). 0 exactly where match_entry() is NULL. Of
 * the items of a sequence, that one counts that fails the fewest. */
uint64_t match_entry_failed(const struct match_plan *plan, struct dicom_set entry, uint32_t step);

/* One key and one entry. */
struct match_miss {
    const struct match_key *key; /* borrowed from the plan, as the next two */
    uint32_t tag;
    enum dicom_vr vr;
    struct span had;  /* the entry's value as UTF-8, borrowed from its block; empty if it has none, or one in binary */
    bool zone_alone;  /* met, if both were compared as their clocks show (PS3.4 K.5.1) */
    bool zone_needed; /* met, if timezone query adjustment had been negotiated */
};

/* What key `number` of the plan asks for and what the entry has there; false if there is no such key. */
bool match_entry_miss(const struct match_plan *plan, struct dicom_set entry, uint32_t step, uint32_t number,
                      struct match_miss *out);

/* How much two values that differ look as if they were meant to be the same. */
enum match_nearness { NEAR_NOTHING, NEAR_REMARK, NEAR_MISTAKE };

/* Says in a few words why the two values differ, where it is a thing that happens: letter case, a blank, a day, a zero
 * in front that got lost, a character set (NEAR_MISTAKE); or at least what is worth a remark: no value at all. Nothing
 * is appended where there is nothing to be said. It repeats no value. `out` may be NULL. */
enum match_nearness match_miss_words(const struct match_miss *miss, struct wr *out);

/* The result: an entry at a time is added, in any order. Zeroed before the first. */
struct match_explain {
    struct match_keys keys;
    uint64_t entries, matched;
    uint64_t alone[EXPLAIN_KEYS];   /* entries that meet this key, whatever the others say */
    uint64_t without[EXPLAIN_KEYS]; /* entries that fail this key and no other */
    bool mixed[EXPLAIN_KEYS];       /* they have several values there */
    struct match_near {
        struct dicom_set set;
        uint32_t step;
        const char *name; /* as it was added */
        uint64_t failed;
        enum match_nearness nearness; /* to the key that it fails, if that is one */
    } example[EXPLAIN_KEYS],          /* the first of `without` that is the nearest */
        nearest[EXPLAIN_NEAREST];     /* the fewest failed keys first; those that match are none of them */
    uint32_t nearest_count;
};

void match_explain_init(struct match_explain *explain, const struct match_plan *plan);

/* `entry` and `name` are borrowed as long as the result is looked at. */
void match_explain_add(struct match_explain *explain, const struct match_plan *plan, struct dicom_set entry,
                       uint32_t step, const char *name);

/* The key to be named if only one can be: one that looks like a mistake before all others, and then that without which
 * the most entries would match. False if there is none alone at fault: then no entry fails just one key. */
bool match_explain_blame(const struct match_explain *explain, uint32_t *number);

/* Appends where a key stands, as people write it: "ScheduledStationAETitle", and "(0009,1010)" for what has no
 * keyword; below another sequence than that of the step, with it in front. */
void match_key_name(const struct match_key *key, struct wr *out);

#endif
