/* pairs.h -- a random query and a random entry, as the texts of sets.h. The query is made from the entry, changed a
 * little, so that a good part of them match. */
#ifndef MWL_TESTS_UNIT_MATCH_PAIRS_H
#define MWL_TESTS_UNIT_MATCH_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

struct dicom_block;

/* A NUL in a value, which a C string cannot hold. */
#define PAIRS_NUL '\x7F'

struct text {
    char s[8192];
};

struct pair {
    struct text query, entry;
    uint32_t step;          /* of the entry */
    bool case_sensitive_pn; /* as in struct match_options */
};

/* The same pair for the same seed. */
void pair_make(struct pair *pair, uint64_t seed);

/* The same where somebody else chooses: a number below n, at each call. */
void pair_make_by(struct pair *pair, uint32_t (*chooser)(uint32_t n));

/* One of the texts as a data set; the test fails if it cannot be one. */
struct dicom_block *pairs_block(const char *text);

#endif
