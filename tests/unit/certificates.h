/* certificates.h -- certificates and keys, made when a test runs: no secret stands in the repository. */
#ifndef MWL_TESTS_UNIT_CERTIFICATES_H
#define MWL_TESTS_UNIT_CERTIFICATES_H

#include "check.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

struct identity {
    EVP_PKEY *key;
    X509 *certificate;
    char certificate_path[96], key_path[96];
};

enum { HOUR = 3600 };

static inline void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* Signed by `issuer`, or with NULL by itself; good from now - HOUR until now + `seconds`. `names` is a Subject
 * Alternative Name as OpenSSL's configuration has it, or NULL. */
static inline struct identity make_identity(const char *folder, const char *name, const struct identity *issuer,
                                            long seconds, const char *names)
{
    static long serial = 1;
    struct identity made = { .key = EVP_EC_gen("P-256"), .certificate = X509_new() };
    X509 *c = made.certificate;
    assert_non_null(made.key);
    X509_set_version(c, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(c), serial++);
    X509_gmtime_adj(X509_getm_notBefore(c), seconds < 0 ? 2 * seconds : -HOUR);
    X509_gmtime_adj(X509_getm_notAfter(c), seconds);
    X509_set_pubkey(c, made.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509 *signer = issuer ? issuer->certificate : c;
    X509_set_issuer_name(c, X509_get_subject_name(signer));
    add_extension(c, signer, NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (names)
        add_extension(c, signer, NID_subject_alt_name, names);
    assert_true(X509_sign(c, issuer ? issuer->key : made.key, EVP_sha256()) > 0);

    snprintf(made.certificate_path, sizeof made.certificate_path, "%s/%s.crt", folder, name);
    snprintf(made.key_path, sizeof made.key_path, "%s/%s.key", folder, name);
    FILE *file = fopen(made.certificate_path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, c), 1);
    fclose(file);
    file = fopen(made.key_path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, made.key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    return made;
}

static inline void free_identity(struct identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->certificate);
}

#endif
