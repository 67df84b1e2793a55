/* device.c -- what the profile of a device makes of its query: its station may have several names, or be named by
 * nobody, and only entries of some days may be for it.
 *
 * The query's own keys stay as they are, but for the key on the station; all else is a condition beside them. */
#include "dicom/dictionary.h"
#include "match/level.h"

enum { CONDITIONS = 2 };

static bool is_own(const struct match_device *device, struct span title)
{
    bool own = span_eq(device->ae, title);
    for (uint32_t i = 0; !own && i < device->alias_count; i++)
        own = span_eq(device->aliases[i], title);
    return own;
}

/* Appends all names of the device to the values of a test, for which there is room. */
static void add_names(struct match_maker *maker, struct match_pattern *patterns, uint32_t *count)
{
    const struct match_device *device = &maker->options.device;
    patterns[(*count)++].text = arena_copy(maker->arena, device->ae);
    for (uint32_t i = 0; i < device->alias_count; i++)
        patterns[(*count)++].text = arena_copy(maker->arena, device->aliases[i]);
}

bool match_device_station(struct match_maker *maker, struct match_test *test)
{
    const struct match_device *device = &maker->options.device;
    test->or_none = device->without_station;
    bool own = false;
    for (uint32_t i = 0; i < test->count; i++)
        own = own || (!test->patterns[i].wild && is_own(device, test->patterns[i].text));
    if (!own || !device->alias_count)
        return true;
    struct match_pattern *patterns =
        arena_array(maker->arena, (size_t)test->count + 1 + device->alias_count, sizeof *patterns);
    if (!patterns)
        return false;
    memcpy(patterns, test->patterns, test->count * sizeof *patterns);
    add_names(maker, patterns, &test->count);
    test->patterns = patterns;
    return true;
}

/* FilterIssuerAet: a key that the query did not send. Its value is taken as it is, wild cards too. */
static void add_station(struct match_maker *maker, struct match_level *conditions)
{
    const struct match_device *device = &maker->options.device;
    struct match_pattern *patterns = arena_array(maker->arena, (size_t)device->alias_count + 1, sizeof *patterns);
    if (!patterns)
        return;
    struct match_test test = {
        .key = { { TAG_ScheduledProcedureStepSequence, TAG_ScheduledStationAETitle, 0, 0 }, .from_options = true },
        .tag = TAG_ScheduledStationAETitle,
        .vr = VR_AE,
        .kind = &match_kind_text,
        .or_none = device->without_station,
        .patterns = patterns,
    };
    add_names(maker, patterns, &test.count);
    test.key.text = patterns[0].text;
    conditions->tests[conditions->test_count++] = test;
}

static bool add_days(struct match_maker *maker, struct match_level *conditions)
{
    struct match_interval *interval = arena_alloc(maker->arena, sizeof *interval);
    if (!interval)
        return false;
    struct match_test test = {
        .key = { { TAG_ScheduledProcedureStepSequence, TAG_ScheduledProcedureStepStartDate, 0, 0 },
                 arena_copy(maker->arena, maker->options.device.days),
                 true },
        .tag = TAG_ScheduledProcedureStepStartDate,
        .vr = VR_DA,
        .kind = &match_kind_moment,
        .count = 1,
        .intervals = interval,
    };
    if (!match_kind_moment.read(maker, &test, test.key.text, interval))
        return false;
    conditions->tests[conditions->test_count++] = test;
    return true;
}

bool match_device_conditions(struct match_maker *maker, struct match_level *conditions)
{
    conditions->tests = arena_array(maker->arena, CONDITIONS, sizeof *conditions->tests);
    if (!conditions->tests)
        return false;
    if (maker->options.only_device)
        add_station(maker, conditions);
    return !maker->options.device.days.p || add_days(maker, conditions);
}

static bool has_station(struct dicom_set step)
{
    const struct dicom_element *element = dicom_set_find(step, TAG_ScheduledStationAETitle);
    return element && match_has_value(step, element);
}

/* Whether any condition on the station lets entries without one pass. */
static bool lets_none_pass(const struct match_level *level)
{
    for (uint32_t i = 0; level && i < level->test_count; i++)
        if (level->tests[i].or_none)
            return true;
    return false;
}

bool match_entry_is_nobodys(const struct match_plan *plan, struct dicom_set entry, uint32_t step)
{
    bool asked = lets_none_pass(&plan->conditions);
    for (uint32_t i = 0; !asked && i < plan->top.test_count; i++)
        asked = plan->top.tests[i].step && lets_none_pass(plan->top.tests[i].level);
    const struct dicom_element *steps = dicom_set_find(entry, TAG_ScheduledProcedureStepSequence);
    return asked && !has_station(dicom_set_item(entry, steps, step));
}
