/* sha1.c -- blocks of 64 bytes, the last of them padded. */
#include "base/sha1.h"

enum { BLOCK = 64, LENGTH = 8, WORDS = 80 };

static uint32_t rotate(uint32_t v, unsigned bits)
{
    return v << bits | v >> (32 - bits);
}

static void add_block(uint32_t state[5], const uint8_t block[BLOCK])
{
    static const uint32_t constants[] = { 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6 };
    uint32_t w[WORDS], s[5];
    memcpy(s, state, sizeof s);
    for (size_t i = 0; i < WORDS; i++) {
        const uint8_t *p = block + 4 * (i % 16);
        w[i] = i < 16 ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t choice = (s[1] & s[2]) | (~s[1] & s[3]), parity = s[1] ^ s[2] ^ s[3];
        uint32_t majority = (s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3]);
        uint32_t f = i < 20 ? choice : i >= 40 && i < 60 ? majority : parity;
        uint32_t sum = rotate(s[0], 5) + f + s[4] + constants[i / 20] + w[i];
        s[4] = s[3];
        s[3] = s[2];
        s[2] = rotate(s[1], 30);
        s[1] = s[0];
        s[0] = sum;
    }
    for (size_t i = 0; i < 5; i++)
        state[i] += s[i];
}

void sha1_digest(struct span data, uint8_t out[SHA1_BYTES])
{
    uint32_t state[5] = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 };
    uint64_t bits = (uint64_t)data.n * 8;
    for (; data.n >= BLOCK; data = span_of(data.p + BLOCK, data.n - BLOCK))
        add_block(state, data.p);
    uint8_t last[2 * BLOCK] = { 0 };
    size_t blocks = data.n + 1 + LENGTH > BLOCK ? 2 : 1;
    if (data.n)
        memcpy(last, data.p, data.n);
    last[data.n] = 0x80;
    for (size_t i = 0; i < LENGTH; i++)
        last[blocks * BLOCK - 1 - i] = (uint8_t)(bits >> 8 * i);
    for (size_t i = 0; i < blocks; i++)
        add_block(state, last + i * BLOCK);
    for (size_t i = 0; i < SHA1_BYTES; i++)
        out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
