/* sha1.h -- SHA-1 (FIPS 180-4), for UUIDs made of names (RFC 4122 4.3). It protects nothing. */
#ifndef MWL_BASE_SHA1_H
#define MWL_BASE_SHA1_H

#include "base/span.h"

enum { SHA1_BYTES = 20 };

void sha1_digest(struct span data, uint8_t out[SHA1_BYTES]);

#endif
