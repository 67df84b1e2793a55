/* orthanc.c -- the four functions that Orthanc looks for in a plugin, and the life that they give to it.
 *
 * A return other than 0 of OrthancPluginInitialize() ends the whole Orthanc, as does a second plugin of the same name.
 * So only a section "Worklists" that cannot be understood is an error; whatever else is wrong leaves the plugin idle,
 * or answering every query with a failure, and a line in the log. */
#include "base/log.h"
#include "base/wr.h"
#include "plugin/host.h"
#include "plugin/plugin.h"

static const char name[] = "mwl", who[] = "plugin";

/* Everything that is called here has been in Orthanc since then. */
enum { MINIMAL_MAJOR = 1, MINIMAL_MINOR = 3, MINIMAL_REVISION = 0 };

enum { CONFIGURATION_MAX = 16 << 20, NOTES_MAX = 64 << 10 };

static struct plugin plugin;

static OrthancPluginErrorCode on_query(OrthancPluginWorklistAnswers *answers, const OrthancPluginWorklistQuery *query,
                                       const char *issuer_aet, const char *called_aet)
{
    return plugin_query(&plugin, answers, query, issuer_aet, called_aet);
}

static bool read_configuration(OrthancPluginContext *context, struct err *err)
{
    struct wr json, notes;
    wr_init(&json, CONFIGURATION_MAX);
    wr_init(&notes, NOTES_MAX);
    if (plugin_host_configuration(context, &json))
        plugin.config = config_load_host((const char *)json.p, &notes, err);
    else
        err_set(err, ERR_CONFIG, 0, 0, "Orthanc does not give its configuration");
    for (struct span rest = wr_done(&notes); rest.n;) {
        struct span note = span_cut(&rest, '\n');
        log_line(LOG_WARNING, who, "%.*s", SPAN_FMT(note));
    }
    wr_fini(&json);
    wr_fini(&notes);
    return plugin.config && (!plugin.config->enable || config_check_host(plugin.config, err));
}

static void open_folder(void)
{
    const struct config *config = plugin.config;
    plugin.limits = config_limits(config);
    plugin_losses_init(&plugin.losses, config->default_encoding);
    struct source_folder_options options = { .path = config->database,
                                             .per_called_aet = config->folder_per_called_aet,
                                             .strict_aet_comparison = config->strict_aet_comparison,
                                             .require_complete = config->require_complete,
                                             .rescan_interval_ms = config->rescan_interval * 1000,
                                             .lock_wait_ms = config->lock_wait * 1000,
                                             .default_charset = plugin.losses.charset,
                                             .limits = &plugin.limits,
                                             .may_be_faulty = true,
                                             .accept = plugin_losses_accept,
                                             .accept_arg = &plugin.losses };
    struct err err = { 0 };
    plugin_losses_warn(&plugin.losses);
    plugin.leniency = service_leniency_new();
    plugin.folder = source_folder_open(&options, &err);
    if (plugin.folder)
        log_line(LOG_WARNING, who, "The database of worklists will be read from folder: %s",
                 source_folder_path(plugin.folder));
    else
        log_line(LOG_ERROR, who, "%s: every worklist query is answered with a failure", err.what);
}

/* False: another plugin was first. */
static bool take_queries(OrthancPluginContext *context)
{
    if (OrthancPluginRegisterWorklistCallback(context, on_query) == OrthancPluginErrorCode_Success)
        return true;
    log_line(LOG_ERROR, who,
             "Another plugin answers worklist queries already, and mwl stays idle: name libmwl-orthanc.so before it in "
             "\"Plugins\", or take the other plugin out");
    return false;
}

static void end(void)
{
    source_folder_close(&plugin.folder);
    service_leniency_free(&plugin.leniency);
    if (plugin.config)
        config_free(&plugin.config);
    log_stop();
}

ORTHANC_PLUGINS_API int32_t OrthancPluginInitialize(OrthancPluginContext *context)
{
    struct err err = { 0 };
    plugin = (struct plugin){ .context = context };
    plugin_host_log_start(context);
    OrthancPluginSetDescription(context, "Serves DICOM modality worklists from a folder of .wl files, from memory.");
    log_line(LOG_WARNING, who, "mwl " MWL_VERSION " is initializing");
    if (!OrthancPluginCheckVersionAdvanced(context, MINIMAL_MAJOR, MINIMAL_MINOR, MINIMAL_REVISION))
        err_set(&err, ERR_UNSUPPORTED, 0, 0, "Orthanc %s is too old: mwl needs %d.%d.%d or newer",
                context->orthancVersion, MINIMAL_MAJOR, MINIMAL_MINOR, MINIMAL_REVISION);
    else
        read_configuration(context, &err);
    if (err.code) {
        log_line(LOG_ERROR, who, "%s", err.what);
        end();
        return -1;
    }
    if (!plugin.config->enable)
        log_line(LOG_WARNING, who, "Worklist server is disabled by the configuration file");
    else if (take_queries(context))
        open_folder();
    return 0;
}

ORTHANC_PLUGINS_API void OrthancPluginFinalize(void)
{
    log_line(LOG_WARNING, who, "mwl is finalizing");
    end();
}

ORTHANC_PLUGINS_API const char *OrthancPluginGetName(void)
{
    return name;
}

ORTHANC_PLUGINS_API const char *OrthancPluginGetVersion(void)
{
    return MWL_VERSION;
}
