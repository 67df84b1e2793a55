/* address.h -- numeric addresses that compare alike, whatever form they came in. Private to this folder. */
#ifndef MWL_CONFIG_ADDRESS_H
#define MWL_CONFIG_ADDRESS_H

#include <sys/socket.h>

#include "config/config.h"

/* "192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "fe80::1%eth0" (the zone is dropped). False if it is none. */
bool config_address_parse(const char *text, struct config_address *to);

/* False if it is neither IPv4 nor IPv6. */
bool config_address_from(const struct sockaddr *from, struct config_address *to);

static inline bool config_address_same(const struct config_address *a, const struct config_address *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

#endif
