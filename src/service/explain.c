/* explain.c -- compares a worklist with the keys of a query, a piece at a time. */
#include "service/explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"

static const char who[] = "service/explain";

enum { CALLER_MAX = 80, LINE_MAX_BYTES = 2048, BETWEEN_CLOCKS = 16 };

struct service_explain {
    struct service_explain_parts parts;
    char calling_ae[CALLER_MAX], peer[CALLER_MAX];
    struct match_plan *all; /* without a key: every entry matches */
    struct catalog_query *query;
    struct match_explain result;
};

struct service_explain *service_explain_new(const struct service_explain_parts *parts)
{
    struct service_explain *e = calloc(1, sizeof *e);
    struct err err = { 0 };
    if (e) {
        e->parts = *parts;
        snprintf(e->calling_ae, sizeof e->calling_ae, "%s", parts->calling_ae);
        snprintf(e->peer, sizeof e->peer, "%s", parts->peer);
        e->all = match_plan_new((struct dicom_set){ 0 }, &(struct match_options){ .limits = parts->limits }, &err);
    }
    if (e && e->all)
        e->query = catalog_query_new(parts->snapshot, e->all);
    if (e && e->query) {
        match_explain_init(&e->result, parts->plan);
        return e;
    }
    struct service_explain rest = { .parts = *parts };
    struct service_explain *failed = e ? e : &rest;
    match_plan_free(&failed->all);
    catalog_snapshot_release(&failed->parts.snapshot);
    match_plan_free(&failed->parts.plan);
    dicom_block_free(&failed->parts.identifier);
    free(e);
    return NULL;
}

void service_explain_free(struct service_explain **explain)
{
    struct service_explain *e = *explain;
    if (!e)
        return;
    catalog_query_free(&e->query);
    match_plan_free(&e->all);
    catalog_snapshot_release(&e->parts.snapshot);
    match_plan_free(&e->parts.plan);
    dicom_block_free(&e->parts.identifier);
    free(e);
    *explain = NULL;
}

bool service_explain_step(struct service_explain *e, uint32_t budget_us)
{
    uint64_t end = clock_mono_us() + budget_us;
    if (catalog_snapshot_burden(e->parts.snapshot) > e->parts.limits->dead_bytes)
        return true;
    for (;;) {
        for (int i = 0; i < BETWEEN_CLOCKS; i++) {
            struct catalog_entry entry;
            enum catalog_next next = catalog_query_next(e->query, budget_us, &entry);
            if (next != CATALOG_ENTRY)
                return next == CATALOG_END;
            match_explain_add(&e->result, e->parts.plan, entry.set, entry.step, entry.name);
        }
        if (clock_mono_us() >= end)
            return false;
    }
}

const struct match_explain *service_explain_result(const struct service_explain *e)
{
    return &e->result;
}

const struct match_plan *service_explain_plan(const struct service_explain *e)
{
    return e->parts.plan;
}

void service_explain_log(const struct service_explain *e)
{
    struct wr line;
    wr_init(&line, LINE_MAX_BYTES);
    service_explain_line(&e->result, e->parts.plan, false, &line);
    log_line(LOG_INFO, who, "%s at %s: %.*s", e->calling_ae, e->peer, SPAN_FMT(wr_done(&line)));
    wr_fini(&line);
}
