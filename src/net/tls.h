/* tls.h -- TLS as a byte filter between socket and protocol: bytes in, bytes out, and no socket anywhere.
 *
 * Whoever owns the transport
 *   - hands over what arrived with net_tls_receive(), and while net_tls_state() is NET_TLS_HANDSHAKE calls
 *     net_tls_handshake(), which is where the time goes: a signature for each peer;
 *   - then takes plain bytes with net_tls_read() until it gives none, and gives others to net_tls_write();
 *   - after each of these sends what net_tls_output() holds, and tells how much with net_tls_sent();
 *   - closes the connection in state NET_TLS_ENDED or NET_TLS_FAILED, once that output had its chance.
 *
 * The end of the transport is the same event with a close_notify before it or without (SSL_OP_IGNORE_UNEXPECTED_EOF):
 * DICOM's own PDUs say whether something is missing, and many devices just close. Nothing is renegotiated, compressed
 * or resumed (RFC 9325 3.3, 3.5). */
#ifndef MWL_NET_TLS_H
#define MWL_NET_TLS_H

#include "base/err.h"
#include "base/span.h"
#include "base/wr.h"

/* ---- certificates and rules, shared by connections ---- */

struct net_tls_context;

enum net_tls_peer {
    NET_TLS_PEER_REQUIRED, /* the peer must send a certificate, and it must be trusted */
    NET_TLS_PEER_OPTIONAL, /* of a server: it need not; one that is sent must be trusted */
    NET_TLS_PEER_IGNORED,  /* whatever it sends or not */
};

enum net_tls_version { NET_TLS_1_0, NET_TLS_1_1, NET_TLS_1_2, NET_TLS_1_3 };

/* A file in PEM, and what the option is called that names it, for errors. No path: none. */
struct net_tls_file {
    const char *option, *path;
};

struct net_tls_options {
    bool server;                              /* the side that waits for a ClientHello */
    struct net_tls_file certificate;          /* our own, those that signed it behind it. A server has one */
    struct net_tls_file private_key;          /* that belongs to it, without a password */
    struct net_tls_file trusted;              /* every certificate in it is trusted, and what it has signed. A client
                                                 without goes by what the system trusts */
    enum net_tls_peer peer;                   /* what is asked of the other side */
    enum net_tls_version least;               /* nothing older is spoken */
    const char *const *ciphers;               /* cipher suites, by their names in RFCs or in OpenSSL */
    uint32_t cipher_count;                    /* 0: those of BCP 195 (RFC 9325 4.2) */
    const char *least_option, *cipher_option; /* what these are called, for errors */
};

/* Reads the files. `notes` (may be NULL) gets a line, '\n' included, for what a person should know: that our own
 * certificate has expired or soon will. NULL with *err: the option, the path and what is wrong there. The context may
 * be used by any number of threads. */
struct net_tls_context *net_tls_context_new(const struct net_tls_options *options, struct wr *notes, struct err *err);
void net_tls_context_free(struct net_tls_context **context); /* connections that it has made go on */

/* ---- one connection ---- */

struct net_tls;

enum net_tls_state {
    NET_TLS_HANDSHAKE, /* under way */
    NET_TLS_OPEN,      /* plain bytes go through */
    NET_TLS_ENDED,     /* by a close_notify, the peer's or ours */
    NET_TLS_FAILED     /* net_tls_fault() says why */
};

/* The most plain bytes that become output at once: a peer that takes none of it costs this much, and no more. */
enum { NET_TLS_WRITE_MAX = 64 << 10, NET_TLS_NAME_MAX = 256 };

/* `name`: of a client, the host's name or address that the server's certificate must have, unless that certificate is
 * itself a trusted one; NULL: any. Borrowed as long as the connection. NULL: no memory. */
struct net_tls *net_tls_new(struct net_tls_context *context, const char *name);
void net_tls_free(struct net_tls **tls);

enum net_tls_state net_tls_state(const struct net_tls *tls);

/* Why it failed, in words and without a name for the other side: "its certificate has expired, ...". */
const char *net_tls_fault(const struct net_tls *tls);

/* Takes all of what has arrived; costs no cryptography. */
void net_tls_receive(struct net_tls *tls, struct span bytes);

/* How much of that nobody has looked at yet. */
size_t net_tls_unread(const struct net_tls *tls);

/* Goes as far with the handshake as what has arrived allows: a client's first call makes its ClientHello. */
void net_tls_handshake(struct net_tls *tls);

/* Plain bytes that have come: at most `room`, 0 if there are none now. A record has up to 16 KiB. */
size_t net_tls_read(struct net_tls *tls, void *to, size_t room);

/* Turns plain bytes into output, and returns how many: at most NET_TLS_WRITE_MAX, none while older output waits, or in
 * another state than NET_TLS_OPEN. */
size_t net_tls_write(struct net_tls *tls, struct span bytes);

/* Says close_notify, if the connection is open. */
void net_tls_close(struct net_tls *tls);

/* What is to be sent, oldest first, and how much of it was. */
struct span net_tls_output(const struct net_tls *tls);
void net_tls_sent(struct net_tls *tls, size_t n);

/* "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate CN=CT1", once it is open; printable ASCII. Returns `out`. */
const char *net_tls_describe(const struct net_tls *tls, char *out, size_t room);

/* The subject of the peer's certificate, "CN=CT1,O=Hospital", printable ASCII; "" if it sent none. Returns `out`. */
const char *net_tls_peer_subject(const struct net_tls *tls, char *out, size_t room);

/* Whether the peer's certificate has this name, upper and lower case taken as the same: as a Common Name of its
 * subject, or as a DNS name, an e-mail address or a URI of its Subject Alternative Name (RFC 5280 4.2.1.6). No wild
 * cards. */
bool net_tls_peer_has_name(const struct net_tls *tls, const char *name);

#endif
