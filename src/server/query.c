/* query.c -- a C-FIND from its request to its end: through the script, if there is one, and when the worklist is
 * current, to service/find.h. It waits for the two without holding anybody up. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/uid.h"
#include "dimse/status.h"
#include "server/connection.h"

static const char who[] = "server/query";

static void on_current(struct source_waiter *waiter)
{
    struct server_connection *c = waiter->arg;
    server_worker_current(c->worker, c);
}

/* Ends what runs without a word. */
static void drop_request(struct server_connection *c)
{
    free(c->request);
    c->request = NULL;
    wr_reset(&c->pending);
    c->query_at = 0;
}

void server_query_refuse(struct server_connection *c, uint16_t status, const char *comment)
{
    server_query_unpark(c);
    server_record_refusal(c, status, comment);
    server_operation_respond(c, c->request->context_id, &c->request->command, status, comment);
    drop_request(c);
}

/* The request that runs becomes a query, with its identifier or what a script made of it. */
static void start_find(struct server_connection *c, struct span identifier)
{
    struct span abstract, transfer;
    const struct server_request *rq = c->request;
    ul_association_context(c->association, rq->context_id, &abstract, &transfer);
    const struct server_settings *s = c->settings;
    struct service_find_request find = { .config = s->config,
                                         .limits = &s->limits,
                                         .profile = c->profile,
                                         .now_us = clock_wall_us(),
                                         .default_charset = s->default_charset,
                                         .calling_ae = c->calling_ae,
                                         .called_ae = c->called_ae,
                                         .calling_aet = ul_association_peer(c->association)->calling_ae,
                                         .peer = c->peer,
                                         .leniency = c->worker->shared->leniency,
                                         .fuzzy_names = c->fuzzy_names,
                                         .adjust_zone = c->adjust_zone,
                                         .limit_answers = s->config->limit_answers,
                                         .syntax = dicom_syntax_from_uid(transfer),
                                         .identifier = identifier,
                                         .too_large = rq->too_large };
    c->find = service_find_new(&find);
    if (!c->find) {
        server_query_refuse(c, DIMSE_STATUS_OUT_OF_RESOURCES, "out of memory");
        return;
    }
    c->query_at = clock_mono_us() + (uint64_t)s->limits.query_ms * 1000;
    if (rq->cancelled)
        service_find_cancel(c->find);
    bool loading = source_folder_is_loading(s->folder);
    if (loading ? s->config->answer_while_loading : source_folder_is_current(s->folder)) {
        service_find_start(c->find, c->catalog);
    } else if (loading) {
        service_find_loading(c->find);
    } else {
        c->parked = true;
        c->waiter = (struct source_waiter){ .ready = on_current, .arg = c };
        source_folder_wait(s->folder, &c->waiter);
    }
}

static struct span identifier_of(const struct server_request *rq)
{
    return span_of(rq->data_set, rq->data_set_length);
}

/* ---- scripts ---- */

static void on_filtered(void *arg)
{
    struct server_connection *c = arg;
    server_worker_current(c->worker, c);
}

/* A filter that fails open would show the patients of other stations: that is only done where it was asked for. */
static void script_failed(struct server_connection *c, const char *what)
{
    bool ignored = strcmp(c->settings->config->lua_on_error, "ignore") == 0;
    log_line(LOG_WARNING, who, "%s at %s: the script failed, and the query is %s: %s", c->calling_ae, c->peer,
             ignored ? "answered as if there were none (LuaOnError)" : "refused", what);
    if (ignored)
        start_find(c, identifier_of(c->request));
    else
        server_query_refuse(c, DIMSE_STATUS_UNABLE_TO_PROCESS, "the script of this server failed");
}

/* Has the query, or if there is one an answer to it, filtered; the connection is parked until then. False with *err. */
static bool ask_script(struct server_connection *c, const struct span *answer, struct err *err)
{
    struct span abstract, transfer;
    const struct ul_associate *peer = ul_association_peer(c->association);
    ul_association_context(c->association, c->request->context_id, &abstract, &transfer);
    struct hook_query query = { .identifier = identifier_of(c->request),
                                .is_answer = answer,
                                .syntax = dicom_syntax_from_uid(transfer),
                                .remote_aet = peer->calling_ae,
                                .called_aet = peer->called_ae,
                                .remote_ip = c->peer };
    if (answer)
        query.answer = *answer;
    c->script_at = clock_mono_us() + (uint64_t)c->settings->config->lua_timeout * 1000000;
    c->parked = true;
    c->call = hook_begin(c->settings->hook, &query, on_filtered, c, err);
    if (!c->call) {
        c->parked = false;
        c->script_at = 0;
    }
    return c->call;
}

static void take_filtered_query(struct server_connection *c)
{
    struct wr identifier;
    struct err err = { 0 };
    wr_init(&identifier, c->settings->limits.identifier_bytes);
    enum hook_result came = hook_take(c->call, &identifier, &err);
    hook_forget(&c->call);
    if (came == HOOK_FILTERED && !identifier.failed)
        start_find(c, wr_done(&identifier));
    else
        script_failed(c, came == HOOK_FAILED ? err.what : "its query is too long");
    wr_fini(&identifier);
}

/* ---- answers ---- */

/* The query ends here: an answer that no script has seen may be one that it would have kept back. */
static void answer_failed(struct server_connection *c, const char *what)
{
    bool ignored = strcmp(c->settings->config->lua_on_error, "ignore") == 0;
    log_line(LOG_WARNING, who, "%s at %s: the script failed, and %s: %s", c->calling_ae, c->peer,
             ignored ? "the answer is sent as it is (LuaOnError)" : "the query ends", what);
    if (ignored)
        server_operation_answer(c, c->answer_status, wr_done(&c->answer));
    else
        service_find_fail(c->find, "the script of this server failed");
}

static void take_filtered_answer(struct server_connection *c)
{
    struct wr answer;
    struct err err = { 0 };
    wr_init(&answer, SERVER_ANSWER_CAP);
    enum hook_result came = hook_take(c->call, &answer, &err);
    hook_forget(&c->call);
    if (came == HOOK_FAILED || answer.failed)
        answer_failed(c, came == HOOK_FAILED ? err.what : "no memory for the answer");
    else if (came == HOOK_FILTERED)
        server_operation_answer(c, c->answer_status, wr_done(&answer));
    else
        service_find_drop(c->find);
    wr_fini(&answer);
}

bool server_query_filters_answers(const struct server_connection *c)
{
    return c->settings->hook && hook_has_answer_filter(c->settings->hook);
}

void server_query_filter_answer(struct server_connection *c, uint16_t status, struct span answer)
{
    struct err err = { 0 };
    wr_reset(&c->answer);
    wr_span(&c->answer, answer);
    c->answer_status = status;
    struct span kept = wr_done(&c->answer);
    if (c->answer.failed)
        answer_failed(c, "no memory for the answer");
    else if (!ask_script(c, &kept, &err))
        answer_failed(c, err.what);
}

/* Takes over the request. */
void server_query_begin(struct server_connection *c, struct server_request *rq)
{
    c->request = rq;
    c->asked_us = clock_mono_us();
    struct err err = { 0 };
    bool filtered = c->settings->hook && hook_has_filter(c->settings->hook) && !rq->too_large && !rq->cancelled;
    if (!filtered)
        start_find(c, identifier_of(rq));
    else if (!ask_script(c, NULL, &err))
        script_failed(c, err.what);
}

/* ---- waiting ---- */

/* Withdraws from the folder's and the worker's lists, wherever the wait stands. */
void server_query_unpark(struct server_connection *c)
{
    if (!c->parked)
        return;
    c->parked = false;
    c->script_at = 0;
    struct server_worker *w = c->worker;
    if (c->call)
        hook_forget(&c->call);
    else
        source_folder_forget(c->settings->folder, &c->waiter);
    pthread_mutex_lock(&w->lock);
    for (struct server_connection **at = &w->current; c->is_current && *at; at = &(*at)->next_current) {
        if (*at == c) {
            *at = c->next_current;
            c->is_current = false;
            break;
        }
    }
    pthread_mutex_unlock(&w->lock);
}

void server_query_current(struct server_connection *c)
{
    if (!c->parked)
        return;
    c->parked = false;
    c->script_at = 0;
    if (c->call && c->find)
        take_filtered_answer(c);
    else if (c->call)
        take_filtered_query(c);
    else
        service_find_start(c->find, c->catalog);
}

void server_query_end(struct server_connection *c)
{
    server_query_unpark(c);
    service_find_free(&c->find);
    c->over = false;
    drop_request(c);
}

void server_query_script_is_late(struct server_connection *c)
{
    static const char late[] = "it takes longer than LuaTimeout";
    server_query_unpark(c);
    if (c->find)
        answer_failed(c, late);
    else
        script_failed(c, late);
}
