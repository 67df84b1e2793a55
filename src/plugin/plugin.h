/* plugin.h -- mwl inside Orthanc: what the files of this room share.
 *
 * Orthanc calls a plugin without an argument of the plugin's own, so what it runs on is the one global of this room
 * (orthanc.c), set before the first query and kept until after the last. Everything that the host is told or asked goes
 * through host.h. */
#ifndef MWL_PLUGIN_PLUGIN_H
#define MWL_PLUGIN_PLUGIN_H

#include <orthanc/OrthancCPlugin.h>

#include "base/limits.h"
#include "config/config.h"
#include "dicom/charset.h"
#include "plugin/losses.h"
#include "service/leniency.h"
#include "source/folder.h"

struct plugin {
    OrthancPluginContext *context; /* the host's */
    struct config *config;
    struct limits limits;
    struct plugin_losses losses;  /* its charset is also that of text for which no (0008,0005) speaks */
    struct source_folder *folder; /* NULL: it could not be followed, as the log said */
    struct service_leniency *leniency;
};

/* One worklist query, to its end (query.c). Success: its answers were handed over; else the host answers C000. */
OrthancPluginErrorCode plugin_query(const struct plugin *plugin, OrthancPluginWorklistAnswers *answers,
                                    const OrthancPluginWorklistQuery *query, const char *issuer_aet,
                                    const char *called_aet);

/* What Orthanc looks for in a plugin (orthanc.c). The SDK tells of these functions, but declares only one, and that
 * without a prototype. */
ORTHANC_PLUGINS_API int32_t OrthancPluginInitialize(OrthancPluginContext *context);
ORTHANC_PLUGINS_API void OrthancPluginFinalize(void);
/* NOLINTNEXTLINE(readability-redundant-declaration) */
ORTHANC_PLUGINS_API const char *OrthancPluginGetName(void);
ORTHANC_PLUGINS_API const char *OrthancPluginGetVersion(void);

#endif
