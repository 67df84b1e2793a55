/* The filter on byte arrays: two of them face to face, with the network between them as bad as it gets. */
#include "../certificates.h"

#include <openssl/ssl.h>
#include <unistd.h>

#include "net/tls.h"

enum { PIECE_WHOLE = 1 << 30, MUCH = 3 << 20 };

static struct {
    char folder[64];
    struct identity authority, server, client, expired, foreign, other;
} pki;

static int set_up(void **state)
{
    (void)state;
    strcpy(pki.folder, "/tmp/mwl-tls-XXXXXX");
    assert_non_null(mkdtemp(pki.folder));
    pki.authority = make_identity(pki.folder, "authority", NULL, 1000 * HOUR, NULL);
    pki.server = make_identity(pki.folder, "server", &pki.authority, 1000 * HOUR, "DNS:mwl.example,IP:127.0.0.1");
    pki.client = make_identity(pki.folder, "CT1", &pki.authority, 1000 * HOUR, "DNS:ct1.example,DNS:bore.example");
    pki.expired = make_identity(pki.folder, "expired", &pki.authority, -HOUR, NULL);
    pki.foreign = make_identity(pki.folder, "foreign", NULL, 1000 * HOUR, NULL);
    pki.other = make_identity(pki.folder, "other", &pki.authority, 20 * 24 * HOUR, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    struct identity *all[] = { &pki.authority, &pki.server, &pki.client, &pki.expired, &pki.foreign, &pki.other };
    char command[128];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free_identity(all[i]);
    snprintf(command, sizeof command, "rm -rf %s", pki.folder);
    return system(command);
}

static struct net_tls_options options_of(const struct identity *own, bool server)
{
    return (struct net_tls_options){ .server = server,
                                     .certificate = { "Certificate", own ? own->certificate_path : NULL },
                                     .private_key = { "PrivateKey", own ? own->key_path : NULL },
                                     .trusted = { "Trusted", pki.authority.certificate_path },
                                     .peer = NET_TLS_PEER_REQUIRED,
                                     .least = NET_TLS_1_2,
                                     .least_option = "Least",
                                     .cipher_option = "Ciphers" };
}

static struct net_tls_context *context_of(const struct net_tls_options *options)
{
    struct err err = { 0 };
    struct net_tls_context *context = net_tls_context_new(options, NULL, &err);
    assert_string_equal(err.what, "");
    assert_non_null(context);
    return context;
}

/* One end: what came in plain is in `heard`. */
struct end {
    struct net_tls *tls;
    struct wr heard;
};

static struct end make_end_of(struct net_tls_context *context, const char *name)
{
    struct end e = { .tls = net_tls_new(context, name) };
    assert_non_null(e.tls);
    wr_init(&e.heard, MUCH + 1);
    return e;
}

static struct end make_end(const struct net_tls_options *options, const char *name)
{
    struct net_tls_context *context = context_of(options);
    struct end e = make_end_of(context, name);
    net_tls_context_free(&context); /* it goes on without */
    return e;
}

static void free_end(struct end *e)
{
    net_tls_free(&e->tls);
    wr_fini(&e->heard);
}

static void hear(struct end *e, struct span bytes)
{
    uint8_t plain[1000];
    net_tls_receive(e->tls, bytes);
    if (net_tls_state(e->tls) == NET_TLS_HANDSHAKE)
        net_tls_handshake(e->tls);
    for (size_t n; (n = net_tls_read(e->tls, plain, sizeof plain));)
        wr_bytes(&e->heard, plain, n);
}

/* Carries at most `piece` bytes from one end to the other; false if there was nothing. */
static bool carry(struct end *from, struct end *to, size_t piece)
{
    struct span out = net_tls_output(from->tls);
    size_t n = out.n < piece ? out.n : piece;
    if (!n)
        return false;
    uint8_t *copy = malloc(n); /* of this size: a byte too far is found */
    memcpy(copy, out.p, n);
    net_tls_sent(from->tls, n);
    hear(to, span_of(copy, n));
    free(copy);
    return true;
}

static void carry_all(struct end *a, struct end *b, size_t piece)
{
    while (carry(a, b, piece) || carry(b, a, piece)) {
    }
}

static void shake(struct end *client, struct end *server, size_t piece)
{
    net_tls_handshake(client->tls);
    carry_all(client, server, piece);
}

static void say(struct end *from, struct end *to, struct span bytes, size_t piece)
{
    while (bytes.n) {
        size_t n = net_tls_write(from->tls, bytes);
        assert_true(n > 0 && n <= NET_TLS_WRITE_MAX);
        bytes = span_of(bytes.p + n, bytes.n - n);
        carry_all(from, to, piece);
    }
}

static void assert_open(const struct end *e)
{
    assert_string_equal(net_tls_fault(e->tls), "");
    assert_int_equal(net_tls_state(e->tls), NET_TLS_OPEN);
}

/* Both versions of the protocol, both directions, pieces of every size that matters. */
static void bytes_go_both_ways_however_they_are_split(void **state)
{
    (void)state;
    static const size_t pieces[] = { 1, 2, 3, 5, 6, 7, 11, 64, 255, 1000, PIECE_WHOLE };
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    static const char *const old[] = { "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" };
    for (size_t i = 0; i < 2 * sizeof pieces / sizeof *pieces; i++) {
        size_t piece = pieces[i / 2];
        client.ciphers = i % 2 ? old : NULL; /* no suite of TLS 1.3 among them: it is not spoken */
        client.cipher_count = i % 2;
        struct end c = make_end(&client, "127.0.0.1"), s = make_end(&server, NULL);
        shake(&c, &s, piece);
        assert_open(&c);
        assert_open(&s);
        char words[128];
        assert_string_equal(net_tls_describe(s.tls, words, sizeof words),
                            i % 2 ? "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, certificate CN=CT1"
                                  : "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate CN=CT1");
        say(&c, &s, BYTES("\1\0\0\0\0\4what"), piece);
        assert_span(wr_done(&s.heard), "\1\0\0\0\0\4what");
        say(&s, &c, BYTES("answer"), piece);
        assert_span(wr_done(&c.heard), "answer");
        net_tls_close(c.tls);
        carry_all(&c, &s, piece);
        assert_int_equal(net_tls_state(s.tls), NET_TLS_ENDED);
        assert_string_equal(net_tls_fault(s.tls), "");
        free_end(&c);
        free_end(&s);
    }
}

/* Everything that one side says, cut in two at every byte. */
static void a_cut_at_every_byte_changes_nothing(void **state)
{
    (void)state;
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    struct net_tls_context *callers = context_of(&client), *ours = context_of(&server);
    for (size_t cut = 1;; cut++) {
        struct end c = make_end_of(callers, NULL), s = make_end_of(ours, NULL);
        size_t left = cut, said = 0;
        net_tls_handshake(c.tls);
        for (bool moved = true; moved;) {
            struct span out = net_tls_output(c.tls);
            size_t n = left && out.n > left ? left : out.n;
            said += n;
            left = left > n ? left - n : 0;
            moved = carry(&c, &s, n ? n : 1);
            moved = carry(&s, &c, PIECE_WHOLE) || moved;
        }
        assert_open(&c);
        assert_open(&s);
        free_end(&c);
        free_end(&s);
        if (said < cut)
            break;
        assert_true(said < 4000);
        cut += said > 400 ? said / 400 : 0; /* what is new is where the flights and records end */
    }
    net_tls_context_free(&callers);
    net_tls_context_free(&ours);
}

static void much_goes_through_in_bounded_pieces(void **state)
{
    (void)state;
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    struct end c = make_end(&client, NULL), s = make_end(&server, NULL);
    uint8_t *much = malloc(MUCH);
    for (size_t i = 0; i < MUCH; i++)
        much[i] = (uint8_t)(i * 7 + (i >> 8));
    shake(&c, &s, PIECE_WHOLE);
    size_t n = net_tls_write(s.tls, span_of(much, MUCH));
    assert_int_equal(n, NET_TLS_WRITE_MAX);
    assert_true(net_tls_output(s.tls).n < NET_TLS_WRITE_MAX + 4096);
    assert_int_equal(net_tls_write(s.tls, span_of(much, MUCH)), 0); /* until the other side takes some */
    carry_all(&s, &c, 7777);
    say(&s, &c, span_of(much + n, MUCH - n), 60000);
    assert_int_equal(c.heard.n, MUCH);
    assert_memory_equal(c.heard.p, much, MUCH);
    free(much);
    free_end(&c);
    free_end(&s);
}

static void end_without_close_notify_is_no_fault(void **state)
{
    (void)state;
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    struct end c = make_end(&client, NULL), s = make_end(&server, NULL);
    shake(&c, &s, PIECE_WHOLE);
    say(&c, &s, BYTES("last"), PIECE_WHOLE);
    free_end(&c);
    assert_span(wr_done(&s.heard), "last");
    assert_open(&s); /* and its owner hears of the end from the socket */
    free_end(&s);
}

static void assert_refused(const struct end *e, const char *words)
{
    assert_int_equal(net_tls_state(e->tls), NET_TLS_FAILED);
    if (!strstr(net_tls_fault(e->tls), words))
        fail_msg("\"%s\" is not in \"%s\"", words, net_tls_fault(e->tls));
}

/* What calls, and what is said of it. */
static void what_is_not_tls_is_named(void **state)
{
    (void)state;
    const struct {
        struct span bytes;
        const char *words;
    } rows[] = {
        { BYTES("\1\0\0\0\0\xCD\0\1"), "DICOM in clear text" },
        { BYTES("GET / HTTP/1.1\r\n"), "HTTP" },
        { BYTES("\x16\3\1\0\4\1\0\0\0"), "" },
        { BYTES("\x16\3\1\xFF\xFF\1\0\0\0"), "" },
        { BYTES("\x80\x2E\1\3\1"), "does not speak TLS" },
        { BYTES("\0\0\0\0\0"), "does not speak TLS" },
        { BYTES("\x16\3\3\0\5\x16\3\3\0\5"), "" },
    };
    struct net_tls_options server = options_of(&pki.server, true);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct end s = make_end(&server, NULL);
        for (size_t k = 0; k < rows[i].bytes.n; k++)
            hear(&s, span_of(rows[i].bytes.p + k, 1));
        hear(&s, BYTES("more of it, more of it, more of it, more of it"));
        assert_refused(&s, rows[i].words);
        assert_true(*net_tls_fault(s.tls));
        free_end(&s);
    }
}

/* Each byte of what a client says spoilt, one at a time. Of a few it does not matter: the version in front of a record
 * means nothing (RFC 8446 5.1). */
static void spoilt_bytes_are_faults(void **state)
{
    (void)state;
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    struct net_tls_context *callers = context_of(&client), *ours = context_of(&server);
    int harmless = 0;
    for (size_t at = 0; at < 1500; at += at < 300 ? 3 : 17) {
        struct end c = make_end_of(callers, NULL), s = make_end_of(ours, NULL);
        size_t seen = 0;
        net_tls_handshake(c.tls);
        for (bool moved = true; moved;) {
            struct span out = net_tls_output(c.tls);
            uint8_t copy[8192];
            size_t n = out.n < sizeof copy ? out.n : sizeof copy;
            if (n)
                memcpy(copy, out.p, n);
            if (at >= seen && at < seen + n)
                copy[at - seen] ^= 0x55;
            seen += n;
            net_tls_sent(c.tls, n);
            if (n)
                hear(&s, span_of(copy, n));
            moved = carry(&s, &c, PIECE_WHOLE) || n;
        }
        if (net_tls_state(s.tls) == NET_TLS_OPEN && net_tls_state(c.tls) == NET_TLS_OPEN)
            harmless += at < seen;
        assert_int_equal(net_tls_state(s.tls) == NET_TLS_FAILED, *net_tls_fault(s.tls) != 0);
        assert_int_equal(s.heard.n, 0);
        free_end(&c);
        free_end(&s);
    }
    assert_true(harmless <= 4);
    net_tls_context_free(&callers);
    net_tls_context_free(&ours);
}

/* A record of the open connection that was tampered with on its way. */
static void tampered_record_ends_the_connection(void **state)
{
    (void)state;
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    struct end c = make_end(&client, NULL), s = make_end(&server, NULL);
    shake(&c, &s, PIECE_WHOLE);
    assert_int_equal(net_tls_write(c.tls, BYTES("secret")), 6);
    uint8_t copy[200];
    struct span out = net_tls_output(c.tls);
    assert_true(out.n < sizeof copy);
    memcpy(copy, out.p, out.n);
    copy[out.n - 1] ^= 1;
    hear(&s, span_of(copy, out.n));
    assert_refused(&s, "");
    assert_true(*net_tls_fault(s.tls));
    assert_int_equal(s.heard.n, 0);
    assert_int_equal(net_tls_write(s.tls, BYTES("more")), 0);
    free_end(&c);
    free_end(&s);
}

static void certificates_are_judged(void **state)
{
    (void)state;
    const struct {
        const struct identity *client, *server;
        enum net_tls_peer peer; /* that the server asks */
        const char *at_server, *at_client, *name;
    } rows[] = {
        { &pki.client, &pki.server, NET_TLS_PEER_REQUIRED, NULL, NULL, "mwl.example" },
        { NULL, &pki.server, NET_TLS_PEER_REQUIRED, "sent no certificate", NULL, NULL },
        { NULL, &pki.server, NET_TLS_PEER_OPTIONAL, NULL, NULL, NULL },
        { &pki.foreign, &pki.server, NET_TLS_PEER_OPTIONAL, "not signed by an authority that is trusted", NULL, NULL },
        { &pki.foreign, &pki.server, NET_TLS_PEER_IGNORED, NULL, NULL, NULL },
        { &pki.foreign, &pki.server, NET_TLS_PEER_REQUIRED, "CN=foreign", NULL, NULL },
        { &pki.expired, &pki.server, NET_TLS_PEER_REQUIRED, "expired on", NULL, NULL },
        { &pki.client, &pki.expired, NET_TLS_PEER_REQUIRED, "refused our certificate", "expired on", NULL },
        { &pki.client, &pki.foreign, NET_TLS_PEER_REQUIRED, "does not trust our certificate", "CN=foreign", NULL },
        { &pki.client, &pki.server, NET_TLS_PEER_REQUIRED, NULL, "is not for nobody.example", "nobody.example" },
        { &pki.client, &pki.server, NET_TLS_PEER_REQUIRED, NULL, "is not for 127.0.0.2", "127.0.0.2" },
    };
    static const char *const old[] = { "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" };
    for (size_t n = 0; n < 2 * sizeof rows / sizeof *rows; n++) {
        size_t i = n / 2;
        struct net_tls_options client = options_of(rows[i].client, false), server = options_of(rows[i].server, true);
        client.ciphers = old; /* TLS 1.2 judges at another moment than 1.3 */
        client.cipher_count = n % 2;
        server.peer = rows[i].peer;
        struct end c = make_end(&client, rows[i].name), s = make_end(&server, NULL);
        shake(&c, &s, PIECE_WHOLE);
        if (rows[i].at_server)
            assert_refused(&s, rows[i].at_server);
        if (rows[i].at_client)
            assert_refused(&c, rows[i].at_client);
        if (!rows[i].at_server && !rows[i].at_client) {
            assert_open(&c);
            assert_open(&s);
        }
        free_end(&c);
        free_end(&s);
    }
}

/* The very certificate is trusted: then its names do not matter, and nobody need have signed it. */
static void trusted_certificate_needs_no_name(void **state)
{
    (void)state;
    const struct identity *own[] = { &pki.foreign, &pki.server };
    for (size_t i = 0; i < 2; i++) {
        struct net_tls_options client = options_of(&pki.client, false), server = options_of(own[i], true);
        client.trusted.path = own[i]->certificate_path;
        struct end c = make_end(&client, "192.0.2.1"), s = make_end(&server, NULL);
        shake(&c, &s, PIECE_WHOLE);
        assert_open(&c);
        assert_open(&s);
        free_end(&c);
        free_end(&s);
    }
}

static void names_are_looked_up(void **state)
{
    (void)state;
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    struct end c = make_end(&client, NULL), s = make_end(&server, NULL);
    char subject[64];
    assert_false(net_tls_peer_has_name(s.tls, "CT1")); /* nobody has shown anything yet */
    shake(&c, &s, PIECE_WHOLE);
    assert_true(net_tls_peer_has_name(s.tls, "CT1"));
    assert_true(net_tls_peer_has_name(s.tls, "ct1.example"));
    assert_true(net_tls_peer_has_name(s.tls, "BORE.example"));
    assert_false(net_tls_peer_has_name(s.tls, "ct1.exampl"));
    assert_false(net_tls_peer_has_name(s.tls, "*.example"));
    assert_false(net_tls_peer_has_name(s.tls, ""));
    assert_string_equal(net_tls_peer_subject(s.tls, subject, sizeof subject), "CN=CT1");
    free_end(&c);
    free_end(&s);
}

static void old_versions_and_ciphers_are_refused(void **state)
{
    (void)state;
    static const char *const cbc[] = { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" };
    static const char *const gcm[] = { "ECDHE-ECDSA-AES128-GCM-SHA256" };
    struct net_tls_options client = options_of(&pki.client, false), server = options_of(&pki.server, true);
    client.least = NET_TLS_1_0;
    client.ciphers = cbc;
    client.cipher_count = 1;
    struct end c = make_end(&client, NULL), s = make_end(&server, NULL);
    shake(&c, &s, PIECE_WHOLE);
    assert_refused(&s, "none of the cipher suites");
    free_end(&c);
    free_end(&s);

    client.least = NET_TLS_1_2;
    client.ciphers = gcm;
    server.least = NET_TLS_1_3;
    c = make_end(&client, NULL);
    s = make_end(&server, NULL);
    shake(&c, &s, PIECE_WHOLE);
    assert_refused(&s, "TLSv1.2 at most");
    free_end(&c);
    free_end(&s);
}

/* A client that changes its keys again and again, with so many plain bytes each time. How often it got through. */
static unsigned change_keys(struct end *s, int kind, size_t payload, unsigned times)
{
    static const uint8_t plain[64 << 10];
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, in, out);
    SSL_set_connect_state(ssl);
    unsigned changed = 0;
    while (changed < times && net_tls_state(s->tls) != NET_TLS_FAILED) {
        if (SSL_is_init_finished(ssl)) {
            assert_int_equal(SSL_key_update(ssl, kind), 1);
            changed++;
        }
        SSL_do_handshake(ssl);
        if (SSL_is_init_finished(ssl) && payload)
            assert_int_equal(SSL_write(ssl, plain, (int)payload), (int)payload);
        char *bytes;
        long n = BIO_get_mem_data(out, &bytes);
        hear(s, span_of(bytes, (size_t)n));
        BIO_reset(out);
        struct span answer = net_tls_output(s->tls);
        assert_true(answer.n < NET_TLS_WRITE_MAX);
        if (!SSL_is_init_finished(ssl)) {
            BIO_write(in, answer.p, (int)answer.n);
            net_tls_sent(s->tls, answer.n);
        }
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    return changed;
}

/* Each change costs as much as a record, and OpenSSL takes one after the other without coming back; one that asks for
 * an answer makes output besides, which this client never takes. */
static void keys_change_now_and_then(void **state)
{
    (void)state;
    struct net_tls_options server = options_of(&pki.server, true);
    server.peer = NET_TLS_PEER_OPTIONAL;
    const int kinds[] = { SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct end s = make_end(&server, NULL);
        assert_in_range(change_keys(&s, kinds[i], i, 1000), 33, 40);
        assert_refused(&s, "changes its keys again and again");
        free_end(&s);
    }
    struct end s = make_end(&server, NULL);
    assert_int_equal(change_keys(&s, SSL_KEY_UPDATE_NOT_REQUESTED, 64 << 10, 200), 200);
    assert_open(&s);
    free_end(&s);
}

static void assert_no_context(const struct net_tls_options *options, const char *words)
{
    struct err err = { 0 };
    assert_null(net_tls_context_new(options, NULL, &err));
    if (!strstr(err.what, words))
        fail_msg("\"%s\" is not in \"%s\"", words, err.what);
}

static void faults_of_files_name_option_and_path(void **state)
{
    (void)state;
    char empty[96];
    snprintf(empty, sizeof empty, "%s/empty", pki.folder);
    fclose(fopen(empty, "w"));
    struct net_tls_options good = options_of(&pki.server, true), o = good;
    o.certificate.path = "/nowhere/own.crt";
    assert_no_context(&o, "Certificate: /nowhere/own.crt: No such file");
    o.certificate.path = pki.server.key_path;
    assert_no_context(&o, "Certificate: ");
    o = good;
    o.private_key.path = "/nowhere/own.key";
    assert_no_context(&o, "PrivateKey: /nowhere/own.key: No such file");
    o.private_key.path = pki.server.certificate_path;
    assert_no_context(&o, "holds no private key");
    o.private_key.path = pki.client.key_path;
    assert_no_context(&o, "is not the key of the certificate");
    o = good;
    o.trusted.path = "/nowhere/trusted.crt";
    assert_no_context(&o, "Trusted: /nowhere/trusted.crt: No such file");
    o.trusted.path = empty;
    assert_no_context(&o, "Trusted: ");
    o.trusted.path = pki.folder;
    assert_no_context(&o, "Trusted: ");
    o = good;
    static const char *const unknown[] = { "TLS_WITH_BEST_INTENTIONS" };
    o.ciphers = unknown;
    o.cipher_count = 1;
    assert_no_context(&o, "Ciphers: \"TLS_WITH_BEST_INTENTIONS\"");
}

static void an_own_certificate_past_its_time_is_noted(void **state)
{
    (void)state;
    const struct {
        const struct identity *own;
        const char *words;
    } rows[] = { { &pki.expired, "expired on" }, { &pki.other, "expires on" }, { &pki.server, NULL } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        struct wr notes;
        wr_init(&notes, 4096);
        struct net_tls_options o = options_of(rows[i].own, true);
        struct net_tls_context *context = net_tls_context_new(&o, &notes, &err);
        assert_non_null(context);
        net_tls_context_free(&context);
        wr_u8(&notes, 0);
        if (rows[i].words)
            assert_non_null(strstr((char *)notes.p, rows[i].words));
        else
            assert_string_equal((char *)notes.p, "");
        wr_fini(&notes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_both_ways_however_they_are_split),
        cmocka_unit_test(a_cut_at_every_byte_changes_nothing),
        cmocka_unit_test(much_goes_through_in_bounded_pieces),
        cmocka_unit_test(end_without_close_notify_is_no_fault),
        cmocka_unit_test(what_is_not_tls_is_named),
        cmocka_unit_test(spoilt_bytes_are_faults),
        cmocka_unit_test(tampered_record_ends_the_connection),
        cmocka_unit_test(certificates_are_judged),
        cmocka_unit_test(trusted_certificate_needs_no_name),
        cmocka_unit_test(names_are_looked_up),
        cmocka_unit_test(old_versions_and_ciphers_are_refused),
        cmocka_unit_test(keys_change_now_and_then),
        cmocka_unit_test(faults_of_files_name_option_and_path),
        cmocka_unit_test(an_own_certificate_past_its_time_is_noted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
