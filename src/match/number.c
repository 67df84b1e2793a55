/* number.c -- single value matching of what is not text: numbers by their value, bulk by its bytes (PS3.4 C.2.2.2.1).
 *
 * DS and IS are compared as numbers, which the standard leaves to the implementation: "1.50" is "1.5". A number may
 * come from a device under a VR that is not the dictionary's; it is read by the VR it was sent with. */
#include "dicom/value.h"
#include "match/level.h"

enum dicom_vr match_number_vr(const struct dicom_element *element)
{
    enum dicom_vr sent = (enum dicom_vr)element->wire_vr;
    bool has_numbers = dicom_vr_has(sent, VR_STRING) || dicom_value_count(span_of(NULL, SIZE_MAX), sent) > 0;
    return has_numbers ? sent : (enum dicom_vr)element->vr;
}

static bool asked_for(const struct match_test *test, const struct dicom_number *number)
{
    for (uint32_t i = 0; i < test->count; i++)
        if (dicom_number_eq(&test->numbers[i], number))
            return true;
    return false;
}

static bool read_number(struct match_maker *maker, const struct match_test *test, struct span value, void *room)
{
    struct dicom_number *number = room;
    if (dicom_vr_has(test->key_vr, VR_STRING))
        return dicom_value_number(value, number) || err_set(maker->err, ERR_SYNTAX, 0, test->tag, "Not a number");
    *number = dicom_value_binary(value, test->key_vr, 0);
    return true;
}

static bool met_number(const struct match_test *test, struct dicom_set set, const struct dicom_element *element)
{
    enum dicom_vr vr = match_number_vr(element);
    struct span rest = dicom_set_bytes(set, element);
    if (!dicom_vr_has(vr, VR_STRING)) {
        size_t count = dicom_value_count(rest, vr);
        for (size_t i = 0; i < count; i++) {
            struct dicom_number number = dicom_value_binary(rest, vr, i);
            if (asked_for(test, &number))
                return true;
        }
        return false;
    }
    struct dicom_number number;
    while (rest.p)
        if (dicom_value_number(dicom_value_next(&rest, VR_DS), &number) && asked_for(test, &number))
            return true;
    return false;
}

static bool read_bytes(struct match_maker *maker, const struct match_test *test, struct span value, void *room)
{
    (void)maker;
    (void)test;
    struct span *bytes = room;
    *bytes = value;
    return true;
}

static bool met_bytes(const struct match_test *test, struct dicom_set set, const struct dicom_element *element)
{
    return span_eq(span_trim_end(dicom_set_bytes(set, element)), test->bytes[0]);
}

const struct match_kind match_kind_number = { sizeof(struct dicom_number), read_number, met_number };
const struct match_kind match_kind_bytes = { sizeof(struct span), read_bytes, met_bytes };
