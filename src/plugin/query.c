/* query.c -- one worklist query that Orthanc received, answered from memory.
 *
 * Orthanc holds one lock over all worklist queries meanwhile. What it does to an answer (Extract() of its matcher):
 *
 *   - it copies the attributes that the query names and the answer has: so the answer has all of them, empty if need
 * be;
 *   - it refuses the whole answer for a private attribute: so there is none;
 *   - of each sequence with keys inside it keeps the items that match by its own rules, which compare text: a Scheduled
 *     Procedure Step that the standard calls a match can be taken out, and the answer has no step then. Its own matcher
 *     is asked beforehand, about the sequences alone; where it says no the answer is written again in the words of the
 *     query, and if it still says no the entry is left out, and said so. */
#include "base/clock.h"
#include "base/log.h"
#include "dicom/dictionary.h"
#include "dicom/file.h"
#include "dicom/write.h"
#include "plugin/host.h"
#include "plugin/plugin.h"
#include "service/find.h"
#include "service/profile.h"

static const char who[] = "plugin";

enum { AE_ROOM = 80, NAME_ROOM = 512, FILE_HEAD_MAX = 1024, BUDGET_US = 10000 };

struct visit {
    const struct plugin *plugin;
    OrthancPluginWorklistAnswers *answers;
    const OrthancPluginWorklistQuery *query;
    struct span called_aet; /* trimmed */
    struct service_find *find;
    OrthancPluginFindMatcher *matcher; /* of the sequences of the query; NULL where none has keys */
    enum dicom_syntax syntax;          /* of the answers */
    struct wr file;                    /* of the present answer */
    uint32_t handed_over, left_out;
};

/* ---- the host's own rules ---- */

/* Whether any item of the query's sequences has a value, so that it may restrict. */
static bool has_keys(struct dicom_set set, const struct dicom_element *sequence)
{
    for (uint32_t i = 0; i < sequence->length; i++) {
        struct dicom_set item = dicom_set_item(set, sequence, i);
        for (uint32_t j = 0; j < item.count; j++)
            if (item.elements[j].length)
                return true;
    }
    return false;
}

/* Makes the host's matcher of the sequences alone: what stands beside them was matched, and the host lets it be. */
static void make_matcher(struct visit *v)
{
    struct dicom_set query = service_find_identifier(v->find);
    struct dicom_writer writer;
    bool any = false;
    wr_reset(&v->file);
    dicom_file_begin(&v->file, SYNTAX_EXPLICIT_LE);
    dicom_write_init(&writer, &v->file, SYNTAX_EXPLICIT_LE);
    for (uint32_t i = 0; i < query.count; i++) {
        const struct dicom_element *element = &query.elements[i];
        bool keys = element->vr == VR_SQ && has_keys(query, element);
        if (keys || element->tag == TAG_SpecificCharacterSet)
            dicom_write_copy(&writer, query, element);
        any = any || keys;
    }
    if (any && !v->file.failed)
        v->matcher = plugin_host_matcher_new(v->plugin->context, wr_done(&v->file));
}

/* Puts an answer into a file, and asks whether the host will keep its items. */
static bool is_kept(struct visit *v, const struct service_answer *answer)
{
    wr_reset(&v->file);
    dicom_file_begin(&v->file, v->syntax);
    wr_span(&v->file, answer->identifier);
    return !v->file.failed && (!v->matcher || plugin_host_matches(v->plugin->context, v->matcher, wr_done(&v->file)));
}

/* ---- answers ---- */

static void leave_out(struct visit *v, const struct service_answer *answer, const char *why)
{
    char shown[NAME_ROOM];
    v->left_out++;
    log_line(LOG_INFO, who, "Worklist %s matches, but is left out: %s",
             log_text(span_str(answer->name), shown, sizeof shown), why);
}

/* False: that was one answer more than LimitAnswers. */
static bool hand_over(struct visit *v, struct service_answer *answer)
{
    char shown[NAME_ROOM];
    OrthancPluginContext *context = v->plugin->context;
    uint32_t limit = v->plugin->config->limit_answers;
    if (!is_kept(v, answer) && !(service_find_narrow(v->find, answer) && is_kept(v, answer))) {
        leave_out(v, answer, "Orthanc compares text, and would take its Scheduled Procedure Step away");
        return true;
    }
    if (limit && v->handed_over == limit) {
        OrthancPluginWorklistMarkIncomplete(context, v->answers);
        return false;
    }
    if (OrthancPluginWorklistAddAnswer(context, v->answers, v->query, v->file.p, (uint32_t)v->file.n)
        != OrthancPluginErrorCode_Success) {
        leave_out(v, answer, "Orthanc refuses it, for the reason that it gives above");
        return true;
    }
    log_line(LOG_INFO, who, "Worklist matched: %s/%s", source_folder_path(v->plugin->folder),
             log_text(span_str(answer->name), shown, sizeof shown));
    v->handed_over++;
    return true;
}

/* What the host logs of a failure; the scanner gets C000 for each. */
static OrthancPluginErrorCode code_of(enum err_code fault)
{
    switch (fault) {
    case ERR_NONE:
        return OrthancPluginErrorCode_Success;
    case ERR_SYNTAX:
    case ERR_UNSUPPORTED:
        return OrthancPluginErrorCode_BadRequest;
    case ERR_MEMORY:
        return OrthancPluginErrorCode_NotEnoughMemory;
    case ERR_IO:
        return OrthancPluginErrorCode_DirectoryExpected;
    default:
        return OrthancPluginErrorCode_InternalError;
    }
}

static OrthancPluginErrorCode answer_all(struct visit *v, uint64_t until_us)
{
    struct service_answer answer;
    for (;;) {
        switch (service_find_next(v->find, BUDGET_US, &answer)) {
        case SERVICE_ANSWER:
            if (!hand_over(v, &answer))
                return OrthancPluginErrorCode_Success;
            break;
        case SERVICE_FINAL:
            return code_of(answer.fault);
        case SERVICE_AGAIN:
            break;
        }
        if (clock_mono_us() > until_us)
            service_find_expire(v->find);
    }
}

/* ---- the query ---- */

static OrthancPluginErrorCode answer_query(struct visit *v, const struct service_find_request *request)
{
    const struct plugin *plugin = v->plugin;
    uint64_t until_us = clock_mono_us() + (uint64_t)plugin->limits.query_ms * 1000;
    /* First: a subfolder may be new, too. */
    bool current = source_folder_await(plugin->folder, plugin->limits.query_ms);
    struct catalog *catalog = source_folder_catalog(plugin->folder, v->called_aet);
    if (!catalog) {
        log_line(LOG_ERROR, who, "%s asks for the worklist of %s, and there is no folder for it", request->calling_ae,
                 request->called_ae);
        return OrthancPluginErrorCode_UnknownResource;
    }
    v->find = service_find_new(request);
    if (!v->find)
        return OrthancPluginErrorCode_NotEnoughMemory;
    if (current)
        service_find_start(v->find, catalog);
    else
        service_find_expire(v->find);
    make_matcher(v);
    OrthancPluginErrorCode code = answer_all(v, until_us);
    if (v->left_out)
        log_line(LOG_WARNING, who, "Matches left out of the answer to %s: %u; docs/ORTHANC.md says why",
                 request->calling_ae, v->left_out);
    log_line(LOG_INFO, who, "Worklist C-Find: found %u match(es)", v->handed_over);
    plugin_host_matcher_free(plugin->context, &v->matcher);
    service_find_free(&v->find);
    return code;
}

OrthancPluginErrorCode plugin_query(const struct plugin *plugin, OrthancPluginWorklistAnswers *answers,
                                    const OrthancPluginWorklistQuery *query, const char *issuer_aet,
                                    const char *called_aet)
{
    char calling[AE_ROOM], called[AE_ROOM];
    struct visit v = {
        .plugin = plugin, .answers = answers, .query = query, .called_aet = span_trim(span_str(called_aet))
    };
    struct config_device device = { .calling_aet = span_trim(span_str(issuer_aet)) };
    struct service_find_request request = {
        .config = plugin->config,
        .limits = &plugin->limits,
        .profile = config_profile_find(plugin->config, &device),
        .now_us = clock_wall_us(),
        .default_charset = plugin->losses.charset,
        .calling_ae = log_text(span_str(issuer_aet), calling, sizeof calling),
        .called_ae = log_text(span_str(called_aet), called, sizeof called),
        .calling_aet = span_trim(span_str(issuer_aet)),
        .peer = "unknown address",
        .leniency = plugin->leniency,
        /* Orthanc converts every answer itself, and reads UTF-8 best. */
        .answer = { .no_private = true, .charsets = { dicom_charset_utf8() }, .charset_count = 1 },
    };
    if (!plugin->folder) {
        log_line(LOG_ERROR, who, "%s asks for a worklist, and the folder could not be followed", calling);
        return OrthancPluginErrorCode_DirectoryExpected;
    }
    if (request.profile)
        service_profile_log(request.profile, request.calling_ae, request.peer);
    struct wr file;
    struct err err = { 0 };
    OrthancPluginErrorCode code = OrthancPluginErrorCode_BadFileFormat;
    wr_init(&file, plugin->limits.identifier_bytes + FILE_HEAD_MAX);
    wr_init(&v.file,
            3 * (size_t)plugin->limits.file_bytes + 2 * (size_t)plugin->limits.identifier_bytes + FILE_HEAD_MAX);
    if (!plugin_host_query(plugin->context, query, &file))
        log_line(LOG_ERROR, who, "The query of %s is too large, or Orthanc does not give it", calling);
    else if (!dicom_file_open(wr_done(&file), &request.syntax, &request.identifier, NULL, &err))
        log_line(LOG_ERROR, who, "The query of %s cannot be read: %s", calling, err.what);
    else {
        v.syntax = request.syntax;
        code = answer_query(&v, &request);
    }
    wr_fini(&file);
    wr_fini(&v.file);
    return code;
}
