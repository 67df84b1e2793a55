/* floor.c -- a listener, a thread for each connection, recv() and send(). */
#include "bench/floor.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/processors.h"
#include "ul/pdu.h"

enum { CHUNK = 256 << 10 };

struct floor_server {
    int listener;
    const struct bench_load *load;
};

/* Freed by its thread, which may outlive the measurement by a moment: so it holds a copy. */
struct floor_connection {
    int fd;
    bool apart;
    struct bench_sizes sizes;
};

/* Which part of a conversation a request is, by its PDU type. */
static enum bench_part part_of(uint8_t type)
{
    return type == UL_A_ASSOCIATE_RQ ? BENCH_OPEN : type == UL_A_RELEASE_RQ ? BENCH_CLOSE : BENCH_ASK;
}

static bool send_bytes(int fd, const uint8_t *bytes, uint64_t n)
{
    while (n) {
        ssize_t sent = send(fd, bytes, n < CHUNK ? n : CHUNK, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        n -= (uint64_t)sent;
    }
    return true;
}

static void *serve_connection(void *argument)
{
    struct floor_connection *c = argument;
    if (c->apart)
        bench_take_processors(true);
    uint8_t *bytes = calloc(1, CHUNK);
    for (bool ok = bytes != NULL; ok;) {
        ssize_t n = recv(c->fd, bytes, CHUNK, 0);
        if (n <= 0)
            break;
        enum bench_part part = part_of(bytes[0]);
        uint64_t got = (uint64_t)n;
        while (n > 0 && got < c->sizes.sent[part]) {
            n = recv(c->fd, bytes, CHUNK, 0);
            got += n > 0 ? (uint64_t)n : 0;
        }
        ok = n > 0 && send_bytes(c->fd, bytes, c->sizes.received[part]);
    }
    close(c->fd);
    free(bytes);
    free(c);
    return NULL;
}

/* Accepts until the listener is shut down. */
static void *serve(void *argument)
{
    struct floor_server *server = argument;
    for (int fd; (fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0;) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct floor_connection *c = malloc(sizeof *c);
        pthread_t thread;
        if (c)
            *c = (struct floor_connection){ fd, server->load->apart, *server->load->floor };
        if (!c || pthread_create(&thread, NULL, serve_connection, c) != 0) {
            free(c);
            close(fd);
            continue;
        }
        pthread_detach(thread);
    }
    return NULL;
}

static int listen_on(struct net_address *address)
{
    *address = net_address_loopback(AF_INET, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0
        && (bind(fd, (struct sockaddr *)&address->storage, address->length) != 0 || listen(fd, BENCH_CLIENTS_MAX) != 0
            || getsockname(fd, (struct sockaddr *)&address->storage, &address->length) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool bench_floor_run(const struct bench_load *load, struct bench_result *result, struct err *err)
{
    struct bench_load here = *load;
    struct floor_server server = { listen_on(&here.address), load };
    if (server.listener < 0)
        return err_set(err, ERR_IO, 0, 0, "cannot listen on loopback: %s", strerror(errno));
    pthread_t thread;
    bool ok = pthread_create(&thread, NULL, serve, &server) == 0;
    if (ok) {
        ok = bench_load_run(&here, result, err);
        shutdown(server.listener, SHUT_RDWR);
        pthread_join(thread, NULL);
    } else {
        err_set(err, ERR_MEMORY, 0, 0, "no thread for the other end");
    }
    close(server.listener);
    return ok;
}
