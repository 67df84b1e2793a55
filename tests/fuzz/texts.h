/* texts.h -- what must hold of a text that a data set is to be made of: it becomes a file that reads again, or one
 * error that says what and where; and a file, printed and read, is the same file. */
#ifndef MWL_TESTS_FUZZ_TEXTS_H
#define MWL_TESTS_FUZZ_TEXTS_H

#include "fuzz.h"

#include "dicom/file.h"
#include "text/read.h"
#include "text/write.h"

typedef bool texts_read(struct text_draft *d, const struct text_source *source, struct err *err);

/* Prints what texts_read() reads. */
typedef void texts_print(struct span file, struct wr *out);

/* `used` may be NULL. */
static inline struct dicom_block *texts_parse(struct span file, struct dicom_tolerances *used)
{
    struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct err err = { 0 };
    struct dicom_block *block = dicom_file_parse(file, &options, used, &err);
    if (!block)
        fprintf(stderr, "%s\n", err.what);
    DEMAND(block || err.code == ERR_LIMIT);
    return block;
}

/* False: the text was refused, and said so. `is_stored`: what is text in it is known to be in the bytes of its
 * character set, if that may be. `syntax`, which may be NULL, is what the file is in. */
static inline bool texts_make(texts_read *read, struct span text, bool is_stored, struct wr *file,
                              enum dicom_syntax *syntax)
{
    const struct text_source source = { "a", text, false }, *at = &source;
    const struct text_write_options options = { NULL, limits_default.file_bytes };
    struct err err = { .code = ERR_NONE };
    struct text_draft draft;
    struct wr words;
    wr_init(&words, 10000);
    text_draft_init(&draft, &limits_default);
    draft.is_stored = is_stored;
    bool made = read(&draft, &source, &err) && text_write(&draft, &options, file, &at, &err);
    if (made) {
        DEMAND(err.code == ERR_NONE);
    } else {
        DEMAND(err.code == ERR_SYNTAX || err.code == ERR_LIMIT || err.code == ERR_MEMORY);
        demand_words(&err, text.n);
        if (at)
            text_source_explain(at, &err, &words);
        DEMAND(!words.failed);
    }
    if (syntax)
        *syntax = draft.syntax;
    text_draft_fini(&draft);
    wr_fini(&words);
    return made;
}

/* The whole round: text, file, text, file, which with `exact` says the same; if that has VRs, and PS3.6 the
 * same. What is read is else as PS3.6 has it, and the text which is printed of it may be one that this VR does not
 * allow. */
static inline void texts_round(texts_read *read, texts_print *print, bool exact, struct span text)
{
    struct wr first, second, printed, again_printed;
    wr_init(&first, limits_default.file_bytes);
    wr_init(&second, limits_default.file_bytes);
    wr_init(&printed, 64u << 20);
    wr_init(&again_printed, 64u << 20);
    enum dicom_syntax syntax;
    if (texts_make(read, text, false, &first, &syntax)) {
        struct dicom_tolerances used = { 0 };
        struct dicom_block *block = texts_parse(wr_done(&first), &used);
        if (block && !used.vr_differs && dicom_syntax_info(syntax)->explicit_vr) {
            print(wr_done(&first), &printed);
            DEMAND(!printed.failed);
            bool again = texts_make(read, wr_done(&printed), true, &second, NULL);
            if (!again)
                fprintf(stderr, "%.*s\n", SPAN_FMT(wr_done(&printed)));
            DEMAND(again);
            print(wr_done(&second), &again_printed);
            DEMAND(!exact || span_eq(wr_done(&printed), wr_done(&again_printed)));
        }
        dicom_block_free(&block);
    }
    wr_fini(&first);
    wr_fini(&second);
    wr_fini(&printed);
    wr_fini(&again_printed);
}

#endif
