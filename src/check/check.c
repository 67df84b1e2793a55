/* check.c -- files one after another, and at the end what two of them have in common. */
#include "check/check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "catalog/check.h"
#include "check/entry.h"
#include "dicom/dictionary.h"
#include "dicom/file.h"

/* What must not be written in two places. */
enum kind { STEP, ACCESSION };

struct seen {
    enum kind kind;
    struct span key;   /* a step: study and ID; an accession number: itself */
    struct span study; /* Study Instance UID */
    const char *file;
};

struct check {
    struct check_options options;
    struct check_reporter reporter;
    struct arena arena; /* names and keys */
    struct seen *seen;
    size_t count, room;
};

struct check *check_new(const struct check_options *options, check_found *found, void *arg)
{
    struct check *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct check){ .options = *options, .reporter = { found, arg, "" } };
    arena_init(&c->arena, SIZE_MAX); /* as much as a few values of each file */
    return c;
}

void check_free(struct check **check)
{
    if (!*check)
        return;
    arena_fini(&(*check)->arena);
    free((*check)->seen);
    free(*check);
    *check = NULL;
}

static bool remember(struct check *c, struct seen seen)
{
    if (c->count == c->room) {
        size_t room = c->room ? 2 * c->room : 64;
        struct seen *more = realloc(c->seen, room * sizeof *more);
        if (!more)
            return false;
        c->seen = more;
        c->room = room;
    }
    c->seen[c->count++] = seen;
    return true;
}

/* "STUDY STEP": neither a UID nor a NUL is in the other. */
static struct span join(struct check *c, struct span study, struct span step)
{
    uint8_t *text = arena_alloc(&c->arena, study.n + 1 + step.n);
    if (!text)
        return (struct span){ NULL, 0 };
    memcpy(text, study.p, study.n);
    text[study.n] = 0;
    memcpy(text + study.n + 1, step.p, step.n);
    return span_of(text, study.n + 1 + step.n);
}

static bool remember_entry(struct check *c, const char *file, struct dicom_set set)
{
    struct span study = arena_copy(&c->arena, span_trim(dicom_set_get(set, TAG_StudyInstanceUID)));
    struct span accession = arena_copy(&c->arena, span_trim(dicom_set_get(set, TAG_AccessionNumber)));
    bool done = accession.n == 0 || remember(c, (struct seen){ ACCESSION, accession, study, file });
    const struct dicom_element *steps = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
    for (uint32_t i = 0; done && i < steps->length; i++) {
        struct span id = span_trim(dicom_set_get(dicom_set_item(set, steps, i), TAG_ScheduledProcedureStepID));
        if (id.n && study.n)
            done = remember(c, (struct seen){ STEP, join(c, study, id), study, file });
    }
    return done && !c->arena.failed;
}

/* What had to be forgiven to read it. */
static void tell_tolerances(const struct check_reporter *r, const struct dicom_tolerances *used)
{
#define TOLERANCE(id, text)                                                                                            \
    if (used->id)                                                                                                      \
        check_tell(r, CHECK_HINT, 0, "", "it is forgiven %s", text);
#include "dicom/tolerance.def"
#undef TOLERANCE
}

static void tell_error(const struct check_reporter *r, const struct err *err, bool has_position)
{
    r->found(r->arg, &(struct check_finding){ .level = CHECK_ERROR,
                                              .file = r->file,
                                              .path = "",
                                              .tag = err->tag,
                                              .has_position = has_position,
                                              .position = err->pos,
                                              .what = err->what });
}

bool check_file(struct check *c, const char *name, struct span bytes, struct err *err)
{
    const struct limits *limits = c->options.limits;
    struct dicom_parse_options options = { .default_charset = c->options.default_charset,
                                           .max_bytes = limits->file_bytes,
                                           .limits = limits };
    struct dicom_tolerances used = { 0 };
    struct err fault = { 0 };
    c->reporter.file = arena_str(&c->arena, span_str(name));
    if (!c->reporter.file)
        return err_set(err, ERR_MEMORY, 0, 0, "no memory to look at %s", name);
    struct dicom_block *block = dicom_file_parse(bytes, &options, &used, &fault);
    if (!block) {
        if (fault.code == ERR_MEMORY)
            return err_set(err, ERR_MEMORY, 0, 0, "no memory to look at %s", name);
        tell_error(&c->reporter, &fault, true);
        return true;
    }
    struct dicom_set set = dicom_block_set(block);
    bool is_entry = catalog_check(set, limits, &fault), done = true;
    used.undecodable_text = 0; /* is told of each text */
    tell_tolerances(&c->reporter, &used);
    if (!is_entry)
        tell_error(&c->reporter, &fault, false);
    check_required(&c->reporter, set);
    check_values(&c->reporter, set);
    if (is_entry)
        done = remember_entry(c, c->reporter.file, set);
    dicom_block_free(&block);
    return done || err_set(err, ERR_MEMORY, 0, 0, "no memory to look at %s", name);
}

static int compare(const void *left, const void *right)
{
    const struct seen *a = left, *b = right;
    int order = (int)a->kind - (int)b->kind;
    order = order ? order : span_cmp(a->key, b->key);
    order = order ? order : span_cmp(a->study, b->study);
    return order ? order : strcmp(a->file, b->file);
}

static void tell_pair(const struct check *c, const struct seen *first, const struct seen *second)
{
    struct check_reporter r = c->reporter;
    r.file = second->file;
    if (first->kind == STEP)
        check_tell(&r, CHECK_ERROR, TAG_ScheduledProcedureStepID,
                   "ScheduledProcedureStepSequence.ScheduledProcedureStepID", "\"%.*s\" of the same study is in %s too",
                   (int)(second->key.n - second->study.n - 1), (const char *)second->key.p + second->study.n + 1,
                   first->file == second->file || strcmp(first->file, second->file) == 0 ? "this file" : first->file);
    else
        check_tell(&r, CHECK_WARNING, TAG_AccessionNumber, "AccessionNumber",
                   "\"%.*s\" is in %s too, for another study", SPAN_FMT(second->key), first->file);
}

void check_finish(struct check *c)
{
    if (c->count)
        qsort(c->seen, c->count, sizeof *c->seen, compare);
    for (size_t i = 1; i < c->count; i++) {
        const struct seen *a = &c->seen[i - 1], *b = &c->seen[i];
        bool same = a->kind == b->kind && span_eq(a->key, b->key);
        if (same && (a->kind == STEP || !span_eq(a->study, b->study)))
            tell_pair(c, a, b);
    }
}
