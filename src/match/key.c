/* key.c -- makes the value of a key ready: its single values, "*", wild cards where they are none (PS3.4 C.2.2.2). */
#include "base/rd.h"
#include "base/utf8.h"
#include "base/wr.h"
#include "dicom/dictionary.h"
#include "dicom/value.h"
#include "match/level.h"

/* How values of each VR are compared; of a sequence, its items are (PS3.4 C.2.2.2). */
static const struct match_kind *const kinds[VR_COUNT + 1] = {
    [VR_AE] = &match_kind_text,    [VR_AS] = &match_kind_text,   [VR_CS] = &match_kind_text,
    [VR_LO] = &match_kind_text,    [VR_LT] = &match_kind_text,   [VR_SH] = &match_kind_text,
    [VR_ST] = &match_kind_text,    [VR_UC] = &match_kind_text,   [VR_UI] = &match_kind_text,
    [VR_UR] = &match_kind_text,    [VR_UT] = &match_kind_text,   [VR_PN] = &match_kind_name,
    [VR_DA] = &match_kind_moment,  [VR_TM] = &match_kind_moment, [VR_DT] = &match_kind_moment,
    [VR_DS] = &match_kind_number,  [VR_IS] = &match_kind_number, [VR_AT] = &match_kind_number,
    [VR_FD] = &match_kind_number,  [VR_FL] = &match_kind_number, [VR_SL] = &match_kind_number,
    [VR_SS] = &match_kind_number,  [VR_SV] = &match_kind_number, [VR_UL] = &match_kind_number,
    [VR_US] = &match_kind_number,  [VR_UV] = &match_kind_number, [VR_OB] = &match_kind_bytes,
    [VR_OD] = &match_kind_bytes,   [VR_OF] = &match_kind_bytes,  [VR_OL] = &match_kind_bytes,
    [VR_OV] = &match_kind_bytes,   [VR_OW] = &match_kind_bytes,  [VR_UN] = &match_kind_bytes,
    [VR_NONE] = &match_kind_bytes,
};

static bool is_stars(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '*')
            return false;
    return s.n > 0;
}

/* Whether the value is numbers in binary, of any VR that the device sent. */
static bool is_binary(const struct match_test *test)
{
    return test->kind == &match_kind_number && !dicom_vr_has(test->key_vr, VR_STRING);
}

static size_t binary_width(enum dicom_vr vr)
{
    return vr == VR_AT ? 4 : dicom_vr_info(vr)->unit;
}

/* PS3.5 6.2.1.1: in a name, delimiters at the end mean nothing. */
static bool is_name_end(uint8_t c)
{
    return c == '^' || c == '=' || c == ' ';
}

/* Takes the next value of a key off *rest, without what is insignificant in it. */
static struct span next_value(const struct match_test *test, struct span *rest)
{
    if (is_binary(test)) {
        struct rd r = rd_of(*rest);
        struct span one = rd_bytes(&r, binary_width(test->key_vr));
        *rest = rd_left(&r) ? span_of(r.p, rd_left(&r)) : (struct span){ NULL, 0 };
        return one;
    }
    if (test->kind == &match_kind_number)
        return dicom_value_next(rest, VR_DS);
    struct span one = dicom_value_next(rest, test->vr);
    while (test->vr == VR_PN && one.n && is_name_end(one.p[one.n - 1]))
        one.n--;
    return test->kind == &match_kind_bytes ? span_trim_end(one) : one;
}

/* "*" alone means anything in every VR, also where no standard allows it and devices send it. Among binary numbers it
 * has only spaces behind it, since 2AH 00H is 42. */
static bool is_lone_star(const struct match_test *test, struct span value)
{
    if (!is_binary(test))
        return is_stars(span_trim(value));
    while (value.n && value.p[value.n - 1] == ' ')
        value.n--;
    return span_is(value, "*");
}

static bool check_wild(const struct match_maker *maker, const struct match_test *test, struct span value)
{
    if (is_binary(test) || test->kind == &match_kind_bytes || !match_is_wild(value))
        return true;
    if (!dicom_vr_has(test->vr, VR_WILD))
        return err_set(maker->err, ERR_SYNTAX, 0, test->tag, "No wild cards in VR %s, but * alone",
                       dicom_vr_info(test->vr)->code);
    return true;
}

/* The limit is for all values of a key together: an entry is compared with each of them. */
static bool check_wild_length(const struct match_maker *maker, const struct match_test *test, struct span value)
{
    uint32_t most = maker->options.limits->wildcard_chars;
    if (!dicom_vr_has(test->vr, VR_WILD) || !match_is_wild(value) || utf8_length(span_trim_end(value)) <= most)
        return true;
    return err_set(maker->err, ERR_LIMIT, 0, test->tag, "Wild card key longer than %u characters", most);
}

static bool read_value(struct match_maker *maker, struct match_test *test, struct span one)
{
    void *room = (uint8_t *)test->values + test->count * test->kind->size;
    test->count++;
    return check_wild(maker, test, one) && test->kind->read(maker, test, one, room);
}

/* Reads the values of a key, of which an entry is to have one. *universal if one of them is "*", or all are empty. */
static bool read_values(struct match_maker *maker, struct match_test *test, struct span value, bool *universal)
{
    *universal = is_lone_star(test, value);
    if (*universal) {
        maker->used.star_alone += !dicom_vr_has(test->vr, VR_WILD);
        return true;
    }
    if (is_binary(test) && value.n % binary_width(test->key_vr))
        return err_set(maker->err, ERR_SYNTAX, 0, test->tag, "Not a number");

    uint32_t count = 0, most = maker->options.limits->key_values;
    for (struct span rest = value; rest.p && count <= most; count++) {
        struct span one = next_value(test, &rest);
        *universal = *universal || (!is_binary(test) && is_lone_star(test, one));
    }
    if (count > most - maker->values)
        return err_set(maker->err, ERR_LIMIT, 0, test->tag, "More than %u values in the keys of one query", most);
    if (*universal)
        return true;
    if (!check_wild_length(maker, test, value))
        return false;

    maker->values += count;
    test->values = arena_array(maker->arena, count, test->kind->size);
    if (!test->values)
        return false;
    for (struct span rest = value; rest.p;) {
        struct span one = next_value(test, &rest);
        if (one.n && !read_value(maker, test, one))
            return false;
    }
    maker->used.several_values += test->count > 1 && test->vr != VR_UI;
    *universal = test->count == 0;
    return true;
}

/* The two sides of a comparison are folded alike. */
static enum match_fold fold_of(const struct match_maker *maker, const struct dicom_element *element, struct span key)
{
    if (!dicom_vr_has((enum dicom_vr)element->vr, VR_TEXT))
        return FOLD_NONE;
    if (element->vr != VR_PN || maker->options.case_sensitive_pn)
        return FOLD_NFC;
    return key.n && memchr(key.p, '?', key.n) ? FOLD_LETTER : FOLD_CASE;
}

/* The text of a key for people. */
static struct span words_of(struct match_maker *maker, const struct match_test *test, struct span value)
{
    if (!is_binary(test))
        return span_trim_end(value);
    struct wr w;
    wr_init(&w, maker->options.limits->identifier_bytes);
    size_t count = dicom_value_count(value, test->key_vr);
    for (size_t i = 0; i < count; i++) {
        if (i)
            wr_u8(&w, '\\');
        dicom_value_print(value, test->key_vr, i, &w);
    }
    struct span words = arena_copy(maker->arena, wr_done(&w));
    wr_fini(&w);
    return words;
}

bool match_key_read(struct match_maker *maker, struct dicom_set set, const struct dicom_element *element,
                    struct match_test *test, bool *universal)
{
    struct span value = dicom_set_text(set, element);
    test->kind = kinds[element->vr];
    if (test->kind == &match_kind_name && maker->options.fuzzy_names)
        test->kind = &match_kind_fuzzy;
    test->key_vr = match_number_vr(element);
    test->fold = fold_of(maker, element, value);
    if (!read_values(maker, test, value, universal))
        return false;
    if (!*universal)
        test->key.text = words_of(maker, test, value);
    return true;
}
