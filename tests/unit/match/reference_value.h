/* reference_value.h -- the parts of the reference: what single values are, and when two of them match. */
#ifndef MWL_TESTS_UNIT_MATCH_REFERENCE_VALUE_H
#define MWL_TESTS_UNIT_MATCH_REFERENCE_VALUE_H

#include "base/span.h"
#include "dicom/vr.h"

enum way { TEXT, NAME, MOMENT, DECIMAL, WHOLE, NEGATIVE, FLOATING, TAGS, BYTES };

struct rule {
    char code[3];
    enum way way;
    bool lead; /* leading spaces mean nothing */
    bool wild; /* has wild cards, PS3.4 C.2.2.2.4 */
    bool many; /* 5CH separates values */
    unsigned width;
};

/* The row of a VR; the test ends if the reference has none. */
const struct rule *rule_of(enum dicom_vr vr);

struct values {
    struct span one[32];
    size_t n;
};

/* PS3.5 6.4: the values of an element, the empty ones left out. */
struct values values_of(const struct rule *rule, struct span all);

/* PS3.5 6.2: what fills a value up is no part of it; with `lead` nor are leading spaces. */
struct span strip(struct span s, bool lead);

/* PS3.4 C.2.2.2.3; of several values, any of which is to match, one that is universal makes all so. */
bool is_universal(const struct rule *rule, struct span key);

/* Whether a value of a key can be one: else the query is refused, A900. */
bool is_good_key(const struct rule *rule, struct span one);

/* Whether a stored value is one that a value of a key asks for. */
bool value_matches(const struct rule *rule, struct span key, struct span stored, bool fold);

/* reference_moment.c: DA, TM and DT. */
struct moment {
    int64_t first, last; /* as the clock shows: microseconds */
    int64_t offset;      /* from UTC */
    bool has_offset;
};

struct range {
    bool has_from, has_to, is_range;
    struct moment from, to; /* of a single value: from */
};

bool read_moment(const char *vr, struct span s, struct moment *out);
bool read_range(const char *vr, struct span s, struct range *out);
bool is_backward(const struct range *range);
bool moment_matches(const struct range *range, const struct moment *at);

#endif
