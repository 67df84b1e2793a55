/* charset.c -- the first set that can say it all. */
#include "match/charset.h"

#include "dicom/tags.h"
#include "match/fold.h"
#include "match/spell.h"

void match_charset_init(struct match_charset *c, const struct match_answer *how)
{
    /* the two characters that JIS X 0201 has others for (PS3.5 H.1.1) */
    const struct span doubtful = span_of("~\\", 2);
    *c = (struct match_charset){ .how = how, .keeps_ascii = true };
    for (uint32_t i = 0; i < how->charset_count; i++)
        c->keeps_ascii = c->keeps_ascii && dicom_charset_is_plain(how->charsets[i], VR_LT, doubtful);
    wr_init(&c->room, UINT32_MAX);
    wr_init(&c->words, UINT32_MAX);
}

void match_charset_fini(struct match_charset *c)
{
    wr_fini(&c->room);
    wr_fini(&c->words);
}

/* Whether a value stays as it is stored in a set: then its bytes do, whatever way the writer chose to say it. */
static bool can_copy(struct dicom_set set, const struct dicom_element *element, struct span text,
                     struct dicom_charset charset)
{
    struct span whole = dicom_set_text(set, element);
    return text.p == whole.p && text.n == whole.n && dicom_charset_equal(set.charset, charset);
}

/* As it is, or if the set does not have every character, composed: "e" and an accent are one letter in Latin-1. */
static bool encode(struct dicom_charset charset, enum dicom_vr vr, struct span text, struct wr *out)
{
    struct match_folded room;
    return dicom_charset_encode(charset, vr, text, out)
           || dicom_charset_encode(charset, vr, match_fold(text, FOLD_NFC, &room), out);
}

/* In other letters, if the set does not have them and the device wants that. */
static bool spell(struct match_charset *c, uint32_t i, const struct dicom_element *element, struct span text)
{
    wr_reset(&c->words);
    return i == 0 && c->how->transliterate
           && match_spell(c->how->charsets[0], element->tag, (enum dicom_vr)element->vr, span_trim_end(text),
                          &c->words);
}

void match_charset_look(struct match_charset *c, struct dicom_set set, const struct dicom_element *element,
                        struct span text)
{
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    c->as_stored = c->as_stored || element->flags & ELEMENT_UNDECODED;
    c->text = c->text || c->as_stored || !span_is_ascii(text);
    for (uint32_t i = 0; i < c->how->charset_count; i++) {
        struct dicom_charset charset = c->how->charsets[i];
        if (!can_copy(set, element, text, charset) && !dicom_charset_is_plain(charset, vr, text)
            && !encode(charset, vr, text, NULL) && !spell(c, i, element, text))
            c->lacking |= (uint32_t)1 << i;
    }
}

void match_charset_settle(struct match_charset *c)
{
    if (!c->text)
        return; /* ISO 646 */
    c->settled = dicom_charset_utf8();
    for (uint32_t i = c->how->charset_count; i > 0; i--)
        if (!(c->lacking >> (i - 1) & 1))
            c->settled = c->how->charsets[i - 1];
}

struct span match_charset_text(struct match_charset *c, struct dicom_set set, const struct dicom_element *element,
                               struct span text)
{
    enum dicom_vr vr = (enum dicom_vr)element->vr;
    if (c->as_stored || can_copy(set, element, text, c->settled))
        return dicom_set_bytes(set, element);
    if (dicom_charset_is_plain(c->settled, vr, text))
        return text;
    wr_reset(&c->room);
    if (encode(c->settled, vr, span_trim_end(text), &c->room))
        return wr_done(&c->room);
    c->spelled = true;
    c->room.failed |=
        !spell(c, 0, element, text) || c->words.failed || !encode(c->settled, vr, wr_done(&c->words), &c->room);
    return wr_done(&c->room);
}

struct span match_charset_name(struct match_charset *c, struct dicom_set set, const struct dicom_charset *outer)
{
    wr_reset(&c->room);
    if (!c->text || (outer && (!c->as_stored || dicom_charset_equal(set.charset, *outer))))
        return wr_done(&c->room);
    struct span stored = dicom_set_get(set, TAG_SpecificCharacterSet);
    if (c->as_stored && stored.n)
        return stored;
    dicom_charset_print(c->as_stored ? set.charset : c->settled, &c->room);
    return wr_done(&c->room);
}
