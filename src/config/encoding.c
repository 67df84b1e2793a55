/* encoding.c -- Orthanc's names of character sets, as values of DefaultEncoding, and DICOM's. */
#include <strings.h>

#include "config/config.h"

static const struct {
    const char *name, *term;
} encodings[] = {
    { "Ascii", "" },
    { "Utf8", "ISO_IR 192" },
    { "Latin1", "ISO_IR 100" },
    { "Latin2", "ISO_IR 101" },
    { "Latin3", "ISO_IR 109" },
    { "Latin4", "ISO_IR 110" },
    { "Latin5", "ISO_IR 148" },
    { "Cyrillic", "ISO_IR 144" },
    { "Windows1251", "WINDOWS 1251" }, /* PS3.3 has no term for it: it is read, and never sent */
    { "Arabic", "ISO_IR 127" },
    { "Greek", "ISO_IR 126" },
    { "Hebrew", "ISO_IR 138" },
    { "Thai", "ISO_IR 166" },
    { "Japanese", "ISO_IR 13" },
    { "Chinese", "GB18030" },
    /* Sets of two bytes are code extensions of an unnamed first value (PS3.3 C.12.1.1.2). */
    { "JapaneseKanji", "\\ISO 2022 IR 87" },
    { "Korean", "\\ISO 2022 IR 149" },
    { "SimplifiedChinese", "\\ISO 2022 IR 58" },
};

bool config_encoding(const char *name, struct dicom_charset *charset)
{
    if (!*name)
        name = "Latin1";
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
        if (strcasecmp(encodings[i].name, name) == 0) {
            *charset = dicom_charset_from_value(span_str(encodings[i].term), NULL);
            return true;
        }
    return false;
}
