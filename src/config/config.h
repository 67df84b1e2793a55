/* config.h -- what the server is told: Orthanc's configuration, with its option names.
 *
 * One file, or a folder whose .json files are merged by section; JSON with comments, ${NAME} and ${NAME:-default}
 * expanded from the environment. Every option is one row of options.def: name, type, default, range and text; the
 * parser, the defaults, `mwl config` and the documentation all come from that row. Options of Orthanc that do not
 * concern a worklist are ignored; an unknown one inside the section "Worklists" is an error with a suggestion. */
#ifndef MWL_CONFIG_CONFIG_H
#define MWL_CONFIG_CONFIG_H

#include "base/err.h"
#include "base/span.h"
#include "base/wr.h"

/* A row of DicomModalities. */
struct config_modality {
    const char *name; /* the symbolic name, the key of the row */
    const char *aet;
    const char *host;
    uint16_t port;
    bool allow_echo;          /* default true */
    bool allow_find_worklist; /* default true */
};

struct config {
    /* One field an option, named after it in lower case with underscores: dicom_aet, dicom_port, ... */
#define OPTION_BOOL(section, name, field, initial, text)              bool field;
#define OPTION_NUMBER(section, name, field, initial, low, high, text) uint32_t field;
#define OPTION_STRING(section, name, field, initial, text)            const char *field;
#define OPTION_IGNORED(section, name, type, text)
#include "config/options.def"
#undef OPTION_BOOL
#undef OPTION_NUMBER
#undef OPTION_STRING
#undef OPTION_IGNORED

    const struct config_modality *modalities;
    uint32_t modality_count;

    const char *path; /* of the file or folder it came from; NULL for the defaults */
    void *memory;     /* everything above lives in it */
};

/* The defaults of every option: what `mwl serve FOLDER` runs on. NULL: no memory. */
struct config *config_defaults_new(void);

/* Reads a file or a folder. NULL with *err (ERR_CONFIG, ERR_IO): file, line, column, option, what was found and what
 * would be right. Says nothing of whether the server can start with it: see config_check_serve(). `notes` (may be NULL)
 * gets a line for each thing that a person should know: an option "has no effect here", a legacy name. */
struct config *config_load(const char *path, struct wr *notes, struct err *err);
void config_free(struct config **config);

/* Whether a server can run on it: the section Worklists with Enable and Database, no DicomTlsEnabled, ... False with
 * *err, one line that says what to write. */
bool config_check_serve(const struct config *config, struct err *err);

/* The complete configuration, commented, as text that config_load() reads back unchanged (`mwl config`). */
void config_print(const struct config *config, struct wr *out);

#endif
