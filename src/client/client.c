/* client.c -- one association as requestor, its events turned into answers or into words. */
#include "client/client.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/identity.h"
#include "client/transport.h"
#include "client/words.h"
#include "dimse/message.h"
#include "dimse/status.h"

#define APPLICATION_CONTEXT_NAME "1.2.840.10008.3.1.1.1" /* PS3.7 A.2.1 */

enum { CONTEXTS = 128, READ_BYTES = 16 << 10, ABORT_MS = 100, PROPOSAL_BYTES = 256 << 10 };

struct client {
    struct client_transport transport;
    struct ul_association *association;
    struct dimse_assembler assembler;
    const char *service;
    enum dicom_syntax syntax;
    uint8_t context_id; /* of the service */
    uint32_t associate_ms, answer_ms;
    uint16_t message_id; /* of the last request */
    bool cancelled;      /* that request */
    size_t from, to;     /* of `bytes`: arrived, and not yet taken by the association */
    uint8_t bytes[READ_BYTES];
};

static uint64_t due(uint32_t ms)
{
    return clock_mono_us() + (uint64_t)ms * 1000;
}

/* Sends what waits and reads what comes, until the moment. */
static bool exchange(struct client *c, uint64_t until_us, struct err *err)
{
    struct client_moved moved;
    if (!client_transport_move(&c->transport, ul_association_output(c->association), c->bytes, sizeof c->bytes,
                               until_us, &moved, err))
        return false;
    ul_association_sent(c->association, moved.sent);
    c->from = 0;
    c->to = moved.got;
    if (moved.ended)
        ul_association_closed(c->association);
    return true;
}

/* The next event; false with *err if none comes, or none can come any more. */
static bool next_event(struct client *c, uint64_t until_us, struct ul_event *event, struct err *err)
{
    for (;;) {
        *event = ul_association_next(c->association);
        if (event->type != UL_EVENT_NONE)
            return true;
        if (ul_association_done(c->association))
            return client_say_end(event, err);
        if (c->from < c->to)
            c->from += ul_association_receive(c->association, span_of(c->bytes + c->from, c->to - c->from));
        else if (clock_mono_us() >= until_us)
            return err_set(err, ERR_IO, 0, 0, "no answer came in time");
        else if (!exchange(c, until_us, err))
            return false;
    }
}

/* The next event, which has to be this one. */
static bool expect(struct client *c, enum ul_event_type wanted, uint64_t until_us, struct ul_event *event,
                   struct err *err)
{
    return next_event(c, until_us, event, err) && (event->type == wanted || client_say_end(event, err));
}

/* The whole message that answers the last request. */
static bool receive_message(struct client *c, uint16_t field, struct dimse_message *out, struct err *err)
{
    uint64_t until_us = due(c->answer_ms);
    enum dimse_step step;
    do {
        struct ul_event event;
        if (!expect(c, UL_EVENT_PDV, until_us, &event, err))
            return false;
        step = dimse_assemble(&c->assembler, &event.pdv, out, err);
    } while (step == DIMSE_MORE);
    if (step == DIMSE_FAULT)
        return false;
    if (out->command.field != field || out->command.message_id != c->message_id)
        return err_set(err, ERR_SYNTAX, 0, 0, "%s for message %u came, where %s for message %u was due",
                       dimse_command_name(out->command.field), out->command.message_id, dimse_command_name(field),
                       c->message_id);
    if (out->command.missing)
        return err_set(err, ERR_SYNTAX, 0, 0, "%s without %s", dimse_command_name(field), out->command.missing);
    return true;
}

static uint8_t id_of(uint32_t index)
{
    return (uint8_t)(2 * index + 1); /* odd (PS3.8 9.3.2.2) */
}

static bool propose(struct client *c, const struct client_options *options, struct ul_context *contexts, uint32_t count,
                    struct err *err)
{
    const char *uid = options->implementation_class_uid, *version = options->implementation_version;
    struct ul_associate rq = { .called_ae = span_str(options->called_ae),
                               .calling_ae = span_str(options->calling_ae),
                               .application_context = span_str(APPLICATION_CONTEXT_NAME),
                               .contexts = contexts,
                               .context_count = count,
                               .max_length = options->pdu_bytes,
                               .implementation_class_uid = span_str(uid ? uid : IDENTITY_CLASS_UID),
                               .implementation_version = span_str(version ? version : IDENTITY_VERSION_NAME),
                               .protocol_version_1 = true };
    if (!ul_association_request(c->association, &rq))
        return err_set(err, ERR_SYNTAX, 0, 0, "no association can be proposed with these titles");
    struct ul_event event;
    if (!next_event(c, due(c->associate_ms), &event, err))
        return false;
    if (event.type == UL_EVENT_CLOSED && !c->transport.tls)
        return err_set(err, ERR_IO, 0, 0,
                       "the server closed the connection without an answer: perhaps that port wants TLS, --tls");
    return event.type == UL_EVENT_ASSOCIATE_AC || client_say_end(&event, err);
}

/* Proposes the presentation contexts that the options say. */
static bool request_association(struct client *c, const struct client_options *options, struct err *err)
{
    const char *own[SYNTAX_COUNT];
    struct client_context service = { options->service, own, options->syntax_count };
    const struct client_context *from = options->contexts ? options->contexts : &service;
    uint32_t count = options->contexts ? options->context_count : 1;
    struct arena arena;
    for (uint32_t i = 0; i < options->syntax_count; i++)
        own[i] = dicom_syntax_info(options->syntaxes[i])->uid;
    arena_init(&arena, PROPOSAL_BYTES);
    struct ul_context *contexts = count <= CONTEXTS ? arena_array(&arena, count, sizeof *contexts) : NULL;
    for (uint32_t i = 0; contexts && i < count; i++) {
        struct span *syntaxes = arena_array(&arena, from[i].transfer_syntax_count, sizeof *syntaxes);
        for (uint32_t k = 0; syntaxes && k < from[i].transfer_syntax_count; k++)
            syntaxes[k] = span_str(from[i].transfer_syntaxes[k]);
        contexts[i] = (struct ul_context){ .id = id_of(i),
                                           .abstract_syntax = span_str(from[i].abstract_syntax),
                                           .transfer_syntaxes = syntaxes,
                                           .transfer_syntax_count = from[i].transfer_syntax_count };
    }
    bool done = contexts && !arena.failed ? propose(c, options, contexts, count, err)
                                          : err_set(err, ERR_LIMIT, 0, 0, "too many presentation contexts");
    arena_fini(&arena);
    return done;
}

/* Of contexts for the service, why the last was refused. */
static uint8_t refusal_of(const struct client *c, uint32_t count)
{
    const struct ul_associate *peer = ul_association_peer(c->association);
    uint8_t result = UL_CONTEXT_NO_REASON;
    for (uint32_t i = 0; i < peer->context_count; i++)
        if (peer->contexts[i].id < id_of(count) && peer->contexts[i].result != UL_CONTEXT_ACCEPTED)
            result = peer->contexts[i].result;
    return result;
}

/* Whether the service was accepted; if not, the association is released again. */
static bool has_service(struct client *c, const struct client_options *options, struct err *err)
{
    uint32_t count = options->contexts ? options->context_count : 1;
    for (uint32_t i = 0; i < count; i++) {
        struct span abstract, transfer;
        if (!ul_association_context(c->association, id_of(i), &abstract, &transfer) || !span_is(abstract, c->service))
            continue;
        c->context_id = id_of(i);
        c->syntax = dicom_syntax_from_uid(transfer);
        if (c->syntax < SYNTAX_COUNT)
            return true;
        err_set(err, ERR_UNSUPPORTED, 0, 0, "the server has chosen %s, in which no query can be written",
                dicom_uid_name(transfer));
        return client_release(c, err) && false;
    }
    err_set(err, ERR_UNSUPPORTED, 0, 0, "the server makes an association, but not for %s: %s",
            dicom_uid_name(span_str(c->service)), client_refusal(refusal_of(c, count)));
    return client_release(c, err) && false;
}

struct client *client_new(const struct client_options *options, struct err *err)
{
    struct client *c = calloc(1, sizeof *c);
    struct ul_association *association = ul_association_requestor_new(&limits_default);
    if (!c || !association) {
        free(c);
        ul_association_free(&association);
        err_set(err, ERR_MEMORY, 0, 0, "no memory");
        return NULL;
    }
    c->association = association;
    c->service = options->service;
    c->associate_ms = options->associate_ms;
    c->answer_ms = options->answer_ms;
    dimse_assembler_init(&c->assembler, &limits_default);
    if (!client_transport_open(&c->transport, options, err) || !request_association(c, options, err)
        || !has_service(c, options, err))
        client_free(&c);
    return c;
}

/* What is still to be said, an A-ABORT mostly, if the server takes it soon. */
static void say_last(struct client *c)
{
    if (!ul_association_done(c->association))
        ul_association_abort(c->association, UL_ABORT_USER, UL_ABORT_NOT_SPECIFIED);
    client_transport_close(&c->transport, ul_association_output(c->association), clock_mono_us() + ABORT_MS * 1000);
}

void client_free(struct client **client)
{
    struct client *c = *client;
    *client = NULL;
    if (!c)
        return;
    say_last(c);
    dimse_assembler_fini(&c->assembler);
    ul_association_free(&c->association);
    free(c);
}

enum dicom_syntax client_syntax(const struct client *c)
{
    return c->syntax;
}

static bool send_request(struct client *c, const struct dimse_command *command, struct span data_set, struct err *err)
{
    return dimse_send(c->association, c->context_id, command, data_set)
           || err_set(err, ERR_LIMIT, 0, 0,
                      "the request cannot be sent: it is too long, or the PDUs that the server takes are too short");
}

/* Sets *err to the status; nothing is wrong with the association, which is released. False. */
static bool end_refused(struct client *c, const struct dimse_command *rsp, struct err *err)
{
    client_say_status(rsp, err);
    client_release(c, err);
    return false;
}

bool client_echo(struct client *c, struct err *err)
{
    struct dimse_command rq = { .field = DIMSE_C_ECHO_RQ,
                                .message_id = ++c->message_id,
                                .sop_class = span_str(c->service) };
    struct dimse_message rsp;
    if (!send_request(c, &rq, (struct span){ 0 }, err) || !receive_message(c, DIMSE_C_ECHO_RSP, &rsp, err))
        return false;
    return rsp.command.status == DIMSE_STATUS_SUCCESS || end_refused(c, &rsp.command, err);
}

bool client_find(struct client *c, struct span identifier, struct err *err)
{
    struct dimse_command rq = {
        .field = DIMSE_C_FIND_RQ, .message_id = ++c->message_id, .has_data_set = true, .sop_class = span_str(c->service)
    };
    c->cancelled = false;
    return send_request(c, &rq, identifier, err);
}

enum client_found client_find_next(struct client *c, struct span *identifier, struct err *err)
{
    struct dimse_message rsp;
    if (!receive_message(c, DIMSE_C_FIND_RSP, &rsp, err))
        return CLIENT_FAILED;
    uint16_t status = rsp.command.status;
    if (status == DIMSE_STATUS_SUCCESS || (status == DIMSE_STATUS_CANCEL && c->cancelled))
        return CLIENT_END;
    if (status != DIMSE_STATUS_PENDING && status != DIMSE_STATUS_PENDING_WARNING) {
        end_refused(c, &rsp.command, err);
        return CLIENT_FAILED;
    }
    *identifier = rsp.data_set;
    if (rsp.command.has_data_set && !rsp.too_large)
        return CLIENT_ANSWER;
    err_set(err, rsp.too_large ? ERR_LIMIT : ERR_SYNTAX, 0, 0,
            rsp.too_large ? "an answer is longer than the %u bytes that are taken" : "an answer without an identifier",
            (unsigned)limits_default.identifier_bytes);
    return CLIENT_FAILED;
}

bool client_cancel(struct client *c, struct err *err)
{
    c->cancelled = true;
    return send_request(c, &(struct dimse_command){ .field = DIMSE_C_CANCEL_RQ, .message_id = c->message_id },
                        (struct span){ 0 }, err);
}

bool client_release(struct client *c, struct err *err)
{
    uint64_t until_us = due(c->associate_ms);
    ul_association_release(c->association);
    for (struct ul_event event;;) {
        if (!next_event(c, until_us, &event, err))
            return false;
        if (event.type == UL_EVENT_RELEASED)
            return true;
        if (event.type == UL_EVENT_RELEASE_RQ) /* both at once (PS3.8 7.2.2.6) */
            ul_association_release_reply(c->association);
        else if (event.type != UL_EVENT_PDV)
            return client_say_end(&event, err);
    }
}
