/* A query against a catalog: what the indexes find is what the slow reference matcher finds (tests/unit/match), in the
 * order in which a look at every entry finds it; and every answer reads again.
 *
 * The input is a row of choices, of which the generator of tests/unit/match/property.c makes a query and entries. Some
 * of them are put into the catalog, replaced and dropped again before the query. */
#include "fuzz.h"

#include "../unit/match/pairs.h"
#include "../unit/match/reference.h"
#include "../unit/match/sets.h"
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "choices.h"
#include "dicom/tags.h"
#include "match/explain.h"

enum { FILES = 5, FOUND = 16, CAP = 1 << 20 };

static struct choices choices;

static uint32_t below(uint32_t n)
{
    return choices_below(&choices, n);
}

struct found {
    char name;
    uint32_t step;
};

/* The catalog, and what is in it: file by file what stands under a name, NULL for nothing. */
struct world {
    struct catalog *catalog;
    struct dicom_block *files[FILES]; /* ours, a second one: the catalog has its own */
    struct dicom_block *query;
    bool case_sensitive_pn;
};

static void put(struct catalog_change *change, struct world *w, uint32_t file, const char *text)
{
    const char name[] = { (char)('a' + file), 0 };
    dicom_block_free(&w->files[file]);
    w->files[file] = pairs_block(text);
    DEMAND(catalog_put(change, name, pairs_block(text)));
}

static void drop(struct catalog_change *change, struct world *w, uint32_t file)
{
    const char name[] = { (char)('a' + file), 0 };
    dicom_block_free(&w->files[file]);
    DEMAND(catalog_drop(change, name));
}

/* The query is made from the first entry. */
static void fill(struct world *w)
{
    static struct pair pair;
    w->catalog = catalog_new();
    DEMAND(w->catalog);
    for (uint32_t version = 0, versions = 1 + below(2); version < versions; version++) {
        struct catalog_change *change = catalog_begin(w->catalog, 1);
        DEMAND(change);
        for (uint32_t changes = 1 + below(2 + (version == 0)); changes; changes--) {
            pair_make_by(&pair, below);
            if (w->query && below(4) == 0)
                drop(change, w, below(FILES));
            else
                put(change, w, w->query ? below(FILES) : 0, pair.entry.s);
            if (!w->query) {
                w->query = pairs_block(pair.query.s);
                w->case_sensitive_pn = pair.case_sensitive_pn;
            }
        }
        catalog_commit(&change, NULL);
    }
}

/* What the reference says is found, in any order; -1: the query means nothing. */
static int judge(const struct world *w, struct found out[FOUND])
{
    int n = 0;
    for (uint32_t file = 0; file < FILES; file++) {
        if (!w->files[file])
            continue;
        struct dicom_set set = dicom_block_set(w->files[file]);
        const struct dicom_element *steps = dicom_set_find(set, TAG_ScheduledProcedureStepSequence);
        for (uint32_t step = 0; step < steps->length; step++) {
            enum reference_verdict verdict =
                reference_match(dicom_block_set(w->query), set, step, w->case_sensitive_pn);
            if (verdict == REFERENCE_REFUSED)
                return -1;
            if (verdict == REFERENCE_MATCH)
                out[n++] = (struct found){ (char)('a' + file), step };
        }
    }
    return n;
}

/* As it is, in the words of the query, and bent for a device. */
static void project(const struct match_plan *plan, const struct catalog_entry *entry, enum dicom_syntax syntax)
{
    static const struct dicom_length lengths[] = { { TAG_PatientComments, 2 } };
    struct match_bent bent;
    const struct match_answer ways[] = {
        { .no_private = false },
        { .narrow = true },
        { .no_private = true,
          .omit_empty = true,
          .omit_code_items = true,
          .charsets = { dicom_charset_from_value(span_str("ISO_IR 100"), NULL) },
          .charset_count = 1,
          .transliterate = true,
          .lengths = lengths,
          .length_count = 1,
          .bent = &bent },
    };
    struct dicom_parse_options options = { .syntax = syntax, .max_bytes = CAP, .limits = &limits_default };
    struct dicom_writer writer;
    struct err err = { .code = ERR_NONE };
    struct wr answer;
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        wr_init(&answer, CAP);
        dicom_write_init(&writer, &answer, syntax);
        match_project(plan, entry->set, entry->step, &ways[way], &writer);
        DEMAND(!answer.failed);
        struct dicom_block *block = dicom_parse(wr_done(&answer), &options, NULL, &err);
        DEMAND(block);
        dicom_block_free(&block);
        wr_fini(&answer);
    }
}

/* Takes one of what was to be found. */
static void take(struct found *expected, int *left, const struct catalog_entry *entry)
{
    int i = 0;
    while (i < *left && (expected[i].name != entry->name[0] || expected[i].step != entry->step))
        i++;
    DEMAND(i < *left);
    expected[i] = expected[--*left];
}

/* Why an entry is not found: some key says so, and in what words. */
static void explain(const struct match_plan *plan, const struct catalog_entry *entry)
{
    uint64_t failed = match_entry_failed(plan, entry->set, entry->step);
    DEMAND((failed == 0) == !match_entry(plan, entry->set, entry->step));
    struct match_miss miss;
    struct wr words;
    wr_init(&words, 1 << 16);
    for (uint32_t number = 0; number < EXPLAIN_KEYS; number++)
        if (failed >> number & 1 && match_entry_miss(plan, entry->set, entry->step, number, &miss))
            (void)match_miss_words(&miss, &words);
    DEMAND(!words.failed && utf8_valid(wr_done(&words)));
    wr_fini(&words);
}

static void compare(struct catalog_snapshot *snapshot, const struct match_plan *plan, const struct match_plan *all,
                    struct found *expected, int left)
{
    struct catalog_query *query = catalog_query_new(snapshot, plan), *every = catalog_query_new(snapshot, all);
    struct catalog_entry got, next;
    DEMAND(query && every);
    while (catalog_query_next(query, UINT32_MAX, &got) == CATALOG_ENTRY) {
        take(expected, &left, &got);
        DEMAND(!match_entry(plan, got.set, got.step));
        do {
            DEMAND(catalog_query_next(every, UINT32_MAX, &next) == CATALOG_ENTRY);
            explain(plan, &next);
        } while (next.name[0] != got.name[0] || next.step != got.step);
        project(plan, &got, got.step % 2 ? SYNTAX_IMPLICIT_LE : SYNTAX_EXPLICIT_LE);
    }
    DEMAND(left == 0);
    while (catalog_query_next(every, UINT32_MAX, &next) == CATALOG_ENTRY)
        explain(plan, &next);
    catalog_query_free(&query);
    catalog_query_free(&every);
}

static void ask(const struct world *w)
{
    static const struct match_options as_it_is = { .limits = &limits_default };
    struct match_options options = { .case_sensitive_pn = w->case_sensitive_pn, .limits = &limits_default };
    struct err err = { .code = ERR_NONE };
    struct found expected[FOUND];
    int count = judge(w, expected);
    struct match_plan *plan = match_plan_new(dicom_block_set(w->query), &options, &err);
    struct match_plan *all = match_plan_new((struct dicom_set){ 0 }, &as_it_is, &err);
    DEMAND(all && !plan == (err.code == ERR_SYNTAX));
    struct catalog_snapshot *snapshot = catalog_snapshot_acquire(w->catalog);
    if (plan) {
        DEMAND(count >= 0);
        compare(snapshot, plan, all, expected, count);
    } else {
        DEMAND(count <= 0); /* the reference says so only where there is an entry */
        demand_words(&err, 0);
    }
    catalog_snapshot_release(&snapshot);
    match_plan_free(&plan);
    match_plan_free(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    struct world w = { .catalog = NULL };
    choices = choices_of(data, size);
    fill(&w);
    ask(&w);
    for (uint32_t i = 0; i < FILES; i++)
        dicom_block_free(&w.files[i]);
    dicom_block_free(&w.query);
    catalog_free(&w.catalog);
    return 0;
}
