/* level.h -- what a plan is made of: for each level of the query, the keys that restrict and the attributes that come
 * back. Made by plan.c, read by entry.c, due.c and project.c; nothing outside this room sees it.
 *
 * How a key is compared depends on its VR alone. Each way is a `struct match_kind`: a pair of functions, one that makes
 * a value of the query ready, one that compares it with an element of an entry without allocating. */
#ifndef MWL_MATCH_LEVEL_H
#define MWL_MATCH_LEVEL_H

#include "base/arena.h"
#include "dicom/value.h"
#include "match/fold.h"
#include "match/plan.h"

struct match_level;
struct match_test;

/* Where a plan is made: what every step of the making needs. */
struct match_maker {
    struct arena *arena; /* the plan's; outlives the making */
    struct match_options options;
    const struct match_zone *zone; /* of the query, if times are moved into it; else NULL */
    uint32_t values;               /* of keys, so far */
    struct match_tolerances used;  /* so far */
    struct err *err;
};

struct match_kind {
    size_t size; /* bytes of one value made ready */
    /* Makes one value of a key ready in `room`. `text` is trimmed, not empty, and not "*" alone. False with the error
     * set; an arena that failed is noticed later. */
    bool (*read)(struct match_maker *maker, const struct match_test *test, struct span text, void *room);
    /* Whether any value of the element is one that the key asks for. An empty element has none. */
    bool (*met)(const struct match_test *test, struct dicom_set set, const struct dicom_element *element);
};

extern const struct match_kind match_kind_text;   /* text.c */
extern const struct match_kind match_kind_name;   /* name.c */
extern const struct match_kind match_kind_fuzzy;  /* fuzzy.c: a name, if that was negotiated */
extern const struct match_kind match_kind_moment; /* moment.c: DA, TM, DT */
extern const struct match_kind match_kind_both;   /* moment.c: a date and a time as one moment */
extern const struct match_kind match_kind_number; /* number.c: DS, IS, US, FL, AT ... */
extern const struct match_kind match_kind_bytes;  /* number.c: UN, OB ... */

struct match_pattern {
    struct span text; /* folded */
    bool wild;        /* has "*" or "?" that count */
};

enum { MATCH_GROUPS = 3, MATCH_WORDS = 16 };

struct match_name {
    struct match_pattern whole;                /* trailing ^ and = are gone */
    struct match_pattern groups[MATCH_GROUPS]; /* alphabetic, ideographic, phonetic */
    bool grouped;                              /* asks for its groups one by one */
};

/* What a word of a name may begin with. */
struct match_word {
    struct match_pattern pattern; /* if it is wild, with "*" at the end */
    uint32_t group;               /* of the key, in which it stands */
};

struct match_fuzzy {
    struct match_name name;
    struct match_word words[MATCH_WORDS]; /* the longest first */
    uint32_t word_count;                  /* 0: only compared as a name */
    bool grouped;                         /* its words are for their groups alone */
};

enum match_form { FORM_SINGLE, FORM_FROM, FORM_UP_TO, FORM_BETWEEN };

/* A date, a time or a range of them: every moment from first to last, on the scales of dicom/value.h. */
struct match_interval {
    int64_t first, last;
    int64_t local_first, local_last; /* of a DT: as its clock shows, whatever the offset */
    bool has_offset;                 /* all its bounds have one, so that it can be compared as instants */
    enum match_form form;
};

/* Timezone Offset From UTC (0008,0201): microseconds to the east. */
struct match_zone {
    int64_t us;
};

/* One key that restricts. */
struct match_test {
    struct match_key key; /* what an explanation will say */
    uint32_t tag;
    struct span creator;  /* of a private attribute; else empty */
    enum dicom_vr vr;     /* by whose rules the two are compared */
    enum dicom_vr key_vr; /* by which the bytes of the key are read, where it is a number */
    enum match_fold fold;
    const struct match_kind *kind; /* NULL: a sequence */
    const struct match_zone *zone; /* of the query, if times are moved into it; else NULL */
    bool or_none;                  /* an entry without a value meets it */
    bool step;                     /* the Scheduled Procedure Step Sequence: one item of it is looked at */
    uint32_t time_tag;             /* match_kind_both: the time that goes with this date */
    uint32_t count;                /* of values, of which one must be met */
    union {
        void *values;
        const struct match_pattern *patterns;
        const struct match_name *names;
        const struct match_fuzzy *fuzzies;
        struct match_interval *intervals;
        const struct dicom_number *numbers;
        const struct span *bytes;
        const struct match_level *level; /* of a sequence; has tests */
    };
};

enum match_return_kind {
    RETURN_ALWAYS,    /* empty where the entry has none */
    RETURN_IF_STORED, /* only with a value */
    RETURN_CREATOR,   /* of private attributes that are written */
    RETURN_CHARSET,   /* where text beyond ASCII is written */
    RETURN_ZONE,      /* the entry's own, where a date or a time is written */
    RETURN_STEP       /* the Scheduled Procedure Step Sequence: one item of it */
};

/* One attribute that comes back. */
struct match_return {
    uint32_t tag;
    enum dicom_vr vr; /* as the query has it: for an empty one */
    enum match_return_kind kind;
    bool plain;                      /* comes in any case, and is no sequence, private or one of a choice */
    const uint32_t *choice;          /* alternatives of type 1C, zero-terminated; NULL if there are none */
    struct span creator;             /* of a private attribute or creator */
    struct span asked;               /* the key's value as UTF-8, borrowed from the query; empty if it asks for all */
    const struct match_level *level; /* of a sequence; NULL: all of every item */
};

/* One level of the query: the identifier itself, or the item of a sequence in it. */
struct match_level {
    struct match_test *tests;
    uint32_t test_count;
    struct match_return *returns; /* in ascending order of tags */
    uint32_t return_count;
};

struct match_plan {
    struct arena arena;
    struct match_zone zone; /* of the query, whether it was negotiated or not */
    bool has_zone;
    struct match_level top;
    struct match_level conditions; /* on the item of the step, beside the query */
    bool partial;                  /* attributes of the query are not supported */
};

/* The element that a key or return means in an entry; NULL if absent. A private one is found by its creator, whatever
 * block that has there (PS3.5 7.8.1). */
const struct dicom_element *match_find(struct dicom_set set, uint32_t tag, struct span creator);

/* Whether a set meets all tests of a level below the top: NULL, or the key that failed. */
const struct match_key *match_level(const struct match_level *level, struct dicom_set set);

/* Whether an element has a value that is not empty. */
bool match_has_value(struct dicom_set set, const struct dicom_element *element);

/* device.c: what match_options say of the device, in its key on the station, and as conditions of their own. */
bool match_device_station(struct match_maker *maker, struct match_test *test);
bool match_device_conditions(struct match_maker *maker, struct match_level *conditions);

/* key.c: makes the values of a key that is no sequence ready in *test, of which vr is set. *universal if they restrict
 * nothing. */
bool match_key_read(struct match_maker *maker, struct dicom_set set, const struct dicom_element *element,
                    struct match_test *test, bool *universal);

/* number.c: the VR by which the bytes of an element are numbers: as it was sent, unless that is none of numbers. */
enum dicom_vr match_number_vr(const struct dicom_element *element);

/* text.c: whether a pattern is all of a text; both folded. */
bool match_pattern_met(const struct match_pattern *pattern, struct span text);

/* Whether one value of an element, trimmed, is one that the key asks for: text.c, name.c. */
bool match_text_met(const struct match_test *test, struct span one);
bool match_name_met(const struct match_test *test, struct span one);

/* A name in the form in which names are compared; the spans are in the room. */
struct match_name_parts {
    struct span whole;
    struct span groups[MATCH_GROUPS];
    struct match_folded room;
};

/* name.c: a text too long to be a name stays as it is, and is only compared as a whole. */
void match_name_split(struct span text, enum match_fold fold, struct match_name_parts *name);

struct match_narrowed {
    uint8_t bytes[256];
};

/* zone.c: the zone that a data set is in. False if it names none that there is. */
bool match_zone_of(struct dicom_set top, struct match_zone *zone);

/* zone.c: what has to be added to dates and times of an entry, of which `set` is any level, to read them in the zone of
 * a query; 0 if the query has none or the entry names none. */
int64_t match_zone_shift(const struct match_zone *asked, struct dicom_set set);

/* narrow.c: of an attribute with a key, the value that met it, in the words of the key where both say the same; as
 * UTF-8. In `room`, the query or the entry; the whole value as it is stored where there is nothing to narrow. */
struct span match_narrow(const struct match_level *level, const struct match_return *ret, struct dicom_set set,
                         const struct dicom_element *element, struct match_narrowed *room);

/* True if "*" or "?" occurs. */
bool match_is_wild(struct span text);

/* moment.c: makes one moment of a range of dates and a range of times of the same form (PS3.4 K.6.1.2.2, remark on
 * the Scheduled Procedure Step Start Date), for every pair of them in the level; then refuses what ends before it
 * begins. */
bool match_moments_settle(struct match_maker *maker, struct match_level *level);

#endif
