/* socket.c -- poll() around connect, send and recv. */
#include "client/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

/* Waits for one of the events; 0 when the moment has come. */
static short wait_for(int fd, short events, uint64_t until_us)
{
    for (;;) {
        uint64_t now = clock_mono_us();
        uint64_t ms = until_us > now ? (until_us - now + 999) / 1000 : 0;
        struct pollfd p = { .fd = fd, .events = events };
        int n = poll(&p, 1, ms > 60000 ? 60000 : (int)ms);
        if (n > 0)
            return p.revents;
        if (n == 0 && ms == 0)
            return 0;
    }
}

/* 0, or what went wrong. */
static int finish_connect(int fd, uint64_t until_us)
{
    if (!wait_for(fd, POLLOUT, until_us))
        return ETIMEDOUT;
    int fault = 0;
    socklen_t size = sizeof fault;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size);
    return fault;
}

/* The descriptor, or -1 with *fault. */
static int connect_one(const struct addrinfo *to, uint32_t timeout_ms, int *fault)
{
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        *fault = errno;
        return -1;
    }
    *fault = connect(fd, to->ai_addr, to->ai_addrlen) == 0 ? 0 : errno;
    if (*fault == EINPROGRESS)
        *fault = finish_connect(fd, clock_mono_us() + (uint64_t)timeout_ms * 1000);
    if (*fault) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    return fd;
}

int client_socket_connect(const char *host, uint16_t port, uint32_t timeout_ms, struct err *err)
{
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo *all = NULL, hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    int found = getaddrinfo(host, service, &hints, &all);
    if (found != 0) {
        err_set(err, ERR_IO, 0, 0, "no address is known of \"%.80s\": %s", host,
                found == EAI_SYSTEM ? strerror(errno) : gai_strerror(found));
        return -1;
    }
    int fd = -1, fault = 0;
    for (struct addrinfo *to = all; to && fd < 0; to = to->ai_next)
        fd = connect_one(to, timeout_ms, &fault);
    freeaddrinfo(all);
    if (fd < 0)
        err_set(err, ERR_IO, 0, 0, "cannot connect to %.80s port %u: %s", host, port, strerror(fault));
    return fd;
}

long client_socket_wait(int fd, struct span out, uint64_t until_us, bool *readable, struct err *err)
{
    *readable = false;
    long sent = out.n ? send(fd, out.p, out.n, MSG_NOSIGNAL) : 0;
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
        *readable = true; /* the end of the connection, and before it perhaps why */
        return 0;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        err_set(err, ERR_IO, 0, 0, "cannot send: %s", strerror(errno));
        return -1;
    }
    if (sent > 0)
        return sent;
    short came = wait_for(fd, out.n ? POLLIN | POLLOUT : POLLIN, until_us);
    if (!came) {
        err_set(err, ERR_IO, 0, 0, out.n ? "the peer takes no more bytes" : "no answer came in time");
        return -1;
    }
    *readable = came & ~POLLOUT;
    return 0;
}

long client_socket_read(int fd, void *to, size_t room, struct err *err)
{
    long n;
    do
        n = recv(fd, to, room, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        err_set(err, ERR_IO, 0, 0, "the connection broke: %s", strerror(errno));
    return n;
}
