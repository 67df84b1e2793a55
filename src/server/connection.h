/* connection.h -- one connection: a socket, an association, and the operations asked on it. The state is shared by the
 * files of this room; it belongs to its worker's thread. */
#ifndef MWL_SERVER_CONNECTION_H
#define MWL_SERVER_CONNECTION_H

#include "dimse/message.h"
#include "hook/hook.h"
#include "net/stream.h"
#include "server/record.h"
#include "server/worker.h"
#include "service/find.h"
#include "ul/association.h"

/* The most bytes of an answer that goes through a script. */
enum { SERVER_ANSWER_CAP = 4 << 20 };

/* A request that waits for the one before it: everything is copied. */
struct server_request {
    struct server_request *next;
    uint8_t context_id;
    struct dimse_command command; /* sop_class points into `uid` */
    uint8_t uid[UL_UID_LENGTH];
    bool too_large, cancelled;
    size_t data_set_length;
    uint8_t data_set[];
};

struct server_connection {
    struct server_worker *worker;
    struct server_settings *settings; /* counted */
    struct server_connection *next, *previous;

    struct net_stream *stream;
    struct net_tls *tls;                      /* between the two; NULL: clear text */
    struct server_connection *next_handshake; /* in the worker's list, if awaits_handshake */
    bool awaits_handshake, has_called;        /* the first byte of a handshake has come */
    bool held;                                /* nothing is received until the filter has done with what came */
    struct ul_association *association;
    struct dimse_assembler assembler;
    char peer[NET_ADDRESS_TEXT];                                            /* numeric host */
    char calling_ae[UL_AE_LENGTH * 4 + 1], called_ae[UL_AE_LENGTH * 4 + 1]; /* escaped for the log */
    const struct config_profile *profile; /* of the device, NULL if it has none; borrowed from settings */
    uint64_t record;                      /* of the association in the journal; 0: none */
    bool is_ended;                        /* the record has how it ended */
    enum server_verdict verdict;          /* of the census; CENSUS_OVER: to be rejected (2/3/2) */
    bool fuzzy_names, adjust_zone;        /* negotiated (PS3.4 K.5.1) */
    struct catalog *catalog;              /* of the called AE title; borrowed from settings */

    /* The running C-FIND, and what waits behind it. */
    struct service_find *find;
    struct server_request *request;       /* the one that `find` answers */
    struct server_request *first, **last; /* pipelined */
    uint64_t asked_us;                    /* when the one that runs was taken up, clock_mono_us() */
    uint32_t waiting;                     /* how many */
    size_t waiting_bytes;                 /* of their identifiers */
    bool parked;                          /* waits for a script, or for the folder to catch up */
    struct wr answer;                     /* that is being filtered, and its status */
    uint16_t answer_status;
    bool over;                              /* the final response of `find` is queued: what is left is to write it up */
    struct wr pending;                      /* the command set of all answers to `request`; empty before the first */
    struct hook_call *call;                 /* parked until the script has come to an end; then NULL */
    struct source_waiter waiter;            /* parked until the worklist is current */
    struct server_connection *next_current; /* in the worker's list; under its lock */
    bool is_current;                        /* it is in that list; under its lock */

    /* Clock: absolute times in microseconds, 0 for none; one timer for the earliest. */
    struct net_timer *deadline, *turn;
    uint64_t upper_at, idle_at, stall_at, query_at, script_at, armed_at;
    uint32_t upper_serial;
    enum ul_timer upper_timer;
};

/* Takes over descriptor and reference. NULL: no memory; both are then given back. */
struct server_connection *server_connection_new(struct server_worker *worker, int fd, const struct net_address *peer,
                                                struct server_settings *settings, enum server_verdict verdict,
                                                bool tls);
void server_connection_free(struct server_connection *connection);

/* Does what there is to do: events, answers, output, timers. May free the connection. */
void server_connection_run(struct server_connection *connection);

/* Takes plain bytes that came. The caller then lets it run. */
void server_connection_take(struct server_connection *connection, struct span bytes);

/* The peer closed, or the connection failed. Frees it. */
void server_connection_close(struct server_connection *connection);

/* Whether something still has to be sent. */
static inline bool server_connection_is_unsent(const struct server_connection *c)
{
    return ul_association_output(c->association).n > 0 || (c->tls && net_tls_output(c->tls).n > 0);
}

/* The worker is draining: ends the association unless a query runs. May free the connection. */
void server_connection_drain(struct server_connection *connection);

/* admission.c: answers an A-ASSOCIATE indication. */
void server_admit(struct server_connection *connection);

/* operation.c: a fragment of a message arrived. */
void server_operation_fragment(struct server_connection *connection, const struct ul_pdv *pdv);

/* operation.c: works on the running query for at most about one slice, and queues what it gives. */
void server_operation_pump(struct server_connection *connection);

/* operation.c: whether it has something to work on now, rather than to wait for the folder or the peer. */
bool server_operation_is_ready(const struct server_connection *connection);

/* operation.c: the time for the running query is up (QueryMaxTime); its final response is queued. */
void server_operation_expire(struct server_connection *connection);

/* Ends a query whose final response is on its way: journal, log, explanation. None of them makes anybody wait. */
void server_operation_settle(struct server_connection *connection);

/* operation.c: queues a response without a data set; `comment` may be "". Aborts a peer that goes on asking and takes
 * no answer, or whose SOP class is too long to be sent back. */
void server_operation_respond(struct server_connection *connection, uint8_t context_id, const struct dimse_command *rq,
                              uint16_t status, const char *comment);

/* query.c: begins a C-FIND, of which none runs; takes over the request. It may be over when this returns. */
void server_query_begin(struct server_connection *connection, struct server_request *rq);

/* query.c: what the query waited for is there: its script has ended, or the folder has caught up with the moment at
 * which it came. */
void server_query_current(struct server_connection *connection);

/* query.c: what it waits for is not waited for any more. Harmless if it does not wait. */
void server_query_unpark(struct server_connection *connection);

/* query.c: the script takes longer than LuaTimeout. */
void server_query_script_is_late(struct server_connection *connection);

/* query.c: whether answers go through the script, and lets one go: it is sent when the script has seen it. */
bool server_query_filters_answers(const struct server_connection *connection);
void server_query_filter_answer(struct server_connection *connection, uint16_t status, struct span answer);

/* operation.c: queues an answer to the query that runs. False if that is impossible: the association is aborted. */
bool server_operation_answer(struct server_connection *connection, uint16_t status, struct span answer);

/* query.c: ends a request that runs and is no query yet, with this status. */
void server_query_refuse(struct server_connection *connection, uint16_t status, const char *comment);

/* query.c: ends and forgets the query that runs, wherever it is. */
void server_query_end(struct server_connection *connection);

/* operation.c: stops and forgets all operations. */
void server_operation_end(struct server_connection *connection);

/* deadline.c */
void server_deadline_update(struct server_connection *connection);
void server_deadline_activity(struct server_connection *connection); /* bytes came: the idle time begins anew */

/* What deadline.c found due; connection_run() acts on it. */
enum server_due { DUE_NOTHING, DUE_CLOSE, DUE_RUN };
enum server_due server_deadline_due(struct server_connection *connection);

#endif
