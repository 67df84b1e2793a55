/* host.h -- what the plugin asks of Orthanc, and tells it. */
#ifndef MWL_PLUGIN_HOST_H
#define MWL_PLUGIN_HOST_H

#include <orthanc/OrthancCPlugin.h>

#include "base/span.h"
#include "base/wr.h"

/* From now on lines go to the host's log, until log_stop(). The host decides which of them people see; they come
 * without date and speaker, which the host adds. */
void plugin_host_log_start(OrthancPluginContext *context);

/* Orthanc's configuration as JSON, appended to *out. False: it did not give it. */
bool plugin_host_configuration(OrthancPluginContext *context, struct wr *out);

/* The query as a DICOM file, appended to *out. False: the host did not give it. */
bool plugin_host_query(OrthancPluginContext *context, const OrthancPluginWorklistQuery *query, struct wr *out);

/* The host's own rules, by which it compares an answer with the query again when it is handed over: what makes it of a
 * query (a file). NULL: it cannot. */
OrthancPluginFindMatcher *plugin_host_matcher_new(OrthancPluginContext *context, struct span query);
void plugin_host_matcher_free(OrthancPluginContext *context, OrthancPluginFindMatcher **matcher);

/* Whether a worklist (a file) matches by these rules. */
bool plugin_host_matches(OrthancPluginContext *context, const OrthancPluginFindMatcher *matcher, struct span file);

#endif
