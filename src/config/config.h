/* config.h -- what the server is told: Orthanc's configuration, with its option names.
 *
 * One file, or a folder whose .json files are merged by section; JSON with comments, ${NAME} and ${NAME:-default}
 * expanded from the environment. Every option is one row of options.def: name, type, default, range and text; the
 * parser, the defaults, `mwl config` and the documentation all come from that row. Options of Orthanc that do not
 * concern a worklist are ignored; an unknown one inside the section "Worklists" is an error with a suggestion. */
#ifndef MWL_CONFIG_CONFIG_H
#define MWL_CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/wr.h"
#include "dicom/charset.h"

/* A numeric address, IPv4 as its IPv4-mapped IPv6 form (RFC 4291 2.5.5.2), so that both compare alike. */
struct config_address {
    uint8_t bytes[16];
};

/* A row of DicomModalities. */
struct config_modality {
    const char *name; /* the symbolic name, the key of the row */
    const char *aet;  /* without spaces at either end */
    const char *host;
    uint16_t port;
    bool allow_echo;          /* default true */
    bool allow_find_worklist; /* default true */

    /* A name that the certificate must have with which it calls; "" if it need not. */
    const char *tls_certificate_name;

    /* What `host` is or resolved to when the configuration was loaded; none unless DicomCheckModalityHost, or where it
     * did not resolve. */
    const struct config_address *addresses;
    uint32_t address_count;
};

/* Of strings; both in memory of the configuration. */
struct config_list {
    const char *const *items;
    uint32_t count;
};

struct config_profile;

struct config {
    /* One field an option, named after it in lower case with underscores: dicom_aet, dicom_port, ... Strings are never
     * NULL; "" is one that is not set. */
#define OPTION_BOOL(section, name, field, initial, text)              bool field;
#define OPTION_NUMBER(section, name, field, initial, low, high, text) uint32_t field;
#define OPTION_STRING(section, name, field, initial, text)            const char *field;
#define OPTION_LIST(section, name, field, text)                       struct config_list field;
#define OPTION_REFUSED(section, name, field, refused, text)           bool field;
#include "config/options.def"

    const struct config_modality *modalities; /* in the order of the file */
    uint32_t modality_count;

    const char *const *lua_scripts; /* LuaScripts: paths, in this order */
    uint32_t lua_script_count;

    const struct config_profile *profiles; /* in the order of the file: config/profile.h */
    uint32_t profile_count;

    const char *path;    /* of the file or folder it came from; NULL if it came from none */
    struct arena memory; /* every string and row above lives in it */
};

/* The default of every option. NULL: no memory. */
struct config *config_defaults_new(void);

/* What `mwl serve FOLDER` runs on: the defaults, the worklist enabled and read from `folder` (copied), anyone who can
 * reach the server let in. NULL: no memory. */
struct config *config_folder_new(const char *folder);

/* Reads a file or a folder. NULL with *err (ERR_CONFIG, ERR_IO, ERR_MEMORY): file, line and column or option, what was
 * found and what would be right. Says nothing of whether the server can start with it: see config_check_serve().
 * `notes` (may be NULL) gets a line, '\n' included, for each thing that a person should know: an option that has no
 * effect here, a name that looks misspelt, a host that cannot be resolved. Waits for the resolver if
 * DicomCheckModalityHost is set. */
struct config *config_load(const char *path, struct wr *notes, struct err *err);
void config_free(struct config **config);

/* What a plugin inside Orthanc runs on. `json` is the host's whole configuration (OrthancPluginGetConfiguration()), of
 * which only the section "Worklists" and the options beside it that concern text and AE titles are looked at: the host
 * has read the rest. As config_load() otherwise. */
struct config *config_load_host(const char *json, struct wr *notes, struct err *err);

/* Whether the plugin can run on it: Worklists with Database, and nothing there that mwl refuses. False with *err, one
 * line that says what to write. */
bool config_check_host(const struct config *config, struct err *err);

/* Whether a server can run on it: Worklists with Enable and Database, what a TLS port needs if it has one, ... False
 * with *err, one line that says what to write. */
bool config_check_serve(const struct config *config, struct err *err);

/* Whether a port for DICOM over TLS can be made of it; what is in the files that it names is not looked at. As above.
 */
bool config_check_tls(const struct config *config, struct err *err);

/* The bounds that it sets: those of limits.def, all others as they are in limits_default. */
struct limits config_limits(const struct config *config);

/* The complete configuration, commented, as text that config_load() reads back unchanged (`mwl config`). */
void config_print(const struct config *config, struct wr *out);

/* The character set that a value of DefaultEncoding names, in any letter case; "" is Latin1, as in Orthanc. False for a
 * name that Orthanc does not have. What the set cannot express dicom_charset_encode() tells. */
bool config_encoding(const char *name, struct dicom_charset *charset);

#endif
