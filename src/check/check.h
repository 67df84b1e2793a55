/* check.h -- what is wrong with worklist files, before the patient comes.
 *
 * Each file is looked at on its own, and all of them together: what is written twice. Findings are of three kinds:
 *
 *     error      a scanner will not see the entry, or see it wrong or incomplete
 *     warning    against the standard, but most devices will cope
 *     hint       worth knowing
 */
#ifndef MWL_CHECK_CHECK_H
#define MWL_CHECK_CHECK_H

#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"
#include "dicom/charset.h"

enum check_level { CHECK_HINT, CHECK_WARNING, CHECK_ERROR, CHECK_LEVELS };

struct check_finding {
    enum check_level level;
    const char *file;  /* as it was given to check_file() */
    const char *path;  /* of the attribute, "ScheduledProcedureStepSequence[0].Modality"; "" if it is about none */
    uint32_t tag;      /* of that attribute; 0 for none */
    bool has_position; /* `position` says at which byte of the file */
    uint64_t position;
    const char *what; /* a sentence without a full stop */
};

typedef void check_found(void *arg, const struct check_finding *finding);

struct check;

/* As who is going to serve the files reads them. */
struct check_options {
    const struct limits *limits;          /* borrowed */
    struct dicom_charset default_charset; /* of text in files without (0008,0005); all zeros: of ISO 646 */
};

/* Tells what it finds to `found`, at once or in check_finish(). NULL: no memory. */
struct check *check_new(const struct check_options *options, check_found *found, void *arg);
void check_free(struct check **check);

/* Looks at a file; `name` is copied. False with *err: ERR_MEMORY. */
bool check_file(struct check *check, const char *name, struct span bytes, struct err *err);

/* Tells what several files have in common that none may share: a step of the same study and ID, or an accession number
 * of two studies. Call once, after all files. */
void check_finish(struct check *check);

#endif
