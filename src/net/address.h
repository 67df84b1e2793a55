/* address.h -- addresses as people write them and as the log shows them; IPv4 and IPv6. */
#ifndef MWL_NET_ADDRESS_H
#define MWL_NET_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/err.h"

struct net_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

/* Room for "[ffff:...:255.255.255.255%interface]:65535" and its NUL. */
enum { NET_ADDRESS_TEXT = 96 };

/* Reads "127.0.0.1:4242", "[::1]:4242", "0.0.0.0:0"; numbers only, so that nothing waits for a name server. False with
 * *err: what was found and what would be right. */
bool net_address_parse(const char *text, struct net_address *out, struct err *err);

/* "127.0.0.1:4242" or "[::1]:4242"; returns `out`. */
const char *net_address_text(const struct net_address *address, char out[NET_ADDRESS_TEXT]);

/* The host alone, "127.0.0.1" or "::1"; an IPv4-mapped IPv6 address as the IPv4 one. Returns `out`. */
const char *net_address_host(const struct net_address *address, char out[NET_ADDRESS_TEXT]);

uint16_t net_address_port(const struct net_address *address);

/* Any address (`wildcard`) or loopback of a family, with a port. */
struct net_address net_address_any(int family, uint16_t port);
struct net_address net_address_loopback(int family, uint16_t port);

/* Whether this machine has an IPv6 loopback to bind to. */
bool net_address_has_ipv6(void);

#endif
