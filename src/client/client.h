/* client.h -- the requestor: an association with a server, and the requests of a modality on it.
 *
 * Calls block, each for a bounded time. What a server sends is bounded by struct limits and judged by the same code
 * that judges callers of our own server (ul/, dimse/). */
#ifndef MWL_CLIENT_CLIENT_H
#define MWL_CLIENT_CLIENT_H

#include "base/err.h"
#include "base/span.h"
#include "dicom/uid.h"

struct client;

/* A presentation context, as it is proposed. */
struct client_context {
    const char *abstract_syntax;
    const char *const *transfer_syntaxes;
    uint32_t transfer_syntax_count;
};

/* How TLS is spoken (PS3.15 B.12): 1.2 and newer, cipher suites of BCP 195. */
struct client_tls {
    bool wanted;
    const char *certificate, *private_key; /* PEM files of our own; NULL: none is shown */
    const char *trusted;                   /* PEM file of certificates that are trusted; NULL: the system's */
    const char *name;                      /* that the server's certificate must have; NULL: the host. One that stands
                                              in `trusted` itself needs none */
    bool unverified;                       /* whatever the server shows is good */
};

struct client_options {
    const char *host; /* a name, or an IPv4 or IPv6 address */
    uint16_t port;
    struct client_tls tls;
    const char *called_ae, *calling_ae;    /* 1 to 16 characters */
    const char *service;                   /* abstract syntax: UID_Verification for client_echo(), ... */
    const enum dicom_syntax *syntaxes;     /* proposed for it in one presentation context, preferred first */
    uint32_t syntax_count;                 /* 1 to SYNTAX_COUNT */
    uint32_t pdu_bytes;                    /* the longest P-DATA-TF that the server may send; 0: limits.pdu_bytes */
    const struct client_context *contexts; /* proposed in this order instead of `service` with `syntaxes`; the service
                                              has to be among them. NULL: that alone */
    uint32_t context_count;                /* at most 128 */
    const char *implementation_class_uid, *implementation_version; /* NULL: mwl's own */
    uint32_t connect_ms;                                           /* for each address of the host */
    uint32_t associate_ms; /* for the answers to A-ASSOCIATE-RQ and A-RELEASE-RQ */
    uint32_t answer_ms;    /* for each answer to a request to come whole */
};

/* Connects and makes an association that has the service; everything is copied or used up. NULL with *err, which gives
 * the reason of a rejection in words. */
struct client *client_new(const struct client_options *options, struct err *err);

/* Closes the connection, with an A-ABORT if the association was not released. */
void client_free(struct client **client);

/* The transfer syntax that the server has chosen. */
enum dicom_syntax client_syntax(const struct client *client);

/* C-ECHO (PS3.7 9.1.5): false with *err unless the server answered with success. */
bool client_echo(struct client *client, struct err *err);

/* Sends a C-FIND-RQ (PS3.7 9.1.2) with an identifier in client_syntax(). False with *err if that is impossible. */
bool client_find(struct client *client, struct span identifier, struct err *err);

enum client_found {
    CLIENT_ANSWER, /* *identifier is one more answer, in client_syntax(); good until the next call */
    CLIENT_END,    /* there is none any more, or the server has heard client_cancel() */
    CLIENT_FAILED  /* *err; the status and its comment in words */
};

/* The next thing that comes for the C-FIND-RQ. */
enum client_found client_find_next(struct client *client, struct span *identifier, struct err *err);

/* Sends a C-CANCEL-RQ for the C-FIND-RQ (PS3.7 9.3.2.3); answers go on until the server has heard it. */
bool client_cancel(struct client *client, struct err *err);

/* A-RELEASE (PS3.8 7.2). False with *err if the server did not confirm it. */
bool client_release(struct client *client, struct err *err);

#endif
