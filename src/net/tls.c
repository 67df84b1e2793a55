/* tls.c -- OpenSSL between two memory BIOs. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "net/tls_inside.h"

/* Beside one write: alerts, and answers to requests for new keys. */
enum { SMALL_TALK = 64 << 10 };

/* How often the peer may change its keys while it sends so many plain bytes: needed is it once in 2^24 records. */
enum { UPDATES_MOST = 32, UPDATES_BYTES = 1 << 20 };

/* RFC 8446 4.6.3: a peer may change its keys whenever it likes; each time costs us as much as a record, and OpenSSL
 * goes on from one to the next without coming back. */
static void on_message(int written, int version, int type, const void *message, size_t n, SSL *ssl, void *arg)
{
    (void)version;
    struct net_tls *tls = arg;
    if (written || type != SSL3_RT_HANDSHAKE || n == 0 || *(const uint8_t *)message != SSL3_MT_KEY_UPDATE)
        return;
    if (++tls->updates <= UPDATES_MOST)
        return;
    err_set(&tls->fault, ERR_LIMIT, 0, 0, "it changes its keys again and again");
    SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN); /* so that it reads no further */
}

struct net_tls *net_tls_new(struct net_tls_context *context, const char *name)
{
    struct net_tls *tls = calloc(1, sizeof *tls);
    SSL *ssl = SSL_new(context->ssl);
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    if (!tls || !ssl || !in || !out) {
        ERR_clear_error();
        BIO_free(in);
        BIO_free(out);
        SSL_free(ssl);
        free(tls);
        return NULL;
    }
    *tls = (struct net_tls){ .ssl = ssl, .in = in, .out = out, .server = SSL_is_server(ssl), .name = name };
    wr_init(&tls->unsent, NET_TLS_WRITE_MAX + SMALL_TALK);
    BIO_set_mem_eof_return(in, -1); /* empty means: later. The end of the connection is its owner's to tell */
    BIO_set_mem_eof_return(out, -1);
    SSL_set_bio(ssl, in, out);
    SSL_set_app_data(ssl, tls);
    SSL_set_msg_callback(ssl, on_message);
    SSL_set_msg_callback_arg(ssl, tls);
    if (tls->server)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    unsigned char address[16];
    if (name && inet_pton(AF_INET, name, address) != 1 && inet_pton(AF_INET6, name, address) != 1)
        SSL_set_tlsext_host_name(ssl, name);
    return tls;
}

void net_tls_free(struct net_tls **tls)
{
    if (!*tls)
        return;
    SSL_free((*tls)->ssl);
    wr_fini(&(*tls)->unsent);
    free(*tls);
    *tls = NULL;
}

enum net_tls_state net_tls_state(const struct net_tls *tls)
{
    return tls->state;
}

const char *net_tls_fault(const struct net_tls *tls)
{
    return tls->fault.what;
}

static void fail(struct net_tls *tls)
{
    tls->state = NET_TLS_FAILED;
}

/* What OpenSSL says now becomes output, also where it fails: that is an alert. */
static void collect(struct net_tls *tls)
{
    size_t n = BIO_ctrl_pending(tls->out);
    if (n == 0)
        return;
    uint8_t *at = wr_room(&tls->unsent, n);
    if (at) {
        BIO_read(tls->out, at, (int)n);
        return;
    }
    err_set(&tls->fault, ERR_LIMIT, 0, 0, "it asks for answers and takes none of our bytes");
    fail(tls);
}

void net_tls_receive(struct net_tls *tls, struct span bytes)
{
    if (bytes.n == 0 || tls->state == NET_TLS_ENDED || tls->state == NET_TLS_FAILED)
        return;
    if (!tls->begun) {
        tls->begun = true;
        net_tls_explain_start(tls, bytes);
    }
    if (tls->fault.code == ERR_NONE && BIO_write(tls->in, bytes.p, (int)bytes.n) != (int)bytes.n)
        err_set(&tls->fault, ERR_MEMORY, 0, 0, "no memory for what it sent");
    if (tls->fault.code != ERR_NONE)
        fail(tls);
}

size_t net_tls_unread(const struct net_tls *tls)
{
    return BIO_ctrl_pending(tls->in);
}

static bool wants_more(const struct net_tls *tls, int result)
{
    return SSL_get_error(tls->ssl, result) == SSL_ERROR_WANT_READ;
}

/* Whether the peer's certificate stands among the trusted ones itself. */
static bool is_pinned(const struct net_tls *tls)
{
    const X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    X509_STORE *store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(tls->ssl));
    const STACK_OF(X509_OBJECT) *trusted = X509_STORE_get0_objects(store);
    for (int i = 0; peer && i < sk_X509_OBJECT_num(trusted); i++) {
        const X509 *one = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(trusted, i));
        if (one && X509_cmp(one, peer) == 0)
            return true;
    }
    return false;
}

/* RFC 6125: names of the certificate's Subject Alternative Name, or where it has none of the kind, its Common Name. */
static bool is_named(const struct net_tls *tls)
{
    X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    unsigned char address[16];
    bool numeric = inet_pton(AF_INET, tls->name, address) == 1 || inet_pton(AF_INET6, tls->name, address) == 1;
    return peer
           && (numeric ? X509_check_ip_asc(peer, tls->name, 0) : X509_check_host(peer, tls->name, 0, 0, NULL)) == 1;
}

static void check_name(struct net_tls *tls)
{
    char subject[NET_TLS_NAME_MAX];
    if (!tls->name || is_pinned(tls) || is_named(tls))
        return;
    err_set(&tls->fault, ERR_CONFIG, 0, 0, "its certificate %s is not for %s",
            net_tls_peer_subject(tls, subject, sizeof subject), tls->name);
    fail(tls);
}

void net_tls_handshake(struct net_tls *tls)
{
    if (tls->state != NET_TLS_HANDSHAKE)
        return;
    ERR_clear_error();
    int result = SSL_do_handshake(tls->ssl);
    if (result == 1) {
        tls->state = NET_TLS_OPEN;
        check_name(tls);
    } else if (!wants_more(tls, result)) {
        net_tls_explain(tls);
        fail(tls);
    }
    collect(tls);
}

size_t net_tls_read(struct net_tls *tls, void *to, size_t room)
{
    if (tls->state != NET_TLS_OPEN)
        return 0;
    ERR_clear_error();
    int n = SSL_read(tls->ssl, to, (int)room);
    tls->since_update += n > 0 ? (size_t)n : 0;
    if (tls->since_update >= UPDATES_BYTES) {
        tls->since_update = 0;
        tls->updates = 0;
    }
    if (n <= 0 && tls->updates > UPDATES_MOST) {
        fail(tls);
    } else if (n <= 0 && SSL_get_error(tls->ssl, n) == SSL_ERROR_ZERO_RETURN) {
        tls->state = NET_TLS_ENDED;
    } else if (n <= 0 && !wants_more(tls, n)) {
        net_tls_explain(tls);
        fail(tls);
    }
    collect(tls);
    return n > 0 ? (size_t)n : 0;
}

size_t net_tls_write(struct net_tls *tls, struct span bytes)
{
    if (tls->state != NET_TLS_OPEN || tls->unsent.n || bytes.n == 0)
        return 0;
    size_t most = bytes.n < NET_TLS_WRITE_MAX ? bytes.n : NET_TLS_WRITE_MAX;
    ERR_clear_error();
    int n = SSL_write(tls->ssl, bytes.p, (int)most);
    if (n <= 0) {
        net_tls_explain(tls);
        fail(tls);
    }
    collect(tls);
    return n > 0 ? (size_t)n : 0;
}

void net_tls_close(struct net_tls *tls)
{
    if (tls->state != NET_TLS_OPEN)
        return;
    ERR_clear_error();
    SSL_shutdown(tls->ssl);
    collect(tls);
    tls->state = NET_TLS_ENDED;
}

struct span net_tls_output(const struct net_tls *tls)
{
    return wr_done(&tls->unsent);
}

void net_tls_sent(struct net_tls *tls, size_t n)
{
    wr_consume(&tls->unsent, n);
}
