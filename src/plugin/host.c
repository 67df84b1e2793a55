/* host.c -- the calls of Orthanc's SDK, with their memory given back. */
#include "plugin/host.h"

#include "base/log.h"

/* Of the log's writer thread. The host knows errors, warnings and what is seen with --verbose. */
static void write_to_host(void *arg, enum log_level level, const char *line, size_t n, const char *text)
{
    OrthancPluginContext *context = arg;
    char copy[LOG_LINE_MAX + 2];
    size_t length = n - (size_t)(text - line) - 1; /* without the line feed */
    if (length >= sizeof copy)
        length = sizeof copy - 1;
    memcpy(copy, text, length);
    copy[length] = 0;
    if (level == LOG_ERROR)
        OrthancPluginLogError(context, copy);
    else if (level == LOG_WARNING)
        OrthancPluginLogWarning(context, copy);
    else
        OrthancPluginLogInfo(context, copy);
}

void plugin_host_log_start(OrthancPluginContext *context)
{
    log_set_level(LOG_TRACE);
    log_start(write_to_host, context);
}

bool plugin_host_configuration(OrthancPluginContext *context, struct wr *out)
{
    char *json = OrthancPluginGetConfiguration(context);
    if (!json)
        return false;
    wr_str(out, json);
    wr_u8(out, 0);
    OrthancPluginFreeString(context, json);
    return !out->failed;
}

bool plugin_host_query(OrthancPluginContext *context, const OrthancPluginWorklistQuery *query, struct wr *out)
{
    OrthancPluginMemoryBuffer file = { NULL, 0 };
    if (OrthancPluginWorklistGetDicomQuery(context, &file, query) != OrthancPluginErrorCode_Success)
        return false;
    wr_bytes(out, file.data, file.size);
    OrthancPluginFreeMemoryBuffer(context, &file);
    return !out->failed;
}

OrthancPluginFindMatcher *plugin_host_matcher_new(OrthancPluginContext *context, struct span query)
{
    return OrthancPluginCreateFindMatcher(context, query.p, (uint32_t)query.n);
}

void plugin_host_matcher_free(OrthancPluginContext *context, OrthancPluginFindMatcher **matcher)
{
    if (*matcher)
        OrthancPluginFreeFindMatcher(context, *matcher);
    *matcher = NULL;
}

bool plugin_host_matches(OrthancPluginContext *context, const OrthancPluginFindMatcher *matcher, struct span file)
{
    return OrthancPluginFindMatcherIsMatch(context, matcher, file.p, (uint32_t)file.n) == 1;
}
