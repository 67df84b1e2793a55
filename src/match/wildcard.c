/* wildcard.c -- two pointers and one way back: to the character after the one where the last star began to take.
 *
 * A later star makes every earlier choice final, so nothing before it needs to be tried again; that keeps the steps
 * below pattern times text where a recursive matcher is exponential. Letters are compared byte by byte, since equal
 * UTF-8 is equal bytes; only "?" and the way back move by whole characters. */
#include "match/wildcard.h"

#include "base/utf8.h"

static void skip_byte(struct span *s)
{
    s->p++;
    s->n--;
}

bool match_wildcard(struct span pattern, struct span text, uint64_t *steps)
{
    struct span after_star = { NULL, 0 }, taken_to = { NULL, 0 };
    bool starred = false, matched = true;
    uint64_t count = 0;

    while (matched && text.n) {
        count++;
        uint8_t next = pattern.n ? pattern.p[0] : 0;
        if (pattern.n && next == '*') {
            skip_byte(&pattern);
            after_star = pattern;
            taken_to = text;
            starred = true;
            if (pattern.n == 0)
                break; /* a star at the end takes all that is left */
        } else if (pattern.n && next == '?') {
            skip_byte(&pattern);
            (void)utf8_next(&text);
        } else if (pattern.n && next == text.p[0]) {
            skip_byte(&pattern);
            skip_byte(&text);
        } else if (starred) {
            (void)utf8_next(&taken_to); /* the star takes one character more */
            text = taken_to;
            pattern = after_star;
        } else {
            matched = false;
        }
    }
    while (matched && pattern.n && pattern.p[0] == '*')
        skip_byte(&pattern);
    if (steps)
        *steps += count;
    return matched && pattern.n == 0;
}
