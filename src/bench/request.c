/* request.c -- an association request, a C-FIND or C-ECHO in Implicit VR Little Endian, a release. */
#include "bench/request.h"

#include "base/identity.h"
#include "dicom/dictionary.h"
#include "dicom/file.h"
#include "dicom/write.h"
#include "dimse/command.h"
#include "ul/pdu.h"

enum { FIND_CONTEXT = 1, ECHO_CONTEXT = 3, ANNOUNCED = 65536, PART_CAP = 1 << 20 };

static const struct bench_by_info infos[] = {
#define BY(id, name, text) { name, text },
#include "bench/by.def"
#undef BY
};

const struct bench_by_info *bench_by_info(enum bench_by by)
{
    return &infos[by];
}

enum bench_by bench_by_find(const char *name)
{
    unsigned by = 0;
    while (by < BENCH_BY_COUNT && strcmp(infos[by].name, name) != 0)
        by++;
    return (enum bench_by)by;
}

/* The keys in ascending order, and of which query each has a value; the others have it empty. */
static const struct key {
    uint32_t tag;
    bool in_step;
    bool only; /* not even asked for by other queries */
    enum bench_by by;
} keys[] = {
    { TAG_AccessionNumber, false, false, BENCH_BY_ACCESSION },
    { TAG_PatientName, false, false, BENCH_BY_NAME },
    { TAG_PatientID, false, false, BENCH_BY_PATIENT },
    { TAG_PatientBirthDate, false, false, BENCH_BY_COUNT },
    { TAG_StudyInstanceUID, false, false, BENCH_BY_COUNT },
    { TAG_Modality, true, false, BENCH_BY_SELECTIVE },
    { TAG_ScheduledStationAETitle, true, false, BENCH_BY_SELECTIVE },
    { TAG_ScheduledProcedureStepStartDate, true, false, BENCH_BY_SELECTIVE },
    { TAG_ScheduledProcedureStepStartTime, true, false, BENCH_BY_COUNT },
    { TAG_ScheduledProcedureStepID, true, false, BENCH_BY_COUNT },
    { TAG_FillerOrderNumberImagingServiceRequest, false, true, BENCH_BY_PLAIN },
};

/* "Bach^Johann" as "Bach^Jo*". */
static bool put_prefix(struct dicom_writer *w, struct span name, struct err *err)
{
    if (!span_is_ascii(name) || memchr(name.p, '=', name.n))
        return err_set(err, ERR_UNSUPPORTED, 0, TAG_PatientName,
                       "the patient's name is not in plain letters: take another file");
    const uint8_t *caret = memchr(name.p, '^', name.n);
    size_t n = caret ? (size_t)(caret - name.p) + 3 : name.n;
    struct wr prefix;
    wr_init(&prefix, 1024);
    wr_span(&prefix, span_of(name.p, n < name.n ? n : name.n));
    wr_u8(&prefix, '*');
    dicom_write_element(w, TAG_PatientName, VR_PN, wr_done(&prefix));
    wr_fini(&prefix);
    return true;
}

static bool put_key(struct dicom_writer *w, const struct key *k, enum bench_by by, struct dicom_set from,
                    struct err *err)
{
    struct span value = k->by == by ? dicom_set_get(from, k->tag) : span_of(NULL, 0);
    if (k->by == by && !value.n)
        return err_set(err, ERR_UNSUPPORTED, 0, k->tag, "the file has no value of " TAG_FMT, TAG_ARGS(k->tag));
    if (k->by == by && by == BENCH_BY_NAME)
        return put_prefix(w, value, err);
    dicom_write_element(w, k->tag, dicom_dictionary_vr(k->tag), value);
    return true;
}

/* All keys, those of the step inside the sequence. */
static bool put_keys(struct dicom_writer *w, enum bench_by by, struct dicom_set entry, struct err *err)
{
    const struct dicom_element *steps = entry.block ? dicom_set_find(entry, TAG_ScheduledProcedureStepSequence) : NULL;
    struct dicom_set step = { 0 };
    if (steps && steps->vr == VR_SQ && steps->length)
        step = dicom_set_item(entry, steps, 0);
    bool in_step = false;
    for (const struct key *k = keys; k < keys + sizeof keys / sizeof *keys; k++) {
        if (k->in_step && !in_step) {
            dicom_write_begin_sequence(w, TAG_ScheduledProcedureStepSequence);
            dicom_write_begin_item(w);
        } else if (!k->in_step && in_step) {
            dicom_write_end_item(w);
            dicom_write_end_sequence(w);
        }
        in_step = k->in_step;
        if ((!k->only || k->by == by) && !put_key(w, k, by, in_step ? step : entry, err))
            return false;
    }
    return true; /* the last row is not in the step */
}

static bool put_identifier(struct wr *out, enum bench_by by, struct span like, struct err *err)
{
    struct dicom_block *block = NULL;
    if (by != BENCH_BY_ALL) {
        struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
        block = dicom_file_parse(like, &options, NULL, err);
        if (!block)
            return false;
    }
    struct dicom_writer w;
    dicom_write_init(&w, out, SYNTAX_IMPLICIT_LE);
    bool ok = put_keys(&w, by, block ? dicom_block_set(block) : (struct dicom_set){ 0 }, err);
    dicom_block_free(&block);
    return ok;
}

static bool put_ask(struct wr *out, enum bench_by by, struct span like, struct err *err)
{
    bool echo = by == BENCH_BY_ECHO;
    uint8_t context = echo ? ECHO_CONTEXT : FIND_CONTEXT;
    struct dimse_command command = {
        .field = echo ? DIMSE_C_ECHO_RQ : DIMSE_C_FIND_RQ,
        .message_id = 1,
        .has_data_set = !echo,
        .sop_class = span_str(echo ? UID_Verification : UID_ModalityWorklistInformationModelFind),
    };
    struct wr bytes;
    wr_init(&bytes, PART_CAP);
    dimse_command_write(&bytes, &command);
    ul_data_write(out, context, UL_PDV_COMMAND | UL_PDV_LAST, wr_done(&bytes));
    wr_reset(&bytes);
    bool ok = echo || put_identifier(&bytes, by, like, err);
    if (ok && !echo)
        ul_data_write(out, context, UL_PDV_LAST, wr_done(&bytes));
    ok = ok && (!bytes.failed || err_set(err, ERR_MEMORY, 0, 0, "no memory for the request"));
    wr_fini(&bytes);
    return ok;
}

static void put_open(struct wr *out, const char *called, const char *calling)
{
    struct span implicit = span_str(UID_ImplicitVRLittleEndian);
    struct ul_context contexts[] = {
        { FIND_CONTEXT, 0, span_str(UID_ModalityWorklistInformationModelFind), &implicit, 1 },
        { ECHO_CONTEXT, 0, span_str(UID_Verification), &implicit, 1 },
    };
    struct ul_associate associate = {
        .called_ae = span_str(called),
        .calling_ae = span_str(calling),
        .application_context = span_str(UID_DICOMApplicationContext),
        .contexts = contexts,
        .context_count = sizeof contexts / sizeof *contexts,
        .max_length = ANNOUNCED,
        .implementation_class_uid = span_str(IDENTITY_CLASS_UID),
        .implementation_version = span_str(IDENTITY_VERSION_NAME),
        .protocol_version_1 = true,
    };
    ul_associate_write(out, UL_A_ASSOCIATE_RQ, &associate);
}

bool bench_request_init(struct bench_request *request, enum bench_by by, const char *called, const char *calling,
                        struct span like, struct err *err)
{
    for (int i = 0; i < BENCH_PARTS; i++)
        wr_init(&request->parts[i], PART_CAP);
    put_open(&request->parts[BENCH_OPEN], called, calling);
    ul_release_rq_write(&request->parts[BENCH_CLOSE]);
    bool ok = put_ask(&request->parts[BENCH_ASK], by, like, err);
    for (int i = 0; ok && i < BENCH_PARTS; i++)
        ok = !request->parts[i].failed || err_set(err, ERR_MEMORY, 0, 0, "no memory for the request");
    if (!ok)
        bench_request_fini(request);
    return ok;
}

void bench_request_fini(struct bench_request *request)
{
    for (int i = 0; i < BENCH_PARTS; i++)
        wr_fini(&request->parts[i]);
}
