/* data_set.h -- for the tests of what parses and writes: bytes in one line, and what came of them. */
#ifndef MWL_TESTS_UNIT_DICOM_DATA_SET_H
#define MWL_TESTS_UNIT_DICOM_DATA_SET_H

#include "../check.h"

#include "dicom/dictionary.h"
#include "dicom/parse.h"

/* What the last parse_as() made of its bytes. */
static struct err err;
static struct dicom_tolerances used;

static inline struct dicom_parse_options options_as(enum dicom_syntax syntax)
{
    return (struct dicom_parse_options){ .syntax = syntax, .max_bytes = 1u << 20, .limits = &limits_default };
}

static inline struct dicom_block *parse_as(enum dicom_syntax syntax, struct span bytes)
{
    struct dicom_parse_options options = options_as(syntax);
    err = (struct err){ .code = ERR_NONE };
    used = (struct dicom_tolerances){ 0 };
    return dicom_parse(bytes, &options, &used, &err);
}

/* A string literal as a data set. */
#define IMPLICIT(literal) parse_as(SYNTAX_IMPLICIT_LE, BYTES(literal))
#define EXPLICIT(literal) parse_as(SYNTAX_EXPLICIT_LE, BYTES(literal))
#define BIG(literal)      parse_as(SYNTAX_EXPLICIT_BE, BYTES(literal))

/* Tags and headers that come again and again, little endian. */
#define UNDEFINED "\xFF\xFF\xFF\xFF"
#define SPS       "\x40\x00\x00\x01" /* Scheduled Procedure Step Sequence (0040,0100) */
#define ITEM      "\xFE\xFF\x00\xE0"
#define ITEM_END  "\xFE\xFF\x0D\xE0\0\0\0\0"
#define SQ_END    "\xFE\xFF\xDD\xE0\0\0\0\0"
#define NAME      "\x10\x00\x10\x00" /* Patient's Name (0010,0010) */
#define ID        "\x10\x00\x20\x00" /* Patient ID (0010,0020) */
#define MODALITY  "\x08\x00\x60\x00"
#define CHARSET   "\x08\x00\x05\x00"

/* The parse failed with this code and tag at this byte, in words that hold `text`. */
#define assert_refused(block, its_code, its_tag, its_pos, text)                                                        \
    do {                                                                                                               \
        assert_null(block);                                                                                            \
        assert_int_equal(err.code, its_code);                                                                          \
        assert_int_equal(err.tag, its_tag);                                                                            \
        assert_int_equal(err.pos, its_pos);                                                                            \
        if (!strstr(err.what, text))                                                                                   \
            assert_string_equal(err.what, text);                                                                       \
    } while (0)

#endif
