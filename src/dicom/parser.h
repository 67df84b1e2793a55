/* parser.h -- the two stages of dicom_parse(), and the list of nodes between them.
 *
 * First a walk over the bytes checks every length and notes what it passes, in the order of the stream: an element,
 * or an item, each followed by what it holds. Then that list is laid out as a block. */
#ifndef MWL_DICOM_PARSER_H
#define MWL_DICOM_PARSER_H

#include "base/arena.h"
#include "dicom/parse.h"

struct dicom_node {
    uint32_t pos;    /* of its header in the data set; 0 for node 0, the data set itself */
    uint32_t tag;    /* FFFE,E000 for an item */
    uint32_t at;     /* offset of the value in the data set; not of a sequence or an item */
    uint32_t length; /* bytes of the value, or number of items */
    uint32_t next;   /* index of the first node that is not inside this one */
    uint8_t vr;      /* as in struct dicom_element; VR_NONE for an item */
    uint8_t wire_vr; /* likewise */
    uint8_t flags;   /* ELEMENT_VR_DIFFERS or none */
    uint8_t swapped; /* bytes of one big endian number; 1 if there is nothing to turn */
};

struct dicom_parser {
    struct span data_set; /* borrowed; not deflated any more */
    const struct dicom_parse_options *options;
    uint32_t offset;              /* of the data set in its file: what is told of positions counts from there */
    bool inflated;                /* positions are those of the inflated data set, which messages then say */
    struct arena *arena;          /* of the nodes and of all scratch memory */
    struct dicom_tolerances used; /* added up here */
    struct err *err;

    struct dicom_node *nodes; /* node 0 is the data set */
    uint32_t count;
};

/* Fills p->nodes from p->data_set. False with *p->err. */
bool dicom_parser_walk(struct dicom_parser *p);

/* One block of what was walked over, sorted, duplicates refused, text decoded. NULL with *p->err. */
struct dicom_block *dicom_parser_lay_out(struct dicom_parser *p);

/* err_set() with the attribute's name and tag before the text; returns false. */
bool dicom_parser_fail(struct dicom_parser *p, enum err_code code, uint32_t pos, uint32_t tag, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* dicom_parse() of what begins at `offset` of a file: positions are those of the file. */
struct dicom_block *dicom_parse_at(struct span bytes, uint32_t offset, const struct dicom_parse_options *options,
                                   struct dicom_tolerances *used, struct err *err);

#endif
