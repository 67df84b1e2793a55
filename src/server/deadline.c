/* deadline.c -- the limits of time (struct limits), with one timer a connection, set for whichever comes first.
 *
 * Times that move on with every byte only change a number; the timer finds out when it fires that it is too early. */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/connection.h"

static const char who[] = "server/connection";

static uint64_t earlier(uint64_t a, uint64_t b)
{
    if (!a || !b)
        return a ? a : b;
    return a < b ? a : b;
}

static uint64_t in_ms(uint32_t ms)
{
    return clock_mono_us() + (uint64_t)ms * 1000;
}

void server_deadline_activity(struct server_connection *c)
{
    c->idle_at = in_ms(c->settings->limits.idle_ms);
}

/* An association stands, and neither asks nor takes answers. */
static bool is_idle(const struct server_connection *c)
{
    return ul_association_state(c->association) == STA_6 && !c->request && !server_connection_is_unsent(c);
}

/* ARTIM (PS3.8 9.1.5) and the time for one PDU are the association's: it says which of them runs. */
static void follow_upper_timer(struct server_connection *c)
{
    const struct limits *limits = &c->settings->limits;
    uint32_t serial = c->upper_serial;
    enum ul_timer timer = ul_association_timer(c->association, &serial);
    if (timer == c->upper_timer && serial == c->upper_serial)
        return;
    c->upper_timer = timer;
    c->upper_serial = serial;
    c->upper_at = timer == UL_TIMER_NONE ? 0 : in_ms(timer == UL_TIMER_ARTIM ? limits->associate_ms : limits->pdu_ms);
}

void server_deadline_update(struct server_connection *c)
{
    follow_upper_timer(c);
    if (!server_connection_is_unsent(c))
        c->stall_at = 0;
    else if (!c->stall_at)
        c->stall_at = in_ms(c->settings->limits.write_stall_ms);
    if (!is_idle(c) || !c->idle_at)
        server_deadline_activity(c);

    uint64_t first =
        earlier(earlier(earlier(c->upper_at, c->idle_at), earlier(c->stall_at, c->query_at)), c->script_at);
    if (!first || (c->armed_at && c->armed_at <= first))
        return;
    uint64_t now = clock_mono_us();
    uint64_t ms = first > now ? (first - now + 999) / 1000 : 1;
    c->armed_at = first;
    net_timer_start(c->deadline, (uint32_t)ms);
}

static bool is_due(uint64_t at, uint64_t now)
{
    return at && at <= now;
}

/* So that the journal says why, too: `how` and the seconds that were waited. */
static void record_end(struct server_connection *c, const char *how, uint32_t ms)
{
    char text[JOURNAL_ENDED];
    snprintf(text, sizeof text, "%s for %u s", how, ms / 1000);
    server_record_end(c, text);
}

enum server_due server_deadline_due(struct server_connection *c)
{
    uint64_t now = clock_mono_us();
    if (is_due(c->stall_at, now)) {
        record_end(c, "closed: it took no more of our bytes", c->settings->limits.write_stall_ms);
        log_peer_line(LOG_WARNING, who, c->peer, "%s at %s takes no more of our bytes for %u s: connection closed",
                      c->calling_ae, c->peer, c->settings->limits.write_stall_ms / 1000);
        return DUE_CLOSE;
    }
    if (is_due(c->upper_at, now)) {
        c->upper_at = 0;
        if (server_secure_is_late(c))
            return DUE_CLOSE;
        if (c->upper_timer == UL_TIMER_ARTIM) {
            log_peer_line(LOG_WARNING, who, c->peer,
                          "%s sent no complete request, or did not close, within %u s: connection closed", c->peer,
                          c->settings->limits.associate_ms / 1000);
            ul_association_artim_expired(c->association);
            return DUE_RUN;
        }
        log_peer_line(LOG_WARNING, who, c->peer, "%s at %s began a PDU and did not end it within %u s: aborted",
                      c->calling_ae, c->peer, c->settings->limits.pdu_ms / 1000);
        record_end(c, "aborted: a PDU that it began had no end", c->settings->limits.pdu_ms);
        server_operation_end(c);
        ul_association_abort(c->association, UL_ABORT_PROVIDER, UL_ABORT_NOT_SPECIFIED);
        return DUE_RUN;
    }
    if (is_due(c->script_at, now)) {
        server_query_script_is_late(c);
        return DUE_RUN;
    }
    if (is_due(c->query_at, now)) {
        c->query_at = 0;
        server_operation_expire(c);
        return DUE_RUN;
    }
    if (is_due(c->idle_at, now) && is_idle(c)) {
        log_peer_line(LOG_INFO, who, c->peer, "%s at %s was idle for %u s: aborted", c->calling_ae, c->peer,
                      c->settings->limits.idle_ms / 1000);
        record_end(c, "aborted: idle", c->settings->limits.idle_ms);
        ul_association_abort(c->association, UL_ABORT_USER, 0);
        return DUE_RUN;
    }
    if (is_due(c->idle_at, now))
        server_deadline_activity(c);
    return DUE_NOTHING;
}
