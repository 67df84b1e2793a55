/* explain_line.c -- the one most useful thing that can be said of an empty list, as a line. */
#include "dicom/dictionary.h"
#include "dicom/json.h"
#include "service/explain.h"

enum { VALUE_SHOWN = 64 };

static uint32_t tag_of(const struct match_key *key)
{
    uint32_t tag = 0;
    for (size_t i = 0; i < sizeof key->path / sizeof *key->path && key->path[i]; i++)
        tag = key->path[i];
    return tag;
}

/* Who narrowed the query, where it did not do so itself. */
static const char *added_by(const struct match_key *key)
{
    if (!key->from_options)
        return "";
    return tag_of(key) == TAG_ScheduledStationAETitle ? ", which FilterIssuerAet adds" : ", which its profile adds";
}

void service_explain_words(const struct match_miss *miss, struct wr *out)
{
    size_t mark = out->n;
    wr_str(out, ": ");
    if (match_miss_words(miss, out) == NEAR_NOTHING)
        wr_truncate(out, mark);
}

static void put_blame(const struct match_explain *e, const struct match_plan *plan, uint32_t number, bool all_values,
                      struct wr *out)
{
    const struct match_key *key = e->keys.key[number];
    const struct match_near *example = &e->example[number];
    bool shown = all_values || dicom_json_may_show(tag_of(key)), one = e->without[number] == 1;
    struct match_miss miss;
    wr_fmt(out, "; %llu would match without ", (unsigned long long)e->without[number]);
    match_key_name(key, out);
    if (shown) {
        wr_str(out, " = ");
        dicom_json_string(span_trim(key->text), VALUE_SHOWN, out);
    }
    wr_str(out, added_by(key));
    if (!match_entry_miss(plan, example->set, example->step, number, &miss))
        return;
    if (shown && miss.had.n) {
        wr_str(out, one ? " (it has " : e->mixed[number] ? " (one of them has " : " (they have ");
        dicom_json_string(miss.had, VALUE_SHOWN, out);
        wr_str(out, ")");
    }
    service_explain_words(&miss, out);
}

static void put_nearest(const struct match_explain *e, struct wr *out)
{
    wr_str(out, "; none would match without one key; the nearest fails ");
    uint64_t failed = e->nearest[0].failed;
    bool first = true;
    for (uint32_t i = 0; i < e->keys.count; i++) {
        if (!(failed >> i & 1))
            continue;
        if (!first)
            wr_str(out, failed >> i >> 1 ? ", " : " and ");
        match_key_name(e->keys.key[i], out);
        wr_str(out, added_by(e->keys.key[i]));
        first = false;
    }
}

void service_explain_line(const struct match_explain *e, const struct match_plan *plan, bool all_values, struct wr *out)
{
    uint32_t number;
    wr_fmt(out, "%llu of %llu entr%s", (unsigned long long)e->matched, (unsigned long long)e->entries,
           e->entries == 1 ? "y" : "ies");
    if (e->matched || !e->entries)
        return;
    if (match_explain_blame(e, &number))
        put_blame(e, plan, number, all_values, out);
    else if (e->nearest_count)
        put_nearest(e, out);
}

void service_explain_added(const struct match_plan *plan, struct wr *out)
{
    struct match_keys keys;
    match_plan_keys(plan, &keys);
    for (uint32_t i = 0; i < keys.count; i++) {
        if (!keys.key[i]->from_options)
            continue;
        match_key_name(keys.key[i], out);
        wr_str(out, " = ");
        dicom_json_string(span_trim(keys.key[i]->text), VALUE_SHOWN, out);
        wr_fmt(out, "%s\n", added_by(keys.key[i]));
    }
}
