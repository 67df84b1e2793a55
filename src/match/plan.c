/* plan.c -- makes a plan: walks the query level by level, and turns every attribute into what comes back for it and,
 * if it has a value, into a key that restricts. */
#include <stddef.h>
#include <stdlib.h>

#include "dicom/dictionary.h"
#include "match/level.h"

/* Where in the query we are. */
struct place {
    uint32_t path[4]; /* sequences above, outermost first */
    uint32_t depth;   /* how many, also beyond four */
    bool keys;        /* values restrict here */
};

/* Attributes of which at least one is there (type 1C): what exists comes back, the others are left out; if none
 * exists, all that were asked for are empty (PS3.4 Table K.6-1, PS3.3 Table 8-2). Who asks for one form of a code gets
 * the form in which the entry has it. */
static const uint32_t choices[][4] = {
    { TAG_CodeValue, TAG_LongCodeValue, TAG_URNCodeValue, 0 },
    { TAG_ScheduledProcedureStepDescription, TAG_ScheduledProtocolCodeSequence, 0 },
    { TAG_RequestedProcedureDescription, TAG_RequestedProcedureCodeSequence, 0 },
};

/* What a value in the query never restricts: the standard takes these out of the matching (PS3.4 Table K.6-1 for the
 * sequences, with all that is in them, PS3.3 8.3 for the meaning of a code), and the time zone says how the others are
 * meant. */
static const uint32_t never_keys[] = {
    TAG_TimezoneOffsetFromUTC,      TAG_CodeMeaning,
    TAG_ContainerTypeCodeSequence,  TAG_HL7StructuredDocumentReferenceSequence,
    TAG_PertinentDocumentsSequence, TAG_ProtocolContextSequence,
};

/* The creator that the query names for a private attribute; empty for any other, and for one without. */
static struct span creator_of(struct dicom_set set, uint32_t tag)
{
    uint32_t creator = dicom_tag_creator(tag);
    return creator ? span_trim(dicom_set_get(set, creator)) : (struct span){ NULL, 0 };
}

/* Neither keys nor returned: what describes the request, what is not of this information model (PS3.4 K.4.1.1.3), and
 * the creators of private attributes, which come with those. */
static bool is_outside(uint32_t tag)
{
    return TAG_GROUP(tag) < 0x0008 || TAG_ELEMENT(tag) == 0 || tag == TAG_SpecificCharacterSet
           || tag == TAG_QueryRetrieveLevel || dicom_tag_is_creator(tag);
}

/* An attribute that nobody knows is one that we do not support: its value is ignored and it stays out of the answer
 * (PS3.4 K.2.2.1.1.2). So does a private one whose creator the query does not name (PS3.5 7.8.1). */
static bool is_unsupported(struct dicom_set set, uint32_t tag)
{
    if (is_outside(tag))
        return false;
    return dicom_tag_is_private(tag) ? creator_of(set, tag).n == 0 : !dicom_dictionary_find(tag);
}

static bool is_key(uint32_t tag)
{
    for (size_t i = 0; i < sizeof never_keys / sizeof *never_keys; i++)
        if (never_keys[i] == tag)
            return false;
    return true;
}

static const uint32_t *choice_of(uint32_t tag)
{
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        for (const uint32_t *other = choices[i]; *other; other++)
            if (*other == tag)
                return choices[i];
    return NULL;
}

/* Keeps the order, and the first of two. There is room. */
static struct match_return *add_return(struct match_level *level, uint32_t tag, enum match_return_kind kind)
{
    uint32_t at = level->return_count;
    while (at > 0 && level->returns[at - 1].tag > tag)
        at--;
    struct match_return *here = &level->returns[at];
    if (at > 0 && here[-1].tag == tag)
        return &here[-1];
    memmove(here + 1, here, (level->return_count - at) * sizeof *here);
    level->return_count++;
    *here = (struct match_return){ .tag = tag, .vr = dicom_dictionary_vr(tag), .kind = kind };
    return here;
}

static void add_returns(struct dicom_set set, const struct dicom_element *element, struct span creator,
                        const struct match_level *item, bool step, struct match_level *level)
{
    const uint32_t *choice = choice_of(element->tag);
    if (creator.n)
        add_return(level, dicom_tag_creator(element->tag), RETURN_CREATOR)->creator = creator;
    for (const uint32_t *other = choices[0]; choice == choices[0] && *other; other++)
        if (!dicom_set_find(set, *other))
            add_return(level, *other, RETURN_IF_STORED);

    bool if_stored = creator.n || element->tag == TAG_TimezoneOffsetFromUTC;
    struct match_return *ret = add_return(level, element->tag,
                                          step        ? RETURN_STEP
                                          : if_stored ? RETURN_IF_STORED
                                                      : RETURN_ALWAYS);
    ret->vr = (enum dicom_vr)element->vr;
    ret->choice = choice;
    ret->creator = creator;
    ret->level = item;
    ret->plain = ret->kind == RETURN_ALWAYS && element->vr != VR_SQ && !creator.n && !choice;
    if (element->vr != VR_SQ)
        ret->asked = dicom_set_text(set, element);
}

static bool make_level(struct match_maker *maker, struct dicom_set set, const struct place *place,
                       struct match_level *level);

/* NOLINTBEGIN(misc-no-recursion) make_item() stops at limits.depth */

/* Makes the level of a sequence's item; *item stays NULL if nothing is asked for in it, which asks for all (PS3.4
 * C.2.2.2.6). */
static bool make_item(struct match_maker *maker, struct dicom_set set, const struct dicom_element *sequence,
                      const struct place *place, bool keys, const struct match_level **item)
{
    *item = NULL;
    if (sequence->length > 1)
        return err_set(maker->err, ERR_SYNTAX, 0, sequence->tag, "A sequence key has one item, this has %u",
                       sequence->length);
    if (place->depth >= maker->options.limits->depth)
        return err_set(maker->err, ERR_LIMIT, 0, sequence->tag, "Sequences nested deeper than %u",
                       maker->options.limits->depth);
    if (sequence->length == 0)
        return true;
    struct dicom_set inner = dicom_set_item(set, sequence, 0);
    if (inner.count == (dicom_set_find(inner, TAG_SpecificCharacterSet) ? 1u : 0u))
        return true;

    struct place below = *place;
    if (place->depth < sizeof place->path / sizeof *place->path - 1)
        below.path[place->depth] = sequence->tag;
    below.depth++;
    below.keys = keys;
    struct match_level *level = arena_alloc(maker->arena, sizeof *level);
    *item = level;
    return level && make_level(maker, inner, &below, level);
}

static bool add_attribute(struct match_maker *maker, struct dicom_set set, const struct dicom_element *element,
                          const struct place *place, struct match_level *level)
{
    uint32_t tag = element->tag;
    struct match_test test = {
        .tag = tag,
        .vr = (enum dicom_vr)element->vr,
        .creator = creator_of(set, tag),
        .zone = maker->zone,
        .step = place->depth == 0 && tag == TAG_ScheduledProcedureStepSequence,
    };
    memcpy(test.key.path, place->path, sizeof test.key.path);
    test.key.path[place->depth < 3 ? place->depth : 3] = tag;

    bool keys = place->keys && is_key(tag);
    if (element->vr == VR_SQ) {
        const struct match_level *item;
        if (!make_item(maker, set, element, place, keys, &item))
            return false;
        add_returns(set, element, test.creator, item, test.step, level);
        test.level = item;
        if (item && item->test_count)
            level->tests[level->test_count++] = test;
        return true;
    }

    add_returns(set, element, test.creator, NULL, false, level);
    bool universal = true;
    if (keys && element->length && !match_key_read(maker, set, element, &test, &universal))
        return false;
    bool of_step = place->depth == 1 && place->path[0] == TAG_ScheduledProcedureStepSequence;
    if (!universal && of_step && tag == TAG_ScheduledStationAETitle && !match_device_station(maker, &test))
        return false;
    if (!universal)
        level->tests[level->test_count++] = test;
    return true;
}

static bool make_level(struct match_maker *maker, struct dicom_set set, const struct place *place,
                       struct match_level *level)
{
    /* Every element is one return, and may bring its creator or one of the two other forms of a code; and
     * what describes the answer. */
    size_t returns = 2 * (size_t)set.count + 5;
    level->tests = arena_array(maker->arena, set.count, sizeof *level->tests);
    level->returns = arena_array(maker->arena, returns, sizeof *level->returns);
    if (maker->arena->failed)
        return false;
    add_return(level, TAG_SpecificCharacterSet, RETURN_CHARSET);
    if (place->depth == 0) {
        /* Not asked for, but what the answer means hangs on it (PS3.4 Table K.6-1a). */
        if (!dicom_set_find(set, TAG_TimezoneOffsetFromUTC))
            add_return(level, TAG_TimezoneOffsetFromUTC, RETURN_ZONE);
        if (dicom_set_find(set, TAG_PertinentDocumentsSequence)
            && !dicom_set_find(set, TAG_HL7StructuredDocumentReferenceSequence))
            add_return(level, TAG_HL7StructuredDocumentReferenceSequence, RETURN_IF_STORED);
    }
    for (uint32_t i = 0; i < set.count; i++) {
        uint32_t tag = set.elements[i].tag;
        maker->used.query_level += tag == TAG_QueryRetrieveLevel;
        if (is_unsupported(set, tag))
            maker->used.unknown_key++;
        else if (!is_outside(tag) && !add_attribute(maker, set, &set.elements[i], place, level))
            return false;
    }
    return match_moments_settle(maker, level);
}

/* NOLINTEND(misc-no-recursion) */

static void add_tolerances(struct match_tolerances *to, const struct match_tolerances *from)
{
#define TOLERANCE(id, text) to->id += from->id;
#include "match/tolerance.def"
#undef TOLERANCE
}

struct match_plan *match_plan_new(struct dicom_set query, const struct match_options *options, struct err *err)
{
    struct match_plan *plan = calloc(1, sizeof *plan);
    if (!plan) {
        err_set(err, ERR_MEMORY, 0, 0, "No memory for a query");
        return NULL;
    }
    /* Folding may make text three times as long, and every piece of it is rounded up. */
    size_t one = options->fuzzy_names ? sizeof(struct match_fuzzy) : sizeof(struct match_name);
    size_t per_value = one + 8 * sizeof(max_align_t);
    size_t per_element = 2 * (sizeof(struct match_test) + 2 * sizeof(struct match_return) + sizeof(struct match_level));
    const struct limits *limits = options->limits;
    size_t names = 2 * ((size_t)options->device.alias_count + 1); /* in a key, and as a condition */
    arena_init(&plan->arena, (size_t)limits->identifier_bytes * 8 + (limits->key_values + names) * per_value
                                 + ((size_t)limits->elements + 8) * per_element);

    plan->has_zone = match_zone_of(query, &plan->zone);
    bool zoned = options->adjust_zone && plan->has_zone;
    struct match_maker maker = {
        .arena = &plan->arena, .options = *options, .zone = zoned ? &plan->zone : NULL, .err = err
    };
    struct place top = { .keys = true };
    bool made = make_level(&maker, query, &top, &plan->top);
    plan->partial = maker.used.unknown_key > 0;
    made = made && match_device_conditions(&maker, &plan->conditions);
    if (plan->arena.failed)
        made = err_set(err, ERR_MEMORY, 0, 0, "No memory for a query");
    if (!made)
        match_plan_free(&plan);
    else if (options->used)
        add_tolerances(options->used, &maker.used);
    return plan;
}

bool match_plan_is_partial(const struct match_plan *plan)
{
    return plan->partial;
}

void match_plan_free(struct match_plan **plan)
{
    if (!*plan)
        return;
    arena_fini(&(*plan)->arena);
    free(*plan);
    *plan = NULL;
}
