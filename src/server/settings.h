/* settings.h -- what a SIGHUP replaces: configuration, limits and the followed folder, as one counted whole.
 *
 * An association keeps the settings that it began with. */
#ifndef MWL_SERVER_SETTINGS_H
#define MWL_SERVER_SETTINGS_H

#include <stdatomic.h>

#include "base/limits.h"
#include "config/config.h"
#include "dicom/charset.h"
#include "net/tls.h"
#include "source/folder.h"

struct hook;
struct server_guard;

struct server_settings {
    atomic_uint references;
    struct config *config;
    struct limits limits;
    struct dicom_charset default_charset;
    struct source_folder *folder;
    struct hook *hook;            /* the scripts; NULL: there are none */
    struct net_tls_context *tls;  /* NULL: no port speaks it */
    bool folder_alone;            /* no configuration: loopback, anyone may ask */
    bool may_be_broken;           /* the scripts: queries are then refused until they are mended; before open() */
    struct err script_fault;      /* what was wrong with them */
    struct server_settings *next; /* in a list of those to be freed */
};

/* Reads the configuration: no thread is started, and no folder is looked at yet. NULL with *err. One reference is the
 * caller's. */
struct server_settings *server_settings_load(const char *path, bool force_config, struct err *err);

/* Starts the scripts and opens the folder, with `early_ms` as in struct source_folder_options. `guard` (may be NULL)
 * says what may be read; borrowed. False with *err. */
bool server_settings_open(struct server_settings *settings, const struct server_guard *guard, uint32_t early_ms,
                          struct err *err);

/* Reads the files of the options DicomTls...; what a person should know of them goes into the log. False with *err. */
bool server_settings_load_tls(struct server_settings *settings, struct err *err);

static inline struct server_settings *server_settings_acquire(struct server_settings *settings)
{
    atomic_fetch_add(&settings->references, 1);
    return settings;
}

/* True if that was the last reference: the caller then sees to server_settings_free(), on a thread that may wait. */
static inline bool server_settings_release(struct server_settings *settings)
{
    return atomic_fetch_sub(&settings->references, 1) == 1;
}

/* Ends the folder's thread. */
void server_settings_free(struct server_settings **settings);

/* Gives a reference back, on a thread that may wait. */
static inline void server_settings_drop(struct server_settings *settings)
{
    if (server_settings_release(settings))
        server_settings_free(&settings);
}

#endif
