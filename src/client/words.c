/* words.c -- events, results and statuses as sentences. */
#include "client/words.h"

#include <stdio.h>

#include "base/log.h"
#include "dicom/dictionary.h"
#include "dimse/status.h"

enum { COMMENT_ROOM = 4 * DIMSE_COMMENT_MAX + 1 };

bool client_say_end(const struct ul_event *event, struct err *err)
{
    switch (event->type) {
    case UL_EVENT_ASSOCIATE_RJ:
        return err_set(
            err, ERR_UNSUPPORTED, 0, 0, "the association was rejected %s: %s (result %u, source %u, reason %u)",
            event->result == 2 ? "for now" : "for good", ul_reject_text(event->result, event->source, event->reason),
            event->result, event->source, event->reason);
    case UL_EVENT_ABORTED:
        return err_set(err, ERR_IO, 0, 0, "the server aborted the association (source %u, reason %u)", event->source,
                       event->reason);
    case UL_EVENT_FAULT:
        return err_set(err, ERR_SYNTAX, 0, 0, "the server does not speak DICOM as it should: %s", event->fault->what);
    case UL_EVENT_CLOSED:
        return err_set(err, ERR_IO, 0, 0, "the server closed the connection");
    default:
        return err_set(err, ERR_SYNTAX, 0, 0, "the server ended the association before it had answered");
    }
}

const char *client_refusal(uint8_t result)
{
    switch (result) {
    case UL_CONTEXT_USER_REJECTION:
        return "not allowed for this caller";
    case UL_CONTEXT_ABSTRACT_SYNTAX:
        return "no such service there";
    case UL_CONTEXT_TRANSFER_SYNTAXES:
        return "none of the transfer syntaxes proposed";
    default:
        return "no reason given";
    }
}

bool client_say_status(const struct dimse_command *response, struct err *err)
{
    char comment[COMMENT_ROOM], tag[32] = "";
    log_text(span_trim(response->comment), comment, sizeof comment);
    if (response->offending)
        snprintf(tag, sizeof tag, ", attribute " TAG_FMT, TAG_ARGS(response->offending));
    return err_set(err, ERR_IO, 0, response->offending, "the server answered with status %04X, %s%s%s%s",
                   response->status, dimse_status_text(response->status), *comment ? ": " : "", comment, tag);
}
