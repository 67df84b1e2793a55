/* entry.c -- goes over a data set once for its values, and over the rows of what there must be. */
#include "check/entry.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "base/wr.h"
#include "dicom/check.h"
#include "dicom/dictionary.h"
#include "dicom/walk.h"

enum { PATH_CAP = 1024, WHAT_CAP = 512, SHOWN = 64 };

void check_tell(const struct check_reporter *r, enum check_level level, uint32_t tag, const char *path, const char *fmt,
                ...)
{
    char what[WHAT_CAP];
    va_list words;
    va_start(words, fmt);
    vsnprintf(what, sizeof what, fmt, words);
    va_end(words);
    r->found(r->arg,
             &(struct check_finding){ .level = level, .file = r->file, .path = path, .tag = tag, .what = what });
}

static void put_name(struct wr *out, uint32_t tag)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    if (entry)
        wr_str(out, entry->keyword);
    else
        wr_fmt(out, TAG_FMT, TAG_ARGS(tag));
}

/* "ScheduledProcedureStepSequence[0].Modality": where the walk stands. */
static const char *path_of(const struct dicom_walk *walk, struct wr *out)
{
    wr_reset(out);
    for (uint32_t i = 0; i < walk->depth; i++) {
        const struct dicom_walk_level *level = &walk->levels[i];
        put_name(out, level->set.elements[level->next].tag);
        wr_fmt(out, "[%u].", (unsigned)level->item - 1);
    }
    put_name(out, walk->element->tag);
    wr_u8(out, 0);
    return out->failed ? "" : (const char *)out->p;
}

/* What a device computes with, or knows things again by: wrong, it is of no use. Of all else it shows what is there. */
static bool is_vital(enum dicom_vr vr)
{
    return vr == VR_DA || vr == VR_TM || vr == VR_DT || vr == VR_UI || vr == VR_DS || vr == VR_IS || vr == VR_AS;
}

static void check_value(const struct check_reporter *r, const struct dicom_walk *walk, struct wr *room)
{
    const struct dicom_element *element = walk->element;
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    struct err err = { 0 };
    if (element->flags & ELEMENT_UNDECODED) {
        char shown[4 * SHOWN + 1];
        struct span bytes = span_trim(dicom_set_bytes(walk->set, element));
        check_tell(
            r, CHECK_ERROR, element->tag, path_of(walk, room),
            "\"%s\" is not text in its character set, which (0008,0005) names: save it in that one, or name the one "
            "that it is in",
            log_text(span_of(bytes.p, bytes.n < SHOWN ? bytes.n : SHOWN), shown, sizeof shown));
    } else if (!dicom_check_value(vr, dicom_set_text(walk->set, element), &err)) {
        bool is_form = err.code == ERR_SYNTAX;
        check_tell(r, is_form && is_vital(vr) ? CHECK_ERROR : CHECK_WARNING, element->tag, path_of(walk, room), "%s",
                   err.what);
    }
}

void check_values(const struct check_reporter *r, struct dicom_set set)
{
    struct dicom_walk walk;
    struct wr room;
    wr_init(&room, PATH_CAP);
    dicom_walk_init(&walk, set);
    for (enum dicom_walk_event event; (event = dicom_walk_next(&walk)) != WALK_END;)
        if (event == WALK_ELEMENT)
            check_value(r, &walk, &room);
    wr_fini(&room);
}

static bool has_value(struct dicom_set set, uint32_t tag)
{
    const struct dicom_element *element = dicom_set_find(set, tag);
    if (element && element->vr == VR_SQ)
        return element->length > 0;
    return element && span_trim(dicom_set_bytes(set, element)).n > 0;
}

/* `prefix` is where the set stands, with a point behind it. */
static void check_type(const struct check_reporter *r, struct dicom_set set, uint32_t tag, const char *prefix, int type)
{
    char path[PATH_CAP];
    const struct dicom_element *element = dicom_set_find(set, tag);
    snprintf(path, sizeof path, "%s%s", prefix, dicom_dictionary_find(tag)->keyword);
    if (type == 1 && !has_value(set, tag))
        check_tell(r, CHECK_ERROR, tag, path, "it is %s, and every entry must have it (type 1)",
                   element ? "empty" : "missing");
    else if (type == 2 && !element)
        check_tell(r, CHECK_HINT, tag, path, "it is missing; devices get it empty (type 2)");
}

/* One of two that say the same, one in words and one by a code (type 1C). */
static void check_either(const struct check_reporter *r, struct dicom_set set, uint32_t tag, uint32_t other,
                         const char *prefix)
{
    char path[PATH_CAP];
    if (has_value(set, tag) || has_value(set, other))
        return;
    snprintf(path, sizeof path, "%s%s", prefix, dicom_dictionary_find(tag)->keyword);
    check_tell(r, CHECK_WARNING, tag, path, "neither this nor %s has a value, and one of them must (type 1C)",
               dicom_dictionary_find(other)->keyword);
}

static const struct {
    uint32_t tag;
    bool of_step;
    int type;
} rows[] = {
#define REQUIRED(keyword, of_step, type) { TAG_##keyword, of_step, type },
#include "catalog/required.def"
#undef REQUIRED
};

static void check_level_of(const struct check_reporter *r, struct dicom_set set, bool is_step, const char *prefix)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].of_step == is_step)
            check_type(r, set, rows[i].tag, prefix, rows[i].type);
    if (is_step)
        check_either(r, set, TAG_ScheduledProcedureStepDescription, TAG_ScheduledProtocolCodeSequence, prefix);
    else
        check_either(r, set, TAG_RequestedProcedureDescription, TAG_RequestedProcedureCodeSequence, prefix);
}

void check_required(const struct check_reporter *r, struct dicom_set set)
{
    const struct dicom_element *steps = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
    check_level_of(r, set, false, "");
    for (uint32_t i = 0; steps && steps->vr == VR_SQ && i < steps->length; i++) {
        char prefix[64];
        snprintf(prefix, sizeof prefix, "ScheduledProcedureStepSequence[%u].", (unsigned)i);
        check_level_of(r, dicom_set_item(set, steps, i), true, prefix);
    }
}
