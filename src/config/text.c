/* text.c -- blank what is not JSON, so that every byte keeps its place; then put in the variables and remember where.
 */
#include "config/text.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"

enum {
    TEXT_CAP = 16 << 20, /* a file, its variables expanded */
    SPLICES_MAX = 65536, /* variables in one file */
    VARIABLE_MAX = 256,  /* bytes of a variable's name, with its NUL */
    SHOWN = 64,          /* of a name, in an error */
    NOWHERE = -1,
};

static struct config_place place_in_file(struct span file, size_t offset)
{
    struct config_place at = { 1, 1 };
    for (size_t i = 0; i < offset && i < file.n; i++) {
        if (file.p[i] == '\n') {
            at.line++;
            at.column = 1;
        } else if ((file.p[i] & 0xC0) != 0x80) { /* a UTF-8 character counts once */
            at.column++;
        }
    }
    return at;
}

static bool fault(const struct config_text *t, const char *name, size_t offset, struct err *err, const char *what)
{
    struct config_place at = place_in_file(t->file, offset);
    return err_set(err, ERR_CONFIG, offset, 0, "%s:%u:%u: %s", name, at.line, at.column, what);
}

static void blank(uint8_t *p, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (p[i] != '\n')
            p[i] = ' ';
    }
}

/* The offset behind the comment that begins at i; 0 if it has no end. */
static size_t comment_end(const uint8_t *p, size_t n, size_t i)
{
    if (p[i + 1] == '/') {
        const uint8_t *end = memchr(p + i, '\n', n - i);
        return end ? (size_t)(end - p) : n;
    }
    const uint8_t *end = memmem(p + i + 2, n - i - 2, "*/", 2);
    return end ? (size_t)(end - p) + 2 : 0;
}

/* The offset behind the string that begins at i, or n. */
static size_t string_end(const uint8_t *p, size_t n, size_t i)
{
    for (i++; i < n && p[i] != '"'; i++) {
        if (p[i] == '\\')
            i++;
    }
    return i < n ? i + 1 : n;
}

static bool blank_all(struct config_text *t, const char *name, uint8_t *p, size_t n, struct err *err)
{
    ptrdiff_t comma = NOWHERE; /* the last thing that was not white space, if it was a comma */
    for (size_t i = 0; i < n;) {
        if (p[i] == '/' && i + 1 < n && (p[i + 1] == '/' || p[i + 1] == '*')) {
            size_t end = comment_end(p, n, i);
            if (!end)
                return fault(t, name, i, err, "a comment begins with /* here and does not end: write */ behind it");
            blank(p, i, end);
            i = end;
            continue;
        }
        if ((p[i] == '}' || p[i] == ']') && comma != NOWHERE)
            p[comma] = ' ';
        if (p[i] == ',')
            comma = (ptrdiff_t)i;
        else if (!strchr(" \t\r\n", p[i]) || !p[i])
            comma = NOWHERE;
        i = p[i] == '"' ? string_end(p, n, i) : i + 1;
    }
    return true;
}

static bool add_splice(struct config_text *t, size_t file_end)
{
    if (t->splice_count == t->splice_room) {
        size_t room = t->splice_room ? t->splice_room * 2 : 16;
        struct splice *splices = room <= SPLICES_MAX ? realloc(t->splices, room * sizeof *splices) : NULL;
        if (!splices)
            return false;
        t->splices = splices;
        t->splice_room = room;
    }
    t->splices[t->splice_count++] = (struct splice){ t->json.n, file_end };
    return true;
}

/* Appends the value of NAME or NAME:-default, the text between the braces, which begins at `offset`. */
static bool put_variable(struct config_text *t, const char *name, struct span inner, size_t offset, struct err *err)
{
    const uint8_t *mark = memmem(inner.p, inner.n, ":-", 2);
    struct span variable = span_of(inner.p, mark ? (size_t)(mark - inner.p) : inner.n);
    char key[VARIABLE_MAX] = "";
    if (variable.n < sizeof key && variable.n)
        memcpy(key, variable.p, variable.n);
    const char *value = *key ? getenv(key) : NULL;
    if (value) {
        wr_str(&t->json, value);
    } else if (mark) {
        wr_span(&t->json, span_of(mark + 2, inner.n - variable.n - 2));
    } else {
        char shown[SHOWN], what[4 * SHOWN];
        log_text(variable, shown, sizeof shown);
        snprintf(what, sizeof what, "the environment variable %s is not set: set it, or write ${%s:-a default}", shown,
                 shown);
        return fault(t, name, offset, err, what);
    }
    return true;
}

static bool expand(struct config_text *t, const char *name, struct span text, struct err *err)
{
    size_t done = 0;
    for (size_t i = 0; i + 1 < text.n; i++) {
        if (text.p[i] != '$' || text.p[i + 1] != '{')
            continue;
        size_t end = i + 2;
        while (end < text.n && text.p[end] != '}' && text.p[end] != '{')
            end++;
        if (end == text.n || text.p[end] != '}')
            continue; /* not a variable for Orthanc either */
        wr_span(&t->json, span_of(text.p + done, i - done));
        if (!put_variable(t, name, span_of(text.p + i + 2, end - i - 2), i, err))
            return false;
        done = end + 1;
        if (!add_splice(t, done))
            return fault(t, name, i, err, "too many variables, or no memory for them");
        i = end;
    }
    wr_span(&t->json, span_of(text.p + done, text.n - done));
    if (t->json.starved)
        return err_set(err, ERR_MEMORY, 0, 0, "%s: no memory to read it", name);
    if (t->json.failed)
        return err_set(err, ERR_CONFIG, 0, 0, "%s: with its variables it is longer than 16 MiB", name);
    return true;
}

bool config_text_init(struct config_text *t, const char *name, struct span file, struct err *err)
{
    if (file.n >= 3 && memcmp(file.p, "\xEF\xBB\xBF", 3) == 0)
        file = span_of(file.p + 3, file.n - 3);
    *t = (struct config_text){ .file = file };
    wr_init(&t->json, TEXT_CAP);
    struct wr blanked;
    wr_init(&blanked, file.n);
    wr_span(&blanked, file);
    bool done = blanked.failed ? err_set(err, ERR_MEMORY, 0, 0, "%s: no memory to read it", name)
                               : blank_all(t, name, blanked.p, blanked.n, err)
                                     && expand(t, name, blanked.n ? wr_done(&blanked) : span_str(""), err);
    wr_fini(&blanked);
    return done;
}

void config_text_fini(struct config_text *t)
{
    wr_fini(&t->json);
    free(t->splices);
    *t = (struct config_text){ 0 };
}

struct config_place config_text_place(const struct config_text *t, size_t json_offset)
{
    size_t i = 0;
    while (i < t->splice_count && t->splices[i].json_end <= json_offset)
        i++;
    struct splice last = i ? t->splices[i - 1] : (struct splice){ 0, 0 };
    size_t offset = json_offset - last.json_end + last.file_end;
    /* A byte of a variable's value: no further than where the variable ends. */
    if (i < t->splice_count && offset > t->splices[i].file_end)
        offset = t->splices[i].file_end;
    return place_in_file(t->file, offset);
}
