/* worklist.h -- worklist data sets made for tests. */
#ifndef MWL_TESTS_UNIT_WORKLIST_H
#define MWL_TESTS_UNIT_WORKLIST_H

#include "base/limits.h"
#include "base/wr.h"
#include "dicom/parse.h"
#include "dicom/tags.h"
#include "dicom/write.h"
#include "match/plan.h"

/* One Scheduled Procedure Step; a NULL leaves its attribute out. */
struct worklist_step {
    const char *date, *time, *id;
};

static inline void worklist_text(struct dicom_writer *w, uint32_t tag, enum dicom_vr vr, const char *text)
{
    if (text)
        dicom_write_element(w, tag, vr, span_str(text));
}

/* Appends a complete worklist data set in Explicit VR Little Endian, as a file without preamble and meta header. */
static inline void worklist_write(struct wr *out, const char *patient_id, const struct worklist_step *steps, size_t n)
{
    struct dicom_writer w;
    dicom_write_init(&w, out, SYNTAX_EXPLICIT_LE);
    worklist_text(&w, TAG_PatientName, VR_PN, "Bach^Anna Magdalena");
    worklist_text(&w, TAG_PatientID, VR_LO, patient_id);
    worklist_text(&w, TAG_StudyInstanceUID, VR_UI, "1.2.3");
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    for (size_t i = 0; i < n; i++) {
        dicom_write_begin_item(&w);
        worklist_text(&w, TAG_Modality, VR_CS, "CT");
        worklist_text(&w, TAG_ScheduledStationAETitle, VR_AE, "CT1");
        worklist_text(&w, TAG_ScheduledProcedureStepStartDate, VR_DA, steps[i].date);
        worklist_text(&w, TAG_ScheduledProcedureStepStartTime, VR_TM, steps[i].time);
        worklist_text(&w, TAG_ScheduledProcedureStepID, VR_SH, steps[i].id);
        dicom_write_end_item(&w);
    }
    dicom_write_end_sequence(&w);
    worklist_text(&w, TAG_RequestedProcedureID, VR_SH, "RP1");
}

/* The same as a block. */
static inline struct dicom_block *worklist_block(const char *patient_id, const struct worklist_step *steps, size_t n)
{
    const struct dicom_parse_options options = { .syntax = SYNTAX_EXPLICIT_LE,
                                                 .max_bytes = 1 << 20,
                                                 .limits = &limits_default };
    struct err err = { 0 };
    struct wr bytes;
    wr_init(&bytes, 1 << 20);
    worklist_write(&bytes, patient_id, steps, n);
    struct dicom_block *block = dicom_parse(wr_done(&bytes), &options, NULL, &err);
    wr_fini(&bytes);
    assert_string_equal(err.what, "");
    assert_non_null(block);
    return block;
}

/* A plan, and the identifier that it is made of: Patient ID and whatever value it is to have. */
struct worklist_plan {
    struct dicom_block *query;
    struct match_plan *plan;
};

static inline void worklist_plan_of(struct worklist_plan *p, struct span query)
{
    const struct match_options options = { .limits = &limits_default };
    const struct dicom_parse_options parsing = { .syntax = SYNTAX_EXPLICIT_LE,
                                                 .max_bytes = 1000,
                                                 .limits = &limits_default };
    struct err err = { 0 };
    p->query = dicom_parse(query, &parsing, NULL, &err);
    assert_non_null(p->query);
    p->plan = match_plan_new(dicom_block_set(p->query), &options, &err);
    assert_non_null(p->plan);
}

static inline void worklist_plan_init(struct worklist_plan *p, const char *patient_id)
{
    struct dicom_writer w;
    struct wr bytes;
    wr_init(&bytes, 1000);
    dicom_write_init(&w, &bytes, SYNTAX_EXPLICIT_LE);
    worklist_text(&w, TAG_PatientID, VR_LO, patient_id);
    worklist_plan_of(p, wr_done(&bytes));
    wr_fini(&bytes);
}

/* The same for the start of the step; a NULL leaves the time out. */
static inline void worklist_plan_of_start(struct worklist_plan *p, const char *date, const char *time)
{
    struct dicom_writer w;
    struct wr bytes;
    wr_init(&bytes, 1000);
    dicom_write_init(&w, &bytes, SYNTAX_EXPLICIT_LE);
    dicom_write_begin_sequence(&w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(&w);
    worklist_text(&w, TAG_ScheduledProcedureStepStartDate, VR_DA, date);
    worklist_text(&w, TAG_ScheduledProcedureStepStartTime, VR_TM, time);
    dicom_write_end_item(&w);
    dicom_write_end_sequence(&w);
    worklist_plan_of(p, wr_done(&bytes));
    wr_fini(&bytes);
}

static inline void worklist_plan_fini(struct worklist_plan *p)
{
    match_plan_free(&p->plan);
    dicom_block_free(&p->query);
}

#endif
