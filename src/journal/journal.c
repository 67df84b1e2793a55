/* journal.c -- a ring of records, by number. */
#include "journal/journal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dicom/json.h"
#include "journal/record.h"

enum { BRIEF_MAX = 2048, HEAP_BYTES = 16 /* of the allocator, for each record */ };

struct journal {
    struct journal_options options;
    pthread_mutex_t lock;
    uint64_t first, next; /* numbers that are there: from first, below next */
    uint64_t bytes;       /* of all that is here, the ring too */
    void (*added)(void *arg);
    void *arg;
    struct journal_record *ring[]; /* record N in slot N % options.records */
};

/* Slots of the ring are memory, too: there are no more than records that the bytes have room for. */
static uint32_t slots_of(const struct journal_options *options)
{
    uint64_t most = options->bytes / (sizeof(struct journal_record) + HEAP_BYTES + sizeof(struct journal_record *));
    return most < options->records ? (uint32_t)most : options->records;
}

struct journal *journal_new(const struct journal_options *options)
{
    uint32_t slots = slots_of(options);
    struct journal *j = calloc(1, sizeof *j + slots * sizeof *j->ring);
    if (!j)
        return NULL;
    j->options = *options;
    j->options.records = slots;
    j->bytes = slots * sizeof *j->ring;
    j->first = j->next = 1;
    pthread_mutex_init(&j->lock, NULL);
    return j;
}

static void release(struct journal_record *record)
{
    if (record && atomic_fetch_sub(&record->references, 1) == 1)
        free(record);
}

void journal_free(struct journal **journal)
{
    struct journal *j = *journal;
    if (!j)
        return;
    for (uint32_t i = 0; i < j->options.records; i++)
        release(j->ring[i]);
    pthread_mutex_destroy(&j->lock);
    free(j);
    *journal = NULL;
}

bool journal_is_masked(const struct journal *j)
{
    return j->options.mask;
}

static struct journal_record **slot_of(struct journal *j, uint64_t number)
{
    return &j->ring[number % j->options.records];
}

static size_t cost_of(const struct journal_record *record)
{
    return record->bytes + HEAP_BYTES;
}

static void drop_first(struct journal *j)
{
    struct journal_record **slot = slot_of(j, j->first++);
    j->bytes -= cost_of(*slot);
    release(*slot);
    *slot = NULL;
}

/* Takes the record; returns its number. */
static uint64_t add(struct journal *j, struct journal_record *record)
{
    if (!record)
        return 0;
    pthread_mutex_lock(&j->lock);
    while (j->next - j->first == j->options.records
           || (j->first < j->next && j->bytes + cost_of(record) > j->options.bytes))
        drop_first(j);
    uint64_t number = 0;
    if (j->bytes + cost_of(record) <= j->options.bytes) {
        number = j->next++;
        *slot_of(j, number) = record;
        j->bytes += cost_of(record);
        if (j->added)
            j->added(j->arg);
    }
    pthread_mutex_unlock(&j->lock);
    if (!number)
        release(record);
    return number;
}

/* A record with room for so many bytes of text. */
static struct journal_record *record_new(size_t room)
{
    struct journal_record *r = calloc(1, sizeof *r + room);
    if (!r)
        return NULL;
    atomic_init(&r->references, 1);
    r->bytes = sizeof *r; /* and what is copied */
    return r;
}

/* Text for which there is room. */
static struct span keep(struct journal_record *r, struct span text)
{
    uint8_t *to = (uint8_t *)r + r->bytes;
    if (text.n)
        memcpy(to, text.p, text.n);
    r->bytes += text.n;
    return span_of(to, text.n);
}

static struct span at_most(struct span text, size_t most)
{
    return text.n > most ? span_of(text.p, most) : text;
}

static struct span name_of(const char *text)
{
    return at_most(span_str(text), JOURNAL_NAME);
}

uint64_t journal_add_association(struct journal *j, const struct journal_association *a)
{
    struct span calling = name_of(a->calling_ae), called = name_of(a->called_ae), peer = name_of(a->peer);
    struct span uid = at_most(a->implementation_class_uid, JOURNAL_NAME);
    struct span version = at_most(a->implementation_version, JOURNAL_NAME);
    struct span contexts = at_most(a->contexts, JOURNAL_TEXT), proposed = at_most(a->proposed, JOURNAL_TEXT);
    if (!j->options.records)
        return 0;
    struct journal_record *r =
        record_new(calling.n + called.n + peer.n + uid.n + version.n + contexts.n + proposed.n + JOURNAL_ENDED);
    if (r) {
        r->at_us = a->at_us;
        r->calling_ae = keep(r, calling);
        r->called_ae = keep(r, called);
        r->peer = keep(r, peer);
        r->implementation_class_uid = keep(r, uid);
        r->implementation_version = keep(r, version);
        r->contexts = keep(r, contexts);
        r->proposed = keep(r, proposed);
        r->truncated = a->truncated || proposed.n < a->proposed.n;
        r->max_length = a->max_length;
        r->ended = (char *)r + r->bytes;
        r->bytes += JOURNAL_ENDED;
        snprintf(r->ended, JOURNAL_ENDED, "%s", a->ended);
    }
    return add(j, r);
}

void journal_end_association(struct journal *j, uint64_t number, const char *how)
{
    if (!number)
        return;
    pthread_mutex_lock(&j->lock);
    struct journal_record *record = number >= j->first && number < j->next ? *slot_of(j, number) : NULL;
    if (record && record->ended)
        snprintf(record->ended, JOURNAL_ENDED, "%s", how);
    pthread_mutex_unlock(&j->lock);
}

static struct journal_record *query_new(const struct journal *j, const struct journal_query *q, struct span keys)
{
    struct span calling = name_of(q->calling_ae), called = name_of(q->called_ae), peer = name_of(q->peer);
    struct span identifier = at_most(q->identifier, j->options.mask ? 0 : JOURNAL_IDENTIFIER);
    struct span changed = at_most(q->changed, JOURNAL_TEXT), comment = at_most(span_str(q->comment), JOURNAL_TEXT);
    struct journal_record *r =
        record_new(calling.n + called.n + peer.n + identifier.n + keys.n + changed.n + comment.n);
    if (!r)
        return NULL;
    r->is_query = true;
    r->at_us = q->at_us;
    r->took_us = q->took_us;
    r->association = q->association;
    r->entries = q->entries;
    r->answers = q->answers;
    r->length = q->identifier.n;
    r->syntax = q->syntax;
    r->status = q->status;
    r->masked = j->options.mask;
    r->truncated = !r->masked && q->identifier.n > identifier.n;
    r->cut_off = q->cut_off;
    r->fuzzy_names = q->fuzzy_names;
    r->adjust_zone = q->adjust_zone;
    r->calling_ae = keep(r, calling);
    r->called_ae = keep(r, called);
    r->peer = keep(r, peer);
    r->identifier = keep(r, identifier);
    r->keys = keep(r, keys);
    r->changed = keep(r, changed);
    r->comment = keep(r, comment);
    return r;
}

uint64_t journal_add_query(struct journal *j, const struct journal_query *q)
{
    if (!j->options.records)
        return 0;
    /* Of a query that is not masked the keys are made when somebody wants to see them. */
    struct wr keys;
    wr_init(&keys, BRIEF_MAX);
    if (j->options.mask && q->set.count)
        dicom_json_brief(q->set, &keys);
    uint64_t number = add(j, query_new(j, q, wr_done(&keys)));
    wr_fini(&keys);
    return number;
}

bool journal_get(struct journal *j, uint64_t number, struct journal_view *out)
{
    pthread_mutex_lock(&j->lock);
    if (number < j->first)
        number = j->first;
    bool found = number < j->next;
    if (found) {
        out->record = *slot_of(j, number);
        out->number = number;
        snprintf(out->ended, sizeof out->ended, "%s", out->record->ended ? out->record->ended : "");
        atomic_fetch_add(&out->record->references, 1);
    }
    pthread_mutex_unlock(&j->lock);
    return found;
}

void journal_release(struct journal_view *view)
{
    release(view->record);
    view->record = NULL;
}

uint64_t journal_next(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    uint64_t next = j->next;
    pthread_mutex_unlock(&j->lock);
    return next;
}

struct journal_size journal_size(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    struct journal_size size = { j->next - j->first, j->bytes };
    pthread_mutex_unlock(&j->lock);
    return size;
}

void journal_watch(struct journal *j, void (*added)(void *arg), void *arg)
{
    pthread_mutex_lock(&j->lock);
    j->added = added;
    j->arg = arg;
    pthread_mutex_unlock(&j->lock);
}
