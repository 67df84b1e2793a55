/* SHA-1: the examples of FIPS 180, and every length around the ends of a block. */
#include "base/sha1.h"

#include <stdio.h>

#include "../check.h"

static void assert_sha1(struct span data, const char *expected)
{
    uint8_t digest[SHA1_BYTES];
    char text[2 * SHA1_BYTES + 1];
    sha1_digest(data, digest);
    for (size_t i = 0; i < SHA1_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, expected);
}

static void examples(void **state)
{
    (void)state;
    assert_sha1(BYTES(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assert_sha1(span_of(NULL, 0), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assert_sha1(BYTES("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_sha1(BYTES("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

/* Each digest into the next, so that one wrong length spoils the last; the value is that of Python's hashlib. */
static void ends_of_blocks(void **state)
{
    (void)state;
    uint8_t text[200] = { 0 }, digest[SHA1_BYTES] = { 0 };
    for (size_t n = 0; n < sizeof text; n++) {
        memcpy(text, digest, n < sizeof digest ? n : sizeof digest);
        sha1_digest(span_of(text, n), digest);
    }
    assert_sha1(span_of(digest, sizeof digest), "25d3205ca2df88d12978127f20f1f2b3b6ad681d");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(examples), cmocka_unit_test(ends_of_blocks) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
