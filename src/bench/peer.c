/* peer.c -- PDUs of a server read as fast as may be: headers looked at, data sets passed over. */
#include "bench/peer.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "dimse/command.h"
#include "ul/pdu.h"

enum { BUFFER = 256 << 10, COMMAND_CAP = 64 << 10, PENDING = 0xFF00, PENDING_WARNING = 0xFF01, PATIENCE_S = 600 };

bool bench_peer_init(struct bench_peer *peer, uint32_t number, const struct bench_sizes *floor)
{
    *peer = (struct bench_peer){ .fd = -1, .number = number, .buffer = malloc(BUFFER), .floor = floor };
    wr_init(&peer->command, COMMAND_CAP);
    return peer->buffer != NULL;
}

void bench_peer_fini(struct bench_peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    free(peer->buffer);
    wr_fini(&peer->command);
}

static bool send_part(struct bench_peer *peer, enum bench_part part, const struct bench_request *request,
                      struct err *err)
{
    struct span bytes = wr_done(&request->parts[part]);
    peer->sizes.sent[part] = bytes.n;
    peer->sizes.received[part] = 0;
    while (bytes.n) {
        ssize_t n = send(peer->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, 0, 0, "cannot send to the server: %s", strerror(errno));
        bytes = span_of(bytes.p + n, bytes.n - (size_t)n);
    }
    return true;
}

static bool receive(struct bench_peer *peer, enum bench_part part, struct err *err)
{
    ssize_t n;
    do {
        n = recv(peer->fd, peer->buffer + peer->to, BUFFER - peer->to, 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0)
        return err_set(err, ERR_IO, 0, 0, "the server %s", n == 0 ? "closed the connection" : strerror(errno));
    peer->to += (size_t)n;
    peer->sizes.received[part] += (uint64_t)n;
    return true;
}

/* The next whole PDU, borrowed until the next one; the header included. */
static bool next_pdu(struct bench_peer *peer, enum bench_part part, struct span *pdu, struct err *err)
{
    for (;;) {
        struct rd rd = rd_of(span_of(peer->buffer + peer->from, peer->to - peer->from));
        if (rd_left(&rd) >= UL_PDU_HEADER) {
            rd_skip(&rd, 2);
            size_t length = rd_u32be(&rd);
            if (length > BUFFER - UL_PDU_HEADER)
                return err_set(err, ERR_SYNTAX, 0, 0, "the server sent a PDU of %zu bytes", length);
            if (length <= rd_left(&rd)) {
                *pdu = span_of(peer->buffer + peer->from, UL_PDU_HEADER + length);
                peer->from += pdu->n;
                return true;
            }
        }
        memmove(peer->buffer, peer->buffer + peer->from, peer->to - peer->from);
        peer->to -= peer->from;
        peer->from = 0;
        if (!receive(peer, part, err))
            return false;
    }
}

static bool expect_pdu(struct bench_peer *peer, enum bench_part part, uint8_t type, struct err *err)
{
    struct span pdu = { 0 };
    if (!next_pdu(peer, part, &pdu, err))
        return false;
    struct rd rd = rd_of(pdu);
    uint8_t got = rd_u8(&rd);
    return got == type
           || err_set(err, ERR_SYNTAX, 0, 0, "the server sent PDU type %02X where %02X was to come%s", got, type,
                      got == UL_A_ASSOCIATE_RJ ? ": it rejects us" : "");
}

/* Against the floor: so many bytes, whatever they are. */
static bool count_bytes(struct bench_peer *peer, enum bench_part part, struct err *err)
{
    while (peer->sizes.received[part] < peer->floor->received[part]) {
        peer->from = peer->to = 0;
        if (!receive(peer, part, err))
            return false;
    }
    return true;
}

static bool take_command(struct bench_peer *peer, uint64_t *answers, bool *last, struct err *err)
{
    struct dimse_command command;
    if (!dimse_command_read(wr_done(&peer->command), &command, err))
        return false;
    wr_reset(&peer->command);
    bool pending = command.status == PENDING || command.status == PENDING_WARNING;
    *answers += pending;
    *last = !pending;
    return pending || command.status == 0
           || err_set(err, ERR_SYNTAX, 0, 0, "the server answered with status %04X", command.status);
}

static bool take_data(struct bench_peer *peer, struct span pdu, uint64_t *answers, bool *last, struct err *err)
{
    if (pdu.p[0] != UL_P_DATA_TF)
        return err_set(err, ERR_SYNTAX, 0, 0, "the server sent PDU type %02X in the middle of an answer", pdu.p[0]);
    struct rd body = rd_of(span_of(pdu.p + UL_PDU_HEADER, pdu.n - UL_PDU_HEADER));
    struct ul_pdv pdv;
    struct err broken = { 0 };
    while (ul_pdv_next(&body, &pdv, &broken)) {
        if (!(pdv.control & UL_PDV_COMMAND))
            continue;
        wr_span(&peer->command, pdv.fragment);
        if (pdv.control & UL_PDV_LAST && !take_command(peer, answers, last, err))
            return false;
    }
    return broken.code == ERR_NONE || err_set(err, broken.code, 0, 0, "%s", broken.what);
}

/* On loopback each client has an address of its own, as scanners have: a server may bound how many associations one
 * address holds. Where that is not possible all have the same. */
static void bind_source(const struct bench_peer *peer, const struct net_address *to)
{
    const struct sockaddr_in *there = (const struct sockaddr_in *)&to->storage;
    if (to->storage.ss_family != AF_INET || ntohl(there->sin_addr.s_addr) >> 24 != IN_LOOPBACKNET)
        return;
    int on = 1; /* the port is chosen on connect, when both ends are known: else there are too few of them */
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000101u + peer->number) };
    setsockopt(peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    (void)bind(peer->fd, (const struct sockaddr *)&here, sizeof here);
}

static bool connect_to(struct bench_peer *peer, const struct net_address *address, struct err *err)
{
    peer->from = peer->to = 0;
    peer->fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer->fd < 0)
        return err_set(err, ERR_IO, 0, 0, "no socket: %s", strerror(errno));
    int on = 1;
    struct timeval patience = { .tv_sec = PATIENCE_S };
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(peer->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bind_source(peer, address);
    if (connect(peer->fd, (const struct sockaddr *)&address->storage, address->length) == 0)
        return true;
    char text[NET_ADDRESS_TEXT];
    return err_set(err, ERR_IO, 0, 0, "cannot connect to %s: %s", net_address_text(address, text), strerror(errno));
}

bool bench_peer_open(struct bench_peer *peer, const struct net_address *address, const struct bench_request *request,
                     struct err *err)
{
    if (!connect_to(peer, address, err) || !send_part(peer, BENCH_OPEN, request, err))
        return false;
    return peer->floor ? count_bytes(peer, BENCH_OPEN, err) : expect_pdu(peer, BENCH_OPEN, UL_A_ASSOCIATE_AC, err);
}

bool bench_peer_ask(struct bench_peer *peer, const struct bench_request *request, uint64_t *answers, struct err *err)
{
    *answers = 0;
    if (!send_part(peer, BENCH_ASK, request, err))
        return false;
    if (peer->floor)
        return count_bytes(peer, BENCH_ASK, err);
    struct span pdu = { 0 };
    for (bool last = false; !last;) {
        if (!next_pdu(peer, BENCH_ASK, &pdu, err) || !take_data(peer, pdu, answers, &last, err))
            return false;
    }
    return true;
}

bool bench_peer_close(struct bench_peer *peer, const struct bench_request *request, struct err *err)
{
    bool ok = send_part(peer, BENCH_CLOSE, request, err);
    if (ok)
        ok = peer->floor ? count_bytes(peer, BENCH_CLOSE, err) : expect_pdu(peer, BENCH_CLOSE, UL_A_RELEASE_RP, err);
    close(peer->fd);
    peer->fd = -1;
    return ok;
}
