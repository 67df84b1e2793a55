/* tls_words.c -- what OpenSSL knows of a connection, in words: faults, certificates, names. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <strings.h>

#include "base/log.h"
#include "net/tls_inside.h"

static const char *words_of(unsigned long reason)
{
    switch (reason) {
#define FAULT(code, words)                                                                                             \
    case code:                                                                                                         \
        return words;
#define ALERT(code, words) FAULT(code, words)
#include "net/tls_fault.def"
    default:
        return NULL;
    }
}

/* What a client's hello names as its newest, where TLS 1.3 is not among what it offers (RFC 8446 4.1.2). */
static const char *newest_of(const SSL *ssl)
{
    switch (SSL_client_version(ssl)) {
    case SSL3_VERSION:
        return "SSLv3";
    case TLS1_VERSION:
        return "TLSv1.0";
    case TLS1_1_VERSION:
        return "TLSv1.1";
    case TLS1_2_VERSION:
        return "TLSv1.2";
    default:
        return "something older";
    }
}

void net_tls_explain(struct net_tls *tls)
{
    unsigned long error = ERR_peek_error();
    int reason = ERR_GET_REASON(error);
    const char *words = ERR_GET_LIB(error) == ERR_LIB_SSL ? words_of((unsigned long)reason) : NULL;
    if (words)
        err_set(&tls->fault, ERR_SYNTAX, 0, 0, "%s", words);
    else if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_VERSION_TOO_LOW)
        err_set(&tls->fault, ERR_UNSUPPORTED, 0, 0, "its protocol is too old to be safe%s%s%s",
                tls->server ? ": it speaks " : "", tls->server ? newest_of(tls->ssl) : "",
                tls->server ? " at most" : "");
    else if (error)
        err_set(&tls->fault, ERR_SYNTAX, 0, 0, "%s", ERR_reason_error_string(error));
    else
        err_set(&tls->fault, ERR_SYNTAX, 0, 0, "it does not speak TLS as it should");
}

void net_tls_explain_start(struct net_tls *tls, struct span start)
{
    uint8_t first = start.p[0];
    if (first == 0x16 || (!tls->server && first == 0x15)) /* a record of handshake, or an alert (RFC 8446 5.1) */
        return;
    const char *what = first >= 1 && first <= 7 ? "it speaks DICOM in clear text, where TLS is due"
                       : strchr("GHPO", first)  ? "it does not speak TLS, but perhaps HTTP"
                                                : "it does not speak TLS";
    err_set(&tls->fault, ERR_SYNTAX, 0, 0, "%s", first ? what : "it does not speak TLS");
}

const char *net_tls_subject(const X509 *certificate, char *out, size_t room)
{
    BIO *text = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    *out = 0;
    if (text && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
        long n = BIO_get_mem_data(text, &bytes);
        log_text(span_of(bytes, n > 0 ? (size_t)n : 0), out, room);
    }
    BIO_free(text);
    return out;
}

const char *net_tls_time(const ASN1_TIME *time, char out[NET_TLS_TIME_MAX])
{
    struct tm at;
    if (ASN1_TIME_to_tm(time, &at) != 1 || !strftime(out, NET_TLS_TIME_MAX, "%Y-%m-%d %H:%M UTC", &at))
        snprintf(out, NET_TLS_TIME_MAX, "a time that is none");
    return out;
}

/* What is wrong with a certificate; "" if no row says so. */
static const char *judgement(int error)
{
    switch (error) {
#define CERTIFICATE(code, words)                                                                                       \
    case code:                                                                                                         \
        return words;
#include "net/tls_fault.def"
    default:
        return X509_verify_cert_error_string(error);
    }
}

int net_tls_judge(int good, X509_STORE_CTX *store)
{
    if (good)
        return good;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct net_tls *tls = SSL_get_app_data(ssl);
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    int error = X509_STORE_CTX_get_error(store);
    char subject[NET_TLS_NAME_MAX] = "", when[NET_TLS_TIME_MAX];
    if (certificate)
        net_tls_subject(certificate, subject, sizeof subject);
    if (error == X509_V_ERR_CERT_HAS_EXPIRED && certificate)
        err_set(&tls->fault, ERR_CONFIG, 0, 0, "its certificate %s has expired on %s", subject,
                net_tls_time(X509_get0_notAfter(certificate), when));
    else if (error == X509_V_ERR_CERT_NOT_YET_VALID && certificate)
        err_set(&tls->fault, ERR_CONFIG, 0, 0, "its certificate %s is not valid before %s", subject,
                net_tls_time(X509_get0_notBefore(certificate), when));
    else
        err_set(&tls->fault, ERR_CONFIG, 0, 0, "its certificate %s %s", subject, judgement(error));
    return good;
}

const char *net_tls_peer_subject(const struct net_tls *tls, char *out, size_t room)
{
    const X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    *out = 0;
    return peer ? net_tls_subject(peer, out, room) : out;
}

const char *net_tls_describe(const struct net_tls *tls, char *out, size_t room)
{
    char subject[NET_TLS_NAME_MAX];
    const SSL_CIPHER *cipher = SSL_get_current_cipher(tls->ssl);
    net_tls_peer_subject(tls, subject, sizeof subject);
    snprintf(out, room, "%s, %s, %s%s", SSL_get_version(tls->ssl),
             cipher ? SSL_CIPHER_standard_name(cipher) : "no cipher suite",
             *subject ? "certificate " : "no certificate", subject);
    return out;
}

static bool is_text(const ASN1_STRING *text, const char *name)
{
    return span_eq_nocase(span_of(ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text)), span_str(name));
}

static bool has_common_name(const X509 *certificate, const char *name)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
        unsigned char *utf8 = NULL;
        int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
        bool same = n >= 0 && span_eq_nocase(span_of(utf8, (size_t)n), span_str(name));
        OPENSSL_free(utf8);
        if (same)
            return true;
    }
    return false;
}

static bool has_alternative_name(const X509 *certificate, const char *name)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    bool found = false;
    for (int i = 0; !found && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *one = sk_GENERAL_NAME_value(names, i);
        found = (one->type == GEN_DNS || one->type == GEN_EMAIL || one->type == GEN_URI) && is_text(one->d.ia5, name);
    }
    GENERAL_NAMES_free(names);
    return found;
}

bool net_tls_peer_has_name(const struct net_tls *tls, const char *name)
{
    const X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    return peer && *name && (has_common_name(peer, name) || has_alternative_name(peer, name));
}
