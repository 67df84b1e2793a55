/* address.c -- IPv4 becomes its IPv4-mapped IPv6 form (RFC 4291 2.5.5.2); IPv6 stays. */
#include "config/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static void map_ipv4(const struct in_addr *ipv4, struct config_address *to)
{
    *to = (struct config_address){ .bytes = { [10] = 0xFF, [11] = 0xFF } };
    memcpy(to->bytes + 12, ipv4, 4);
}

bool config_address_parse(const char *text, struct config_address *to)
{
    char numeric[INET6_ADDRSTRLEN];
    struct in_addr ipv4;
    size_t n = strcspn(text, "%");
    if (n >= sizeof numeric)
        return false;
    memcpy(numeric, text, n);
    numeric[n] = 0;
    if (inet_pton(AF_INET, numeric, &ipv4) == 1) {
        map_ipv4(&ipv4, to);
        return true;
    }
    return inet_pton(AF_INET6, numeric, to->bytes) == 1;
}

bool config_address_from(const struct sockaddr *from, struct config_address *to)
{
    if (from->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, from, sizeof ipv4);
        map_ipv4(&ipv4.sin_addr, to);
        return true;
    }
    if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, from, sizeof ipv6);
        memcpy(to->bytes, &ipv6.sin6_addr, sizeof to->bytes);
        return true;
    }
    return false;
}
