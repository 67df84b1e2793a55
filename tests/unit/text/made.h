/* made.h -- texts and what becomes of them: the file, read again and printed; or the words of the error. */
#ifndef MWL_TESTS_UNIT_TEXT_MADE_H
#define MWL_TESTS_UNIT_TEXT_MADE_H

#include "../check.h"
#include "dicom/file.h"
#include "dicom/json.h"
#include "text/read.h"
#include "text/write.h"

#include "dicom/dictionary.h"

typedef bool reader(struct text_draft *d, const struct text_source *source, struct err *err);

struct made {
    struct wr file;
    struct wr words; /* what is wrong, or nothing */
};

static inline struct made make(reader *read, struct span text, const char *key, const char *charset)
{
    struct made made;
    struct err err = { 0 };
    struct text_draft draft;
    const struct text_source input = { "order", text, false }, argument = { "-k", span_str(key ? key : ""), true };
    const struct text_source *at = &input;
    const struct text_write_options options = { charset, limits_default.file_bytes };
    wr_init(&made.file, limits_default.file_bytes);
    wr_init(&made.words, 10000);
    text_draft_init(&draft, &limits_default);
    bool is_right = read(&draft, &input, &err);
    if (is_right && key) {
        at = &argument;
        is_right = text_read_key(&draft, at, &err);
    }
    if (is_right)
        is_right = text_write(&draft, &options, &made.file, &at, &err);
    assert_int_equal(is_right, err.code == ERR_NONE);
    if (!is_right && at)
        text_source_explain(at, &err, &made.words);
    else if (!is_right)
        wr_str(&made.words, err.what);
    text_draft_fini(&draft);
    return made;
}

static inline void made_fini(struct made *made)
{
    wr_fini(&made->file);
    wr_fini(&made->words);
}

/* The JSON of dicom/json.h without its line breaks and indentation, of the file that the text makes. */
static inline void assert_made_with(reader *read, const char *text, const char *key, const char *charset,
                                    const char *expected)
{
    struct made made = make(read, span_str(text), key, charset);
    if (made.words.n)
        fail_msg("%s\n%.*s", text, SPAN_FMT(wr_done(&made.words)));
    struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_tolerances used = { 0 };
    struct err err = { 0 };
    struct dicom_block *block = dicom_file_parse(wr_done(&made.file), &options, &used, &err);
    if (!block)
        fail_msg("%s", err.what);
    struct wr json, flat;
    wr_init(&json, 100000);
    wr_init(&flat, 100000);
    dicom_json_short(dicom_block_set(block), &json);
    struct span rest = wr_done(&json);
    while (rest.p) {
        struct span line = span_trim(span_cut(&rest, '\n'));
        wr_span(&flat, line);
    }
    wr_u8(&flat, 0);
    assert_string_equal((const char *)flat.p, expected);
    wr_fini(&json);
    wr_fini(&flat);
    dicom_block_free(&block);
    made_fini(&made);
}

static inline void assert_made(reader *read, const char *text, const char *expected)
{
    assert_made_with(read, text, NULL, NULL, expected);
}

/* The message begins so. */
static inline void assert_refused_with(reader *read, struct span text, const char *key, const char *charset,
                                       const char *expected)
{
    struct made made = make(read, text, key, charset);
    wr_u8(&made.words, 0);
    if (made.words.n == 1)
        fail_msg("taken, where this was expected: %s", expected);
    made.words.p[strlen(expected) < made.words.n ? strlen(expected) : made.words.n - 1] = 0;
    assert_string_equal((const char *)made.words.p, expected);
    made_fini(&made);
}

static inline void assert_refused(reader *read, const char *text, const char *expected)
{
    assert_refused_with(read, span_str(text), NULL, NULL, expected);
}

#endif
