/* quote.c -- JSON strings (RFC 8259 7). */
#include "config/quote.h"

void config_quote(struct wr *out, struct span s)
{
    wr_u8(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool variable = c == '$' && i + 1 < s.n && s.p[i + 1] == '{';
        if (c < ' ' || c == 0x7F || variable) {
            wr_fmt(out, "\\u%04x", c);
        } else {
            if (c == '"' || c == '\\')
                wr_u8(out, '\\');
            wr_u8(out, c);
        }
    }
    wr_u8(out, '"');
}
