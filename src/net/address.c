/* address.c -- parse and print numeric addresses. */
#include "net/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool parse_port(const char *text, uint16_t *port)
{
    char *end;
    unsigned long v = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || v > 65535)
        return false;
    *port = (uint16_t)v;
    return true;
}

static struct net_address from_ipv4(struct in_addr host, uint16_t port)
{
    struct net_address a = { .length = sizeof(struct sockaddr_in) };
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr = host, .sin_port = htons(port) };
    memcpy(&a.storage, &in, sizeof in);
    return a;
}

static struct net_address from_ipv6(struct in6_addr host, uint16_t port)
{
    struct net_address a = { .length = sizeof(struct sockaddr_in6) };
    struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_addr = host, .sin6_port = htons(port) };
    memcpy(&a.storage, &in, sizeof in);
    return a;
}

bool net_address_parse(const char *text, struct net_address *out, struct err *err)
{
    char host[NET_ADDRESS_TEXT];
    const char *colon = strrchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    uint16_t port;
    if (colon && n > 0 && n < sizeof host && parse_port(colon + 1, &port)) {
        bool bracketed = text[0] == '[' && text[n - 1] == ']';
        memcpy(host, text + bracketed, n - 2 * (size_t)bracketed);
        host[n - 2 * (size_t)bracketed] = 0;
        struct in_addr v4;
        struct in6_addr v6;
        if (!bracketed && inet_pton(AF_INET, host, &v4) == 1) {
            *out = from_ipv4(v4, port);
            return true;
        }
        if (bracketed && inet_pton(AF_INET6, host, &v6) == 1) {
            *out = from_ipv6(v6, port);
            return true;
        }
    }
    return err_set(err, ERR_CONFIG, 0, 0,
                   "\"%.60s\" is no address to listen on: write 192.0.2.7:4242 or [2001:db8::7]:4242", text);
}

static bool is_mapped(const struct net_address *a, struct in_addr *v4)
{
    if (a->storage.ss_family != AF_INET6)
        return false;
    struct sockaddr_in6 in;
    memcpy(&in, &a->storage, sizeof in);
    if (!IN6_IS_ADDR_V4MAPPED(&in.sin6_addr))
        return false;
    memcpy(v4, in.sin6_addr.s6_addr + 12, 4);
    return true;
}

const char *net_address_host(const struct net_address *a, char out[NET_ADDRESS_TEXT])
{
    struct in_addr v4;
    if (is_mapped(a, &v4)) {
        inet_ntop(AF_INET, &v4, out, NET_ADDRESS_TEXT);
        return out;
    }
    if (getnameinfo((const struct sockaddr *)&a->storage, a->length, out, NET_ADDRESS_TEXT, NULL, 0, NI_NUMERICHOST)
        != 0)
        snprintf(out, NET_ADDRESS_TEXT, "unknown");
    return out;
}

const char *net_address_text(const struct net_address *a, char out[NET_ADDRESS_TEXT])
{
    char host[NET_ADDRESS_TEXT], port[8];
    net_address_host(a, host);
    if (getnameinfo((const struct sockaddr *)&a->storage, a->length, NULL, 0, port, sizeof port, NI_NUMERICSERV) != 0)
        snprintf(port, sizeof port, "?");
    bool brackets = strchr(host, ':');
    snprintf(out, NET_ADDRESS_TEXT, brackets ? "[%.80s]:%s" : "%.80s:%s", host, port);
    return out;
}

uint16_t net_address_port(const struct net_address *address)
{
    struct sockaddr_in6 v6;
    struct sockaddr_in v4;
    memcpy(&v6, &address->storage, sizeof v6);
    memcpy(&v4, &address->storage, sizeof v4);
    return ntohs(address->storage.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}

struct net_address net_address_any(int family, uint16_t port)
{
    return family == AF_INET6 ? from_ipv6(in6addr_any, port) : from_ipv4((struct in_addr){ htonl(INADDR_ANY) }, port);
}

struct net_address net_address_loopback(int family, uint16_t port)
{
    return family == AF_INET6 ? from_ipv6(in6addr_loopback, port)
                              : from_ipv4((struct in_addr){ htonl(INADDR_LOOPBACK) }, port);
}

bool net_address_has_ipv6(void)
{
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    struct net_address any_port = net_address_loopback(AF_INET6, 0);
    bool has = bind(fd, (struct sockaddr *)&any_port.storage, any_port.length) == 0;
    close(fd);
    return has;
}
