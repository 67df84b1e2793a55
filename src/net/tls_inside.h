/* tls_inside.h -- what the files of the filter share. Private to this room. */
#ifndef MWL_NET_TLS_INSIDE_H
#define MWL_NET_TLS_INSIDE_H

#include <openssl/ssl.h>

#include "net/tls.h"

struct net_tls_context {
    SSL_CTX *ssl; /* counted by OpenSSL: every connection holds it */
};

struct net_tls {
    SSL *ssl;
    BIO *in, *out; /* of `ssl`: what came and was not looked at; what it says, until collected into `unsent` */
    struct wr unsent;
    enum net_tls_state state;
    bool server, begun; /* the first byte has come */
    uint32_t updates;   /* of the peer's keys, since so many plain bytes of its were read */
    size_t since_update;
    const char *name; /* that the peer's certificate must have; NULL: any */
    struct err fault;
};

/* Sets the fault from OpenSSL's queue of errors, unless a certificate has set it already. */
void net_tls_explain(struct net_tls *tls);

/* A certificate is refused: called by OpenSSL, which `tls` is known to by SSL_set_app_data(). */
int net_tls_judge(int good, X509_STORE_CTX *store);

/* What came first is not TLS: sets the fault. */
void net_tls_explain_start(struct net_tls *tls, struct span start);

/* "CN=CT1,O=Hospital", printable ASCII. Returns `out`. */
const char *net_tls_subject(const X509 *certificate, char *out, size_t room);

/* "2026-11-28 07:00 UTC". Returns `out`. */
enum { NET_TLS_TIME_MAX = 32 };
const char *net_tls_time(const ASN1_TIME *time, char out[NET_TLS_TIME_MAX]);

#endif
