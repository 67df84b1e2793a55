/* charset_table.h -- what charset.c and its companions know of each character set. Private to them.
 *
 * A *graphic set* is one column of PS3.3 Tables C.12-2 to C.12-4: 94 or 96 characters of one byte, or 94 times 94 of
 * two, which one escape sequence makes the meaning of the lower (G0) or the upper (G1) half of the code table. A
 * *character set* is what a defined term names: a pair of them, or a coding without code extensions. */
#ifndef MWL_DICOM_CHARSET_TABLE_H
#define MWL_DICOM_CHARSET_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dicom/charset_names.h"

struct dicom_graphic {
    const char *escape; /* behind ESC */
    bool g1;            /* it brings the upper half */
    uint8_t bytes;      /* of a character */
};

enum dicom_coding { CODING_ISO_2022, CODING_UTF_8, CODING_GB18030, CODING_GBK, CODING_WINDOWS_1251 };

struct dicom_charset_row {
    const char *alone; /* the defined term where it is the only one; NULL if there is none */
    const char *among; /* and where it is one of several */
    uint8_t coding;    /* enum dicom_coding */
    uint8_t g0, g1;    /* GRAPHIC_*, of CODING_ISO_2022 */
};

struct dicom_charset_term {
    const char *text;
    uint8_t set;  /* SET_* */
    bool extends; /* by code extensions: it is one of several */
    bool lenient; /* no defined term, but sent */
};

extern const struct dicom_graphic dicom_graphics[GRAPHIC_COUNT]; /* the first, GRAPHIC_NONE, is all zeros */
extern const struct dicom_charset_row dicom_charset_rows[SET_COUNT];
extern const struct dicom_charset_term dicom_charset_terms[];
extern const size_t dicom_charset_term_count;

/* The character of a code, one byte or two without bit 7; 0 if there is none, or for GRAPHIC_NONE. And the code of a
 * character; 0 if there is none. */
uint32_t dicom_graphic_character(unsigned graphic, unsigned code);
unsigned dicom_graphic_code(unsigned graphic, uint32_t character);

/* Two bytes of UHC, which has all of KS X 1001 and more; 0 if they are none. */
uint32_t dicom_uhc_character(unsigned code);

/* Codes of two bytes in GB 18030, 0 if there is none; *in_gbk says whether GBK has it as well. */
uint32_t dicom_gb18030_character(unsigned code);
unsigned dicom_gb18030_code(uint32_t character, bool *in_gbk);

/* Codes of four bytes, counted from 81308130, ten, 126, ten and 126 a byte. UINT32_MAX if there is none. */
uint32_t dicom_gb18030_far_character(uint32_t index);
uint32_t dicom_gb18030_far_index(uint32_t character);

/* Of the upper half; 0 if there is none. */
uint32_t dicom_windows_1251_character(unsigned code);
unsigned dicom_windows_1251_code(uint32_t character);

#endif
