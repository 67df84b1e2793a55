/* name.c -- Patient's Name and all other PN (PS3.5 6.2.1, PS3.4 C.2.2.2.1.1).
 *
 * A name has up to three groups, separated by "=": alphabetic, ideographic, phonetic. Trailing "^" and "=" mean
 * nothing. What a key asks:
 *
 *     without "="   the name in any one of its groups, or its groups together as they are written
 *     with "="      group by group, an empty one asking nothing; or its groups together as they are written
 *
 * "Together as they are written" is the literal matching of C.2.2.2.4, in which a wild card may take "^" and "=": so
 * "*=*" finds the names of more than one group, and is not universal. */
#include "dicom/value.h"
#include "match/level.h"

enum { GROUPS = 3 };

static struct span trim_group(struct span group)
{
    while (group.n && (group.p[group.n - 1] == '^' || group.p[group.n - 1] == ' '))
        group.n--;
    return group;
}

void match_name_split(struct span text, enum match_fold fold, struct match_name_parts *name)
{
    name->whole = match_fold(text, fold, &name->room);
    memset(name->groups, 0, sizeof name->groups);
    uint8_t *out = (uint8_t *)name->room.chars;
    if (name->whole.n > sizeof name->room.chars)
        return;

    struct span rest = name->whole;
    size_t n = 0, end = 0;
    for (int i = 0; rest.p; i++) {
        struct span group = trim_group(span_cut(&rest, '='));
        if (i > 0)
            out[n++] = '=';
        /* Never ahead of what is still to be read, also where the text was folded into this room. */
        if (group.n)
            memmove(out + n, group.p, group.n);
        if (i < GROUPS)
            name->groups[i] = span_of(out + n, group.n);
        n += group.n;
        if (group.n)
            end = n;
    }
    name->whole = span_of(out, end);
}

static struct match_pattern pattern_of(struct arena *arena, struct span text)
{
    return (struct match_pattern){ arena_copy(arena, text), match_is_wild(text) };
}

static bool read_name(struct match_maker *maker, const struct match_test *test, struct span text, void *room)
{
    struct match_name *key = room;
    struct match_name_parts name;
    match_name_split(text, test->fold, &name);
    key->whole = pattern_of(maker->arena, name.whole);
    key->grouped = false;
    for (int i = 0; i < GROUPS; i++) {
        key->groups[i] = pattern_of(maker->arena, name.groups[i]);
        key->grouped = key->grouped || (i > 0 && name.groups[i].n);
    }
    /* What stands behind a third "=", or in a text too long to be a name, is in no group. Were it left out, the key
     * would ask less than it says, or nothing: it only goes as it is written. */
    const struct span *last = &name.groups[GROUPS - 1];
    if (last->p && last->p + last->n != name.whole.p + name.whole.n)
        key->grouped = false;
    return true;
}

static bool name_met(const struct match_name *key, const struct match_name_parts *name)
{
    if (match_pattern_met(&key->whole, name->whole))
        return true;
    for (int i = 0; i < GROUPS; i++) {
        struct span group = name->groups[i];
        if (!key->grouped) {
            if (group.n && match_pattern_met(&key->whole, group))
                return true;
        } else if (key->groups[i].text.n) {
            if (group.n == 0 || !match_pattern_met(&key->groups[i], group))
                return false;
        }
    }
    return key->grouped;
}

bool match_name_met(const struct match_test *test, struct span one)
{
    struct match_name_parts name;
    match_name_split(one, test->fold, &name);
    for (uint32_t i = 0; name.whole.n && i < test->count; i++)
        if (name_met(&test->names[i], &name))
            return true;
    return false;
}

static bool met_name(const struct match_test *test, struct dicom_set set, const struct dicom_element *element)
{
    struct span rest = dicom_set_text(set, element);
    while (rest.p)
        if (match_name_met(test, dicom_value_next(&rest, VR_PN)))
            return true;
    return false;
}

const struct match_kind match_kind_name = { sizeof(struct match_name), read_name, met_name };
