/* line.h -- one attribute of a dump as its text has it. Inside this room only. */
#ifndef MWL_TEXT_LINE_H
#define MWL_TEXT_LINE_H

#include "dicom/vr.h"
#include "text/source.h"

enum text_value_form {
    VALUE_NONE,      /* "(no value available)", or nothing */
    VALUE_BRACKETS,  /* "[...]" */
    VALUE_NAME,      /* "=LittleEndianExplicit" */
    VALUE_SEQUENCE,  /* "(Sequence with explicit length #=1)" */
    VALUE_NOT_SHOWN, /* "(not loaded)", or cut off by "..." */
    VALUE_BARE       /* anything else: numbers, bytes, text without brackets */
};

struct text_line {
    uint64_t pos;    /* of the tag */
    uint32_t indent; /* spaces before it */
    uint32_t tag;
    char vr[3]; /* two letters; empty where there are none */
    enum text_value_form form;
    struct span value; /* what is in the brackets, behind "=", or bare */
    uint64_t value_pos;
    bool is_delimited; /* a sequence or item "with undefined length" */
    bool is_empty;     /* a sequence or item that says of itself "#=0" */
};

/* A comment that says of the whole text: in values of VRs without several values, which may have line breaks and
 * backslashes, "\n", "\r", "\\" and "\xNN" stand for one character each. */
#define TEXT_ESCAPED_MARK "# In LT, ST, UR and UT: \\n line feed, \\r carriage return, \\xNN other byte, \\\\ backslash"

/* Whether the VR is one of those. */
bool text_is_escaped(enum dicom_vr vr);

/* Takes the next line that has an attribute off the front of *rest, which begins at source->text or inside; comments
 * and empty lines are passed over. False at the end of the text, and, with *err, at what is no such line. */
bool text_line_next(const struct text_source *source, struct span *rest, struct text_line *out, struct err *err);

#endif
