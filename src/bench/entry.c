/* entry.c -- one generated worklist: who, where, when and what, and its elements one after another. */
#include <stdio.h>

#include "bench/generate.h"
#include "dicom/dictionary.h"
#include "dicom/file.h"
#include "dicom/tags.h"
#include "dicom/write.h"

#define COUNT_OF(rows) (sizeof(rows) / sizeof *(rows))

struct weighted {
    const char *text;
    uint32_t weight; /* of 100 in all */
};

static const struct weighted modalities[] = {
#define MODALITY(code, weight) { code, weight },
#include "bench/words.def"
};

enum script {
#define SCRIPT(id, weight, charset) SCRIPT_##id,
#include "bench/words.def"
};

static const struct weighted scripts[] = {
#define SCRIPT(id, weight, charset) { charset, weight },
#include "bench/words.def"
};

static const struct procedure {
    const char *modality, *code, *meaning;
} procedures[] = {
#define PROCEDURE(modality, code, meaning) { modality, code, meaning },
#include "bench/words.def"
};

static const struct part {
    enum script script;
    const char *family, *given;
} persons[] = {
#define PERSON(script, family, given) { SCRIPT_##script, family, given },
#include "bench/words.def"
};

static const char *const stems[] = {
#define STEM(text) text,
#include "bench/words.def"
};

static const char *const endings[] = {
#define ENDING(text) text,
#include "bench/words.def"
};

static const char *const givens[] = {
#define GIVEN(text) text,
#include "bench/words.def"
};

/* What is drawn for an entry, each independent of the others. */
enum draw { DRAW_PATIENT, DRAW_TIME, DRAW_PROCEDURE, DRAW_PERSON, DRAW_FAMILY, DRAW_GIVEN, DRAW_BIRTH, DRAW_TEXT };

/* splitmix64 of what is asked for: no state, so that any entry can be made alone. */
static uint32_t draw(uint64_t seed, enum draw what, uint32_t number, uint32_t below)
{
    uint64_t z = (seed * 64 + (uint64_t)what) * 0x9E3779B97F4A7C15u + (uint64_t)number * 0xD1342543DE82EF95u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ z >> 31) >> 32) % below;
}

static size_t pick(const struct weighted *rows, size_t count, uint32_t percent)
{
    size_t i = 0;
    while (i + 1 < count && percent >= rows[i].weight)
        percent -= rows[i++].weight;
    return i;
}

/* A day as YYYYMMDD, counted from 0000-03-01 of the Gregorian calendar, whose leap day is then the last of a year. */
enum { DAY_1940 = 708511, DAY_2026 = 739922 };

static void date_of(uint32_t days, char out[9])
{
    uint32_t era = days / 146097, doe = days % 146097;
    uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), m = (5 * doy + 2) / 153;
    uint32_t day = doy - (153 * m + 2) / 5 + 1, month = m < 10 ? m + 3 : m - 9;
    snprintf(out, 9, "%04u%02u%02u", (yoe + era * 400 + (month <= 2)) % 10000, month % 100, day % 100);
}

struct entry {
    uint64_t seed;
    uint32_t number, patient, station;
    const char *modality;
    const struct procedure *procedure;
    struct dicom_charset charset;
    char name[160], birth[9], date[9], time[7], ae[17];
    char requester[64];
};

static void name_patient(struct entry *e)
{
    uint64_t seed = e->seed;
    enum script script = (enum script)pick(scripts, COUNT_OF(scripts), draw(seed, DRAW_PERSON, e->patient, 100));
    e->charset = dicom_charset_from_value(span_str(scripts[script].text), NULL);
    uint32_t family = draw(seed, DRAW_FAMILY, e->patient, 1 << 20), given = draw(seed, DRAW_GIVEN, e->patient, 1 << 20);
    if (script == SCRIPT_PLAIN) {
        snprintf(e->name, sizeof e->name, "%s%s^%s^%c", stems[family % COUNT_OF(stems)],
                 endings[family / COUNT_OF(stems) % COUNT_OF(endings)], givens[given % COUNT_OF(givens)],
                 (char)('A' + given / COUNT_OF(givens) % 26));
        return;
    }
    const struct part *of_script = persons;
    while (of_script->script != script)
        of_script++;
    size_t count = 0;
    while (of_script + count < persons + COUNT_OF(persons) && of_script[count].script == script)
        count++;
    struct span families = span_str(of_script[family % count].family), parts = span_str(of_script[given % count].given);
    size_t n = 0;
    while (families.p && n < sizeof e->name) { /* a component group at a time: family^given=family^given */
        struct span f = span_cut(&families, '='), g = span_cut(&parts, '=');
        n += (size_t)snprintf(e->name + n, sizeof e->name - n, "%s%.*s^%.*s", n ? "=" : "", SPAN_FMT(f), SPAN_FMT(g));
    }
}

/* Enough stations that no folder spans many years, as a larger department has more of them. */
static uint32_t stations_of(uint32_t count)
{
    return count < 2000 ? 4 : count < 20000 ? 12 : count < 200000 ? 40 : 120;
}

static void plan(const struct bench_department *d, uint32_t number, struct entry *e)
{
    *e = (struct entry){ .seed = d->seed, .number = number };
    uint32_t slots = (d->count + BENCH_STEPS_A_DAY - 1) / BENCH_STEPS_A_DAY, slot = number % slots;
    e->station = slot % stations_of(d->count);
    e->patient = draw(d->seed, DRAW_PATIENT, number, d->count - d->count / 4);
    e->modality = modalities[pick(modalities, COUNT_OF(modalities), e->station * 37 % 100)].text;
    snprintf(e->ae, sizeof e->ae, "%s%03u", e->modality, e->station + 1);
    date_of(DAY_2026 + slot / stations_of(d->count), e->date);
    date_of(DAY_1940 + draw(d->seed, DRAW_BIRTH, e->patient, 84 * 365), e->birth);
    uint32_t minutes = 7 * 60 + draw(d->seed, DRAW_TIME, number, 11 * 12) * 5;
    snprintf(e->time, sizeof e->time, "%02u%02u00", minutes / 60 % 24, minutes % 60);
    size_t fit = 0;
    for (size_t i = 0; i < COUNT_OF(procedures); i++)
        fit += strcmp(procedures[i].modality, e->modality) == 0;
    size_t wanted = draw(d->seed, DRAW_PROCEDURE, number, (uint32_t)fit);
    for (e->procedure = procedures; strcmp(e->procedure->modality, e->modality) != 0 || wanted-- > 0;)
        e->procedure++;
    uint32_t doctor = draw(d->seed, DRAW_TEXT, number, 200);
    snprintf(e->requester, sizeof e->requester, "%s%s^%s^^Dr.", stems[doctor % COUNT_OF(stems)],
             endings[doctor % COUNT_OF(endings)], givens[doctor % COUNT_OF(givens)]);
    name_patient(e);
}

/* ---- its elements, in ascending order at each level ---- */

static void put(struct dicom_writer *w, uint32_t tag, const char *value)
{
    dicom_write_element(w, tag, dicom_dictionary_vr(tag), span_str(value));
}

static void put_number(struct dicom_writer *w, uint32_t tag, const char *prefix, uint32_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%s%08u", prefix, number);
    put(w, tag, text);
}

static void put_code(struct dicom_writer *w, uint32_t tag, const struct procedure *procedure)
{
    dicom_write_begin_sequence(w, tag);
    dicom_write_begin_item(w);
    put(w, TAG_CodeValue, procedure->code);
    put(w, TAG_CodingSchemeDesignator, "99BENCH");
    put(w, TAG_CodeMeaning, procedure->meaning);
    dicom_write_end_item(w);
    dicom_write_end_sequence(w);
}

static void put_patient(struct dicom_writer *w, const struct entry *e)
{
    struct wr name;
    wr_init(&name, 1024);
    if (!dicom_charset_encode(e->charset, VR_PN, span_str(e->name), &name))
        wr_str(&name, "Unnamed");
    dicom_write_element(w, TAG_PatientName, VR_PN, wr_done(&name));
    wr_fini(&name);
    put_number(w, TAG_PatientID, "P", e->patient);
    put(w, TAG_IssuerOfPatientID, "MAIN HOSPITAL");
    put(w, TAG_PatientBirthDate, e->birth);
    put(w, TAG_PatientSex, e->patient % 2 ? "F" : "M");
    char weight[8];
    snprintf(weight, sizeof weight, "%u", 45 + e->patient % 60);
    put(w, TAG_PatientWeight, weight);
    put(w, TAG_MedicalAlerts, e->patient % 20 ? "" : "PACEMAKER");
    put(w, TAG_Allergies, e->patient % 11 ? "" : "IODINE");
    put(w, TAG_AdditionalPatientHistory, e->number % 3 ? "" : "Known hypertension, former smoker, no surgery so far");
}

static void put_step(struct dicom_writer *w, const struct entry *e)
{
    dicom_write_begin_sequence(w, TAG_ScheduledProcedureStepSequence);
    dicom_write_begin_item(w);
    put(w, TAG_Modality, e->modality);
    put(w, TAG_RequestedContrastAgent, "");
    put(w, TAG_ScheduledStationAETitle, e->ae);
    put(w, TAG_ScheduledProcedureStepStartDate, e->date);
    put(w, TAG_ScheduledProcedureStepStartTime, e->time);
    put(w, TAG_ScheduledPerformingPhysicianName, e->requester);
    put(w, TAG_ScheduledProcedureStepDescription, e->procedure->meaning);
    put_code(w, TAG_ScheduledProtocolCodeSequence, e->procedure);
    put_number(w, TAG_ScheduledProcedureStepID, "S", e->number);
    put(w, TAG_ScheduledStationName, e->ae);
    put(w, TAG_ScheduledProcedureStepLocation, "First floor");
    put(w, TAG_PreMedication, "");
    put(w, TAG_ScheduledProcedureStepStatus, "SCHEDULED");
    dicom_write_end_item(w);
    dicom_write_end_sequence(w);
}

static void put_request(struct dicom_writer *w, const struct entry *e)
{
    char uid[64];
    snprintf(uid, sizeof uid, "2.25.%u%010u%010u", 1u + (uint32_t)(e->seed % 1000), 7u, e->number);
    put(w, TAG_StudyInstanceUID, uid);
    put(w, TAG_RequestingPhysician, e->requester);
    put(w, TAG_RequestingService, e->number % 4 ? "Internal medicine" : "Emergency department");
    put(w, TAG_RequestedProcedureDescription, e->procedure->meaning);
    put_code(w, TAG_RequestedProcedureCodeSequence, e->procedure);
    put_number(w, TAG_AdmissionID, "ADM", e->patient);
    put(w, TAG_SpecialNeeds, "");
    put(w, TAG_CurrentPatientLocation, e->number % 3 ? "Outpatient clinic" : "Ward 12, room 4");
    put(w, TAG_PatientState, "");
    put_step(w, e);
    put_number(w, TAG_RequestedProcedureID, "R", e->number);
    put(w, TAG_ReasonForTheRequestedProcedure,
        e->number % 2 ? "Follow-up" : "Pain, cause unknown, rule out a fracture");
    put(w, TAG_RequestedProcedurePriority, e->number % 9 ? "ROUTINE" : "HIGH");
    put(w, TAG_PatientTransportArrangements, e->number % 3 ? "WALKING" : "WHEELCHAIR");
    put(w, TAG_RequestedProcedureComments, e->number % 5 ? "" : "Please call the ward before the patient is fetched");
    put_number(w, TAG_PlacerOrderNumberImagingServiceRequest, "PL", e->number);
    put_number(w, TAG_FillerOrderNumberImagingServiceRequest, "FI", e->number);
    put(w, TAG_ConfidentialityConstraintOnPatientDataDescription, "");
}

void bench_entry_write(const struct bench_department *department, uint32_t number, struct wr *out)
{
    struct entry e;
    plan(department, number, &e);
    dicom_file_begin(out, SYNTAX_EXPLICIT_LE);
    struct dicom_writer w;
    dicom_write_init(&w, out, SYNTAX_EXPLICIT_LE);
    struct wr charset;
    wr_init(&charset, 64);
    dicom_charset_print(e.charset, &charset);
    if (charset.n)
        dicom_write_element(&w, TAG_SpecificCharacterSet, VR_CS, wr_done(&charset));
    wr_fini(&charset);
    put_number(&w, TAG_AccessionNumber, "A", number);
    put(&w, TAG_InstitutionName, "Main Hospital");
    put(&w, TAG_ReferringPhysicianName, e.requester);
    put_patient(&w, &e);
    put_request(&w, &e);
}
