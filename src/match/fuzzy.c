/* fuzzy.c -- names as people remember them: fuzzy semantic matching, where it was negotiated (PS3.4 K.5.1,
 * C.2.2.2.1.1).
 *
 * The standard leaves open what is fuzzy. Here: a name also matches if each word of the key is the beginning of a word
 * of its own in one group of the name, in whatever order, and whatever the case, the accents and the width of the
 * letters (FOLD_BARE). Words end at spaces, "^", hyphens and commas; apostrophes and dots are not looked at. A wild
 * card stays one, within its word. A key with "=" asks this of each group on its own. What matches by the letter
 * matches all the same. */
#include "match/level.h"

enum { STORED_WORDS = 64 };

/* Cuts the next word off the front of *group; empty if there is none. */
static struct span next_word(struct span *group)
{
    while (group->n && memchr(" ^-,", group->p[0], 4))
        *group = span_of(group->p + 1, group->n - 1);
    struct span word = span_of(group->p, 0);
    while (group->n && !memchr(" ^-,", group->p[0], 4)) {
        word.n++;
        *group = span_of(group->p + 1, group->n - 1);
    }
    return word;
}

/* Longer ones go first, so that "an anna" leaves "Anna" to the word that can be no other. */
static void add_word(struct match_fuzzy *key, struct match_pattern pattern, uint32_t group)
{
    uint32_t at = key->word_count++;
    for (; at > 0 && key->words[at - 1].pattern.text.n < pattern.text.n; at--)
        key->words[at] = key->words[at - 1];
    key->words[at] = (struct match_word){ pattern, group };
}

/* The word of a key, which has only to begin a word of the name. */
static struct match_pattern beginning(struct arena *arena, struct span word)
{
    if (!match_is_wild(word))
        return (struct match_pattern){ arena_copy(arena, word), false };
    uint8_t *text = arena_alloc(arena, word.n + 1);
    if (!text)
        return (struct match_pattern){ { NULL, 0 }, true };
    memcpy(text, word.p, word.n);
    text[word.n] = '*';
    return (struct match_pattern){ span_of(text, word.n + 1), true };
}

static bool is_anything(struct span word)
{
    for (size_t i = 0; i < word.n; i++)
        if (word.p[i] != '*')
            return false;
    return true;
}

/* A key of more words or groups than a name has is compared by the letter alone: it then has no words. */
static bool read_fuzzy(struct match_maker *maker, const struct match_test *test, struct span text, void *room)
{
    struct match_fuzzy *key = room;
    struct match_folded folded;
    key->word_count = 0;
    key->grouped = false;
    struct span rest = match_fold(text, FOLD_BARE, &folded);
    for (uint32_t group = 0; rest.p; group++) {
        struct span part = span_cut(&rest, '=');
        for (struct span word; (word = next_word(&part)).n;) {
            if (is_anything(word))
                continue;
            if (key->word_count == MATCH_WORDS || group >= MATCH_GROUPS) {
                key->word_count = 0;
                return match_kind_name.read(maker, test, text, &key->name);
            }
            add_word(key, beginning(maker->arena, word), group);
            key->grouped = key->grouped || group > 0;
        }
    }
    return match_kind_name.read(maker, test, text, &key->name);
}

static bool begins(const struct match_pattern *pattern, struct span word)
{
    if (pattern->wild)
        return match_pattern_met(pattern, word);
    return word.n >= pattern->text.n && memcmp(word.p, pattern->text.p, pattern->text.n) == 0;
}

/* Whether a group of a name has a word for each one of the key that is meant for it; `wanted` is the group that words
 * must be of, or MATCH_GROUPS for all of them. */
static bool group_met(const struct match_fuzzy *key, uint32_t wanted, struct span group)
{
    struct span words[STORED_WORDS];
    uint32_t count = 0;
    for (struct span word; count < STORED_WORDS && (word = next_word(&group)).n;)
        words[count++] = word;
    for (uint32_t i = 0; i < key->word_count; i++) {
        if (wanted != MATCH_GROUPS && key->words[i].group != wanted)
            continue;
        uint32_t at = 0;
        while (at < count && !begins(&key->words[i].pattern, words[at]))
            at++;
        if (at == count)
            return false;
        words[at] = words[--count];
    }
    return true;
}

static bool words_met(const struct match_fuzzy *key, struct span name)
{
    bool all = key->grouped;
    for (uint32_t group = 0; group < MATCH_GROUPS; group++) {
        struct span part = name.p ? span_cut(&name, '=') : (struct span){ NULL, 0 };
        if (!key->grouped && part.n && group_met(key, MATCH_GROUPS, part))
            return true;
        all = all && group_met(key, group, part);
    }
    return all;
}

static bool met_fuzzy(const struct match_test *test, struct dicom_set set, const struct dicom_element *element)
{
    struct span rest = dicom_set_text(set, element);
    while (rest.p) {
        struct span one = dicom_value_next(&rest, VR_PN);
        struct match_folded folded;
        struct span bare = match_fold(one, FOLD_BARE, &folded);
        for (uint32_t i = 0; i < test->count; i++) {
            const struct match_fuzzy *key = &test->fuzzies[i];
            struct match_test literal = { .fold = test->fold, .count = 1, .names = &key->name };
            if ((key->word_count && words_met(key, bare)) || match_name_met(&literal, one))
                return true;
        }
    }
    return false;
}

const struct match_kind match_kind_fuzzy = { sizeof(struct match_fuzzy), read_fuzzy, met_fuzzy };
