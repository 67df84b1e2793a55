/* Character sets: whatever the bytes, they become UTF-8 of bounded length; and what a set can say, it says so that it
 * is understood. The first byte picks the set (its low six bits) and the VR (the other two); the rest is read as text
 * of that set, as text to be put into it, and as a value of (0008,0005). */
#include "fuzz.h"

#include "base/utf8.h"
#include "dicom/charset.h"

static const char *const terms[] = {
    "",
    "ISO_IR 100",
    "ISO_IR 192",
    "GB18030",
    "GBK",
    "ISO_IR 13",
    "\\ISO 2022 IR 87",
    "ISO 2022 IR 13\\ISO 2022 IR 87",
    "\\ISO 2022 IR 149",
    "\\ISO 2022 IR 58",
    "ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 87\\ISO 2022 IR 149\\ISO 2022 IR 58\\ISO 2022 IR 13",
    "klingon",
    "WINDOWS 1251",
    "ISO 2022 IR 166\\ISO 2022 IR 159\\ISO 2022 IR 6",
};

/* Who can say it is understood: the same text, with nothing to forgive. */
static void say(struct dicom_charset charset, enum dicom_vr vr, struct span text)
{
    struct wr said, heard;
    wr_init(&said, 1 << 24);
    wr_init(&heard, 1 << 24);
    bool can = dicom_charset_encode(charset, vr, text, &said);
    DEMAND(can == dicom_charset_encode(charset, vr, text, NULL));
    DEMAND(can || said.n == 0);
    if (can) {
        DEMAND(dicom_charset_decode(charset, vr, wr_done(&said), &heard) == 0);
        DEMAND(span_eq(wr_done(&heard), text));
    }
    if (dicom_charset_is_plain(charset, vr, text) && !memchr(text.n ? text.p : (const uint8_t *)"", 0x7F, text.n))
        DEMAND(can && span_eq(wr_done(&said), text));
    wr_fini(&said);
    wr_fini(&heard);
}

static void hear(struct dicom_charset charset, enum dicom_vr vr, struct span bytes)
{
    struct wr text;
    wr_init(&text, 1 << 24);
    unsigned forgiven = dicom_charset_decode(charset, vr, bytes, &text);
    DEMAND(!text.failed && text.n <= 4 * bytes.n && utf8_valid(wr_done(&text)));
    DEMAND(dicom_charset_encode(dicom_charset_utf8(), vr, wr_done(&text), NULL) == !(forgiven & CHARSET_UNKNOWN));
    if (dicom_charset_is_plain(charset, vr, bytes))
        DEMAND(!forgiven && span_eq(wr_done(&text), bytes));
    say(charset, vr, wr_done(&text));
    wr_fini(&text);
}

static void name(struct span value)
{
    struct dicom_charset charset = dicom_charset_from_value(value, NULL);
    struct wr term;
    wr_init(&term, 1000);
    dicom_charset_print(charset, &term);
    DEMAND(!term.failed && (term.n == 0 || dicom_charset_is_defined(charset)));
    bool misspelt;
    if (term.n) {
        DEMAND(dicom_charset_equal(dicom_charset_from_value(wr_done(&term), &misspelt), charset));
        DEMAND(!misspelt);
    }
    wr_fini(&term);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dicom_vr vrs[] = { VR_PN, VR_LO, VR_LT, VR_UC };
    if (size == 0 || size > 1 << 16)
        return 0;
    struct dicom_charset charset =
        dicom_charset_from_value(span_str(terms[(data[0] & 63) % (sizeof terms / sizeof *terms)]), NULL);
    enum dicom_vr vr = vrs[data[0] >> 6];
    struct span bytes = span_of(data + 1, size - 1);
    hear(charset, vr, bytes);
    say(charset, vr, bytes);
    name(bytes);
    return 0;
}
