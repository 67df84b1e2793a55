/* load.h -- what the files of this folder that read a configuration share. Private to it. */
#ifndef MWL_CONFIG_LOAD_H
#define MWL_CONFIG_LOAD_H

#include <jansson.h>

#include "config/config.h"

/* One load, on its way through the values. */
struct config_load {
    struct config *config;
    struct wr *notes; /* may be NULL */
    struct err *err;
    const char *file;                   /* where the value in hand comes from, for errors */
    struct config_modality *modalities; /* config's rows, until their addresses are in */
};

/* Appends a line to the notes, with the file before it. */
void config_note(struct config_load *load, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Sets the error, with the file before it; false. */
bool config_fault(struct config_load *load, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What a JSON value is, for an error: "the string \"yes\"", "the number 70000", "an object". Returns `out`. */
const char *config_describe(const json_t *value, char *out, size_t room);

/* json_loadb(), which by itself drops a character of a token and says nothing where memory ends for a moment (jansson
 * 2.14): an option would be lost with its name, so the text is read twice, and both must say the same. */
json_t *config_json(struct span text, size_t flags, json_error_t *problem);

/* The bytes of a file as a JSON object; the caller's. `path` is its name in errors. NULL with *err: they are none. */
json_t *config_parse(const char *path, struct span file, struct err *err);

/* A whole file as a JSON object; the caller's. NULL with *err: it cannot be read, or is none. */
json_t *config_read_file(const char *path, struct err *err);

/* Merges the sections of a file, or of the .json files of a folder, into `merged`; origins gets for every section the
 * name of its file. */
bool config_read(const char *path, json_t *merged, json_t *origins, struct err *err);

/* Why an AE title cannot be one (PS3.5 6.2, VR AE); NULL if it can. */
const char *config_ae_fault(struct span aet);

/* Reads every section of `root` into a new configuration. `path` names the whole. NULL with *err. */
struct config *config_load_sections(const char *path, json_t *root, json_t *origins, struct wr *notes, struct err *err);

/* DicomModalities: the rows, then, when every option is known, the addresses of their hosts. */
bool config_load_modalities(struct config_load *load, json_t *rows);
void config_resolve_modalities(struct config_load *load);

/* LuaScripts: paths, relative ones from the folder of the file that names them, as in Orthanc (scripts.c). */
bool config_load_scripts(struct config_load *load, json_t *paths);

/* "Profiles" of "Worklists": the rules and the files that they name (profile_load.c). */
bool config_load_profiles(struct config_load *load, json_t *rules);

/* Whether the half "play" of a profile's file can be played (play.c). */
bool config_check_play(struct config_load *load, json_t *play);

#endif
