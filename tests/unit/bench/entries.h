/* entries.h -- generated entries, parsed as the server parses a file. */
#ifndef MWL_TESTS_UNIT_BENCH_ENTRIES_H
#define MWL_TESTS_UNIT_BENCH_ENTRIES_H

#include "../check.h"

#include "base/limits.h"
#include "bench/generate.h"
#include "dicom/dictionary.h"
#include "dicom/file.h"

static inline void write_entry(struct bench_department d, uint32_t number, struct wr *out)
{
    wr_init(out, BENCH_FILE_CAP);
    bench_entry_write(&d, number, out);
    assert_false(out->failed);
}

/* With nothing forgiven. */
static inline struct dicom_block *parse_entry(struct span file)
{
    struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_tolerances used = { 0 }, none = { 0 };
    struct err err = { 0 };
    struct dicom_block *block = dicom_file_parse(file, &options, &used, &err);
    assert_string_equal(err.what, "");
    assert_non_null(block);
    assert_memory_equal(&used, &none, sizeof used);
    return block;
}

static inline struct dicom_set step_of(struct dicom_set entry)
{
    const struct dicom_element *steps = dicom_set_find(entry, TAG_ScheduledProcedureStepSequence);
    assert_non_null(steps);
    assert_int_equal(steps->length, 1);
    return dicom_set_item(entry, steps, 0);
}

#endif
