/* charset_table.c -- looks codes and characters up in the maps that tools/charsets.py made.
 *
 * The maps are a part of the program, so that nothing can be missing where it runs, nothing is opened or kept for a
 * thread, and a library that is unloaded leaves nothing behind. */
#include "dicom/charset_table.h"

/* Codes of one byte. */
struct narrow {
    uint8_t first, count;
    uint16_t lowest, highest;   /* of the characters, so that most others are seen to be none of them at once */
    const uint16_t *characters; /* in the order of the codes; 0 for none */
};

/* Codes of two bytes. */
struct wide {
    uint8_t lead, leads, trail, trails; /* the first of each, and how many */
    const uint16_t *characters;         /* in the order of the codes; 0 for none */
    const uint8_t *pages;               /* of a character's upper byte, one more than the page of its codes */
    const uint16_t *codes;              /* pages of 256 */
};

/* Characters in a row whose codes are in a row. */
struct run {
    uint16_t character;
    uint16_t index;
    uint16_t count;
};

#include "dicom/charset_maps.h"
#include "dicom/charset_rows.h"

enum { FAR_BEYOND = 189000 }; /* the index of U+10000: 90308130 */

static uint32_t narrow_character(const struct narrow *map, unsigned code)
{
    unsigned at = code - map->first;
    return at < map->count ? map->characters[at] : 0;
}

static unsigned narrow_code(const struct narrow *map, uint32_t c)
{
    if (c < map->lowest || c > map->highest)
        return 0;
    for (unsigned i = 0; i < map->count; i++)
        if (map->characters[i] == c)
            return map->first + i;
    return 0;
}

static uint32_t wide_character(const struct wide *map, unsigned code)
{
    unsigned lead = (code >> 8) - map->lead, trail = (code & 0xFF) - map->trail;
    return lead < map->leads && trail < map->trails ? map->characters[lead * map->trails + trail] : 0;
}

static unsigned wide_code(const struct wide *map, uint32_t c)
{
    unsigned page = c <= 0xFFFF ? map->pages[c >> 8] : 0;
    return page ? map->codes[(page - 1) * 256 + (c & 0xFF)] : 0;
}

/* Whether a smaller set has the code as well. */
static bool is_in(const uint8_t *bits, unsigned code, unsigned lead, unsigned trail, unsigned trails)
{
    unsigned at = ((code >> 8) - lead) * trails + (code & 0xFF) - trail;
    return bits[at / 8] >> at % 8 & 1;
}

/* The codes of a set of 94 times 94 in the upper half, where the larger sets have them too. */
static bool is_94(unsigned code)
{
    return (code >> 8) - 0xA1 < 94 && (code & 0xFF) - 0xA1 < 94;
}

static bool is_gb_2312(unsigned code)
{
    return is_94(code) && is_in(in_gb_2312, code, 0xA1, 0xA1, 94);
}

uint32_t dicom_graphic_character(unsigned graphic, unsigned code)
{
    switch (graphic) {
    case GRAPHIC_NONE:
        return 0;
    case GRAPHIC_ISO_IR_87:
        return wide_character(&jis_x_0208, code);
    case GRAPHIC_ISO_IR_159:
        return wide_character(&jis_x_0212, code);
    case GRAPHIC_ISO_IR_149:
        return is_94(code | 0x8080) ? wide_character(&uhc, code | 0x8080) : 0;
    case GRAPHIC_ISO_IR_58:
        return is_gb_2312(code | 0x8080) ? wide_character(&gb18030, code | 0x8080) : 0;
    default:
        return narrow_character(single[graphic], code);
    }
}

unsigned dicom_graphic_code(unsigned graphic, uint32_t c)
{
    unsigned code;
    switch (graphic) {
    case GRAPHIC_NONE:
        return 0;
    case GRAPHIC_ISO_IR_87:
        return wide_code(&jis_x_0208, c);
    case GRAPHIC_ISO_IR_159:
        return wide_code(&jis_x_0212, c);
    case GRAPHIC_ISO_IR_149:
        return wide_code(&uhc, c) & 0x7F7F;
    case GRAPHIC_ISO_IR_58:
        code = wide_code(&gb18030, c);
        return is_gb_2312(code) ? code & 0x7F7F : 0;
    default:
        return narrow_code(single[graphic], c);
    }
}

uint32_t dicom_uhc_character(unsigned code)
{
    return wide_character(&uhc, code);
}

uint32_t dicom_gb18030_character(unsigned code)
{
    return wide_character(&gb18030, code);
}

unsigned dicom_gb18030_code(uint32_t c, bool *gbk)
{
    unsigned code = wide_code(&gb18030, c);
    *gbk = code && is_in(in_gbk, code, gb18030.lead, gb18030.trail, gb18030.trails);
    return code;
}

uint32_t dicom_gb18030_far_character(uint32_t index)
{
    if (index >= FAR_BEYOND)
        return index - FAR_BEYOND <= 0x10FFFF - 0x10000 ? index - FAR_BEYOND + 0x10000 : UINT32_MAX;
    for (size_t i = 0; i < sizeof gb18030_runs / sizeof *gb18030_runs; i++)
        if (index - gb18030_runs[i].index < gb18030_runs[i].count)
            return index - gb18030_runs[i].index + gb18030_runs[i].character;
    return UINT32_MAX;
}

uint32_t dicom_gb18030_far_index(uint32_t c)
{
    if (c >= 0x10000)
        return c - 0x10000 + FAR_BEYOND;
    for (size_t i = 0; i < sizeof gb18030_runs / sizeof *gb18030_runs; i++)
        if (c - gb18030_runs[i].character < gb18030_runs[i].count)
            return c - gb18030_runs[i].character + gb18030_runs[i].index;
    return UINT32_MAX;
}

uint32_t dicom_windows_1251_character(unsigned code)
{
    return narrow_character(&windows_1251, code);
}

unsigned dicom_windows_1251_code(uint32_t c)
{
    return narrow_code(&windows_1251, c);
}
