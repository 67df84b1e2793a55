/* losses.c -- each text of an entry is tried in the character set of DefaultEncoding, when its file is read. */
#include "plugin/losses.h"

#include <strings.h>

#include "base/log.h"
#include "base/wr.h"
#include "config/config.h"
#include "dicom/dictionary.h"

#define REMEDY "write \"DefaultEncoding\" : \"Utf8\" into Orthanc's configuration"

enum { NAME_ROOM = 512, LIST_MAX = 200 };

static const char who[] = "plugin";

/* Where Orthanc keeps other letters than those of the set that it names. */
static const struct {
    const char *encoding, *kept;
} others[] = {
    /* It writes Shift-JIS under the name of ISO_IR 13, which most readers in Japan expect. */
    { "Japanese", "ISO 2022 IR 13\\ISO 2022 IR 87" },
    /* It has no name for the set, and refuses what is beyond ISO 646. */
    { "Windows1251", "" },
};

void plugin_losses_init(struct plugin_losses *losses, const char *encoding)
{
    losses->encoding = encoding;
    config_encoding(encoding, &losses->charset);
    losses->kept = losses->charset;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(encoding, others[i].encoding) == 0)
            losses->kept = dicom_charset_from_value(span_str(others[i].kept), NULL);
}

void plugin_losses_warn(const struct plugin_losses *losses)
{
    /* A sign that only the sets of all of Unicode have. */
    static const char sign[] = "\xF0\x9F\xA9\xBB";
    if (!dicom_charset_encode(losses->kept, VR_LO, span_str(sign), NULL))
        log_line(LOG_WARNING, who,
                 "Orthanc sends every answer in its DefaultEncoding, %s, without the letters that it does not have; if "
                 "the scanners can read it, " REMEDY,
                 losses->encoding);
}

/* Tried as a text without values and component groups, since Orthanc knows no rules for these. */
static bool is_lost(const struct plugin_losses *losses, struct dicom_set set, const struct dicom_element *element)
{
    return dicom_vr_has((enum dicom_vr)element->vr, VR_TEXT) && !span_is_ascii(dicom_set_bytes(set, element))
           && !dicom_charset_encode(losses->kept, VR_LT, dicom_set_text(set, element), NULL);
}

/* NOLINTBEGIN(misc-no-recursion) as deep as limits.depth let the data set in */

/* Appends the keywords of the attributes that lose something, separated by ", ". */
static void list(const struct plugin_losses *losses, struct dicom_set set, struct wr *keywords)
{
    for (uint32_t i = 0; i < set.count; i++) {
        const struct dicom_element *element = &set.elements[i];
        for (uint32_t j = 0; element->vr == VR_SQ && j < element->length; j++)
            list(losses, dicom_set_item(set, element, j), keywords);
        if (element->vr == VR_SQ || !is_lost(losses, set, element))
            continue;
        const struct dicom_dictionary_entry *entry = dicom_dictionary_find(element->tag);
        wr_fmt(keywords, "%s%s", keywords->n ? ", " : "", entry ? entry->keyword : "a private attribute");
    }
}

/* NOLINTEND(misc-no-recursion) */

static bool check(const struct plugin_losses *losses, struct dicom_set set, uint32_t tag, const char *called,
                  struct err *err)
{
    const struct dicom_element *element = dicom_set_find(set, tag);
    if (!element || !is_lost(losses, set, element))
        return true;
    if (element->flags & ELEMENT_UNDECODED)
        return err_set(
            err, ERR_SYNTAX, 0, tag,
            "its %s has bytes that its Specific Character Set does not have, and Orthanc would take them out", called);
    return err_set(err, ERR_UNSUPPORTED, 0, tag,
                   "Orthanc would take letters out of its %s, which its DefaultEncoding, %s, cannot send: " REMEDY,
                   called, losses->encoding);
}

bool plugin_losses_accept(void *arg, const char *name, struct dicom_set set, struct err *err)
{
    const struct plugin_losses *losses = arg;
    if (!check(losses, set, TAG_PatientName, "Patient's Name", err)
        || !check(losses, set, TAG_PatientID, "Patient ID", err))
        return false;
    char shown[NAME_ROOM];
    struct wr keywords;
    wr_init(&keywords, LIST_MAX);
    list(losses, set, &keywords);
    if (keywords.n)
        log_line(LOG_WARNING, who,
                 "%s: Orthanc takes letters out of %.*s, which its DefaultEncoding, %s, cannot send: " REMEDY,
                 log_text(span_str(name), shown, sizeof shown), SPAN_FMT(wr_done(&keywords)), losses->encoding);
    wr_fini(&keywords);
    return true;
}
