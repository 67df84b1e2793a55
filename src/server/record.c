/* record.c -- connections and queries as records of the journal. */
#include "server/record.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/json.h"
#include "server/connection.h"

enum { SYNTAXES_NAMED = 4, MORE_ROOM = 64 /* for the line on those that are left out */ };

static void put_uid(struct wr *out, struct span uid)
{
    char safe[4 * UL_UID_LENGTH + 1];
    const struct dicom_uid_entry *known = dicom_uid_find(uid);
    wr_str(out, known ? known->name : log_text(uid, safe, sizeof safe));
}

static const char *const results[] = {
    [UL_CONTEXT_ACCEPTED] = "accepted",
    [UL_CONTEXT_USER_REJECTION] = "refused: this caller may not have it",
    [UL_CONTEXT_NO_REASON] = "refused",
    [UL_CONTEXT_ABSTRACT_SYNTAX] = "refused: not a service of this server",
    [UL_CONTEXT_TRANSFER_SYNTAXES] = "refused: no transfer syntax that this server has was proposed",
};

/* `1 Modality Worklist Information Model - FIND: accepted, Explicit VR Little Endian` */
static void put_context(struct wr *out, const struct ul_context *asked, const struct ul_context *answer)
{
    bool accepted = answer->result == UL_CONTEXT_ACCEPTED;
    const struct ul_context *named = accepted ? answer : asked;
    wr_fmt(out, "%u ", asked->id);
    put_uid(out, asked->abstract_syntax);
    wr_fmt(out, ": %s", results[answer->result]);
    for (uint32_t i = 0; i < named->transfer_syntax_count && i < SYNTAXES_NAMED; i++) {
        wr_str(out, i ? ", " : accepted ? " in " : "; proposed: ");
        put_uid(out, named->transfer_syntaxes[i]);
    }
    if (named->transfer_syntax_count > SYNTAXES_NAMED)
        wr_fmt(out, " and %u others", named->transfer_syntax_count - SYNTAXES_NAMED);
    wr_str(out, "\n");
}

/* Room ends with a whole line, and a line that says how many had none. True if all had. */
static bool put_all(struct wr *out, const struct ul_associate *asked, const struct ul_associate *answer,
                    bool count_rest,
                    void (*put)(struct wr *out, const struct ul_context *asked, const struct ul_context *answer))
{
    uint32_t count = answer ? answer->context_count : asked->context_count;
    for (uint32_t i = 0; i < count; i++) {
        size_t mark = out->n;
        put(out, &asked->contexts[i], answer ? &answer->contexts[i] : NULL);
        if (!out->failed && out->n + MORE_ROOM <= JOURNAL_TEXT)
            continue;
        wr_truncate(out, mark);
        if (count_rest)
            wr_fmt(out, "and %u others, for which there is no room\n", count - i);
        return false;
    }
    return true;
}

/* As the device has proposed it; UIDs alone, whatever they are. */
static void put_proposal(struct wr *out, const struct ul_context *asked, const struct ul_context *answer)
{
    char safe[4 * UL_UID_LENGTH + 1];
    (void)answer;
    wr_str(out, log_text(asked->abstract_syntax, safe, sizeof safe));
    for (uint32_t i = 0; i < asked->transfer_syntax_count; i++)
        wr_fmt(out, " %s", log_text(asked->transfer_syntaxes[i], safe, sizeof safe));
    wr_str(out, "\n");
}

static void add_association(struct server_connection *c, const struct ul_associate *rq, struct span contexts,
                            const char *ended)
{
    struct journal *journal = c->worker->shared->journal;
    struct wr proposed;
    if (!journal)
        return;
    wr_init(&proposed, JOURNAL_TEXT);
    bool whole = put_all(&proposed, rq, NULL, false, put_proposal);
    struct journal_association record = { .at_us = clock_wall_us(),
                                          .calling_ae = c->calling_ae,
                                          .called_ae = c->called_ae,
                                          .peer = c->peer,
                                          .implementation_class_uid = rq->implementation_class_uid,
                                          .implementation_version = rq->implementation_version,
                                          .contexts = contexts,
                                          .proposed = wr_done(&proposed),
                                          .truncated = !whole,
                                          .max_length = rq->max_length,
                                          .ended = ended };
    c->record = journal_add_association(journal, &record);
    wr_fini(&proposed);
}

void server_record_association(struct server_connection *c, const struct ul_associate *rq,
                               const struct ul_associate *ac)
{
    struct wr contexts;
    wr_init(&contexts, JOURNAL_TEXT);
    put_all(&contexts, rq, ac, true, put_context);
    add_association(c, rq, wr_done(&contexts), "");
    wr_fini(&contexts);
}

void server_record_rejection(struct server_connection *c, const char *why, const char *more)
{
    char ended[JOURNAL_ENDED];
    snprintf(ended, sizeof ended, "rejected: %s", why);
    add_association(c, ul_association_peer(c->association), span_str(more), ended);
    c->record = 0;
}

void server_record_end(struct server_connection *c, const char *how)
{
    if (c->record && !c->is_ended)
        journal_end_association(c->worker->shared->journal, c->record, how);
    c->is_ended = true;
}

static void add_query(struct server_connection *c, const struct service_summary *sum, struct span added)
{
    const struct server_request *rq = c->request;
    struct span abstract, transfer;
    ul_association_context(c->association, rq->context_id, &abstract, &transfer);
    uint64_t took_us = clock_mono_us() - c->asked_us; /* with the time that a script took */
    struct journal_query record = { .at_us = clock_wall_us() - took_us,
                                    .took_us = took_us,
                                    .association = c->record,
                                    .calling_ae = c->calling_ae,
                                    .called_ae = c->called_ae,
                                    .peer = c->peer,
                                    .identifier = span_of(rq->data_set, rq->data_set_length),
                                    .syntax = dicom_syntax_from_uid(transfer),
                                    .set = sum->identifier,
                                    .changed = added,
                                    .fuzzy_names = c->fuzzy_names,
                                    .adjust_zone = c->adjust_zone,
                                    .entries = sum->entries,
                                    .answers = sum->answers,
                                    .status = sum->status,
                                    .cut_off = !sum->over,
                                    .comment = sum->comment };
    journal_add_query(c->worker->shared->journal, &record);
}

void server_record_query(struct server_connection *c)
{
    struct service_summary sum;
    struct wr added;
    if (!c->worker->shared->journal)
        return;
    wr_init(&added, JOURNAL_TEXT);
    service_find_sum_up(c->find, &sum);
    if (c->settings->hook && hook_has_filter(c->settings->hook)) {
        wr_str(&added, "a script made of it: ");
        (journal_is_masked(c->worker->shared->journal) ? dicom_json_brief : dicom_json_keys)(sum.identifier, &added);
        wr_str(&added, "\n");
    }
    if (sum.dropped)
        wr_fmt(&added, "a script dropped %u further answers (OutgoingWorklistAnswerFilter)\n", sum.dropped);
    service_find_added(c->find, &added);
    add_query(c, &sum, wr_done(&added));
    wr_fini(&added);
}

void server_record_cut_off(struct server_connection *c)
{
    struct service_summary sum = { .comment = "" };
    if (c->worker->shared->journal)
        add_query(c, &sum, (struct span){ NULL, 0 });
}

void server_record_refusal(struct server_connection *c, uint16_t status, const char *comment)
{
    struct service_summary sum = { .status = status, .comment = comment, .over = true };
    if (c->worker->shared->journal)
        add_query(c, &sum, (struct span){ NULL, 0 });
}
