/* tls_context.c -- files and rules become an SSL_CTX. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/tls_inside.h"

/* BCP 195: RFC 9325 4.2 for TLS 1.2; those of 1.3 are OpenSSL's own, all of which it allows. */
#define BCP_195                                                                                                        \
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:"                         \
    "ECDHE-RSA-AES128-GCM-SHA256"

enum {
    NOTICE_SECONDS = 30 * 24 * 3600, /* so long before its end a certificate is worth a line */
    CIPHERS_MAX = 4096,
    SAFE = 2, /* OpenSSL's security levels: keys of 112 bits of strength, RSA of 2048 bits */
    OLD = 0   /* what TLS 1.0 and 1.1 need, which sign with SHA-1 */
};

static const int versions[] = { [NET_TLS_1_0] = TLS1_VERSION,
                                [NET_TLS_1_1] = TLS1_1_VERSION,
                                [NET_TLS_1_2] = TLS1_2_VERSION,
                                [NET_TLS_1_3] = TLS1_3_VERSION };

static const char *first_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    return reason ? reason : "no reason given";
}

/* `DicomTlsCertificate: /etc/mwl/own.crt: No such file or directory`; false. */
static bool fault(const struct net_tls_file *file, const char *what, struct err *err)
{
    return err_set(err, ERR_CONFIG, 0, 0, "%s: %s: %s", file->option, file->path, what);
}

static bool is_readable(const struct net_tls_file *file, struct err *err)
{
    FILE *f = fopen(file->path, "re");
    int problem = !f ? errno : fgetc(f) == EOF && ferror(f) ? errno : 0;
    if (f)
        fclose(f);
    return !problem || fault(file, strerror(problem), err);
}

static void note_end(const X509 *certificate, const struct net_tls_file *file, struct wr *notes)
{
    char when[NET_TLS_TIME_MAX];
    const ASN1_TIME *start = X509_get0_notBefore(certificate), *end = X509_get0_notAfter(certificate);
    time_t soon = time(NULL) + NOTICE_SECONDS;
    if (!notes)
        return;
    if (X509_cmp_current_time(start) > 0)
        wr_fmt(notes, "%s: %s: is not valid before %s: nobody will trust it until then\n", file->option, file->path,
               net_tls_time(start, when));
    if (X509_cmp_current_time(end) < 0)
        wr_fmt(notes, "%s: %s: expired on %s: others will refuse it; have it renewed\n", file->option, file->path,
               net_tls_time(end, when));
    else if (X509_cmp_time(end, &soon) < 0)
        wr_fmt(notes, "%s: %s: expires on %s: have it renewed before that\n", file->option, file->path,
               net_tls_time(end, when));
}

static bool use_certificate(SSL_CTX *ssl, const struct net_tls_file *file, struct wr *notes, struct err *err)
{
    if (!is_readable(file, err))
        return false;
    if (SSL_CTX_use_certificate_chain_file(ssl, file->path) != 1)
        return ERR_GET_REASON(ERR_peek_error()) == PEM_R_NO_START_LINE
                   ? fault(file, "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)", err)
                   : err_set(err, ERR_CONFIG, 0, 0, "%s: %s: no certificate that can be used: %s", file->option,
                             file->path, first_reason());
    note_end(SSL_CTX_get0_certificate(ssl), file, notes);
    return true;
}

/* Nobody is there to be asked for a password. */
// NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's type
static int no_password(char *to, int room, int writing, void *arg)
{
    (void)to;
    (void)room;
    (void)writing;
    *(bool *)arg = true;
    return -1;
}

static bool use_key(SSL_CTX *ssl, const struct net_tls_options *o, struct err *err)
{
    bool locked = false;
    if (!is_readable(&o->private_key, err))
        return false;
    SSL_CTX_set_default_passwd_cb(ssl, no_password);
    SSL_CTX_set_default_passwd_cb_userdata(ssl, &locked);
    bool used = SSL_CTX_use_PrivateKey_file(ssl, o->private_key.path, SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(ssl, NULL);
    SSL_CTX_set_default_passwd_cb(ssl, NULL);
    if (locked)
        return fault(&o->private_key, "has a password: take it off, `openssl pkey -in KEY -out KEY-WITHOUT`", err);
    if (used && SSL_CTX_check_private_key(ssl) == 1)
        return true;
    if (ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509)
        return err_set(err, ERR_CONFIG, 0, 0, "%s: %s: is not the key of the certificate %s", o->private_key.option,
                       o->private_key.path, o->certificate.path);
    return fault(&o->private_key, "holds no private key in PEM (-----BEGIN PRIVATE KEY-----)", err);
}

/* Every certificate in it is an anchor, also one that is no authority's (X509_V_FLAG_PARTIAL_CHAIN): sites list the
 * certificates of their devices. No names of authorities are sent to clients: some would then send none that is not
 * signed by one of them. */
static bool use_trusted(SSL_CTX *ssl, const struct net_tls_options *o, struct err *err)
{
    if (o->trusted.path) {
        if (!is_readable(&o->trusted, err))
            return false;
        if (SSL_CTX_load_verify_file(ssl, o->trusted.path) != 1)
            return fault(&o->trusted, "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)", err);
    } else if (!o->server) {
        SSL_CTX_set_default_verify_paths(ssl);
    }
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ssl), X509_V_FLAG_PARTIAL_CHAIN);
    if (o->peer == NET_TLS_PEER_IGNORED)
        SSL_CTX_set_verify(ssl, SSL_VERIFY_NONE, NULL);
    else if (o->peer == NET_TLS_PEER_OPTIONAL)
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, net_tls_judge);
    else
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, net_tls_judge);
    return true;
}

static const SSL_CIPHER *find_cipher(const STACK_OF(SSL_CIPHER) * all, const char *name)
{
    for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
        const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(all, i);
        const char *standard = SSL_CIPHER_standard_name(cipher);
        if (strcmp(SSL_CIPHER_get_name(cipher), name) == 0 || (standard && strcmp(standard, name) == 0))
            return cipher;
    }
    return NULL;
}

/* Sorts the names into those of TLS 1.3, which OpenSSL keeps apart, and those of before. */
static bool sort_ciphers(SSL_CTX *ssl, const struct net_tls_options *o, struct wr *newer, struct wr *older,
                         struct err *err)
{
    /* Neither without a key nor without encryption. */
    SSL_CTX_set_cipher_list(ssl, "ALL:!aNULL:!eNULL:@SECLEVEL=0");
    for (uint32_t i = 0; i < o->cipher_count; i++) {
        const SSL_CIPHER *cipher = find_cipher(SSL_CTX_get_ciphers(ssl), o->ciphers[i]);
        if (!cipher)
            return err_set(err, ERR_CONFIG, 0, 0,
                           "%s: \"%.60s\" is no cipher suite that there is here: `openssl ciphers -stdname` lists them",
                           o->cipher_option, o->ciphers[i]);
        struct wr *to = strcmp(SSL_CIPHER_get_version(cipher), "TLSv1.3") == 0 ? newer : older;
        wr_fmt(to, "%s%s", to->n ? ":" : "", SSL_CIPHER_get_name(cipher));
    }
    wr_u8(newer, 0);
    wr_u8(older, 0);
    return (!newer->failed && !older->failed)
           || err_set(err, ERR_CONFIG, 0, 0, "%s: too many cipher suites", o->cipher_option);
}

/* A version for which no suite is named is not spoken. */
static bool use_ciphers(SSL_CTX *ssl, const struct net_tls_options *o, struct err *err)
{
    if (o->cipher_count == 0)
        return SSL_CTX_set_cipher_list(ssl, BCP_195) == 1
               || err_set(err, ERR_UNSUPPORTED, 0, 0, "OpenSSL has none of the cipher suites of BCP 195");
    struct wr newer, older;
    wr_init(&newer, CIPHERS_MAX);
    wr_init(&older, CIPHERS_MAX);
    bool done = sort_ciphers(ssl, o, &newer, &older, err);
    if (done && newer.n > 1)
        SSL_CTX_set_ciphersuites(ssl, (const char *)newer.p);
    else if (done)
        SSL_CTX_set_max_proto_version(ssl, TLS1_2_VERSION);
    if (done && older.n > 1)
        SSL_CTX_set_cipher_list(ssl, (const char *)older.p);
    else if (done)
        SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION);
    if (done && newer.n <= 1 && o->least == NET_TLS_1_3)
        done = err_set(err, ERR_CONFIG, 0, 0, "%s asks for TLS 1.3, and %s names no cipher suite of it",
                       o->least_option, o->cipher_option);
    wr_fini(&newer);
    wr_fini(&older);
    return done;
}

/* RFC 9325 3.3 to 3.5: no compression, no resumption, no renegotiation. */
static void set_manners(SSL_CTX *ssl, const struct net_tls_options *o)
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET
                                 | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ssl, 0);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS); /* an idle association is to cost little */
    SSL_CTX_set_security_level(ssl, o->least < NET_TLS_1_2 ? OLD : SAFE);
    SSL_CTX_set_min_proto_version(ssl, versions[o->least]);
    SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION);
}

static bool fill(SSL_CTX *ssl, const struct net_tls_options *o, struct wr *notes, struct err *err)
{
    set_manners(ssl, o);
    return use_ciphers(ssl, o, err) && (!o->certificate.path || use_certificate(ssl, &o->certificate, notes, err))
           && (!o->private_key.path || use_key(ssl, o, err)) && use_trusted(ssl, o, err);
}

struct net_tls_context *net_tls_context_new(const struct net_tls_options *options, struct wr *notes, struct err *err)
{
    struct net_tls_context *context = calloc(1, sizeof *context);
    ERR_clear_error();
    if (context)
        context->ssl = SSL_CTX_new(options->server ? TLS_server_method() : TLS_client_method());
    if (!context || !context->ssl)
        err_set(err, ERR_MEMORY, 0, 0, "no memory for TLS");
    else if (fill(context->ssl, options, notes, err))
        return context;
    ERR_clear_error();
    net_tls_context_free(&context);
    return NULL;
}

void net_tls_context_free(struct net_tls_context **context)
{
    if (!*context)
        return;
    SSL_CTX_free((*context)->ssl);
    free(*context);
    *context = NULL;
}
