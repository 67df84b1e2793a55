/* source.c -- offsets into lines and columns, once there is an error to tell of. */
#include "text/source.h"

#include "base/utf8.h"
#include "text/print.h"

void text_source_explain(const struct text_source *source, const struct err *err, struct wr *out)
{
    const struct span ahead = span_of(source->text.p, err->pos < source->text.n ? (size_t)err->pos : source->text.n);
    struct span before = ahead; /* in its line */
    size_t line = 1;
    for (const uint8_t *feed; before.n && (feed = memchr(before.p, '\n', before.n)); line++)
        before = span_of(feed + 1, before.n - (size_t)(feed + 1 - before.p));
    wr_str(out, source->name);
    if (source->is_argument && source->text.n) {
        wr_str(out, " ");
        text_print_safe(source->text, out);
        wr_fmt(out, ":%zu", utf8_length(ahead) + 1);
    } else if (!source->is_argument) {
        wr_fmt(out, ":%zu:%zu", line, utf8_length(before) + 1);
    }
    wr_fmt(out, ": %s\n", err->what);
}
