/* sets.h -- data sets written as text, so that a row of a table is a query, an entry and what comes of them:
 *
 *     PatientName=DOE^JOHN;ScheduledProcedureStepSequence={Modality=CT;ScheduledStationAETitle=A\B}{Modality=MR}
 *
 * An attribute is a keyword, or gggg,eeee with a VR: "0009,1001:LO=x". Numbers of binary VRs are decimals between
 * backslashes, of AT gggg,eeee; what begins with "*" is bytes. A sequence without items is "X=". */
#ifndef MWL_TESTS_UNIT_MATCH_SETS_H
#define MWL_TESTS_UNIT_MATCH_SETS_H

#include "../check.h"

#include "dicom/parse.h"
#include "dicom/write.h"
#include "match/plan.h"

/* Encodes the text, in an explicit VR syntax. */
void sets_write(struct dicom_writer *writer, const char *text);

/* Parses what sets_write() makes of it; the test fails if it cannot. */
struct dicom_block *sets_block(const char *text);

/* Appends the text of a data set. */
void sets_print(struct dicom_set set, struct wr *out);

/* A plan; the test fails if there is none. Default limits where `options` has none. */
struct match_plan *sets_plan(struct dicom_block *query, struct match_options options);

struct sets_row {
    const char *key, *stored; /* data sets */
    bool expected;
};

/* Every row: does the plan of `key` match `stored`? */
void sets_check(const struct sets_row *rows, size_t count, bool case_sensitive_pn);

/* The same with options. */
void sets_check_with(const struct sets_row *rows, size_t count, struct match_options options);

#define SETS_CHECK_WITH(rows, ...)                                                                                     \
    sets_check_with(rows, sizeof(rows) / sizeof *(rows), (struct match_options){ __VA_ARGS__ })
#define SETS_CHECK(rows) sets_check(rows, sizeof(rows) / sizeof *(rows), false)

struct sets_fault {
    const char *key;
    enum err_code code;
    uint32_t tag;
    const char *what;
};

/* Every row: is `key` refused with this error? */
void sets_check_faults(const struct sets_fault *rows, size_t count);

#define SETS_CHECK_FAULTS(rows) sets_check_faults(rows, sizeof(rows) / sizeof *(rows))

/* Is this the answer to `key` for a step of `stored`, which matches? It is written, parsed again, which also refuses
 * one tag twice, and printed. `how` NULL: all zeros. */
void sets_check_answer(const char *key, const char *stored, uint32_t step, const struct match_answer *how,
                       const char *expected);

#endif
