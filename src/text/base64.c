/* base64.c -- four characters, three bytes. */
#include "text/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool text_base64_decode(struct span text, struct wr *out)
{
    if (text.n % 4)
        return false;
    size_t padding = 0;
    while (padding < 2 && padding < text.n && text.p[text.n - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < text.n; i += 4) {
        size_t missing = i + 4 == text.n ? padding : 0;
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            const char *at = text.p[i + k] ? strchr(alphabet, text.p[i + k]) : NULL;
            if (!at && k < 4 - missing)
                return false;
            bits = bits << 6 | (at ? (uint32_t)(at - alphabet) : 0);
        }
        wr_bytes(out, (uint8_t[]){ (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits }, 3 - missing);
    }
    return true;
}

void text_base64_encode(struct span bytes, struct wr *out)
{
    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t n = bytes.n - i < 3 ? bytes.n - i : 3;
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < n ? bytes.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            wr_u8(out, (uint8_t)(k <= n ? alphabet[bits >> (18 - 6 * k) & 63] : '='));
    }
}
