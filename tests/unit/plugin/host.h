/* host.h -- an Orthanc made for tests: what it was told, and what it does with an answer. */
#ifndef MWL_TESTS_UNIT_PLUGIN_HOST_H
#define MWL_TESTS_UNIT_PLUGIN_HOST_H

#include "../check.h"

#include <pthread.h>

#include "../source/scratch.h"

#include "dicom/file.h"
#include "plugin/plugin.h"

enum { HOST_ROOM = 1 << 16, HOST_ANSWERS = 16 };

struct host {
    OrthancPluginContext context;
    const char *configuration;
    OrthancPluginErrorCode registration, addition; /* what it answers to these */
    OrthancPluginWorklistCallback callback;
    struct wr query;                           /* a file */
    struct dicom_block *answers[HOST_ANSWERS]; /* that it was given */
    uint32_t count;
    bool incomplete;
    int matchers, buffers; /* given out and not given back */
    bool keeps_all;        /* its own rules let every item be */
    bool keeps_nothing;    /* or none */
    char log[HOST_ROOM];   /* "E text\n", only errors and warnings */
    pthread_mutex_t log_lock;
};

/* The only one: the SDK has no argument for it. */
static struct host host;

static inline void host_take_line(char level, const char *text)
{
    pthread_mutex_lock(&host.log_lock);
    size_t n = strlen(host.log);
    snprintf(host.log + n, sizeof host.log - n, "%c %s\n", level, text);
    pthread_mutex_unlock(&host.log_lock);
}

static inline struct dicom_block *host_parse(const void *file, uint32_t size)
{
    struct dicom_parse_options options = { .max_bytes = HOST_ROOM, .limits = &limits_default };
    struct dicom_tolerances used = { 0 };
    struct err err = { 0 };
    struct dicom_block *block = dicom_file_parse(span_of(file, size), &options, &used, &err);
    assert_string_equal(err.what, "");
    assert_int_equal(used.no_preamble + used.guessed_syntax, 0);
    return block;
}

/* The one rule of this host: it does not know that a station can be one of several. */
static inline bool host_keeps(const void *file, uint32_t size)
{
    struct dicom_block *block = host_parse(file, size);
    struct dicom_set set = dicom_block_set(block);
    const struct dicom_element *steps = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
    assert_non_null(steps);
    assert_int_equal(steps->length, 1);
    struct span station = dicom_set_get(dicom_set_item(set, steps, 0), TAG_ScheduledStationAETitle);
    bool keeps = !host.keeps_nothing && (host.keeps_all || !memchr(station.p, '\\', station.n));
    dicom_block_free(&block);
    return keeps;
}

static inline OrthancPluginErrorCode host_add(const _OrthancPluginWorklistAnswersOperation *p)
{
    if (host.addition == OrthancPluginErrorCode_Success) {
        assert_true(host.count < HOST_ANSWERS);
        host.answers[host.count++] = host_parse(p->dicom, p->size);
    }
    return host.addition;
}

static inline OrthancPluginErrorCode host_give_query(const _OrthancPluginWorklistQueryOperation *p)
{
    p->target->data = malloc(host.query.n);
    p->target->size = (uint32_t)host.query.n;
    memcpy(p->target->data, host.query.p, host.query.n);
    host.buffers++;
    return OrthancPluginErrorCode_Success;
}

static inline OrthancPluginErrorCode host_service(OrthancPluginContext *context, _OrthancPluginService service,
                                                  const void *params)
{
    assert_ptr_equal(context, &host.context);
    switch ((int)service) {
    case _OrthancPluginService_LogError:
        host_take_line('E', params);
        break;
    case _OrthancPluginService_LogWarning:
        host_take_line('W', params);
        break;
    case _OrthancPluginService_LogInfo:
    case _OrthancPluginService_SetPluginProperty:
        break;
    case _OrthancPluginService_GetConfiguration:
        *((const _OrthancPluginRetrieveDynamicString *)params)->result = strdup(host.configuration);
        host.buffers++;
        break;
    case _OrthancPluginService_RegisterWorklistCallback:
        if (host.registration == OrthancPluginErrorCode_Success)
            host.callback = ((const _OrthancPluginWorklistCallback *)params)->callback;
        return host.registration;
    case _OrthancPluginService_WorklistGetDicomQuery:
        return host_give_query(params);
    case _OrthancPluginService_WorklistAddAnswer:
        return host_add(params);
    case _OrthancPluginService_WorklistMarkIncomplete:
        host.incomplete = true;
        break;
    case _OrthancPluginService_CreateFindMatcher:
        *((const _OrthancPluginCreateFindMatcher *)params)->target = (OrthancPluginFindMatcher *)&host;
        host.matchers++;
        break;
    case _OrthancPluginService_FreeFindMatcher:
        host.matchers--;
        break;
    case _OrthancPluginService_FindMatcherIsMatch: {
        const _OrthancPluginFindMatcherIsMatch *p = params;
        *p->isMatch = host_keeps(p->dicom, p->size);
        break;
    }
    default:
        fail_msg("service %d is none of this host", (int)service);
    }
    return OrthancPluginErrorCode_Success;
}

static inline void host_free(void *p)
{
    host.buffers--;
    free(p);
}

static inline void host_init(const char *configuration)
{
    memset(&host, 0, sizeof host);
    host.context = (OrthancPluginContext){ NULL, "1.10.1", host_free, host_service };
    host.configuration = configuration;
    pthread_mutex_init(&host.log_lock, NULL);
    wr_init(&host.query, HOST_ROOM);
}

/* Forgets the answers of the last query. */
static inline void host_reset(void)
{
    for (uint32_t i = 0; i < host.count; i++)
        dicom_block_free(&host.answers[i]);
    host.count = 0;
    host.incomplete = false;
}

static inline void host_fini(void)
{
    host_reset();
    wr_fini(&host.query);
    assert_int_equal(host.buffers, 0);
    assert_int_equal(host.matchers, 0);
}

#endif
