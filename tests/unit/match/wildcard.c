/* Wild cards: first what makes other matchers run for years, then every rule, then a slow matcher as a judge. */
#include "../check.h"

#include "match/wildcard.h"

static bool matches(const char *pattern, const char *text)
{
    return match_wildcard(span_str(pattern), span_str(text), NULL);
}

/* What costs a recursive matcher years, or one that starts again at every character the square: never more steps than
 * pattern times text. */
static void the_worst_cost_pattern_times_text(void **state)
{
    (void)state;
    static const struct {
        const char *piece; /* 32 times, behind a star */
        const char *end;
        bool matches;
    } rows[] = {
        { "a", "b", false },  /* "*aaa...ab": every start is tried to the end */
        { "a*", "b", false }, /* "*a*a*...b": every split */
        { "a*", "", true },   { "?*", "b", false }, { "**", "", true }, /* 65 stars */
        { "a*", "a", true },
    };
    char text[64];
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char pattern[80] = "*";
        for (int n = 0; n < 32; n++)
            strcat(pattern, rows[i].piece);
        strcat(pattern, rows[i].end);
        uint64_t steps = 0;
        assert_int_equal(match_wildcard(span_str(pattern), span_of(text, sizeof text), &steps), rows[i].matches);
        if (steps > strlen(pattern) * sizeof text)
            fail_msg("%s: %llu steps", pattern, (unsigned long long)steps);
    }
}

static void a_run_of_stars_is_one(void **state)
{
    (void)state;
    char stars[64], text[65];
    memset(stars, '*', sizeof stars);
    memset(text, 'a', sizeof text - 1);
    text[64] = 0;
    uint64_t steps = 0;
    assert_true(match_wildcard(span_of(stars, sizeof stars), span_str(text), &steps));
    assert_true(steps <= sizeof stars);
    /* and the steps are added to what is there */
    uint64_t before = steps;
    assert_true(match_wildcard(span_str("a"), span_str("a"), &steps));
    assert_int_equal(steps, before + 1);
}

static void the_rules(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool expected;
    } rows[] = {
        { "", "", true },
        { "", "a", false },
        { "a", "", false },
        { "*", "", true },
        { "**", "", true },
        { "?", "", false },
        { "*?", "", false },
        { "?*", "a", true },
        { "*?*", "a", true },
        { "?", "ab", false },
        { "a", "a", true },
        { "a", "A", false }, /* letters are folded before, or not at all */
        { "SMITH*", "SMITH", true },
        { "SMITH*", "SMITH^JOHN", true },
        { "SMITH*", "ASMITH", false },
        { "*SMITH", "SMITH^SMITH", true },
        { "*SMITH", "SMITH^SMITHY", false },
        { "S*H^J?HN", "SMITH^JOHN", true },
        { "S*H^J?HN", "SMITH^JAAHN", false },
        { "*aab", "aaab", true }, /* back by one character, not past the match */
        { "*ab*ab", "abab", true },
        { "*ab*ab", "ab", false }, /* the two may not overlap */
        { "a*b*c", "aXbXbXc", true },
        { "a*b*c", "aXbXbXcX", false },
        { "*=*", "A=B", true }, /* literal rules also around the "=" of a name */
        { "*=*", "A", false },
        { "M?ller", "M\xC3\xBCller", true }, /* one character, two bytes */
        { "M??ller", "M\xC3\xBCller", false },
        { "*?ller", "\xC3\xBCller", true },
        { "??", "\xC3\xBC", false }, /* a star never ends in the middle of a character */
        { "*??", "\xC3\xBC", false },
        { "\xE5\xB1\xB1*", "\xE5\xB1\xB1\xE7\x94\xB0", true },
        { "?b",
          "\xFF"
          "b",
          true }, /* a bad byte counts as one character */
        { "a", "*", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (matches(rows[i].pattern, rows[i].text) != rows[i].expected)
            fail_msg("\"%s\" against \"%s\"", rows[i].pattern, rows[i].text);
}

/* The definition of PS3.4 C.2.2.2.4, word for word and exponential. */
static bool slowly(const char *pattern, const char *text)
{
    if (!*pattern)
        return !*text;
    if (*pattern == '*')
        return slowly(pattern + 1, text) || (*text && slowly(pattern, text + 1));
    return *text && (*pattern == '?' || *pattern == *text) && slowly(pattern + 1, text + 1);
}

static void agrees_with_the_definition(void **state)
{
    (void)state;
    uint32_t seed = 20261123;
    unsigned matched = 0;
    for (int round = 0; round < 5000; round++) {
        char pattern[8] = "", text[10] = "";
        for (int i = 0; i < 7; i++) {
            seed = seed * 1664525u + 1013904223u;
            pattern[i] = "ab*?*ab\0"[seed >> 29];
        }
        for (int i = 0; i < 9; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = "aabbabab\0"[(seed >> 28) % 9];
        }
        bool expected = slowly(pattern, text);
        matched += expected;
        if (matches(pattern, text) != expected)
            fail_msg("\"%s\" against \"%s\"", pattern, text);
    }
    assert_in_range(matched, 500, 4500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_cost_pattern_times_text),
        cmocka_unit_test(a_run_of_stars_is_one),
        cmocka_unit_test(the_rules),
        cmocka_unit_test(agrees_with_the_definition),
    };
    return cmocka_run_group_tests_name("match/wildcard", tests, NULL, NULL);
}
