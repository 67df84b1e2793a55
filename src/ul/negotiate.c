/* negotiate.c -- each proposed presentation context gets one answer; each offered user item at most one. */
#include "ul/negotiate.h"

static const struct ul_offer *find_offer(const struct ul_acceptor *acceptor, struct span abstract_syntax)
{
    for (uint32_t i = 0; i < acceptor->offer_count; i++)
        if (span_is(abstract_syntax, acceptor->offers[i].abstract_syntax))
            return &acceptor->offers[i];
    return NULL;
}

/* The one that we like best of those proposed, whose own order has no force (PS3.8 9.3.2.2); NULL for none. */
static struct span *choose_syntax(const struct ul_acceptor *acceptor, const struct ul_context *proposed)
{
    for (uint32_t i = 0; i < acceptor->transfer_syntax_count; i++)
        for (uint32_t t = 0; t < proposed->transfer_syntax_count; t++)
            if (span_is(proposed->transfer_syntaxes[t], acceptor->transfer_syntaxes[i]))
                return &proposed->transfer_syntaxes[t];
    return NULL;
}

static struct ul_context answer_context(const struct ul_acceptor *acceptor, const struct ul_context *proposed)
{
    /* A transfer syntax is there also where it has no meaning, in a refusal (9.3.3.2). */
    struct ul_context answer = { .id = proposed->id,
                                 .transfer_syntaxes = proposed->transfer_syntaxes,
                                 .transfer_syntax_count = 1 };
    const struct ul_offer *offer = find_offer(acceptor, proposed->abstract_syntax);
    struct span *syntax = choose_syntax(acceptor, proposed);
    if (!offer) {
        answer.result = UL_CONTEXT_ABSTRACT_SYNTAX;
    } else if (!offer->allowed) {
        answer.result = UL_CONTEXT_USER_REJECTION;
    } else if (!syntax) {
        answer.result = UL_CONTEXT_TRANSFER_SYNTAXES;
    } else {
        answer.result = UL_CONTEXT_ACCEPTED;
        answer.transfer_syntaxes = syntax;
    }
    return answer;
}

/* Modality Worklist (PS3.4 K.5.1): the two reserved bytes come back as they were offered; of what follows, 1 where it
 * was asked for and is performed. Bytes beyond those that we know are left out, which says 0. Fewer than three bytes
 * are malformed and get no answer. */
static void answer_extended(const struct ul_acceptor *acceptor, const struct ul_associate *rq, struct arena *arena,
                            struct ul_associate *answer)
{
    enum { LEAST = UL_FUZZY_NAMES + 1, MOST = UL_ADJUST_ZONE + 1 };
    struct span offered = rq->extended_mwl;
    size_t n = offered.n < MOST ? offered.n : MOST;
    uint8_t *bytes = n >= LEAST ? arena_alloc(arena, n) : NULL;
    if (!bytes)
        return;
    for (size_t i = 0; i < n; i++) {
        bool performed = i < UL_FUZZY_NAMES || acceptor->extensions >> i & 1;
        bytes[i] = performed && offered.p[i] == 1;
    }
    answer->extended_mwl = span_of(bytes, n);
}

bool ul_is_agreed(const struct ul_associate *answer, enum ul_extension extension)
{
    return answer->extended_mwl.n > (size_t)extension && answer->extended_mwl.p[extension] == 1;
}

uint32_t ul_negotiate(const struct ul_acceptor *acceptor, const struct ul_associate *rq, struct arena *arena,
                      struct ul_associate *answer, uint32_t *refused_user)
{
    *answer = (struct ul_associate){
        .called_ae = rq->called_ae,
        .calling_ae = rq->calling_ae,
        .echo = rq->echo,
        .application_context = rq->application_context,
        .max_length = acceptor->max_length,
        .implementation_class_uid = span_str(acceptor->implementation_class_uid),
        .implementation_version = span_str(acceptor->implementation_version),
    };
    if (rq->has_async_window) { /* we do one operation at a time, whatever is offered (PS3.7 D.3.3.3) */
        answer->has_async_window = true;
        answer->invoked = answer->performed = 1;
    }
    *refused_user = 0;
    uint32_t accepted = 0;
    answer->contexts = arena_array(arena, rq->context_count, sizeof *answer->contexts);
    if (!answer->contexts)
        return 0;
    for (; answer->context_count < rq->context_count; answer->context_count++) {
        struct ul_context *c = &answer->contexts[answer->context_count];
        *c = answer_context(acceptor, &rq->contexts[answer->context_count]);
        accepted += c->result == UL_CONTEXT_ACCEPTED;
        *refused_user += c->result == UL_CONTEXT_USER_REJECTION;
    }
    answer_extended(acceptor, rq, arena, answer);
    return accepted;
}
