/* texts.h -- names and texts as bytes of their character sets, and as UTF-8: those that PS3.5 prints, and one for every
 * other set. */
#ifndef MWL_TESTS_UNIT_DICOM_TEXTS_H
#define MWL_TESTS_UNIT_DICOM_TEXTS_H

#include "../check.h"

#include "dicom/charset.h"

struct text {
    const char *term;
    enum dicom_vr vr;
    struct span bytes;
    const char *utf8;
    bool ours; /* what we write, byte for byte; else other escape sequences say the same */
};

#define TEXT(bytes)                                                                                                    \
    {                                                                                                                  \
        (const uint8_t *)(bytes), sizeof(bytes) - 1                                                                    \
    }

/* The two lines of Chinese in J.2 and J.4, but for those characters. */
#define LINES(word) "The first line includes" word ".\r\nThe second line includes" word ", too.\r\nThe third line.\r\n"

static const struct text texts[] = {
    /* PS3.5 H.3.1, H.3.2 */
    { "\\ISO 2022 IR 87", VR_PN,
      TEXT(
          "\x59\x61\x6D\x61\x64\x61\x5E\x54\x61\x72\x6F\x75\x3D\x1B\x24\x42\x3B\x33\x45\x44\x1B\x28\x42\x5E\x1B\x24\x42"
          "\x42\x40\x4F\x3A\x1B\x28\x42\x3D\x1B\x24\x42\x24\x64\x24\x5E\x24\x40\x1B\x28\x42\x5E\x1B\x24\x42\x24\x3F\x24"
          "\x6D\x24\x26\x1B\x28\x42"),
      "Yamada^Tarou=山田^太郎=やまだ^たろう", true },
    { "ISO 2022 IR 13\\ISO 2022 IR 87", VR_PN,
      TEXT(
          "\xD4\xCF\xC0\xDE\x5E\xC0\xDB\xB3\x3D\x1B\x24\x42\x3B\x33\x45\x44\x1B\x28\x4A\x5E\x1B\x24\x42\x42\x40\x4F\x3A"
          "\x1B\x28\x4A\x3D\x1B\x24\x42\x24\x64\x24\x5E\x24\x40\x1B\x28\x4A\x5E\x1B\x24\x42\x24\x3F\x24\x6D\x24\x26\x1B"
          "\x28\x4A"),
      "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", true },
    /* PS3.5 I.2, I.3 (which has its escape sequences at the head of a line, also where ASCII comes first) */
    { "\\ISO 2022 IR 149", VR_PN,
      TEXT(
          "\x48\x6F\x6E\x67\x5E\x47\x69\x6C\x64\x6F\x6E\x67\x3D\x1B\x24\x29\x43\xFB\xF3\x5E\x1B\x24\x29\x43\xD1\xCE\xD4"
          "\xD7\x3D\x1B\x24\x29\x43\xC8\xAB\x5E\x1B\x24\x29\x43\xB1\xE6\xB5\xBF"),
      "Hong^Gildong=洪^吉洞=홍^길동", true },
    { "\\ISO 2022 IR 149", VR_LT,
      TEXT("\x1B$)CThe first line includes \xC7\xD1\xB1\xDB .\r\n\x1B$)CThe second line includes \xC7\xD1\xB1\xDB , "
           "too.\r\nThe third line"),
      "The first line includes 한글 .\r\nThe second line includes 한글 , too.\r\nThe third line", false },
    /* PS3.5 J.1 to J.4 */
    { "ISO_IR 192", VR_PN,
      TEXT("\x57\x61\x6E\x67\x5E\x58\x69\x61\x6F\x44\x6F\x6E\x67\x3D\xE7\x8E\x8B\x5E\xE5\xB0\x8F\xE6\x9D\xB1\x3D"),
      "Wang^XiaoDong=王^小東=", true },
    { "ISO_IR 192", VR_LT, TEXT(LINES("\xE4\xB8\xAD\xE6\x96\x87")), LINES("中文"), true },
    { "GB18030", VR_PN,
      TEXT("\x57\x61\x6E\x67\x5E\x58\x69\x61\x6F\x44\x6F\x6E\x67\x3D\xCD\xF5\x5E\xD0\xA1\xB6\xAB\x3D"),
      "Wang^XiaoDong=王^小东=", true },
    { "GBK", VR_PN, TEXT("\x57\x61\x6E\x67\x5E\x58\x69\x61\x6F\x44\x6F\x6E\x67\x3D\xCD\xF5\x5E\xD0\xA1\xB6\xAB\x3D"),
      "Wang^XiaoDong=王^小东=", true },
    { "GB18030", VR_LT, TEXT(LINES("\xD6\xD0\xCE\xC4")), LINES("中文"), true },
    /* PS3.5 K.2, K.3 */
    { "\\ISO 2022 IR 58", VR_PN,
      TEXT(
          "\x5A\x68\x61\x6E\x67\x5E\x58\x69\x61\x6F\x44\x6F\x6E\x67\x3D\x1B\x24\x29\x41\xD5\xC5\x5E\x1B\x24\x29\x41\xD0"
          "\xA1\xB6\xAB\x3D\x20"),
      "Zhang^XiaoDong=张^小东= ", true },
    { "\\ISO 2022 IR 58", VR_LT,
      TEXT("1.\x1B\x24\x29\x41\xB5\xDA\xD2\xBB\xD0\xD0\xCE\xC4\xD7\xD6\xA1\xA3\r\n"
           "2.\x1B\x24\x29\x41\xB5\xDA\xB6\xFE\xD0\xD0\xCE\xC4\xD7\xD6\xA1\xA3\r\n"
           "3.\x1B\x24\x29\x41\xB5\xDA\xC8\xFD\xD0\xD0\xCE\xC4\xD7\xD6\xA1\xA3\r\n"),
      "1.第一行文字。\r\n2.第二行文字。\r\n3.第三行文字。\r\n", true },

    /* Sets of one byte, with and without code extensions. */
    { "", VR_PN, TEXT("DOE^JOHN"), "DOE^JOHN", true },
    { "ISO_IR 100", VR_PN, TEXT("Buc^J\xE9r\xF4me"), "Buc^Jérôme", true },
    { "ISO_IR 101", VR_PN, TEXT("Dvo\xF8\xE1k^Anton\xEDn"), "Dvořák^Antonín", true },
    { "ISO_IR 109", VR_PN,
      TEXT("\xD5u\xBF\xE8^\xA1"
           "al"),
      "Ġużè^Ħal", true },
    { "ISO_IR 110", VR_PN, TEXT("B\xBArzi\xF1\xB9^K\xE0rlis"), "Bērziņš^Kārlis", true },
    { "ISO_IR 144", VR_PN,
      TEXT("\xBB\xEE\xDA"
           "ce\xDC\xD1yp\xD3"),
      "Люкceмбypг", true },
    { "ISO_IR 127", VR_PN, TEXT("\xE2\xC8\xC7\xE6\xEA^\xE4\xE6\xD2\xC7\xD1"), "قباني^لنزار", true },
    { "ISO_IR 126", VR_PN, TEXT("\xC4\xE9\xEF\xED\xF5\xF3\xE9\xEF\xF2"), "Διονυσιος", true },
    { "ISO_IR 138", VR_PN, TEXT("\xF9\xF8\xE5\xEF^\xE3\xE1\xE5\xF8\xE4"), "שרון^דבורה", true },
    { "ISO_IR 148", VR_PN,
      TEXT("\xC7"
           "avu\xFEo\xF0lu^I\xFE\xFDl"),
      "Çavuşoğlu^Işıl", true },
    { "ISO_IR 203", VR_PN,
      TEXT("L\xBDuf^\xA6"
           "arka \xBE\xA4"),
      "Lœuf^Šarka Ÿ€", true },
    { "ISO_IR 13", VR_PN, TEXT("\xD4\xCF\xC0\xDE^\xC0\xDB\xB3"), "ﾔﾏﾀﾞ^ﾀﾛｳ", true },
    { "ISO_IR 166", VR_PN, TEXT("\xB9\xD2\xC1\xCA\xA1\xD8\xC5^\xAA\xD7\xE8\xCD"), "นามสกุล^ชื่อ", true },
    { "ISO 2022 IR 100\\ISO 2022 IR 101", VR_PN, TEXT("Buc^J\xE9r\xF4me=\x1B-BDvo\xF8\xE1k\x1B-A"), "Buc^Jérôme=Dvořák",
      false },
    { "ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126", VR_LO,
      TEXT("\xE9\x1B-L\xBB\xEE\xDA\x1B-F\xC4\x1B-A\\\xE9\x1B-L\xBB\x1B-A"), "éЛюкΔ\\éЛ", true },
    { "\\ISO 2022 IR 166", VR_LT, TEXT("A\x1B-T\xB9 B\r\n\x1B-T\xB9"), "Aน B\r\nน", true },

    /* Halves of characters that look like "\" "^" "=" "*" "?". */
    { "\\ISO 2022 IR 87", VR_PN, TEXT("A=\x1B$B5\\K\\\x1B(B^\x1B$B8^==??7*\x1B(B"), "A=宮本^五十真栗", true },
    { "\\ISO 2022 IR 159", VR_LO, TEXT("\x1B$(D0\\0^0=\x1B(B\\\x1B$(D1\\\x1B(B"), "伙伱亍\\倲", true },
    { "\\ISO 2022 IR 87\\ISO 2022 IR 159", VR_LO, TEXT("\x1B$B5\\\x1B$(D0\\\x1B(B!"), "宮伙!", true },
    { "GB18030", VR_LO, TEXT("\x81\x5C\x81\x5E\\\x81\x7C\x95\x32\x82\x36"), "乗乛\\亅𠀀", true },
    { "GBK", VR_PN, TEXT("\x81\x5C^\x81\x5E=\x81\x7E"), "乗^乛=亊", true },
};

/* A character set by its value of (0008,0005). */
static inline struct dicom_charset charset_of(const char *term)
{
    return dicom_charset_from_value(span_str(term), NULL);
}

#endif
