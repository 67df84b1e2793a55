/* file.c -- one allocation a file: the steps, then the name; and one for its postings. */
#include "catalog/file.h"

#include <stdlib.h>

#include "catalog/posting.h"
#include "dicom/tags.h"

/* The first characters of a value as one number, or several, that compare as the characters do. */
static void pack(struct span text, uint8_t separator, uint64_t *out, size_t words)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < words * 8; i++) {
        if (text.p[i] == separator)
            continue;
        out[n / 8] |= (uint64_t)text.p[i] << (56 - n % 8 * 8);
        n++;
    }
}

uint64_t catalog_step_date(struct span date)
{
    uint64_t packed = 0;
    pack(span_trim(date), '.', &packed, 1);
    return packed;
}

static void step_init(struct catalog_step *step, struct catalog_file *file, struct dicom_set item, uint32_t index)
{
    step->file = file;
    step->index = index;
    step->id = span_trim(dicom_set_get(item, TAG_ScheduledProcedureStepID));
    struct span date = dicom_set_get(item, TAG_ScheduledProcedureStepStartDate);
    step->date = catalog_step_date(date);
    file->unordered += date.n && memchr(date.p, '\\', date.n);
    pack(span_trim(dicom_set_get(item, TAG_ScheduledProcedureStepStartTime)), ':', step->time, 2);
}

struct catalog_file *catalog_file_new(uint32_t origin, const char *name, struct dicom_block *block)
{
    struct dicom_set set = dicom_block_set(block);
    const struct dicom_element *sequence = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
    uint32_t count = sequence && sequence->vr == VR_SQ ? sequence->length : 0;
    size_t steps = count * sizeof(struct catalog_step), length = strlen(name) + 1;
    struct catalog_file *file = calloc(1, sizeof *file + steps + length);
    if (!file) {
        dicom_block_free(&block);
        return NULL;
    }
    char *copy = (char *)file + sizeof *file + steps;
    memcpy(copy, name, length);
    file->refs = 1;
    file->block = block;
    file->name = copy;
    file->origin = origin;
    file->count = count;
    for (uint32_t i = 0; i < count; i++)
        step_init(&file->steps[i], file, dicom_set_item(set, sequence, i), i);
    if (!catalog_postings_make(file)) {
        catalog_file_release(file);
        return NULL;
    }
    return file;
}

void catalog_file_release(struct catalog_file *file)
{
    if (--file->refs)
        return;
    dicom_block_free(&file->block);
    free(file->postings);
    free(file);
}

static int by_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_files(const void *a, const void *b)
{
    const struct catalog_file *x = a, *y = b;
    int order = by_number(x->origin, y->origin);
    return order ? order : strcmp(x->name, y->name);
}

static void acquire_file(void *item)
{
    struct catalog_file *file = item;
    file->refs++;
}

static void release_file(void *item)
{
    catalog_file_release(item);
}

static int compare_steps(const void *a, const void *b)
{
    const struct catalog_step *x = a, *y = b;
    int order = by_number(x->date, y->date);
    if (!order)
        order = by_number(x->time[0], y->time[0]);
    if (!order)
        order = by_number(x->time[1], y->time[1]);
    if (!order)
        order = span_cmp(x->id, y->id);
    if (!order)
        order = strcmp(x->file->name, y->file->name);
    if (!order)
        order = by_number(x->file->origin, y->file->origin);
    return order ? order : by_number(x->index, y->index);
}

static void acquire_step(void *item)
{
    struct catalog_step *step = item;
    step->file->refs++;
}

static void release_step(void *item)
{
    struct catalog_step *step = item;
    catalog_file_release(step->file);
}

const struct catalog_tree_type catalog_files_by_name = { compare_files, acquire_file, release_file };
const struct catalog_tree_type catalog_steps_by_start = { compare_steps, acquire_step, release_step };
