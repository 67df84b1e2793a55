/* plan.h -- an identifier made ready to be compared with a million entries, and to shape the answers (PS3.4 C.2.2.2,
 * K.2.2, K.4.1.3, K.6.1.2.2).
 *
 * A plan holds, for every level of the query, the keys that restrict (matching keys) and the attributes that come back
 * (return keys). It is built once for a query, never changes, and is then only read. */
#ifndef MWL_MATCH_PLAN_H
#define MWL_MATCH_PLAN_H

#include "base/err.h"
#include "base/limits.h"
#include "dicom/set.h"
#include "dicom/write.h"

struct match_plan;

/* Faults of a query that were forgiven; each a named count. The rows are in tolerance.def. */
struct match_tolerances {
#define TOLERANCE(id, text) uint32_t id;
#include "match/tolerance.def"
#undef TOLERANCE
};

/* Who asks, and what is to be for it beside what it asks for. All zeros: nothing. Borrowed while a plan is made. */
struct match_device {
    struct span ae;             /* the AE title of the device, trimmed */
    const struct span *aliases; /* under which its entries are scheduled too: a key on the station that is one of them,
                                   or its own, asks for all */
    uint32_t alias_count;
    bool without_station; /* an entry that names no station meets every condition on it */
    struct span days;     /* a range as in a key: Scheduled Procedure Step Start Dates that the device is shown; p NULL:
                             any */
};

struct match_options {
    bool fuzzy_names; /* negotiated (PS3.4 K.5.1): names match as match/fuzzy.c has it, too */
    bool adjust_zone; /* negotiated (PS3.4 K.5.1): dates and times are compared in the zone of the query, where both
                         it and the entry name theirs (0008,0201) */
    bool case_sensitive_pn; /* CaseSensitivePN; else Patient's Name and all other PN match without regard to case */
    bool only_device;       /* FilterIssuerAet: one of the entry's Scheduled Station AE Titles must be the device's */
    struct match_device device;
    const struct limits *limits;   /* depth, wildcard_chars, key_values */
    struct match_tolerances *used; /* added to by match_plan_new(); may be NULL */
};

/* A condition that an entry did not meet: what an explanation needs. */
struct match_key {
    uint32_t path[4];  /* tags from the outermost sequence to the attribute, zero-filled */
    struct span text;  /* the key's value as UTF-8; borrowed from the plan */
    bool from_options; /* not asked by the query, but added by match_options */
};

/* Builds the plan. `query` is borrowed and must outlive it. NULL with *err: ERR_SYNTAX (status A900) or ERR_LIMIT (A900
 * for a key too long or of too many values, PS3.4 K.4.1.1.4), `tag` being the Offending Element and `what` a comment of
 * at most 64 characters without values of the query (PS3.7 C.4.2: Error Comment); ERR_MEMORY. */
struct match_plan *match_plan_new(struct dicom_set query, const struct match_options *options, struct err *err);
void match_plan_free(struct match_plan **plan);

/* Whether the query has attributes that are not supported, so that they are neither compared nor returned: ones that
 * PS3.6 does not know, and private ones without their creator (PS3.4 Table K.4-1: FF01). */
bool match_plan_is_partial(const struct match_plan *plan);

/* The Scheduled Procedure Step Start Dates that a match can have, first and last, as "YYYYMMDD": for who keeps entries
 * in their order. False: any, or none. */
struct match_dates {
    char first[9], last[9];
};
bool match_plan_dates(const struct match_plan *plan, struct match_dates *out);

/* Whether step number `step` of the data set `entry` matches all keys. NULL if it does; else the first key that it
 * fails, borrowed from the plan. Any number of threads may ask at once. `entry` holds a Scheduled Procedure Step
 * Sequence with more than `step` items (catalog_check() saw to that); only that item of it is looked at. */
const struct match_key *match_entry(const struct match_plan *plan, struct dicom_set entry, uint32_t step);

/* Whether an entry that matches does so only since it names no station (match_device.without_station). */
bool match_entry_is_nobodys(const struct match_plan *plan, struct dicom_set entry, uint32_t step);

enum { MATCH_CHARSETS = 3 };

/* What was changed in an answer for the sake of its device. */
struct match_bent {
    bool spelled; /* letters that its character set lacks are written in others */
    bool cut;     /* text is shorter than it was */
};

/* How an answer is written, where that is not for the query alone to say. All zeros: as the standard has it. */
struct match_answer {
    bool no_private; /* no private attribute, although the query asks for it */
    bool narrow; /* below the top level, of an attribute that a key restricts, only the value that met it, and in the
                    words of the key where both say the same: see match/narrow.c */
    bool omit_empty;      /* no attribute without a value; else every attribute that was asked for comes, maybe empty */
    bool omit_code_items; /* no item of a code sequence that lacks its code, or the coding scheme of that */
    /* Text goes in the first of these character sets that has every character of the answer, else in ISO_IR 192. Each
     * has a defined term (dicom_charset_is_defined()). */
    struct dicom_charset charsets[MATCH_CHARSETS];
    uint32_t charset_count;
    bool transliterate; /* into the first of them: a letter that it lacks is written in those that it has
                           (match/spell.h) */
    const struct dicom_length *lengths; /* text that is longer is cut; borrowed */
    uint32_t length_count;
    struct match_bent *bent; /* is told what was done of these two; may be NULL */
};

/* Writes the answer for a matching entry: every requested attribute known to the dictionary, empty where the entry has
 * none (sequences: no item), with one item, that step, in the Scheduled Procedure Step Sequence; no Query/Retrieve
 * Level, group lengths, groups below 0008; private attributes with their creator, where stored; of a pair of type 1C
 * what exists; (0008,0005) if there is text beyond ASCII; (0008,0201) as stored, if a date or a time is written or the
 * query asks for it; and the HL7 Structured Document Reference Sequence with the Pertinent Documents (PS3.4 K.4.1.1.3,
 * Table K.6-1a). Text that cannot be decoded makes the whole answer go in the character sets in which it is stored,
 * which (0008,0005) then names level by level. Failure is the writer's. */
void match_project(const struct match_plan *plan, struct dicom_set entry, uint32_t step, const struct match_answer *how,
                   struct dicom_writer *writer);

#endif
