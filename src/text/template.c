/* template.c -- the rows of template.def as lines; where the level changes, items and sequences begin and end. */
#include "text/template.h"

#include "dicom/dictionary.h"

enum { COMMENT_COLUMN = 52, INDENT = 4 };

static const struct row {
    size_t level;
    uint32_t tag;
    const char *value, *comment;
} rows[] = {
#define ROW(level, keyword, value, comment) { level, TAG_##keyword, value, comment },
#include "text/template.def"
#undef ROW
};

enum { ROWS = sizeof rows / sizeof *rows };

static const char head[] =
    "# A worklist entry. Change what stands in brackets, leave out what nobody needs, and make a file of it:\n"
    "#\n"
    "#     mwl create --derive THIS.txt -o FOLDER\n"
    "#\n"
    "# \"(no value available)\" is an attribute without a value; # begins a comment.\n"
    "\n";

static void put_line(const struct row *row, struct wr *out)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(row->tag);
    const char *vr = dicom_vr_info(dicom_dictionary_vr(row->tag))->code;
    size_t start = out->n;
    wr_fill(out, ' ', INDENT * row->level);
    wr_fmt(out, "(%04x,%04x) %s", (unsigned)TAG_GROUP(row->tag), (unsigned)TAG_ELEMENT(row->tag), vr);
    if (row->value[0])
        wr_fmt(out, " [%s]", row->value);
    else if (dicom_dictionary_vr(row->tag) != VR_SQ)
        wr_str(out, " (no value available)");
    size_t width = out->n - start;
    wr_fill(out, ' ', width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 1);
    wr_fmt(out, "# %s%s%s\n", entry ? entry->keyword : "", row->comment[0] ? ": " : "", row->comment);
}

static void put_delimiter(size_t level, const char *text, struct wr *out)
{
    wr_fill(out, ' ', level);
    wr_fmt(out, "%s\n", text);
}

void text_template(struct wr *out)
{
    wr_str(out, head);
    for (size_t i = 0; i < ROWS; i++) {
        size_t level = rows[i].level, next = i + 1 < ROWS ? rows[i + 1].level : 0;
        put_line(&rows[i], out);
        if (next > level)
            put_delimiter(INDENT * level + INDENT / 2, "(fffe,e000) na", out);
        else if (dicom_dictionary_vr(rows[i].tag) == VR_SQ)
            put_delimiter(INDENT * level, "(fffe,e0dd) na", out);
        for (; level > next; level--) {
            put_delimiter(INDENT * level - INDENT / 2, "(fffe,e00d) na", out);
            put_delimiter(INDENT * level - INDENT, "(fffe,e0dd) na", out);
        }
    }
}
