/* client.c -- one association as requestor, its events turned into answers or into words. */
#include "client/client.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/identity.h"
#include "client/socket.h"
#include "client/words.h"
#include "dimse/message.h"
#include "dimse/status.h"

#define APPLICATION_CONTEXT_NAME "1.2.840.10008.3.1.1.1" /* PS3.7 A.2.1 */

enum { CONTEXT_ID = 1, READ_BYTES = 16 << 10, ABORT_MS = 100 };

struct client {
    int fd;
    struct ul_association *association;
    struct dimse_assembler assembler;
    const char *service;
    enum dicom_syntax syntax;
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
    bool readable;
    long sent = client_socket_wait(c->fd, ul_association_output(c->association), until_us, &readable, err);
    if (sent < 0)
        return false;
    ul_association_sent(c->association, (size_t)sent);
    if (!readable)
        return true;
    long n = client_socket_read(c->fd, c->bytes, sizeof c->bytes, err);
    if (n < 0)
        return false;
    c->from = 0;
    c->to = (size_t)n;
    if (n == 0)
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

/* Proposes the service in presentation context CONTEXT_ID. */
static bool request_association(struct client *c, const struct client_options *options, struct err *err)
{
    struct span syntaxes[SYNTAX_COUNT];
    struct ul_context context = { .id = CONTEXT_ID,
                                  .abstract_syntax = span_str(options->service),
                                  .transfer_syntaxes = syntaxes,
                                  .transfer_syntax_count = options->syntax_count };
    for (uint32_t i = 0; i < options->syntax_count; i++)
        syntaxes[i] = span_str(dicom_syntax_info(options->syntaxes[i])->uid);
    struct ul_associate rq = { .called_ae = span_str(options->called_ae),
                               .calling_ae = span_str(options->calling_ae),
                               .application_context = span_str(APPLICATION_CONTEXT_NAME),
                               .contexts = &context,
                               .context_count = 1,
                               .max_length = options->pdu_bytes,
                               .implementation_class_uid = span_str(IDENTITY_CLASS_UID),
                               .implementation_version = span_str(IDENTITY_VERSION_NAME),
                               .protocol_version_1 = true };
    if (!ul_association_request(c->association, &rq))
        return err_set(err, ERR_SYNTAX, 0, 0, "no association can be proposed with these titles");
    struct ul_event event;
    return expect(c, UL_EVENT_ASSOCIATE_AC, due(c->associate_ms), &event, err);
}

/* Whether the service was accepted; if not, the association is released again. */
static bool has_service(struct client *c, struct err *err)
{
    struct span abstract, transfer;
    if (ul_association_context(c->association, CONTEXT_ID, &abstract, &transfer)) {
        c->syntax = dicom_syntax_from_uid(transfer);
        return true;
    }
    const struct ul_associate *peer = ul_association_peer(c->association);
    uint8_t result = UL_CONTEXT_NO_REASON;
    for (uint32_t i = 0; i < peer->context_count; i++) {
        if (peer->contexts[i].id == CONTEXT_ID)
            result = peer->contexts[i].result;
    }
    err_set(err, ERR_UNSUPPORTED, 0, 0, "the server makes an association, but not for %s: %s",
            dicom_uid_name(span_str(c->service)), client_refusal(result));
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
    c->fd = client_socket_connect(options->host, options->port, options->connect_ms, err);
    if (c->fd < 0 || !request_association(c, options, err) || !has_service(c, err))
        client_free(&c);
    return c;
}

/* What is still to be said, an A-ABORT mostly, if the server takes it soon. */
static void say_last(struct client *c)
{
    if (!ul_association_done(c->association))
        ul_association_abort(c->association, UL_ABORT_USER, UL_ABORT_NOT_SPECIFIED);
    uint64_t until_us = clock_mono_us() + ABORT_MS * 1000;
    for (struct span out; (out = ul_association_output(c->association)).n;) {
        bool readable;
        long sent = client_socket_wait(c->fd, out, until_us, &readable, NULL);
        if (sent < 0 || readable)
            return;
        ul_association_sent(c->association, (size_t)sent);
    }
}

void client_free(struct client **client)
{
    struct client *c = *client;
    *client = NULL;
    if (!c)
        return;
    if (c->fd >= 0) {
        say_last(c);
        close(c->fd);
    }
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
    return dimse_send(c->association, CONTEXT_ID, command, data_set)
           || err_set(err, ERR_LIMIT, 0, 0,
                      "the request cannot be sent: it is too long, or the PDUs that the server takes are too short");
}

bool client_echo(struct client *c, struct err *err)
{
    struct dimse_command rq = { .field = DIMSE_C_ECHO_RQ,
                                .message_id = ++c->message_id,
                                .sop_class = span_str(c->service) };
    struct dimse_message rsp;
    if (!send_request(c, &rq, (struct span){ 0 }, err) || !receive_message(c, DIMSE_C_ECHO_RSP, &rsp, err))
        return false;
    return rsp.command.status == DIMSE_STATUS_SUCCESS || client_say_status(&rsp.command, err);
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
        client_say_status(&rsp.command, err);
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
