/* peer.h -- one connection of the bench: a blocking socket, and a reader that counts answers and keeps nothing.
 *
 * Not a requestor for other uses: it sends bytes made before (bench/request.h), one write a message, and looks only at
 * what must be seen to count. client/client.h is the one for other uses; it judges every PDU and puts every answer
 * together, which would be measured with the server, and it cannot exchange the bytes of the floor. */
#ifndef MWL_BENCH_PEER_H
#define MWL_BENCH_PEER_H

#include "bench/request.h"
#include "net/address.h"

/* How many bytes go each way in each part of a conversation. */
struct bench_sizes {
    uint64_t sent[BENCH_PARTS], received[BENCH_PARTS];
};

struct bench_peer {
    int fd;          /* -1: not connected */
    uint32_t number; /* of the client, which makes its address on loopback */
    uint8_t *buffer; /* owned */
    size_t from, to; /* what lies in it unread */
    struct wr command;
    struct bench_sizes sizes;        /* of the last conversation */
    const struct bench_sizes *floor; /* borrowed; not NULL: the other end only counts bytes, and so does this one */
};

/* False if there is no memory. */
bool bench_peer_init(struct bench_peer *peer, uint32_t number, const struct bench_sizes *floor);
void bench_peer_fini(struct bench_peer *peer);

/* Connects and opens an association. False with *err: ERR_IO, ERR_SYNTAX for what cannot be understood, a rejection. */
bool bench_peer_open(struct bench_peer *peer, const struct net_address *address, const struct bench_request *request,
                     struct err *err);

/* Sends the request, and reads to its final response; *answers is the number of those before it. */
bool bench_peer_ask(struct bench_peer *peer, const struct bench_request *request, uint64_t *answers, struct err *err);

/* Releases the association and closes the connection. */
bool bench_peer_close(struct bench_peer *peer, const struct bench_request *request, struct err *err);

#endif
