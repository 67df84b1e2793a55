/* find_print.c -- answers as text, as JSON, as lines of a table, and as files. */
#include "cli/find_print.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "cli/file.h"
#include "dicom/dictionary.h"
#include "dicom/file.h"
#include "text/print.h"
#include "text/print_json.h"

enum { CELL_CAP = 1024, FILE_CAP = 16 << 20, PATH_ROOM = 4096 };

const char *const cli_find_table_keys[] = {
    "AccessionNumber",
    "PatientName",
    "PatientID",
    "RequestedProcedureDescription",
    "ScheduledProcedureStepSequence[0].Modality",
    "ScheduledProcedureStepSequence[0].ScheduledStationAETitle",
    "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate",
    "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartTime",
    "ScheduledProcedureStepSequence[0].ScheduledProcedureStepDescription",
    NULL,
};

/* The text of an attribute, safe for a terminal, and filled up to a width. */
static void put_cell(struct wr *out, struct dicom_set set, uint32_t tag, size_t width)
{
    const struct dicom_element *element = dicom_set_find(set, tag);
    size_t start = out->n;
    if (element && element->vr != VR_SQ)
        text_print_safe(span_trim(dicom_set_text(set, element)), out);
    size_t n = out->failed ? width : utf8_length(span_of(out->p + start, out->n - start));
    wr_fill(out, ' ', n < width ? width - n : 0);
    wr_str(out, " ");
}

/* "20261201" as "2026-12-01", "0930..." as "09:30"; anything else as it is. */
static void put_start(struct wr *out, struct dicom_set step)
{
    struct span date = span_trim(dicom_set_get(step, TAG_ScheduledProcedureStepStartDate));
    struct span time = span_trim(dicom_set_get(step, TAG_ScheduledProcedureStepStartTime));
    if (date.n == 8)
        wr_fmt(out, "%.4s-%.2s-%.2s ", (const char *)date.p, (const char *)date.p + 4, (const char *)date.p + 6);
    else
        put_cell(out, step, TAG_ScheduledProcedureStepStartDate, 10);
    if (time.n >= 4)
        wr_fmt(out, "%.2s:%.2s ", (const char *)time.p, (const char *)time.p + 2);
    else
        put_cell(out, step, TAG_ScheduledProcedureStepStartTime, 5);
}

static void put_row(struct wr *out, struct dicom_set set)
{
    const struct dicom_element *steps = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
    bool has_step = steps && steps->vr == VR_SQ && steps->length;
    struct dicom_set step = has_step ? dicom_set_item(set, steps, 0) : (struct dicom_set){ .block = set.block };
    bool has_description = dicom_set_get(step, TAG_ScheduledProcedureStepDescription).n;
    put_start(out, step);
    put_cell(out, step, TAG_Modality, 4);
    put_cell(out, step, TAG_ScheduledStationAETitle, 16);
    put_cell(out, set, TAG_PatientName, 30);
    put_cell(out, set, TAG_PatientID, 12);
    put_cell(out, set, TAG_AccessionNumber, 12);
    if (has_description)
        put_cell(out, step, TAG_ScheduledProcedureStepDescription, 0);
    else
        put_cell(out, set, TAG_RequestedProcedureDescription, 0);
    while (out->n && out->p[out->n - 1] == ' ')
        out->n--;
    wr_str(out, "\n");
}

static bool put_parsed(struct cli_find_printer *p, struct span identifier, enum dicom_syntax syntax, struct wr *out,
                       struct err *err)
{
    struct dicom_parse_options options = { .syntax = syntax,
                                           .max_bytes = limits_default.identifier_bytes,
                                           .limits = &limits_default };
    struct dicom_block *block = dicom_parse(identifier, &options, NULL, err);
    if (!block)
        return false;
    if (p->form == FIND_TABLE) {
        if (p->count == 1)
            wr_str(out, "start            mod. station          patient                        ID           "
                        "accession    what\n");
        put_row(out, dicom_block_set(block));
    } else {
        wr_str(out, p->count == 1 ? "[\n" : ",\n");
        text_print_json(dicom_block_set(block), p->form == FIND_SIMPLE ? TEXT_JSON_SIMPLE : TEXT_JSON_MODEL, out);
    }
    dicom_block_free(&block);
    return true;
}

static bool put_text(struct cli_find_printer *p, struct span identifier, enum dicom_syntax syntax, struct wr *out,
                     struct err *err)
{
    struct text_print_options options = { .limits = &limits_default };
    wr_fmt(out, "# Answer %u\n", (unsigned)p->count);
    return text_print_data_set(identifier, syntax, &options, out, err);
}

/* FOLDER/rsp0001.dcm, as findscu calls them. */
static bool save(const struct cli_find_printer *p, struct span identifier, enum dicom_syntax syntax, struct err *err)
{
    char path[PATH_ROOM];
    int n = snprintf(path, sizeof path, "%s/rsp%04u.dcm", p->folder, (unsigned)p->count);
    if (n < 0 || (size_t)n >= sizeof path)
        return err_set(err, ERR_IO, 0, 0, "%s: too long a path", p->folder);
    struct wr file;
    wr_init(&file, FILE_CAP);
    dicom_file_begin(&file, syntax);
    wr_span(&file, identifier);
    bool done = !file.failed && cli_put_file(path, wr_done(&file), true, err);
    wr_fini(&file);
    return done || err_set(err, ERR_MEMORY, 0, 0, "no memory to save an answer");
}

bool cli_find_answer(struct cli_find_printer *p, struct span identifier, enum dicom_syntax syntax, struct wr *out,
                     struct err *err)
{
    p->count++;
    if (p->folder && !save(p, identifier, syntax, err))
        return false;
    bool done =
        p->form == FIND_TEXT ? put_text(p, identifier, syntax, out, err) : put_parsed(p, identifier, syntax, out, err);
    return done && (!out->failed || err_set(err, ERR_MEMORY, 0, 0, "no memory to print an answer"));
}

void cli_find_end(const struct cli_find_printer *p, struct wr *out)
{
    if (p->form == FIND_JSON || p->form == FIND_SIMPLE)
        wr_str(out, p->count ? "\n]\n" : "[]\n");
}
