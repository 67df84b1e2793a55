/* file.c -- finds the data set in a file, and its transfer syntax; writes what stands before it. */
#include "dicom/file.h"

#include "base/identity.h"
#include "base/log.h"
#include "dicom/dictionary.h"
#include "dicom/header.h"
#include "dicom/parser.h"
#include "dicom/write.h"

enum { PREAMBLE = 128, PREFIX = 4, GROUP_META = 0x0002 };

static uint16_t next_group(struct rd r)
{
    return rd_u16le(&r);
}

/* How the element at the front is encoded, as far as its own bytes tell: letters of a VR make it explicit, and its
 * group, which is low at the beginning of anything, the byte order. */
static enum dicom_encoding guess_encoding(struct rd r)
{
    struct rd other = r;
    uint16_t little = rd_u16le(&r), big = rd_u16be(&other);
    rd_skip(&r, 2);
    uint8_t first = rd_u8(&r), second = rd_u8(&r);
    if (dicom_vr_from_code(first, second) == VR_NONE)
        return ENCODING_IMPLICIT_LE;
    return big < little ? ENCODING_EXPLICIT_BE : ENCODING_EXPLICIT_LE;
}

/* True if a data set may begin like this: an attribute that is known, or could be, and that fits. */
static bool begins_data_set(struct rd r, enum dicom_encoding encoding)
{
    struct dicom_header h;
    if (dicom_header_read(&r, encoding, &h) != HEADER_OK || TAG_GROUP(h.tag) < 0x0008)
        return false;
    bool possible = dicom_tag_is_private(h.tag) || TAG_ELEMENT(h.tag) == 0
                    || (dicom_dictionary_find(h.tag) && TAG_GROUP(h.tag) != GROUP_ITEM);
    return possible && (h.length == LENGTH_UNDEFINED || h.length <= rd_left(&r));
}

static bool meta_error(const struct dicom_header *h, struct err *err, const char *text, size_t left)
{
    return err_set(err, ERR_SYNTAX, h->pos, h->tag, "File Meta Information " TAG_FMT ": %s (%zu bytes remain)",
                   TAG_ARGS(h->tag), text, left);
}

/* Reads group 0002, which is in front of the data set and never part of it, for the transfer syntax alone. Its group
 * length is not needed: where the group ends, it ends. */
static bool read_meta(struct rd *r, struct span *syntax, struct dicom_tolerances *used, struct err *err)
{
    if (next_group(*r) != GROUP_META)
        return true;
    enum dicom_encoding encoding = guess_encoding(*r);
    used->implicit_meta += encoding == ENCODING_IMPLICIT_LE;
    while (next_group(*r) == GROUP_META) {
        size_t left = rd_left(r);
        struct dicom_header h;
        switch (dicom_header_read(r, encoding, &h)) {
        case HEADER_OK:
            break;
        case HEADER_TRUNCATED:
            return meta_error(&h, err, "the file ends in the middle of this header", left);
        case HEADER_NO_VR:
            return meta_error(&h, err, "no VR where one should be", left);
        }
        left = rd_left(r);
        if (h.length > left)
            return meta_error(&h, err, "its length reaches beyond the end of the file", left);
        struct span value = rd_bytes(r, h.length);
        if (h.tag == TAG_TransferSyntaxUID)
            *syntax = span_trim(value);
    }
    return true;
}

static bool named_syntax(struct span uid, enum dicom_syntax *syntax, struct err *err)
{
    *syntax = dicom_syntax_from_uid(uid);
    if (*syntax != SYNTAX_NONE)
        return true;
    char text[80];
    return err_set(err, ERR_UNSUPPORTED, 0, TAG_TransferSyntaxUID,
                   "transfer syntax %s (%s), which is not read here; convert the file to Explicit VR Little Endian",
                   log_text(uid, text, sizeof text), dicom_uid_name(uid));
}

static bool guessed_syntax(const struct rd *r, enum dicom_syntax *syntax, struct dicom_tolerances *used,
                           struct err *err)
{
    static const enum dicom_syntax syntaxes[] = {
        [ENCODING_IMPLICIT_LE] = SYNTAX_IMPLICIT_LE,
        [ENCODING_EXPLICIT_LE] = SYNTAX_EXPLICIT_LE,
        [ENCODING_EXPLICIT_BE] = SYNTAX_EXPLICIT_BE,
    };
    enum dicom_encoding encoding = guess_encoding(*r);
    if (!begins_data_set(*r, encoding))
        return err_set(err, ERR_SYNTAX, rd_pos(r), 0, "not a DICOM file: no data element begins at byte %zu of %zu%s",
                       rd_pos(r), (size_t)(r->end - r->start), rd_pos(r) ? "" : ", and no \"DICM\" stands at byte 128");
    *syntax = syntaxes[encoding];
    used->guessed_syntax++;
    return true;
}

size_t dicom_file_prefix(struct span file)
{
    static const size_t preambles[] = { PREAMBLE, 0 };
    for (size_t i = 0; i < sizeof preambles / sizeof *preambles; i++) {
        struct rd r = rd_of(file);
        rd_skip(&r, preambles[i]);
        if (span_is(rd_bytes(&r, PREFIX), "DICM"))
            return rd_pos(&r);
    }
    return 0;
}

bool dicom_file_open(struct span file, enum dicom_syntax *syntax, struct span *data_set, struct dicom_tolerances *used,
                     struct err *err)
{
    if (file.n == 0)
        return err_set(err, ERR_SYNTAX, 0, 0, "not a DICOM file: it is empty");
    struct dicom_tolerances needed = { 0 };
    struct span uid = { NULL, 0 };
    struct rd r = rd_of(file);
    size_t prefix = dicom_file_prefix(file);
    rd_skip(&r, prefix);
    needed.no_preamble += prefix < PREAMBLE;
    if (!read_meta(&r, &uid, &needed, err))
        return false;
    if (!(uid.n ? named_syntax(uid, syntax, err) : guessed_syntax(&r, syntax, &needed, err)))
        return false;
    *data_set = rd_bytes(&r, rd_left(&r));
    if (used)
        dicom_tolerances_add(used, &needed);
    return true;
}

struct dicom_block *dicom_file_parse(struct span file, const struct dicom_parse_options *options,
                                     struct dicom_tolerances *used, struct err *err)
{
    if (file.n > options->max_bytes) {
        err_set(err, ERR_LIMIT, 0, 0, "a file of %zu bytes, more than the %u that are taken", file.n,
                (unsigned)options->max_bytes);
        return NULL;
    }
    struct dicom_tolerances needed = { 0 };
    struct dicom_parse_options own = *options;
    struct span data_set = { NULL, 0 };
    if (!dicom_file_open(file, &own.syntax, &data_set, &needed, err))
        return NULL;
    struct dicom_block *block = dicom_parse_at(data_set, (uint32_t)(file.n - data_set.n), &own, &needed, err);
    if (block && used)
        dicom_tolerances_add(used, &needed);
    return block;
}

void dicom_file_begin(struct wr *out, enum dicom_syntax syntax)
{
    static const uint8_t version[] = { 0x00, 0x01 };
    struct dicom_writer w;
    dicom_write_init(&w, out, SYNTAX_EXPLICIT_LE);
    wr_fill(out, 0, PREAMBLE);
    wr_str(out, "DICM");
    dicom_write_element(&w, TAG_FileMetaInformationGroupLength, VR_UL, span_of("\0\0\0", 4));
    size_t mark = wr_mark(out);
    dicom_write_element(&w, TAG_FileMetaInformationVersion, VR_OB, span_of(version, sizeof version));
    dicom_write_element(&w, TAG_MediaStorageSOPClassUID, VR_UI, span_str(UID_ModalityWorklistInformationModelFind));
    dicom_write_element(&w, TAG_TransferSyntaxUID, VR_UI, span_str(dicom_syntax_info(syntax)->uid));
    dicom_write_element(&w, TAG_ImplementationClassUID, VR_UI, span_str(IDENTITY_CLASS_UID));
    dicom_write_element(&w, TAG_ImplementationVersionName, VR_SH, span_str(IDENTITY_VERSION_NAME));
    wr_patch_u32le(out, mark);
}
