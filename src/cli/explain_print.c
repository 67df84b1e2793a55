/* explain_print.c -- an explanation as text and as JSON. */
#include "cli/explain_print.h"

#include "dicom/json.h"
#include "text/print_json.h"

enum { VALUE_SHOWN = 64 };

static void put_lost(const struct cli_lost_files *lost, struct wr *out)
{
    wr_fmt(out, "%s is not served: %s", lost->file[0].name, lost->file[0].reason);
    if (lost->count > 1)
        wr_fmt(out, "; nor are %u others", lost->count - 1);
}

/* The cause, as far as one line can say it. */
static void put_cause(const struct cli_explained *e, struct wr *out)
{
    uint32_t number;
    if (e->refused) {
        wr_str(out, e->refused);
        return;
    }
    const struct match_explain *x = e->how;
    bool blamed = match_explain_blame(x, &number), lost = e->lost->shown > 0;
    if (e->then && !e->limit)
        wr_fmt(out, "%s; now: ", e->then);
    if (!x->matched && e->unscripted) {
        wr_fmt(out,
               "0 of %llu entries; %llu match what the device asks, before the script of this server (LuaScripts) "
               "changes it; then ",
               (unsigned long long)x->entries, (unsigned long long)e->unscripted);
        service_explain_line(x, e->plan, true, out);
        return;
    }
    if (lost && !x->matched && !blamed) {
        wr_fmt(out, "0 of %llu entries; ", (unsigned long long)x->entries);
        put_lost(e->lost, out);
        return;
    }
    service_explain_line(x, e->plan, true, out);
    if (e->limit)
        wr_fmt(out, " match, and the list ends after %u: LimitAnswers", e->limit);
    else if (x->matched)
        wr_str(out, x->matched == 1 ? " matches" : " match");
    if (e->dropped)
        wr_fmt(out, ", and the script of this server (LuaScripts) drops %u of these answers", e->dropped);
    if (e->partial)
        wr_fmt(out, "; %s is neither compared nor returned: %s", *e->ignored ? e->ignored : "a key",
               "PS3.6 does not know it, or it is private and its creator is missing");
    if (!x->entries)
        wr_str(out, "; the worklist is empty");
    if (lost) {
        wr_str(out, "; ");
        put_lost(e->lost, out);
    }
}

static void put_keys(const struct match_explain *x, struct wr *out)
{
    if (!x->keys.count)
        return;
    wr_str(out, "\nKeys: entries that would match without it, and that meet it alone\n");
    for (uint32_t i = 0; i < x->keys.count; i++) {
        wr_fmt(out, "%8llu %8llu  ", (unsigned long long)x->without[i], (unsigned long long)x->alone[i]);
        match_key_name(x->keys.key[i], out);
        wr_str(out, " = ");
        dicom_json_string(x->keys.key[i]->text, VALUE_SHOWN, out);
        wr_str(out, x->keys.key[i]->from_options ? "  (not of the query, but of the configuration)\n" : "\n");
    }
}

/* The keys that an entry fails are 64 at most; a person reads the first. */
static uint32_t first_failed(uint64_t failed)
{
    return (uint32_t)__builtin_ctzll(failed);
}

static void put_near(const struct cli_explained *e, const struct match_near *near, struct wr *out)
{
    struct match_miss miss;
    uint32_t others = (uint32_t)__builtin_popcountll(near->failed) - 1;
    if (!match_entry_miss(e->plan, near->set, near->step, first_failed(near->failed), &miss))
        return;
    wr_fmt(out, "  %s: ", near->name);
    match_key_name(miss.key, out);
    wr_str(out, " ");
    dicom_json_string(miss.had, VALUE_SHOWN, out);
    wr_str(out, ", asked ");
    dicom_json_string(miss.key->text, VALUE_SHOWN, out);
    service_explain_words(&miss, out);
    if (others)
        wr_fmt(out, "; and %u other key%s", others, others == 1 ? "" : "s");
    wr_str(out, "\n");
}

void cli_explain_text(const struct cli_explained *e, struct wr *out)
{
    put_cause(e, out);
    wr_str(out, "\n");
    if (e->note)
        wr_fmt(out, "%s\n", e->note);
    if (e->how) {
        put_keys(e->how, out);
        if (e->how->nearest_count)
            wr_str(out, "\nNearest entries: what they have, what was asked\n");
        for (uint32_t i = 0; i < e->how->nearest_count; i++)
            put_near(e, &e->how->nearest[i], out);
    }
    if (e->lost->shown)
        wr_str(out, "\nNot served\n");
    for (uint32_t i = 0; i < e->lost->shown; i++)
        wr_fmt(out, "  %s: %s\n", e->lost->file[i].name, e->lost->file[i].reason);
    if (e->lost->count > e->lost->shown)
        wr_fmt(out, "  and %u others\n", e->lost->count - e->lost->shown);
}

/* ---- JSON ---- */

static void put_member(struct wr *out, const char *name, struct span text)
{
    wr_fmt(out, "\"%s\" : ", name);
    text_json_string(out, text);
}

static void put_name(struct wr *out, const struct match_key *key)
{
    struct wr name;
    wr_init(&name, 256);
    match_key_name(key, &name);
    put_member(out, "attribute", wr_done(&name));
    wr_fini(&name);
}

static void put_json_keys(const struct match_explain *x, struct wr *out)
{
    for (uint32_t i = 0; i < x->keys.count; i++) {
        wr_str(out, i ? ",\n    { " : "\n    { ");
        put_name(out, x->keys.key[i]);
        wr_str(out, ", ");
        put_member(out, "asked", x->keys.key[i]->text);
        wr_fmt(out, ", \"ofConfiguration\" : %s, \"matchWithout\" : %llu, \"meetAlone\" : %llu }",
               x->keys.key[i]->from_options ? "true" : "false", (unsigned long long)x->without[i],
               (unsigned long long)x->alone[i]);
    }
}

static void put_json_misses(const struct cli_explained *e, const struct match_near *near, struct wr *out)
{
    bool first = true;
    for (uint32_t i = 0; i < e->how->keys.count; i++) {
        struct match_miss miss;
        struct wr words;
        if (!(near->failed >> i & 1) || !match_entry_miss(e->plan, near->set, near->step, i, &miss))
            continue;
        wr_init(&words, 1024);
        match_miss_words(&miss, &words);
        wr_str(out, first ? "\n        { " : ",\n        { ");
        put_name(out, miss.key);
        wr_str(out, ", ");
        put_member(out, "asked", miss.key->text);
        wr_str(out, ", ");
        put_member(out, "has", miss.had);
        wr_str(out, ", ");
        put_member(out, "hint", wr_done(&words));
        wr_str(out, " }");
        wr_fini(&words);
        first = false;
    }
}

static void put_json_nearest(const struct cli_explained *e, struct wr *out)
{
    for (uint32_t i = 0; i < e->how->nearest_count; i++) {
        wr_str(out, i ? ",\n    { " : "\n    { ");
        put_member(out, "file", span_str(e->how->nearest[i].name));
        wr_fmt(out, ", \"step\" : %u, \"misses\" : [", e->how->nearest[i].step);
        put_json_misses(e, &e->how->nearest[i], out);
        wr_str(out, " ] }");
    }
}

void cli_explain_json(const struct cli_explained *e, struct wr *out)
{
    struct wr cause;
    wr_init(&cause, 1 << 16);
    put_cause(e, &cause);
    wr_str(out, "{\n  ");
    put_member(out, "cause", wr_done(&cause));
    wr_fini(&cause);
    if (e->note) {
        wr_str(out, ",\n  ");
        put_member(out, "note", span_str(e->note));
    }
    if (e->how) {
        wr_fmt(out, ",\n  \"entries\" : %llu,\n  \"matched\" : %llu,\n  \"keys\" : [",
               (unsigned long long)e->how->entries, (unsigned long long)e->how->matched);
        put_json_keys(e->how, out);
        wr_str(out, " ],\n  \"nearest\" : [");
        put_json_nearest(e, out);
        wr_str(out, " ]");
    }
    wr_str(out, ",\n  \"notServed\" : [");
    for (uint32_t i = 0; i < e->lost->shown; i++) {
        wr_str(out, i ? ",\n    { " : "\n    { ");
        put_member(out, "file", span_str(e->lost->file[i].name));
        wr_str(out, ", ");
        put_member(out, "reason", span_str(e->lost->file[i].reason));
        wr_str(out, " }");
    }
    wr_str(out, " ]\n}\n");
}
